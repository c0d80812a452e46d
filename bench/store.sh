#!/usr/bin/env bash
# script/bench store [CONNECTIONS] [SECONDS]  stores over HTTP beside the very same INSERT under pgbench; batches of
# 1,000 beside COPY of the same rows into the same indexed table. Embedding excluded (embedding.kind none).
# The rows that pgbench writes carry one fixed vector of terms; Stele computes each its own.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
source "$here/lib.sh"
connections=${1:-8} seconds=${2:-10} rounds=${ROUNDS:-3}
command -v wrk >/dev/null || { echo "wrk is missing: apt-get install wrk" >&2; exit 2; }
work=$(mktemp -d)
chmod 755 "$work"
trap 'serve_stop; rm -rf "$work"' EXIT
psql() { PGOPTIONS="-c client_min_messages=warning" "$STELE_TEST_PGBIN/psql" -qAtX "$STELE_TEST_DATABASE_URL" "$@"; }
# Acknowledged means on disk: the throwaway server's short cuts are switched off for both sides.
psql -c "ALTER SYSTEM SET fsync = on" -c "ALTER SYSTEM SET synchronous_commit = on" \
    -c "ALTER SYSTEM SET full_page_writes = on" -c "SELECT pg_reload_conf()" >/dev/null
runtime_login
export STELE_DATABASE_POOL_SIZE=$connections STELE_SERVER_WORKERS=$connections
serve_start --embedding none
python3 "$here/store.py" scripts "$url" "$here/../src" "$work"
for round in $(seq "$rounds"); do
    psql -c "SET session_replication_role = replica; TRUNCATE memories CASCADE"
    "$STELE_TEST_PGBIN/pgbench" -n -M prepared -c "$connections" -j1 -T "$seconds" -f "$work/insert.sql" \
        "$STELE_DATABASE_URL" >"$work/pgbench.out"
    psql -c "SET session_replication_role = replica; TRUNCATE memories CASCADE"
    before=$(cpu_seconds "$serve_pid")
    ROUND=$round wrk -t1 -c"$connections" -d"${seconds}s" -s "$work/store.lua" "$url" >"$work/wrk.out"
    after=$(cpu_seconds "$serve_pid")
    grep -q 'Non-2xx' "$work/wrk.out" && { cat "$work/wrk.out" >&2; exit 1; }
    awk -v raw="$(awk '/^tps/ { print $3 }' "$work/pgbench.out")" -v http="$(awk '/^Requests\/sec/ { print $2 }' "$work/wrk.out")" \
        -v n="$(awk '/requests in/ { print $1 }' "$work/wrk.out")" -v cpu="$(awk -v a="$after" -v b="$before" 'BEGIN { print a - b }')" \
        'BEGIN { printf "store: raw INSERT %.0f/s, over HTTP %.0f/s, ratio %.2f, Stele CPU %.3f ms\n", raw, http, http / raw, cpu * 1000 / n }' |
        tee -a "$work/store.rows"
done
echo "median ratio $(sed 's/.*ratio \([0-9.]*\).*/\1/' "$work/store.rows" | median)"
psql -c "SET session_replication_role = replica; TRUNCATE memories CASCADE"
for round in $(seq "$rounds"); do
    python3 "$here/store.py" batch "$url" "$round" >"$work/batch.out"
    psql -c "COPY (SELECT * FROM memories) TO '$work/rows.copy'" 2>/dev/null || psql -c "COPY memories TO STDOUT" >"$work/rows.copy"
    psql -c "SET session_replication_role = replica; TRUNCATE memories CASCADE"
    start=$(date +%s.%N)
    psql -c "COPY memories FROM STDIN" <"$work/rows.copy"
    end=$(date +%s.%N)
    psql -c "SET session_replication_role = replica; TRUNCATE memories CASCADE"
    awk -v rows="$(wc -l <"$work/rows.copy")" -v s="$(awk -v a="$end" -v b="$start" 'BEGIN { print a - b }')" -v batch="$(cat "$work/batch.out")" \
        'BEGIN { printf "store_batch: COPY %.0f rows/s, over HTTP %.0f rows/s, ratio %.2f\n", rows / s, batch, batch * s / rows }' |
        tee -a "$work/batch.rows"
done
echo "median ratio $(sed 's/.*ratio \([0-9.]*\).*/\1/' "$work/batch.rows" | median)"
