#!/usr/bin/env bash
# script/bench jobs [SECONDS] [SYSTEM…]  job engines beside each other on one PostgreSQL: simple jobs/s,
# 3-step workflows/s, dispatch latency at half load and at one rate for all. SYSTEM: stele,
# graphile-worker, pg-boss, dbos, dbos-direct (default: all). ROUNDS=3, RATE=200 (jobs/s). See bench/jobs/README.md.
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
[ $# -gt 0 ] || set -- stele graphile-worker pg-boss dbos dbos-direct
place=${STELE_JOBS_WORK:-$root/build/jobs-bench}
install_packages "$here/jobs" "$place"
rm -rf "$place/systems"
cp -r "$here/jobs/systems" "$place/"

# Acknowledged means on disk, for all: the throwaway server's short cuts are switched off.
psql() { "$STELE_TEST_PGBIN/psql" -qAtX "$STELE_TEST_DATABASE_URL" "$@"; }
psql -c "ALTER SYSTEM SET fsync = on" -c "ALTER SYSTEM SET synchronous_commit = on" \
    -c "ALTER SYSTEM SET full_page_writes = on" -c "SELECT pg_reload_conf()" >/dev/null
node "$place/run.mjs" "$seconds" "${ROUNDS:-3}" "${RATE:-200}" "$@"
