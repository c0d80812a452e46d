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
