#!/usr/bin/env bash
# `stele smoke` against a real server: well, with a token, with its database down, and against nobody.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"

unset STELE_DATABASE_URL
expect_exit 3 "$stele" smoke --url http://127.0.0.1:1
expect_text '^failed +health '
expect_text 'cannot be reached'
expect_text '^skipped +memory store$'
expect_exit 2 "$stele" smoke --url http://me:hush-hush-hush@127.0.0.1:1
expect_no_text 'hush-hush'

new_database
printf 'correct-horse-battery' >"$work/token"
STELE_TOKEN_FILE=$work/token start_server
wait_ready

# The smoke test needs no database of its own: it is a caller.
smoke() { env -u STELE_DATABASE_URL "$@" "$stele" smoke --url "$url" "${flags[@]}"; }
flags=()
expect_exit 0 smoke STELE_TOKEN_FILE="$work/token"
for step in health ready status 'memory store' 'memory search' 'memory get' 'memory forget' 'mesh status'; do
    expect_text "^ok +$step +[0-9.]+ ms  [a-z0-9]"
done
expect_text 'is well$'
expect_no_text 'correct-horse'
flags=(--json)
expect_exit 0 smoke STELE_TOKEN=correct-horse-battery
[ "$(jq -r '[.exitCode, (.steps | length), ([.steps[].outcome] | unique[])] | join(" ")' <<<"$output")" = '0 8 ok' ] \
    && pass || fail "$output"
# Nothing stays but the receipts of two runs.
[ "$(psql "$STELE_DATABASE_URL" -c 'SELECT count(*) FROM memories')" = 0 ] && pass || fail 'a memory was left behind'
[ "$(psql "$STELE_DATABASE_URL" -c 'SELECT count(*) FROM memory_receipts')" = 2 ] && pass || fail 'no receipt'

flags=()
expect_exit 1 smoke STELE_TOKEN=wrong-wrong-wrong
expect_text '^failed +status .*answered 401'
expect_text 'STELE_TOKEN'
expect_no_text 'wrong-wrong'

# By the settings alone: the host and port that serve would take.
STELE_TOKEN_FILE=$work/token STELE_PORT=${url##*:} expect_exit 0 "$stele" smoke
expect_text "^$url is well$"

# A later release has migrated and is being rolled out: this one serves on, stays ready, and
# the smoke test says that it is not the new one which answers. A changed history is another matter.
ledger() { psql "$STELE_DATABASE_URL" -c "$1"; }
ledger "INSERT INTO schema_migrations (version, name, checksum, phase, applied_at, duration_ms, applied_by)
        SELECT 9999, 'future', repeat('0', 64), 'expand', now(), 0, 'x'"
expect_status 200 "$url/readyz"
expect_text 'newer than this program'
expect_status 200 "$url/v1/memory/recent" -H 'Authorization: Bearer correct-horse-battery' -d '{}'
expect_exit 1 smoke STELE_TOKEN_FILE="$work/token"
expect_text '^failed +status .*newer than this program'
ledger "DELETE FROM schema_migrations WHERE version = 9999"
ledger "UPDATE schema_migrations SET checksum = repeat('0', 64) WHERE version = 1"
expect_exit 1 smoke STELE_TOKEN_FILE="$work/token"
expect_text '503: database stale schema: '

# The database goes away.
psql "$STELE_TEST_DATABASE_URL" -c "ALTER DATABASE $database ALLOW_CONNECTIONS false"
psql "$STELE_TEST_DATABASE_URL" \
    -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$database'" >/dev/null
expect_exit 1 smoke STELE_TOKEN_FILE="$work/token"
expect_text '^ok +health .*degraded'
expect_text '^failed +ready .*503: database unavailable'
expect_text '^skipped +memory store$'
expect_text 'is not well$'
