#!/usr/bin/env bash
# script/bench chat [CONNECTIONS] [SECONDS]  messages appended over HTTP beside the very same statement under pgbench:
# to many threads, and all to one. Embedding excluded (embedding.kind none); commits are on disk.
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
median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
for threads in 1000 1; do
    python3 "$here/chat.py" "$here/../src" "$work" "$threads"
    for round in $(seq "$rounds"); do
        psql -c "TRUNCATE chat_threads CASCADE"
        "$STELE_TEST_PGBIN/pgbench" -n -M prepared -c "$connections" -j1 -T "$seconds" -f "$work/append.sql" \
            "$STELE_DATABASE_URL" >"$work/pgbench.out"
        psql -c "TRUNCATE chat_threads CASCADE"
        before=$(cpu_seconds "$serve_pid")
        ROUND=$round wrk -t1 -c"$connections" -d"${seconds}s" -s "$work/log.lua" "$url" >"$work/wrk.out"
        after=$(cpu_seconds "$serve_pid")
        grep -q 'Non-2xx' "$work/wrk.out" && { cat "$work/wrk.out" >&2; exit 1; }
        gaps=$(psql -c "SELECT count(*) FROM chat_threads t WHERE last_seq <> (SELECT count(*) FROM chat_messages m
                        WHERE m.org_id = t.org_id AND m.thread_id = t.id)")
        [ "$gaps" = 0 ] || { echo "$gaps threads have gaps" >&2; exit 1; }
        awk -v threads="$threads" -v raw="$(awk '/^tps/ { print $3 }' "$work/pgbench.out")" \
            -v http="$(awk '/^Requests\/sec/ { print $2 }' "$work/wrk.out")" \
            -v n="$(awk '/requests in/ { print $1 }' "$work/wrk.out")" \
            -v cpu="$(awk -v a="$after" -v b="$before" 'BEGIN { print a - b }')" \
            'BEGIN { printf "chat, %d threads: raw %.0f/s, over HTTP %.0f/s, ratio %.2f, Stele CPU %.3f ms\n",
                            threads, raw, http, http / raw, cpu * 1000 / n }' | tee -a "$work/rows.$threads"
    done
    echo "median ratio $(sed 's/.*ratio \([0-9.]*\).*/\1/' "$work/rows.$threads" | median)"
done
