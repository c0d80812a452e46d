#!/usr/bin/env bash
# Tokens of the API on two servers of one database: what they may over REST and MCP, cookies for event streams, revoked,
# expired and invented ones, the token of the environment, and that no secret is in a log or a dump.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database
export STELE_TOKEN=e2e-tokens-of-the-server
STELE_LOG_LEVEL=debug start_server
wait_ready
a=$url
STELE_LOG_LEVEL=debug start_server
wait_ready
b=$url
auth=(-H "Authorization: Bearer $STELE_TOKEN")
own=00000000-0000-4000-8000-000000000001
other=11111111-1111-4111-8111-111111111111
issued=()

# issue NAME FLAG…: a token over the shell; sets token and id.
issue() {
    expect_exit 0 "$stele" token create "$@" --json
    token=$(jq -r .token <<<"$output")
    id=$(jq -r .details.id <<<"$output")
    issued+=("$token")
}
# bearer TOKEN: sets with to curl's arguments.
bearer() { with=(-H "Authorization: Bearer $1"); }
# milliseconds
now() { echo $(($(date +%s%N) / 1000000)); }
# follow FILE CURL-ARGUMENT…: a stream of events into FILE, and begun; sets follower.
follow() {
    : >"$1"
    curl -sN "${@:2}" >"$1" &
    follower=$!
    pids+=("$follower")
    for _ in $(seq 100); do
        grep -q '^event: ping' "$1" && { pass; return; }
        sleep 0.05
    done
    fail "no stream: $(cat "$1")"
}
# expect_end PID WHAT: the stream ends within three seconds.
expect_end() {
    for _ in $(seq 60); do
        kill -0 "$1" 2>/dev/null || { pass; return; }
        sleep 0.05
    done
    fail "still open: $2"
}

# A service: its scopes, its tenant, its name; over REST.
issue reader --scopes memory:read --scopes identity:read --instance builder
reader=$token
bearer "$reader"
expect_status 200 "${auth[@]}" "$a/v1/memory/store" -d '{"content":"the port is 5499","category":"fact","scope":"global"}'
for server in "$a" "$b"; do
    expect_status 200 "${with[@]}" "$server/memory/recent"
    expect_text 'the port is 5499'
done
expect_status 200 "${with[@]}" "$a/v1/caller"
expect_json ".kind == \"service\" and .org == \"$own\" and (.anyTenant | not) and .instance == \"builder\"
    and .viewer == \"public\" and .scopes == [\"identity:read\", \"memory:read\"] and .credential == \"$id\""
expect_status 403 "${with[@]}" "$a/v1/memory/store" -d '{"content":"x","category":"fact"}' -D "$work/headers"
grep -qi '^www-authenticate: Bearer error="insufficient_scope", scope="memory:write"' "$work/headers" && pass ||
    fail "no scope named: $(cat "$work/headers")"
expect_status 403 "${with[@]}" -H "X-Stele-Org: $other" "$a/memory/recent"
expect_status 403 "${with[@]}" -H "X-Stele-Project: $other" "$a/memory/recent"
expect_status 403 "${with[@]}" -H 'X-Stele-Instance: another' "$a/memory/recent"
expect_status 200 "${with[@]}" -H "X-Stele-Org: $own" -H 'X-Stele-Scope: project:/x' "$a/memory/recent"
expect_status 403 "${with[@]}" "$a/metrics"
expect_status 200 "${with[@]}" "$a/v1/token/list" -d '{}'
expect_no_text "$reader"
expect_json '.tokens[0].name == "reader"'

# The same over MCP.
mcp() {
    expect_status "$1" "${with[@]}" -H 'Accept: application/json, text/event-stream' -H 'Content-Type: application/json' \
        "${session[@]}" -D "$work/headers" "$a/mcp" -d "$2"
}
session=()
mcp 200 '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}'
session=(-H "Mcp-Session-Id: $(sed -n 's/^mcp-session-id: \([^\r]*\).*/\1/Ip' "$work/headers")")
mcp 200 '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"memory_search","arguments":{"query":"port"}}}'
expect_text 'the port is 5499'
mcp 403 '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"memory_store","arguments":{"content":"x","category":"fact"}}}'
grep -qi 'scope="memory:write"' "$work/headers" && pass || fail "no scope named: $(cat "$work/headers")"
session+=(-H "X-Stele-Org: $other")
mcp 403 '{"jsonrpc":"2.0","id":4,"method":"ping"}'

# What was never issued is no question to the database, nor is what was just used: both are answered while nobody can
# read the table.
expect_status 200 "${with[@]}" "$a/memory/recent"
psql "$STELE_DATABASE_URL" -c 'BEGIN; LOCK TABLE api_tokens IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(4)' >/dev/null &
lock=$!
pids+=("$lock")
until [ "$(psql "$STELE_DATABASE_URL" -c "SELECT count(*) FROM pg_locks WHERE relation = 'api_tokens'::regclass AND
    mode = 'AccessExclusiveLock' AND granted")" = 1 ]; do sleep 0.02; done
expect_status 200 --max-time 2 "${with[@]}" "$a/memory/recent"
last=$([ "${reader: -1}" = 0 ] && echo 1 || echo 0)
for garbage in "${reader%?}$last" stele_st_ "stele_at_${reader#stele_st_}" stele_st_short nonsense; do
    expect_status 401 --max-time 2 -H "Authorization: Bearer $garbage" "$a/memory/recent"
done
kill -0 "$lock" && pass || fail 'the lock was gone too early'
wait "$lock" || true
unknown=$("$stele" token generate)
expect_status 401 -H "Authorization: Bearer $unknown" "$a/memory/recent" -D "$work/headers"
grep -qi '^www-authenticate: Bearer error="invalid_token"' "$work/headers" && pass || fail "$(cat "$work/headers")"

# A browser's cookie follows events; revoking ends it, on both servers.
issue watcher --scopes event:read --scopes memory:read
watcher=$token watcher_id=$id
bearer "$watcher"
expect_status 200 -X POST "${with[@]}" -c "$work/jar" "$b/auth/session" -D "$work/headers"
expect_json '.expiresIn == 86400'
grep -qi '^set-cookie: stele_session_[0-9]*=[0-9A-Za-z]\{43\}; HttpOnly; SameSite=Strict' "$work/headers" && pass ||
    fail "no cookie: $(cat "$work/headers")"
expect_status 403 -b "$work/jar" "$b/v1/memory/recent" -d '{}'
expect_status 200 -b "$work/jar" "$b/memory/recent"
follow "$work/cookie" -b "$work/jar" "$b/events"
by_cookie=$follower
follow "$work/bearer" "${with[@]}" "$a/events"
by_bearer=$follower
for server in "$a" "$b"; do expect_status 200 "${with[@]}" "$server/memory/recent"; done
expect_exit 0 "$stele" token revoke "$watcher_id" --reason 'seen in a log'
began=$(now)
for server in "$a" "$b"; do
    while [ "$(curl -s -o /dev/null -w '%{http_code}' "${with[@]}" "$server/memory/recent")" != 401 ]; do
        [ $(($(now) - began)) -lt 5000 ] || break
        sleep 0.02
    done
    took=$(($(now) - began))
    [ "$took" -le 2000 ] && pass || fail "$server refuses after $took ms"
    echo "revoked, refused by $server after $took ms"
done
expect_end "$by_cookie" "the cookie's stream"
expect_end "$by_bearer" "the token's stream"
expect_status 401 -b "$work/jar" "$b/memory/recent"
bearer "$reader"
expect_status 200 "${with[@]}" "$a/memory/recent"

# One that is replaced.
reader_id=$("$stele" token list --json | jq -r '.tokens[] | select(.name == "reader") | .id')
expect_exit 0 "$stele" token rotate "$reader_id" --json
next=$(jq -r .token <<<"$output")
issued+=("$next")
sleep 2 # the promise: within two seconds
for server in "$a" "$b"; do
    expect_status 401 "${with[@]}" "$server/memory/recent"
    expect_status 200 -H "Authorization: Bearer $next" "$server/memory/recent"
done

# One with an end.
issue brief --scopes event:read --expires-at "$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)"
bearer "$token"
expect_status 200 -X POST "${with[@]}" -c "$work/jar" "$a/auth/session"
expect_json '.expiresIn <= 3'
follow "$work/brief" "${with[@]}" "$a/events"
sleep 3
expect_status 401 "${with[@]}" "$a/events"
expect_status 401 -b "$work/jar" "$a/events"
expect_end "$follower" 'a stream whose token is over'

# Admins: of one tenant, of all; over REST, recorded.
issue zone --kind admin
bearer "$token"
expect_status 200 "${with[@]}" "$a/v1/token/create" -d '{"name":"by-zone","scopes":["job:read"]}'
issued+=("$(jq -r .token <<<"$output")")
expect_json '.details.createdBy | startswith("admin:")'
expect_status 403 "${with[@]}" -H "X-Stele-Org: $other" "$a/v1/token/list" -d '{}'
expect_status 403 "${with[@]}" "$a/v1/token/list" -d '{"global":true}'
expect_status 403 "${with[@]}" "$a/v1/token/create" -d '{"name":"more","kind":"admin","global":true}'
issue all --kind admin --capability read --global
bearer "$token"
expect_status 200 "${with[@]}" -H "X-Stele-Org: $other" "$a/memory/recent"
expect_no_text 'the port is 5499'
expect_status 403 "${with[@]}" "$a/v1/token/create" -d '{"name":"x","scopes":["job:read"]}'
grep -q 'token.create' "$work"/serve.*.log && pass || fail 'nothing is recorded'

# The environment's token, for the first set-up.
STELE_ADMIN_TOKEN=secret expect_exit 2 "$stele" serve --port 0
expect_text 'STELE_ADMIN_TOKEN: is no admin token'
admin=$("$stele" token generate)
issued+=("$admin")
echo "$admin" >"$work/admin-token"
expect_exit 0 "$stele" doctor --only tokens --json
expect_json '.checks[0].verdict == "pass"'
STELE_ADMIN_TOKEN_FILE=$work/admin-token start_server
wait_ready
bearer "$admin"
for _ in $(seq 100); do
    curl -fs -o /dev/null "${with[@]}" "$url/v1/caller" && break
    sleep 0.2
done
for server in "$url" "$b"; do
    expect_status 200 "${with[@]}" -H "X-Stele-Org: $other" "$server/v1/caller"
    expect_json ".kind == \"admin\" and .anyTenant and .scopes == [\"*\"] and .org == \"$other\""
done
expect_exit 0 "$stele" doctor --only tokens --json
expect_json '.checks[0].verdict == "warn"'
expect_text 'STELE_ADMIN_TOKEN'

# No secret in a log, nor in a dump.
"$STELE_TEST_PGBIN/pg_dump" "$STELE_DATABASE_URL" >"$work/dump.sql"
grep -q 'COPY public.api_tokens' "$work/dump.sql" && pass || fail 'the dump lacks the tokens'
cookie=$(awk '/stele_session/ {print $NF}' "$work/jar")
for secret in "${issued[@]}" "$cookie"; do
    if grep -qF -- "${secret:31:40}" "$work"/serve.*.log "$work/dump.sql"; then fail 'a secret is in a log or a dump'; else pass; fi
done
