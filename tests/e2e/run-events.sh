#!/usr/bin/env bash
# The stream of events over HTTP, as curl and a relay see it: from now on, from where one was, through a restart and a
# kill of the server, from another server on the same database; sessions; the cookie of a browser.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database
export STELE_TOKEN=e2e-events-token
start_server
wait_ready
server=$url
auth=(-H "Authorization: Bearer $STELE_TOKEN")

call() { curl -fsS "${auth[@]}" "$server$1" "${@:2}"; }
# follow FILE PATH [CURL-ARGUMENT…]: a client whose frames go to FILE; sets follower.
follow() {
    : >"$1" # there before it is looked at
    curl -sN "${auth[@]}" "$server$2" "${@:3}" >"$1" &
    follower=$!
    pids+=("$follower")
}
# ids FILE: of what happened, without pings.
ids() { awk '/^id: /{id=$2} /^event: /{if ($2 != "ping") print id}' "$1"; }
# expect_ids FILE COUNT: within ten seconds 1 to COUNT, each once and in order; with a third argument from there on.
expect_ids() {
    local wanted got
    wanted=$(seq "${3:-1}" "$2")
    for _ in $(seq 100); do
        got=$(ids "$1")
        [ "$got" = "$wanted" ] && { pass; return; }
        sleep 0.1
    done
    fail "$1 has the ids $(tr '\n' ' ' <<<"$got")instead of ${3:-1} to $2"
}
# expect_in FILE PATTERN, within ten seconds.
expect_in() {
    for _ in $(seq 100); do
        grep -qE -- "$2" "$1" && { pass; return; }
        sleep 0.1
    done
    fail "no /$2/ in $1: $(cat "$1")"
}

# Who is let in.
expect_status 401 "$server/events"
expect_status 401 "$server/events?token=$STELE_TOKEN"
expect_status 401 -X POST "$server/_internal/events" -d '{"type":"alert","message":"x"}'
expect_status 401 -X POST "$server/auth/session"
expect_status 200 -X POST "${auth[@]}" -c "$work/jar" "$server/auth/session"
expect_text '"expiresIn":86400'
expect_status 405 "${auth[@]}" "$server/auth/session"
expect_status 200 -b "$work/jar" "$server/jobs"
sed -i 's/\(stele_session_[0-9]*\t[0-9]*\)/\11/' "$work/jar"
expect_status 401 -b "$work/jar" "$server/jobs"

# From now on: a job for an agent from its prompt to its end. Other jobs are nobody's business.
follow "$work/live" /events
expect_in "$work/live" '^event: ping'
job=$(call /job -d '{"prompt":"mend the build","agent":"opencode"}' | jq -r .id)
call /jobs -d '{"name":"quiet","queue":"other"}' >/dev/null
lease=$(call /v1/job/lease -d '{}' | jq -c '.jobs[0] | {id, generation}')
call /v1/job/report -d "{\"jobs\":[$(jq -c '. + {events: [{type: "iteration.start", payload: {iteration: 1}}]}' <<<"$lease")]}" >/dev/null
call "/job/$job/context" -d '{"text":"look at the linker"}' >/dev/null
call /v1/job/complete -d "{\"jobs\":[$(jq -c '. + {output: {summary: "a flag was missing"}}' <<<"$lease")]}" >/dev/null
expect_ids "$work/live" 5
expect_in "$work/live" '"agent":"opencode","jobId":"'"$job"
expect_in "$work/live" '"summary":"a flag was missing"'
output=$(grep '^event: ' "$work/live" | grep -v ping | paste -sd ' ')
expect_text 'event: job.queued event: job.started event: iteration.start event: job.context_injected event: job.complete'

# What agents say, one of a type in ten seconds.
expect_status 200 "${auth[@]}" "$server/_internal/events" -d '{"type":"notification","message":"the build is green","severity":"info"}'
expect_text '"type":"brain.notification"'
expect_status 429 "${auth[@]}" "$server/_internal/events" -d '{"type":"notification","message":"again"}'
expect_text '"retryAfterSeconds":'
expect_status 400 "${auth[@]}" "$server/_internal/events" -d '{"type":"shout","message":"again"}'
expect_ids "$work/live" 6
STELE_JOB_ID=$job expect_exit 0 "$stele" event emit alert "the disk is full" --severity critical
expect_ids "$work/live" 7
expect_in "$work/live" '"message":"the disk is full"'
expect_exit 0 "$stele" event list --job-id "$job"
expect_text 'brain.alert'

# A second server on the same database: what is said through one is heard through the other.
start_server
wait_ready
second=$url
second_pid=$server_pid
curl -sN "${auth[@]}" -H 'Last-Event-ID: 5' "$second/events" >"$work/second" &
pids+=($!)
expect_ids "$work/second" 7 6
call /job -d '{"prompt":"another"}' >/dev/null
expect_ids "$work/second" 8 6

# The server is killed while its client follows; the client comes back with the id it had.
follow "$work/before" '/events?afterId=0'
expect_ids "$work/before" 8
kill -9 "${pids[0]}"
wait "$follower" 2>/dev/null || true
curl -fsS "${auth[@]}" "$second/job" -d '{"prompt":"said meanwhile"}' >/dev/null
start_server
wait_ready
server=$url
had=$(ids "$work/before" | tail -1)
follow "$work/after" /events -H "Last-Event-ID: $had"
call /job -d '{"prompt":"said afterwards"}' >/dev/null
expect_ids "$work/after" 10 9
expect_ids "$work/second" 10 6

# A server that ends in good order ends its streams.
kill "$second_pid"
for _ in $(seq 100); do kill -0 "$second_pid" 2>/dev/null || break; sleep 0.1; done
if kill -0 "$second_pid" 2>/dev/null; then fail "the second server does not end"; else pass; fi

# Filters.
follow "$work/ends" '/events?afterId=0&types=job.complete&types=brain.'
expect_in "$work/ends" '^event: brain.alert'
output=$(grep '^event: ' "$work/ends" | grep -v ping | paste -sd ' ')
expect_text '^event: job.complete event: brain.notification event: brain.alert$'
expect_status 400 "${auth[@]}" "$server/events?afterId=x"
expect_status 400 "${auth[@]}" -H 'Last-Event-ID: x' "$server/events"

# A relay: a session of its own name, safe to create and to say again, followed, steered and stopped.
expect_status 201 "${auth[@]}" "$server/api/sessions" -d '{"id":"chat 42","agent":"opencode"}'
expect_text '"created":true'
expect_status 201 "${auth[@]}" "$server/api/sessions" -d '{"id":"chat 42"}'
expect_text '"created":false'
follow "$work/session" '/api/sessions/chat%2042/events?afterId=0'
expect_status 201 "${auth[@]}" "$server/api/sessions/chat%2042/messages" -d '{"text":"why is it red?","key":"m1"}'
first=$(jq -r .jobId <<<"$output")
expect_status 201 "${auth[@]}" "$server/api/sessions/chat%2042/messages" -d '{"text":"why is it red?","key":"m1"}'
expect_text "\"jobId\":\"$first\",\"duplicate\":true"
expect_status 200 "${auth[@]}" "$server/api/sessions/chat%2042/context" -d '{"text":"it was green yesterday"}'
expect_status 200 "${auth[@]}" -X POST "$server/api/sessions/chat%2042/stop"
expect_text "$first"
expect_status 409 "${auth[@]}" "$server/api/sessions/chat%2042/context" -d '{"text":"too late"}'
expect_in "$work/session" '^event: job.stopped'
output=$(grep '^event: ' "$work/session" | grep -v ping | paste -sd ' ')
expect_text '^event: job.queued event: job.context_injected event: job.stopped$'
expect_status 200 "${auth[@]}" "$server/messages/thread/chat%2042"
expect_text 'why is it red'
expect_status 404 "${auth[@]}" "$server/api/sessions/nobody/events"
