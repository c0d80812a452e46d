#!/usr/bin/env bash
# What a start refuses (another application's database, a login that row-level security does not bind, URLs that
# mean nothing), and what a running server and the local cluster bear: changed passwords, the user's own variables.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
chmod 755 "$work"

# ---- another application's database: serve and mcp end with 4 and make nothing
new_database
psql "$STELE_DATABASE_URL" -c 'CREATE TABLE users (id int)'
mkfifo "$work/stdin"
exec 9<>"$work/stdin" # open and silent, as an MCP client's pipe
for verb in "serve --port 0" mcp; do
    # shellcheck disable=SC2086  # words
    expect_exit 4 timeout 60 "$stele" $verb <&9
    expect_text 'holds 1 tables of another application \(public.users\)'
    expect_text 'into-existing'
done
expect_exit 4 "$stele" setup
expect_exit 4 "$stele" db migrate
[ "$(psql "$STELE_DATABASE_URL" -c "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")" = 1 ] \
    && pass || fail 'something was made'
expect_exit 0 "$stele" db migrate --into-existing
start_server
wait_ready && pass

# ---- a schema of its own, from its first start on; its name is quoted everywhere
new_database
export STELE_DATABASE_SCHEMA='My Stele'
start_server
wait_ready && pass
expect_exit 0 "$stele" memory store 'in a schema of its own' --category fact
expect_exit 0 "$stele" db status --write-check
expect_text '^Schema: My Stele \(exists\)'
expect_exit 0 "$stele" doctor
[ "$(psql "$STELE_DATABASE_URL" -c 'SELECT count(*) FROM "My Stele".memories')" = 1 ] && pass || fail 'stored elsewhere'
psql "$STELE_DATABASE_URL" -c "ALTER DATABASE $database SET search_path = public"
expect_exit 3 "$stele" db status
expect_text '^Postgres: ok'
expect_text '^Schema: My Stele \(missing\)'
unset STELE_DATABASE_SCHEMA

# ---- a login that passes row-level security by and cannot step down
new_database
expect_exit 0 "$stele" db migrate
login=bypass_$$
psql "$STELE_DATABASE_URL" -c "CREATE ROLE $login LOGIN BYPASSRLS" \
    -c "GRANT ALL ON ALL TABLES IN SCHEMA public TO $login"
owner=$STELE_DATABASE_URL
export STELE_DATABASE_URL=${owner/user=postgres/user=$login} STELE_ADMIN_DATABASE_URL=$owner
start_server
wait_ready && pass
output=$(cat "$work"/serve.*.log)
expect_text "the login $login has BYPASSRLS and is no member of stele_runtime.*production would refuse"
psql "$owner" -c "GRANT stele_runtime TO $login"
: >"$work/member.log"
"$stele" serve --port 0 2>"$work/member.log" &
pids+=("$!")
for _ in $(seq 200); do grep -q 'listening on' "$work/member.log" && break; sleep 0.05; done
output=$(cat "$work/member.log")
expect_no_text 'BYPASSRLS'
kill "${pids[@]}" 2>/dev/null || true
for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
pids=()
psql "$owner" -c "DROP OWNED BY $login" -c "DROP ROLE $login"
unset STELE_ADMIN_DATABASE_URL

# ---- URLs that mean nothing are configuration
for query in sslmode=no-verify target_session_attrs=primaryy pgbouncer=true schema=public; do
    export STELE_DATABASE_URL="postgresql://u@127.0.0.1:1/d?$query"
    for verb in "db status" "serve --port 0"; do
        # shellcheck disable=SC2086  # words
        expect_exit 2 timeout 20 "$stele" $verb
        expect_text "${query%%=*}"
    done
done

# ---- the local cluster: the user's variables are not for it, and a blank URL means it
unset STELE_DATABASE_URL
export STELE_PG_BIN=$STELE_TEST_PGBIN
local_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
foreign=(PGSERVICE=nowhere PGOPTIONS=-csearch_path=app PGHOSTADDR=192.0.2.1 PGTARGETSESSIONATTRS=standby
    PGCHANNELBINDING=require PGGSSENCMODE=require PGTZ=Bad PGSYSCONFDIR=/nonexistent PGSERVICEFILE=/nonexistent
    PGPASSWORD=other PGHOST=192.0.2.1 PGPORT=1)
stop_cluster() { "$stele" db stop >/dev/null 2>&1 || true; finish; }
trap stop_cluster EXIT
chmod 755 "$STELE_HOME"
expect_exit 0 env "${foreign[@]}" "$stele" setup --port "$local_port"
expect_exit 0 env "${foreign[@]}" "$stele" db status --write-check
expect_exit 0 env "${foreign[@]}" "$stele" db psql 'SELECT current_user'
expect_text stele_owner
expect_exit 0 env "${foreign[@]}" "$stele" db backup
expect_exit 0 env STELE_DATABASE_URL=' ' DATABASE_URL= "$stele" db status --write-check

# ---- changed passwords reach the running server, as the runbook says
start_server
wait_ready && pass
umask 077
for role in postgres stele_owner stele_app; do
    echo "*:*:*:$role:$(head -c 24 /dev/urandom | base64 | tr +/ -_)"
done >"$STELE_HOME/pgpass.new"
{
    echo '\set ON_ERROR_STOP 1'
    sed "s/^\*:\*:\*:\(.*\):\(.*\)$/ALTER ROLE \1 PASSWORD '\2';/" "$STELE_HOME/pgpass.new"
} | "$stele" db psql --role superuser >/dev/null && mv "$STELE_HOME/pgpass.new" "$STELE_HOME/pgpass"
expect_exit 0 "$stele" db psql --role superuser \
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'stele_app'"
expect_status 200 "$url/v1/memory/stats" -d '{}'

# ---- the incident: the backup that is made when data is in doubt leaves the good one
expect_exit 0 "$stele" memory store 'precious: the key is under the mat' --category fact
good=$("$stele" db backup --json | jq -r .file)
id=$("$stele" memory search 'precious mat' --json | jq -r '.results[0].id')
expect_exit 0 "$stele" memory forget "$id"
expect_exit 0 "$stele" db backup
expect_text "kept $good"
expect_exit 0 "$stele" db restore "$good" --force --confirm restore-postgres --replace
expect_exit 0 "$stele" memory search 'precious mat'
expect_text 'under the mat'
