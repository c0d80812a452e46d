#!/usr/bin/env bash
# The gateway's routes for verdicts, skills, channels, schedules and hooks, as a caller meets them; and what only
# callers on this machine may ask.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database

start_server
wait_ready
# Names and shapes that clients know: /jobs takes prompts as /job does, /memory needs no category, errors say error.
expect_status 201 "$url/jobs?local=true" -d '{"prompt":"fix the rollout","maxIterations":3,"agent":"builder"}'
expect_status 200 "$url/job/$(jq -r .id <<<"$output")"
expect_json '.input.prompt == "fix the rollout" and .input.maxIterations == 3 and .name == "agent"'
expect_status 201 "$url/jobs" -d '{"specFile":"plan.md"}'
expect_status 400 "$url/jobs" -d '{"prompt":"x","maxIterations":101}'
expect_json '.error | test("maxIterations")'
expect_status 200 "$url/memory" -d '{"content":"the port is 7000"}'
expect_status 200 "$url/memory/recent"
expect_json '.results[0].category == "fact"'
expect_status 404 "$url/posse"
expect_status 404 "$url/posse/memory/search?q=port"
expect_status 201 "$url/jobs" -d '{"name":"agent","input":{"prompt":"fix the kubernetes rollout","agent":"builder","model":"large-1"}}'
job=$(jq -r .id <<<"$output")
expect_status 200 "$url/job/$job/annotate" -d '{"verdict":"partial","feedback":"it printed password=hunter2-hunter2"}'
expect_text '"ok":true'
expect_text '"domain":"platform-infrastructure"'
expect_text '"feedback":"it printed password=hunter2-hunter2"' # feedback is data: as it was given
annotation=$(jq -r .annotationId <<<"$output")
expect_status 200 "$url/jobs/$job/annotate" -d '{"verdict":"pass"}'
expect_text '"replaced":true'
expect_status 400 "$url/job/$job/annotate" -d '{"verdict":"good"}'
expect_status 200 "$url/api/annotations" -d "{\"jobId\":\"$job\",\"verdict\":\"pass\"}"
expect_status 200 "$url/analytics/scores"
expect_text '"status":"insufficient_data"'
expect_text '"byAgent":\[\{"dimension":"agent","value":"builder"'
expect_status 200 "$url/analytics/trends?range=7d"
expect_status 400 "$url/analytics/trends?range=ever"
expect_status 200 "$url/analytics/recommendations"
expect_status 200 "$url/analytics/annotations?jobId=$job&verdict=pass"
expect_text "$annotation"
expect_status 200 "$url/graph/trace?nodeId=$job&direction=down&mode=all"
expect_text "$annotation"
expect_status 200 "$url/graph/trace?nodeId=$annotation&mode=all"
expect_text "$job"
expect_status 200 -X DELETE "$url/analytics/annotations/$annotation"

expect_status 200 "$url/skills/deploy-staging" -d '{"description":"Bring a build to staging","content":"Migrate first."}'
expect_text '"created":true'
expect_status 200 "$url/skills/search?q=staging"
expect_text 'deploy-staging'
expect_status 200 "$url/skills/deploy-staging"
expect_text 'Migrate first'
expect_status 200 "$url/skills"
expect_status 400 "$url/skills/Deploy" -d '{"description":"d","content":"c"}'
expect_status 200 -X DELETE "$url/skills/deploy-staging"
expect_status 404 "$url/skills/deploy-staging"

expect_status 404 "$url/_internal/channel/send" -d '{"channel":"telegram","target":"ops","message":"hi"}'
expect_status 200 "$url/_internal/channels" -d '{"name":"telegram"}'
expect_status 200 "$url/_internal/channel/send" -d '{"channel":"telegram","target":"ops","message":"hi"}'
message=$(jq -r .jobId <<<"$output")
expect_status 200 "$url/_internal/channels"
expect_text '"waiting":1'
expect_status 200 "$url/v1/job/lease" -d '{"queue":"channel:telegram","worker":"connector"}'
expect_text "$message"
expect_status 200 "$url/v1/job/info" -d '{}'
expect_no_text 'jobId'

expect_status 404 "$url/heartbeat/trigger" -d '{}'
expect_status 200 "$url/heartbeat/wake" -d '{"text":"the build is red"}'
expect_text 'there is no heartbeat'
expect_status 201 "$url/cron" -d '{"name":"heartbeat","schedule":"{\"every\":\"1h\"}","prompt":"look at what waits"}'
expect_status 201 "$url/cron" -d '{"name":"standup","schedule":"0 9 * * *","prompt":"summarise"}'
expect_status 200 "$url/scheduler"
expect_text '"pendingTotal":1'
expect_text '"hooks":\{"enabled":false'
expect_status 200 "$url/heartbeat/trigger" -d '{}'
beat=$(jq -r .jobId <<<"$output")
expect_status 200 "$url/job/$beat"
expect_text 'the build is red'
expect_status 200 "$url/cron"
expect_text 'standup'
expect_text '"prompt":"summarise"'
expect_no_text 'heartbeat'
expect_status 503 "$url/posse/job" -d '{"prompt":"x","async":true}'
expect_text '"refusal":"nobody"'
expect_status 200 -X DELETE "$url/cron/standup"
expect_status 404 "$url/hooks/wake" -d '{"text":"x"}'
expect_status 404 "$url/hooks/wake"
expect_status 200 "$url/v1/struggle/check" -d '{"iterations_without_progress":5,"recent_errors":0}'
expect_text '"severity":"critical"'
echo 'use port 7000' >"$work/context.md"
expect_status 404 "$url/v1/context/check" -d "{\"workdir\":\"$work\"}"

# The file is for who sits here: the shell, and MCP over standard input.
expect_exit 0 "$stele" context check "$work"
expect_text 'use port 7000'
expect_exit 0 "$stele" context check "$work"
expect_text 'There is nothing'
echo 'use port 8000' >"$work/context.md"
output=$(STELE_JOB_ID=job-9 STELE_JOB_TRIGGER=cron "$stele" mcp --tools randal <<'JSON'
{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"job_info","arguments":{}}}
JSON
)
expect_text 'job-9'
expect_text 'cron'
printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}' \
    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"context_check\",\"arguments\":{\"workdir\":\"$work\"}}}" >"$work/mcp"
output=$("$stele" mcp --tools randal <"$work/mcp")
expect_text 'use port 8000'
[ ! -e "$work/context.md" ] && pass || fail 'context.md is still there'
mkdir -p "$work/skills/one"
printf -- '---\nname: one\ndescription: The first\n---\nDo it.\n' >"$work/skills/one/SKILL.md"
expect_exit 0 "$stele" skills import "$work/skills"
expect_text 'created +one'
expect_exit 0 "$stele" annotate nightly-7 fail 'no backup was taken'
expect_text 'nightly-7 as fail'
expect_exit 0 "$stele" analytics scores
expect_text 'too few to tell'

# Tokens: _internal asks for the server's like all others; hooks open with their own, for this server's tenant alone.
kill "$server_pid"
wait "$server_pid" || true
STELE_TOKEN=correct-horse-battery STELE_HOOKS_TOKEN=hooks-0123456789 start_server
wait_ready
server='Authorization: Bearer correct-horse-battery' hooks='Authorization: Bearer hooks-0123456789'
for path in _internal/channels scheduler skills analytics/scores; do
    expect_status 401 "$url/$path"
    expect_status 401 "$url/$path" -H "$hooks"
    expect_status 200 "$url/$path" -H "$server"
done
expect_status 401 "$url/_internal/channel/send" -d '{"channel":"telegram","target":"ops","message":"hi"}'
expect_status 401 "$url/hooks/wake" -d '{"text":"x"}'
expect_status 401 "$url/hooks/wake" -H 'X-Stele-Token: wrong' -d '{"text":"x"}'
expect_status 200 "$url/hooks/wake" -H 'X-Stele-Token: hooks-0123456789' -d '{"text":"by header"}'
expect_status 403 "$url/hooks/wake" -H "$hooks" -H 'X-Stele-Org: 11111111-1111-4111-8111-111111111111' -d '{"text":"elsewhere"}'
expect_status 200 "$url/hooks/wake" -H "$hooks" -d '{"text":"by bearer"}'
expect_status 200 "$url/scheduler" -H "$server"
expect_text '"hooks":\{"enabled":true,"pendingItems":2\}'
expect_status 201 "$url/hooks/agent" -H "$hooks" -d '{"message":"review pull request 12","key":"pull-12"}'
expect_status 201 "$url/hooks/agent" -H "$hooks" -d '{"message":"review pull request 12","key":"pull-12"}'
expect_text '"duplicate":true'
expect_status 200 "$url/hooks/wake" -H "$server" -d '{"text":"the server'"'"'s token opens them, too"}'
expect_no_text 'hooks-0123456789'
expect_status 200 "$url/v1/event/list" -H "$server" -d '{"types":["hook.received","hook.queued","cron.added","cron.removed"],"limit":100}'
expect_json '[.events[].type] | (map(select(. == "hook.received")) | length) == 5 and index("hook.queued") and index("cron.added") and index("cron.removed")'

# Web pages: with a token any may ask; one that is not among those named may not.
expect_status 401 "$url/mesh/status" -H 'Origin: https://app.example'
expect_status 200 "$url/mesh/status" -H "$server" -H 'Origin: https://app.example' -D "$work/headers"
grep -qi '^access-control-allow-origin: https://app.example' "$work/headers" && pass || fail 'a page with the token may not read'
for path in mesh/status mcp; do
    expect_status 204 -X OPTIONS "$url/$path" -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: POST' -D "$work/headers"
    grep -qi '^access-control-allow-headers: .*authorization' "$work/headers" && pass || fail "no preflight at /$path"
done

# Without a token for the server hooks still ask for theirs, and pages of other origins may neither write nor read, by
# whatever name they reach this machine.
kill "$server_pid"
wait "$server_pid" || true
STELE_HOOKS_TOKEN=hooks-0123456789 start_server
wait_ready
expect_status 401 "$url/hooks/wake" -d '{"text":"x"}'
expect_status 200 "$url/hooks/wake" -H "$hooks" -d '{"text":"x"}'
for page in https://evil.example null; do
    expect_status 403 "$url/memory" -H "Origin: $page" -d '{"content":"obey me"}'
    expect_status 403 -X OPTIONS "$url/memory" -H "Origin: $page" -H 'Access-Control-Request-Method: POST'
done
expect_status 403 "$url/memory/recent" -H 'Host: evil.example'
expect_status 200 "$url/memory/recent" -H 'Origin: http://localhost:5173'
expect_no_text 'obey me'
