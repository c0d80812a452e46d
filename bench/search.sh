#!/usr/bin/env bash
# script/bench search [TENANTS] [PER_TENANT] [CONNECTIONS] [SECONDS]
#   Searches over HTTP beside the very same SQL under pgbench, in turns, on the same cores with the same
#   number of database connections. Default: 1,000 tenants with 100 memories each, 8 connections, 10 s, 3 rounds.
#   Also: Stele's own CPU per search (user + system of the process ÷ requests). Two passes: words alone, and
#   words with vectors (random unit vectors stand in for stored ones; query vectors come from the cache).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
source "$here/lib.sh"
tenants=${1:-1000} per_tenant=${2:-100} connections=${3:-8} seconds=${4:-10} rounds=${ROUNDS:-3}
command -v wrk >/dev/null || { echo "wrk is missing: apt-get install wrk" >&2; exit 2; }
work=$(mktemp -d)
chmod 755 "$work"
trap 'serve_stop; rm -rf "$work"' EXIT
psql() { "$STELE_TEST_PGBIN/psql" -qAtX "$STELE_TEST_DATABASE_URL" "$@"; }
runtime_login
export STELE_DATABASE_POOL_SIZE=$connections STELE_SERVER_WORKERS=$connections

pass() { # pass NAME EMBEDDING
    serve_start --embedding "$2"
    python3 "$here/search.py" prepare "$url" "$here/../src" "$work/$1" "$tenants"
    echo "== $1: $tenants tenants × $per_tenant memories, $connections connections, $seconds s a turn"
    local scripts=() f round before after requests
    for f in "$work/$1"/pgbench.*.sql; do scripts+=(-f "$f"); done
    wrk -t1 -c"$connections" -d3s -s "$work/$1/wrk.lua" "$url" >/dev/null
    for round in $(seq "$rounds"); do
        "$STELE_TEST_PGBIN/pgbench" -n -M prepared -c "$connections" -j1 -T "$seconds" "${scripts[@]}" \
            "$STELE_DATABASE_URL" >"$work/pgbench.out" 2>"$work/pgbench.err" ||
            { cat "$work/pgbench.err" >&2; exit 1; }
        before=$(cpu_seconds "$serve_pid")
        wrk -t1 -c"$connections" -d"${seconds}s" --latency -s "$work/$1/wrk.lua" "$url" >"$work/wrk.out"
        after=$(cpu_seconds "$serve_pid")
        grep -q 'Non-2xx' "$work/wrk.out" && { cat "$work/wrk.out" >&2; exit 1; }
        requests=$(awk '/requests in/ { print $1 }' "$work/wrk.out")
        awk -v raw="$(awk '/^tps/ { print $3 }' "$work/pgbench.out")" \
            -v http="$(awk '/^Requests\/sec/ { print $2 }' "$work/wrk.out")" \
            -v cpu="$(awk -v a="$after" -v b="$before" -v n="$requests" 'BEGIN { print (a - b) * 1000 / n }')" \
            -v p50="$(awk '/50%/ { print $2 }' "$work/wrk.out")" -v p99="$(awk '/99%/ { print $2 }' "$work/wrk.out")" \
            -v round="$round" 'BEGIN { printf "round %d: raw SQL %.0f/s, over HTTP %.0f/s, ratio %.2f, Stele CPU %.3f ms, p50 %s, p99 %s\n", round, raw, http, http / raw, cpu, p50, p99 }' |
            tee -a "$work/$1.rows"
    done
    sed 's/.*ratio \([0-9.]*\).*/\1/' "$work/$1.rows" | sort -n | awk '{ a[NR] = $1 } END { print "median ratio", a[int((NR + 1) / 2)] }'
    serve_stop
}

serve_start --embedding none
python3 "$here/search.py" load "$url" "$tenants" "$per_tenant"
serve_stop
psql -c "VACUUM ANALYZE memories"
pass words none
serve_start --embedding builtin
curl -fs "$url/v1/memory/stats" -d '{}' >/dev/null
serve_stop
psql -c "INSERT INTO memory_vectors SELECT org_id, project_id, id, (SELECT id FROM embedding_models WHERE active),
         (SELECT l2_normalize(array_agg(random() - 0.5)::vector(384))::halfvec FROM generate_series(1, 384) WHERE m.id IS NOT NULL)
         FROM memories m" -c "VACUUM ANALYZE memory_vectors"
pass hybrid builtin
