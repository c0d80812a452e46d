#!/usr/bin/env bash
# Tenants apart at every door: each operation, tool and resource is called with everything that is another tenant's; and
# who may say which tenant is meant.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database

export STELE_TOKEN=$' correct-horse-battery\n' # trimmed: nobody could send the line break
STELE_SERVER_CALLS_PER_SECOND=100000 STELE_SERVER_CALLS_AT_ONCE=1000 STELE_HOOKS_TOKEN=hooks-0123456789 start_server
wait_ready
token=correct-horse-battery
auth=(-H "Authorization: Bearer $token")
org=11111111-1111-4111-8111-111111111111

if python3 "$root/tests/e2e/isolation.py" "$url" "$token" "$STELE_TEST_PGBIN/psql" "$STELE_DATABASE_URL" >"$work/walk"; then
    pass
else
    fail "the walk: $(cat "$work/walk")"
fi
tail -1 "$work/walk"

# A header that carries authority counts once, or two readers of one request could read it differently.
expect_status 400 "${auth[@]}" -H "X-Stele-Org: $org" -H 'X-Stele-Org: 22222222-2222-4222-8222-222222222222' "$url/memory/recent"
expect_text 'X-Stele-Org is there twice'
expect_status 400 "${auth[@]}" -H 'Authorization: Bearer other' "$url/memory/recent"
expect_status 400 "${auth[@]}" -H 'Cookie: a=b' -H 'Cookie: c=d' "$url/memory/recent"
expect_status 400 "${auth[@]}" -H 'X-Stele-Org: nonsense' "$url/memory/recent"
expect_status 400 "${auth[@]}" -H 'X-Stele-Org: nonsense' -H 'Accept: application/json, text/event-stream' \
    -H 'Content-Type: application/json' "$url/mcp" -d '{"jsonrpc":"2.0","id":1,"method":"ping"}'

# Strangers learn nothing about routes; who is known, what is missing.
for path in nothing v1/memory/store v1/caller mcp metrics; do
    expect_status 401 "$url/$path" -D "$work/headers"
    grep -qi '^www-authenticate: Bearer.$' "$work/headers" && pass || fail "no challenge: $(cat "$work/headers")"
done
expect_status 401 -H 'Authorization: Bearer wrong' "$url/nothing" -D "$work/headers"
grep -qi '^www-authenticate: Bearer error="invalid_token"' "$work/headers" && pass || fail "no reason: $(cat "$work/headers")"
expect_status 404 "${auth[@]}" "$url/nothing"
expect_status 405 "${auth[@]}" "$url/v1/memory/store"
expect_status 415 "${auth[@]}" -H 'Content-Type: text/plain' "$url/v1/memory/store" -d x

# Who one is, and what one may.
expect_status 200 "${auth[@]}" -H "X-Stele-Org: $org" "$url/v1/caller"
expect_json ".kind == \"operator\" and .org == \"$org\" and .anyTenant and .scopes == [\"*\"] and .viewer == \"all\""
expect_exit 0 "$stele" whoami --json
expect_json '.kind == "local" and .principal == "local" and .scopes == ["*"]'
expect_status 403 -H 'X-Stele-Token: hooks-0123456789' -H "X-Stele-Org: $org" "$url/hooks/wake" -d '{"text":"x"}'
expect_status 401 -H 'X-Stele-Token: hooks-0123456789' "$url/v1/caller"

# A cookie changes something only from the server's own pages.
curl -fsS -X POST "${auth[@]}" -c "$work/jar" -H 'X-Forwarded-Proto: https' "$url/auth/session" -D "$work/headers" >/dev/null
grep -qi '^set-cookie:.*Secure' "$work/headers" && fail 'a stranger may say https' || pass
expect_status 200 -b "$work/jar" "$url/memory/recent"
expect_status 403 -b "$work/jar" "$url/v1/memory/recent" -d '{}'
expect_status 403 -b "$work/jar" -H 'Content-Type: application/json' -H 'Origin: http://localhost:1' "$url/v1/memory/recent" -d '{}'
expect_status 200 -b "$work/jar" -H 'Content-Type: application/json' -H "Origin: $url" "$url/v1/memory/recent" -d '{}'

kill "$server_pid"
wait "$server_pid" || true
STELE_TOKEN=$' \n' expect_exit 2 "$stele" serve --port 0
expect_text 'server.token: is blank'

# So many calls at a time, whoever it is, where the settings say so.
STELE_SERVER_CALLS_PER_SECOND=1 start_server
wait_ready
for _ in 1 2 3 4; do curl -s -o /dev/null "${auth[@]}" "$url/memory/recent"; done
expect_status 429 "${auth[@]}" "$url/memory/recent" -D "$work/headers"
expect_json '.code == "rate_limited" and .retryable'
grep -qi '^retry-after: ' "$work/headers" && pass || fail 'no Retry-After'
kill "$server_pid"
wait "$server_pid" || true

# On loopback without a token everything is as it ever was, IPv6 too.
unset STELE_TOKEN
start_server --host ::1
[[ $url == "http://[::1]:"* ]] && pass || fail "no address: $url"
wait_ready
expect_status 200 -g "$url/v1/caller"
expect_json '.kind == "local" and .anyTenant'
expect_status 200 -g -H "X-Stele-Org: $org" "$url/memory/recent"
