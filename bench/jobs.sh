#!/usr/bin/env bash
# script/bench jobs [SECONDS] [SYSTEM…]  job engines beside each other on one PostgreSQL: simple jobs/s,
# 3-step workflows/s, dispatch latency at half load and at one rate for all. SYSTEM: stele,
# graphile-worker, pg-boss, dbos, dbos-direct (default: all that can run). ROUNDS=3, RATE=200 (jobs/s). See bench/jobs/README.md.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../script/lib/common.sh
source "$here/../script/lib/common.sh"
# shellcheck source=../tests/support/npm.sh
source "$root/tests/support/npm.sh"
# shellcheck source=lib.sh
source "$here/lib.sh"

seconds=${1:-10}
[ $# -eq 0 ] || shift
if [ $# = 0 ]; then
    set -- graphile-worker pg-boss dbos dbos-direct
    # A build without jobs cannot take part.
    if [ -x "${STELE_BINARY:-}" ] && "$STELE_BINARY" job submit --help >/dev/null 2>&1; then set -- stele "$@"; fi
fi
place=${STELE_JOBS_WORK:-$root/build/jobs-bench}
install_packages "$here/jobs" "$place"
rm -rf "$place/systems"
cp -r "$here/jobs/systems" "$place/"

# Acknowledged means on disk, for all: the throwaway server's short cuts are switched off. Its log gets
# its files now: making them costs, and whoever came first would pay.
psql() { "$STELE_TEST_PGBIN/psql" -qAtX "$STELE_TEST_DATABASE_URL" "$@"; }
psql -c "ALTER SYSTEM SET fsync = on" -c "ALTER SYSTEM SET synchronous_commit = on" \
    -c "ALTER SYSTEM SET full_page_writes = on" -c "ALTER SYSTEM SET min_wal_size = '1GB'" \
    -c "SELECT pg_reload_conf()" >/dev/null
psql -c "DO \$\$ BEGIN FOR i IN 1..60 LOOP PERFORM pg_logical_emit_message(false, 'bench', 'x'); PERFORM pg_switch_wal();
    END LOOP; END \$\$" -c CHECKPOINT

# What a commit costs here, with and without NOTIFY (which lets only one transaction commit at a time).
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "INSERT INTO commits VALUES (1);" >"$work/plain.sql"
printf 'BEGIN;\nINSERT INTO commits VALUES (1);\nNOTIFY bench;\nCOMMIT;\n' >"$work/notify.sql"
psql -c "CREATE TABLE commits (n int)"
commits() { # commits CLIENTS FILE
    "$STELE_TEST_PGBIN/pgbench" -n -c "$1" -j1 -T 3 -f "$work/$2.sql" "$STELE_TEST_DATABASE_URL" 2>/dev/null |
        awk '/^tps/ { printf "%.0f", $3 }'
}
disk() {
    echo "commits/s here: $(commits 1 plain) by one client, $(commits 16 plain) by 16, $(commits 16 notify) by 16 with NOTIFY"
}
disk
node "$place/run.mjs" "$seconds" "${ROUNDS:-3}" "${RATE:-200}" "$@"
disk
