#!/usr/bin/env bash
# Bad weather: what a user reads when the database is down, late, read-only, full, stale or strange, and
# that nothing acknowledged is lost.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=../../script/lib/common.sh
source "$root/script/lib/common.sh"
# shellcheck source=../../script/lib/account.sh
source "$root/script/lib/account.sh"

store() { curl -s -o "$work/body" -w '%{http_code}' "$url/v1/memory/store" -d "{\"content\":\"$1\",\"category\":\"lesson\"}"; }

# Down from the start: serve runs, says so, and works once the database is there.
new_database
late=$database
psql "$STELE_TEST_DATABASE_URL" -c "ALTER DATABASE $late RENAME TO ${late}_away"
start_server
expect_status 503 "$url/readyz"
expect_status 200 "$url/health"
expect_text '"degraded"'
expect_status 503 "$url/v1/memory/store" -d '{"content":"x","category":"fact"}'
expect_text 'does not exist'
expect_text '"hint"'
STELE_REQUIRE_MEMORY=true expect_exit 3 "$stele" serve --port 0
psql "$STELE_TEST_DATABASE_URL" -c "ALTER DATABASE ${late}_away RENAME TO $late"
wait_ready
[ "$(store 'stored late')" = 200 ] && pass || fail "not usable after a late start: $(cat "$work/body")"

# Read-only: refused with what to do; the old rows are still read.
psql "$STELE_TEST_DATABASE_URL" -c "ALTER DATABASE $late SET default_transaction_read_only = on"
psql "$STELE_TEST_DATABASE_URL" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$late'" >/dev/null
expect_status 503 "$url/v1/memory/store" -d '{"content":"y","category":"lesson"}'
expect_text 'primary'
expect_status 200 "$url/v1/memory/recent" -d '{}'
expect_text 'stored late'
psql "$STELE_TEST_DATABASE_URL" -c "ALTER DATABASE $late RESET default_transaction_read_only"
psql "$STELE_TEST_DATABASE_URL" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$late'" >/dev/null
[ "$(store 'writable again')" = 200 ] && pass || fail "not writable again: $(cat "$work/body")"

# A stale schema in manual mode is refused, with the command; a newer one is drift.
new_database
STELE_DATABASE_MIGRATION_MODE=manual expect_exit 4 "$stele" serve --port 0
expect_text 'stele db migrate'
expect_exit 0 "$stele" db migrate
psql "$STELE_DATABASE_URL" -c "INSERT INTO schema_migrations (version, name, checksum, phase, applied_at, duration_ms, applied_by) SELECT '9999', 'future', repeat('0', 64), phase, now(), 0, 'x' FROM schema_migrations LIMIT 1"
expect_exit 4 "$stele" db migrate
expect_text '9999'

# Who cannot make the extension is told so, and nothing is left half done.
new_database
psql "$STELE_TEST_DATABASE_URL" -c "CREATE ROLE weather_$$ LOGIN" -c "ALTER DATABASE $database OWNER TO weather_$$"
STELE_DATABASE_URL=${STELE_DATABASE_URL/user=postgres/user=weather_$$} expect_exit 1 "$stele" db migrate
expect_text 'vector'
[ "$(psql "$STELE_DATABASE_URL" -c "SELECT count(*) FROM pg_tables WHERE tablename = 'memories'")" = 0 ] && pass || fail 'half a migration'
psql "$STELE_DATABASE_URL" -c "REASSIGN OWNED BY weather_$$ TO postgres" -c "DROP ROLE weather_$$"

# Unreachable and refusing servers, told apart.
STELE_DATABASE_URL=postgresql://u:hush-hush-hush@127.0.0.1:1/d expect_exit 3 "$stele" memory recent
expect_text 'connection refused at 127.0.0.1:1'
expect_no_text 'hush-hush'
STELE_DATABASE_URL=${STELE_TEST_DATABASE_URL/user=postgres/user=nobody_here} expect_exit 3 "$stele" memory recent
expect_text 'role "nobody_here" does not exist'

# The embedder: missing, unreachable, of another dimension. Writes are kept, the answer says it.
new_database
expect_exit 0 "$stele" db migrate
STELE_EMBEDDING=builtin STELE_MODEL_DIR=$work/nowhere expect_exit 2 "$stele" memory recent
expect_text 'fetch-model'
export STELE_EMBEDDING=endpoint EMBEDDING_URL=http://127.0.0.1:1/v1 EMBEDDING_MODEL=none STELE_EMBEDDING_DIMENSIONS=8
expect_exit 0 "$stele" memory store 'kept without a vector' -c lesson
expect_exit 0 "$stele" memory search 'kept' --json
expect_text '"vector"'
expect_text 'kept without a vector'
[ "$(psql "$STELE_DATABASE_URL" -c 'SELECT count(*) FROM embedding_queue')" = 1 ] && pass || fail 'not queued for the filler'
export STELE_EMBEDDING=none

# Disk full: a cluster on a small file system of its own. Refused, nothing lost, writable after room is made.
if mkdir "$work/small" && mount -t tmpfs -o size=120m,mode=755 tmpfs "$work/small"; then
    chmod 755 "$work"
    mkdir "$work/small/pg" && chown "$(server_account)" "$work/small/pg"
    as_server "$STELE_TEST_PGBIN/initdb" --pgdata "$work/small/pg/data" --username postgres --auth trust \
        --locale=C.UTF-8 --no-sync --wal-segsize=1 >/dev/null
    printf "listen_addresses=''\nunix_socket_directories='%s'\nmax_wal_size=8MB\nmin_wal_size=2MB\nshared_buffers=16MB\n" \
        "$work/small/pg" >>"$work/small/pg/data/postgresql.conf"
    (cd / && as_server "$STELE_TEST_PGBIN/pg_ctl" -s -w -D "$work/small/pg/data" -l "$work/small/pg/log" start)
    export STELE_DATABASE_URL="postgresql:///postgres?host=$work/small/pg&user=postgres"
    start_server
    wait_ready
    [ "$(store 'before the flood')" = 200 ] && pass || fail "$(cat "$work/body")"
    dd if=/dev/zero of="$work/small/ballast" bs=1M 2>/dev/null || true
    code=200
    for i in $(seq 400); do
        code=$(curl -s -o "$work/body" -w '%{http_code}' "$url/v1/memory/store" \
            -d "$(jq -nc --arg i "$i" '{content: ($i + ("x" * 30000)), category: "fact"}')")
        [ "$code" = 200 ] || break
    done
    output=$(cat "$work/body")
    [ "$code" = 503 ] && pass || fail "a full disk was answered $code: $output"
    rm "$work/small/ballast"
    for _ in $(seq 100); do [ "$(store 'after the flood')" = 200 ] && break; sleep 0.1; done
    expect_status 200 "$url/v1/memory/search" -d '{"query":"flood","limit":5}'
    expect_text 'before the flood'
    expect_text 'after the flood'
    kill "$server_pid" && wait "$server_pid" || true
    (cd / && as_server "$STELE_TEST_PGBIN/pg_ctl" -s -D "$work/small/pg/data" -m immediate stop)
    # Backends that a stop "immediate" kills may be dying still when their parent is gone.
    for _ in $(seq 100); do
        mountpoint -q "$work/small" || break
        umount "$work/small" 2>/dev/null || sleep 0.1
    done
    mountpoint -q "$work/small" && fail "the small disk is still in use" || pass
else
    fail 'no tmpfs can be mounted here: the full disk was not tried'
fi
