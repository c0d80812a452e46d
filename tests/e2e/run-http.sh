#!/usr/bin/env bash
# The HTTP door as a caller meets it: routes, tokens, limits, health, drain.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database

expect_exit 4 "$stele" serve --host 0.0.0.0 --port 0
expect_text 'without a token'
start_server
wait_ready
expect_status 200 "$url/livez"
expect_status 200 "$url/health"
expect_text '"memoryStore":"postgres"'
expect_status 200 "$url/v1/memory/store" -d '{"content":"The port is 6543","category":"fact"}'
id=$(jq -r .id <<<"$output")
expect_status 200 "$url/memory/search?q=port&limit=3&signals=true"
expect_text '6543'
expect_status 200 "$url/memory/$id"
expect_status 200 "$url/memory?category=fact"
expect_status 200 -X PATCH "$url/memory/$id" -d '{"tags":["db"]}'
expect_text '"version":2'
expect_status 400 "$url/memory/search?q=port&limit=x"
expect_status 400 "$url/v1/memory/search" -d '{"query":"x","limt":1}'
expect_text 'did you mean \\"limit\\"'
expect_status 400 "$url/v1/memory/search" -d '{"query":'
expect_status 404 "$url/v1/memory/nope" -d '{}'
expect_status 405 -X DELETE "$url/v1/memory/search"
expect_status 415 "$url/v1/memory/search" -H 'Content-Type: text/xml' -d '<x/>'
head -c 1200000 /dev/zero | tr '\0' x >"$work/big"
expect_status 413 "$url/v1/memory/search" --data-binary "@$work/big"
expect_status 403 "$url/v1/memory/import" -d '{"format":"jsonl","path":"/etc/passwd"}'
expect_status 400 "$url/v1/memory/search" -H 'X-Stele-Org: nobody' -d '{"query":"x"}'
expect_status 200 "$url/v1/memory/search" -H 'X-Stele-Org: 11111111-1111-4111-8111-111111111111' -d '{"query":"port"}'
expect_text '"results":\[\]'
expect_status 200 -X DELETE "$url/memory/$id"
expect_text '"receipt"'
expect_status 404 "$url/memory/$id"
expect_status 201 "$url/messages" -d '{"content":"We moved the staging port to 7000","threadId":"ses_1","speaker":"user","pendingAction":"tell the team"}'
expect_text '"threadId":"ses_1"'
message=$(jq -r .id <<<"$output")
expect_status 200 "$url/messages/search?q=staging"
expect_text '7000'
expect_status 200 "$url/messages/thread/ses_1"
expect_text 'staging port'
expect_status 200 "$url/messages/recent"
expect_status 200 "$url/messages/pending"
expect_text 'tell the team'
expect_status 200 "$url/messages/$message/resolve" -d '{"resolution":"told"}'
expect_status 200 "$url/search?query=staging&why=true"
expect_text '"kind":"message"'
expect_status 200 "$url/graph/trace?nodeId=$message"
expect_status 200 "$url/openapi.json"
expect_text '"openapi":"3.1.0"'
expect_status 200 "$url/docs"
# The page loads nothing from elsewhere.
expect_no_text '(src|href)="https?://|url\(|@import'
expect_status 200 "$url/metrics"
expect_text 'stele_operations_total\{operation="memory.search",outcome="ok"\}'

# SIGTERM in the middle of a batch: it is finished and acknowledged, or refused, never half.
jq -nc '{memories: [range(1000) | {content: "batch \(.)", category: "fact"}]}' >"$work/batch"
curl -s -o "$work/answer" -w '%{http_code}' "$url/v1/memory/store_batch" --data-binary "@$work/batch" >"$work/code" &
caller=$!
sleep 0.05
kill -TERM "$server_pid"
wait "$caller" || true
wait "$server_pid" && pass || fail 'the server did not end with 0'
stored=$(psql "$STELE_DATABASE_URL" -c 'SELECT count(*) FROM memories')
case $(cat "$work/code") in
200) [ "$stored" -eq 1000 ] && pass || fail "acknowledged, but $stored of 1000 are there" ;;
*) [ "$stored" -eq 0 ] || [ "$stored" -eq 1000 ] && pass || fail "half a batch: $stored" ;;
esac

# With a token.
printf 'correct-horse-battery' >"$work/token"
STELE_TOKEN_FILE=$work/token start_server --host 0.0.0.0
url=http://127.0.0.1:${url##*:}
wait_ready
expect_status 401 "$url/v1/memory/recent" -d '{}'
expect_status 401 "$url/v1/memory/recent" -H 'Authorization: Bearer wrong' -d '{}'
expect_status 401 "$url/nothing"
expect_status 200 "$url/v1/memory/recent" -H 'Authorization: Bearer correct-horse-battery' -d '{}'
expect_status 200 "$url/health"
expect_no_text 'correct-horse'
# The page on which a person types the token asks for none; the document does.
expect_status 200 "$url/docs"
expect_no_text 'correct-horse'
expect_status 401 "$url/openapi.json"
