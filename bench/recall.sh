#!/usr/bin/env bash
# script/bench recall [ITEMS:TENANTS …]
#   One question over chat and memories, over HTTP: median and 99th percentile of the answer's time, one client at a
#   time and eight at once, at each size. Default: 1000:1 10000:1 100000:1 100000:1000. Items are messages of
#   two people in threads of twenty, and one memory to nine messages; each has a vector (out of 1,000 random ones), the
#   questions' own vectors come from the cache. Beside it: what PostgreSQL and Stele used of the processor.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
source "$here/lib.sh"
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(1000:1 10000:1 100000:1 100000:1000)
work=$(mktemp -d)
trap 'serve_stop; rm -rf "$work"' EXIT
psql() { "$STELE_TEST_PGBIN/psql" -qAtX "$STELE_TEST_DATABASE_URL" "$@"; }
STELE_DATABASE_URL=$STELE_TEST_DATABASE_URL "$STELE_BINARY" db migrate >/dev/null

printf '%10s %8s %9s  %22s  %22s\n' items tenants mode 'one client p50/p99 ms' 'eight clients p50/p99'
series=0
for size in "${sizes[@]}"; do
    items=${size%%:*} tenants=${size##*:} series=$((series + 1))
    serve_start --embedding none
    python3 "$here/recall.py" load "$url" "$series" "$items" "$tenants"
    serve_stop
    serve_start --embedding builtin
    curl -fs "$url/v1/memory/stats" -d '{}' >/dev/null  # registers the model
    serve_stop  # or it would embed what is to have random vectors
    psql -v series="$series" -f "$here/recall.sql"
    serve_start --embedding builtin
    until [ "$(psql -c 'SELECT count(*) FROM segment_queue')" = 0 ]; do sleep 1; done  # lists are split
    # What autovacuum and the checkpointer do in the minutes after a load, else beside the questions.
    psql -c 'VACUUM ANALYZE' -c CHECKPOINT
    for mode in lexical hybrid; do
        python3 "$here/recall.py" ask "$url" "$series" "$items" "$tenants" "$mode"
    done
    serve_stop
done
