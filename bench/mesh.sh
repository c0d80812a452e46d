#!/usr/bin/env bash
# script/bench mesh [SECONDS] [INSTANCES]  route decisions among 1,000 instances with vectors, over HTTP and in SQL alone;
# beats of INSTANCES (10,000) instances, each every 30 s, for SECONDS (60), then as fast as they go: what they leave behind;
# then the stream of events (bench/events.sh).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
source "$here/lib.sh"
seconds=${1:-60} instances=${2:-10000} rounds=${ROUNDS:-3}
work=$(mktemp -d)
chmod 755 "$work"
trap 'serve_stop; rm -rf "$work"' EXIT
psql() { PGOPTIONS="-c client_min_messages=warning" "$STELE_TEST_PGBIN/psql" -qAtX "$STELE_TEST_DATABASE_URL" "$@"; }
runtime_login
# Acknowledged means on disk.
psql -c "ALTER SYSTEM SET fsync = on" -c "ALTER SYSTEM SET synchronous_commit = on" \
    -c "ALTER SYSTEM SET full_page_writes = on" -c "SELECT pg_reload_conf()" >/dev/null
serve_start --embedding builtin

# load COUNT: that many instances, all of which beat a moment ago.
load() {
    local model
    curl -fsS -o "$work/stored" "$url/v1/memory/store" \
        -d '{"content":"a memory, so that the model is known","category":"fact"}'
    model=$(psql -c "SELECT id FROM embedding_models WHERE active" || true)
    python3 "$here/mesh.py" instances "$1" "${model:-none}" "$work"
    psql -c "TRUNCATE mesh_instances CASCADE"
    psql -c "COPY mesh_instances (org_id, project_id, id, name, role, expertise, expertise_model, expertise_vector, models,
        endpoint) FROM STDIN" <"$work/instances.copy"
    psql -c "COPY mesh_heartbeats (org_id, project_id, id) FROM STDIN" <"$work/beats.copy"
    psql -c "VACUUM ANALYZE mesh_instances" -c "VACUUM ANALYZE mesh_heartbeats"
}
left_behind() {
    psql -c "SELECT format('%s dead rows, %s kB, %s of %s updates HOT', n_dead_tup,
        pg_relation_size('mesh_heartbeats') / 1024, n_tup_hot_upd, n_tup_upd)
        FROM pg_stat_user_tables WHERE relname = 'mesh_heartbeats'"
}

load 1000
for _ in $(seq "$rounds"); do
    psql -c "UPDATE mesh_heartbeats SET heartbeat_at = now()"
    echo "route among 1,000, prompts met before: $(python3 "$here/mesh.py" route "$url" 3000 50)"
    echo "route among 1,000, each prompt new:    $(python3 "$here/mesh.py" route "$url" 500 500)"
done
{
    echo "\\startpipeline"
    echo "SELECT set_config('stele.org_id', '00000000-0000-4000-8000-000000000001', true),
        set_config('stele.project_id', '00000000-0000-4000-8000-000000000001', true);"
    sed -e '/^--/d' -e "s/\$1/'00000000-0000-4000-8000-000000000001'::uuid/; s/\$2/'00000000-0000-4000-8000-000000000001'::uuid/" \
        -e 's/\$3/604800/' "$here/../src/work/mesh/sql/beats.sql" | tr '\n' ' '
    echo ";"
    echo "\\endpipeline"
} >"$work/beats.sql"
for _ in $(seq "$rounds"); do
    echo "its statement alone, in PostgreSQL:    $("$STELE_TEST_PGBIN/pgbench" -n -M prepared -c 1 -T 5 -f "$work/beats.sql" \
        "$STELE_DATABASE_URL" 2>/dev/null | awk '/^latency average/ { print "mean", $4, "ms" }')"
done

load "$instances"
echo "before: $(left_behind)"
cpu=$(cpu_seconds "$serve_pid")
echo "beats of $instances instances for $seconds s, one a call: $(python3 "$here/mesh.py" beats "$url" "$instances" \
    "$((instances / 30))" "$seconds" "$work"); the server's CPU $(awk -v a="$cpu" -v b="$(cpu_seconds "$serve_pid")" \
        'BEGIN { printf "%.1f s", b - a }')"
sleep 2
echo "after:  $(left_behind)"
echo "beats, a thousand a call, for $((seconds / 3)) s: $(python3 "$here/mesh.py" flood "$url" "$instances" "$((seconds / 3))" "$work")"
sleep 2
echo "after:  $(left_behind)"

serve_stop
"$here/events.sh"
