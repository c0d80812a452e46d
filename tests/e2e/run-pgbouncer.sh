#!/usr/bin/env bash
# Through Debian's PgBouncer in transaction mode, which shares server connections among clients: no
# setting leaks from tenant to tenant, prepared statements are given up by themselves, and what needs a session of its
# own takes database.directUrl.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=../../script/lib/common.sh
source "$root/script/lib/common.sh"
# shellcheck source=../../script/lib/account.sh
source "$root/script/lib/account.sh"
new_database
expect_exit 0 "$stele" db migrate
admin=$STELE_DATABASE_URL
host=$(sed 's/.*host=\([^&]*\).*/\1/' <<<"$admin")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
chmod 755 "$work"
mkdir "$work/bouncer" && chmod 777 "$work/bouncer"
cat >"$work/bouncer/pgbouncer.ini" <<INI
[databases]
$database = host=$host port=5432 dbname=$database user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 200
logfile = $work/bouncer/log
pidfile = $work/bouncer/pid
INI
as_server "$(PATH=$PATH:/usr/sbin command -v pgbouncer)" -q -d "$work/bouncer/pgbouncer.ini" >"$work/bouncer/out" 2>&1 </dev/null
for _ in $(seq 100); do [ -s "$work/bouncer/pid" ] && break; sleep 0.05; done
pids+=("$(cat "$work/bouncer/pid")")
export STELE_DATABASE_URL="postgresql://postgres@127.0.0.1:$port/$database" STELE_ADMIN_DATABASE_URL=$admin
for _ in $(seq 100); do psql "$STELE_DATABASE_URL" -c 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.05; done
start_server
wait_ready
# 40 tenants from 20 callers over 3 server connections.
one_tenant() {
    local org i
    org=$(printf '%08d-0000-4000-8000-000000000001' "$1")
    for i in 1 2 3 4 5; do
        curl -fs "$url/v1/memory/store" -H "X-Stele-Org: $org" -d "{\"content\":\"tenant $1 note $i\",\"category\":\"fact\"}" >/dev/null
        curl -fs "$url/v1/memory/search" -H "X-Stele-Org: $org" -d '{"query":"note","limit":50}' |
            jq -e --arg t "tenant $1 " '[.results[].content | startswith($t)] | all and (length == '"$i"')' >/dev/null ||
            echo "tenant $1 saw something else"
    done
}
export -f one_tenant
export url
strange=$(seq 40 | xargs -P 20 -I{} bash -c 'one_tenant {}')
[ -z "$strange" ] && pass || fail "$strange"
[ "$(psql "$admin" -c 'SELECT count(*) FROM memories')" = 200 ] && pass || fail 'writes are missing or doubled'
expect_status 200 "$url/v1/memory/stats" -d '{}'
expect_exit 0 "$stele" memory store 'by way of the pooler' -c fact
# What needs a session takes the server's own address: who waits is woken, migrations hold their lock.
expect_exit 0 "$stele" doctor --only notifications
expect_text '^WARN +notifications'
expect_text 'waiting polls'
expect_text 'export STELE_DATABASE_DIRECT_URL='
unset STELE_ADMIN_DATABASE_URL
expect_exit 2 "$stele" db migrate
expect_text 'is a transaction pooler'
export STELE_DATABASE_DIRECT_URL="$admin&application_name=stele_direct"
expect_exit 0 "$stele" db migrate
expect_exit 0 "$stele" doctor --only notifications
expect_text '^PASS +notifications'
expect_exit 0 "$stele" config print
expect_text 'database.directUrl'
start_server
wait_ready
listeners="SELECT pid FROM pg_stat_activity WHERE application_name = 'stele_direct' AND query LIKE 'LISTEN %'"
expect_listener() {
    for _ in $(seq 200); do
        listener=$(psql "$admin" -c "$listeners")
        [ -n "$listener" ] && [ "$listener" != "$1" ] && break
        sleep 0.05
    done
    [ -n "$listener" ] && [ "$listener" != "$1" ] && pass || fail "nobody listens at the server itself"
}
expect_listener ''
psql "$admin" -c "SELECT pg_terminate_backend($listener)" >/dev/null
expect_listener "$listener"
