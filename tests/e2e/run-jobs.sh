#!/usr/bin/env bash
# Jobs through the doors: long polls that hold no worker, waking across processes, draining, the shell.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database

STELE_SERVER_WORKERS=2 start_server
wait_ready
a=$url
a_pid=$server_pid
STELE_SERVER_WORKERS=2 start_server
wait_ready
b=$url
b_pid=$server_pid

# poll URL FILE [QUEUE]: waits for one job in the background; its answer and how long it took go to FILE.
poll() {
    curl -s -o "$2" -w '%{http_code} %{time_total}' "$1/v1/job/lease" \
        -d "{\"queue\":\"${3:-default}\",\"waitMs\":20000,\"worker\":\"$2\"}" >"$2.took" &
    polls+=("$!")
}
polls=()

# Forty polls on two workers; others are served meanwhile.
for i in $(seq 40); do poll "$a" "$work/poll.$i"; done
sleep 0.5
expect_status 200 "$a/jobs"
jq -nc '{jobs: [range(40) | {name: "n\(.)"}]}' >"$work/batch"
expect_status 200 "$a/v1/job/submit_batch" --data-binary "@$work/batch"
expect_text '"submitted":40'
for pid in "${polls[@]}"; do wait "$pid"; done
got=$(cat "$work"/poll.*[0-9] | jq -r '.jobs[].id' | sort -u | wc -l)
[ "$got" -eq 40 ] && pass || fail "$got of 40 jobs were leased, each once"
slow=$(cat "$work"/poll.*.took | awk '$2 > 5' | wc -l)
[ "$slow" -eq 0 ] && pass || fail "$slow polls took longer than five seconds"

# Submitted at one server, leased at the other; then from a program of its own.
for way in server shell; do
    polls=()
    poll "$b" "$work/$way" "$way"
    sleep 0.4
    case $way in
    server) expect_status 201 "$a/jobs" -d '{"name":"x","queue":"server"}' ;;
    shell) expect_exit 0 "$stele" job submit x --queue shell ;;
    esac
    wait "${polls[0]}"
    expect_exit 0 jq -e '.jobs | length == 1' "$work/$way"
done

# The shell waits too.
"$stele" job lease --queue cli --wait-ms 20000 --json >"$work/cli" &
waiting=$!
sleep 0.7
expect_status 201 "$a/jobs" -d '{"name":"x","queue":"cli","input":{"n":1}}'
wait "$waiting" && pass || fail 'job lease did not end well'
id=$(jq -r '.jobs[0].id' "$work/cli")
expect_status 200 "$a/jobs/$id"
expect_text '"status":"running"'
expect_status 200 "$a/v1/job/complete" -d "{\"jobs\":[{\"id\":\"$id\",\"generation\":1,\"output\":[1,2]}]}"
expect_text '"completed":1'
expect_status 200 "$a/job/$id"
expect_text '"status":"complete"'
expect_status 201 "$a/jobs" -d '{"name":"y"}'
id=$(jq -r .id <<<"$output")
expect_status 200 -X DELETE "$a/jobs/$id"
expect_text '"cancelled":true'
expect_status 404 -X DELETE "$a/jobs/01890a5d-ac96-774b-bcce-b302099a8057"
expect_status 400 "$a/v1/job/lease" -d '{"waitMs":"long"}'
expect_exit 0 "$stele" job list --status stopped
expect_text "$id"
expect_exit 0 "$stele" job queues

# A schedule fires in whichever server sees it first; its input comes as it was stored.
soon=$(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)
secret=ghp_$(printf 'a%.0s' {1..36})
jq -nc --arg at "$soon" --arg secret "$secret" \
    '{name: "once", schedule: {at: $at}, queue: "timed", input: {token: $secret}}' >"$work/once"
expect_status 200 "$a/v1/job/schedule" --data-binary "@$work/once"
expect_text '"kind":"at"'
expect_status 200 "$b/v1/job/lease" -d '{"queue":"timed","waitMs":30000}'
expect_text '"name":"once"'
expect_json ".jobs[0].input == {token: \"$secret\"}"
id=$(jq -r '.jobs[0].id' <<<"$output")
expect_status 200 "$a/job/$id"
expect_text '"triggerType":"cron"'
expect_status 200 "$a/schedules"
expect_text "\"lastJobId\":\"$id\""
expect_exit 0 "$stele" job schedule nightly '0 2 * * *' --timezone Europe/Berlin
expect_exit 0 "$stele" job schedules
expect_text 'nightly +cron +0 2 \* \* \* +Europe/Berlin'
expect_status 400 "$a/v1/job/schedule" -d '{"name":"x","schedule":"61 * * * *"}'
expect_text 'minute: 61'

# A job for an agent, its plan, and a word to it while it works.
expect_status 200 "$a/v1/job/define" -d '{"name":"agent","steps":[{"name":"look"},{"name":"mend"}]}'
expect_status 201 "$a/job" -d '{"prompt":"make it so","maxIterations":3,"workdir":"/repo"}'
expect_text '"status":"queued"'
id=$(jq -r .id <<<"$output")
expect_status 400 "$a/job" -d '{"prompt":"make it so","maxIterations":101}'
expect_status 200 "$a/job/$id/plan"
expect_text '"step":"look","task":"look","status":"pending"'
expect_status 200 "$a/job/$id/context" -d '{"text":"mind the gap"}'
expect_text '"ok":true'
expect_status 200 "$b/job/$id/events?types=context"
expect_text 'mind the gap'

# Patience that ends, and a server that stops: both say that there is nothing.
expect_status 200 "$a/v1/job/lease" -d '{"queue":"none","waitMs":300}'
expect_text '"jobs":\[\]'
polls=()
poll "$b" "$work/drained" none
sleep 0.4
kill -TERM "$b_pid"
wait "${polls[0]}"
expect_exit 0 jq -e '.jobs == []' "$work/drained"
wait "$b_pid" && pass || fail 'the server did not end with 0'
kill -TERM "$a_pid"
wait "$a_pid" && pass || fail 'the server did not end with 0'
