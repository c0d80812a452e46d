#!/usr/bin/env bash
# script/bench graph [EDGES] [SECONDS]  traces to depth 4 over HTTP in a tenant of EDGES edges, hubs included; a strict
# edge as Stele writes it beside the same INSERT unchecked, both under pgbench, both on disk when acknowledged.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
source "$here/lib.sh"
edges=${1:-1000000} seconds=${2:-10} rounds=${ROUNDS:-3}
work=$(mktemp -d)
chmod 755 "$work"
trap 'serve_stop; rm -rf "$work"' EXIT
psql() { PGOPTIONS="-c client_min_messages=warning" "$STELE_TEST_PGBIN/psql" -qAtX "$STELE_TEST_DATABASE_URL" "$@"; }
runtime_login
python3 "$here/graph.py" edges "$edges" "$work"
python3 "$here/graph.py" scripts "$work"
psql -c "COPY graph_edges (org_id, project_id, src, type, dst, strict, src_kind, dst_kind, linked_by) FROM STDIN" \
    <"$work/edges.copy"
psql -c "VACUUM ANALYZE graph_edges"
serve_start --embedding none
for _ in $(seq "$rounds"); do
    echo "trace of depth 4 among $edges edges: $(python3 "$here/graph.py" trace "$url" "$work" 1000)"
done
psql -c "ALTER SYSTEM SET fsync = on" -c "ALTER SYSTEM SET synchronous_commit = on" \
    -c "ALTER SYSTEM SET full_page_writes = on" -c "SELECT pg_reload_conf()" >/dev/null
rate() {
    "$STELE_TEST_PGBIN/pgbench" -n -M prepared -c 8 -j 1 -T "$seconds" -f "$work/$1.sql" "$STELE_DATABASE_URL" |
        awk '/^tps/ { print $3 }'
}
for _ in $(seq "$rounds"); do
    awk -v plain="$(rate plain)" -v checked="$(rate checked)" 'BEGIN {
        printf "strict edge: unchecked INSERT %.0f/s, checked %.0f/s, ratio %.2f\n", plain, checked, checked / plain }'
done
