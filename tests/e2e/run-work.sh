#!/usr/bin/env bash
# `stele job work` and `stele job watch` against a real server: what a command's end means, what it is given, what
# happens when it, its job or its worker is stopped or killed.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database
start_server
wait_ready
server=$url

# submit QUEUE [JSON]: sets id.
submit() {
    id=$(curl -s "$server/jobs" -d "{\"name\":\"task\",\"queue\":\"$1\",\"backoffSeconds\":1${2:+,$2}}" | jq -r .id)
}
# job FILTER: of the job in $id.
job() { curl -s "$server/jobs/$id" | jq -c "$1"; }
# expect_job FILTER VALUE, now or within ten seconds.
expect_job() {
    local got
    for _ in $(seq 100); do
        got=$(job "$1")
        [ "$got" = "$2" ] && { pass; return; }
        sleep 0.1
    done
    fail "$1 of the job is $got instead of $2"
}
work() { "$stele" job work --url "$server" "$@"; }
# For the background alone: what is signalled is the worker itself.
become_worker() { exec "$stele" job work --url "$server" "$@"; }
# expect_file FILE: there within ten seconds.
expect_file() {
    for _ in $(seq 200); do
        [ -s "$1" ] && { pass; return; }
        sleep 0.05
    done
    fail "$1 was never written"
}
# expect_gone PID
expect_gone() {
    for _ in $(seq 100); do
        # A zombie whose parent reaps nobody is gone, too.
        grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status" || { pass; return; }
        sleep 0.1
    done
    fail "process $1 still runs"
}

# What it is given, and what it gives: not a byte is lost between.
submit io '"input":{"text":"two\nlines, \"quotes\", $HOME and ü"}'
expect_exit 0 work --queue io --once -- cat
expect_text '1 complete'
expect_job .output '{"text":"two\nlines, \"quotes\", $HOME and ü"}'
submit io
# shellcheck disable=SC2016 # the worker's environment, not ours
expect_exit 0 work --queue io --once -- sh -c 'printf "%s %s %s %s %s" \
    "$STELE_JOB_ID" "$STELE_JOB_NAME" "$STELE_JOB_QUEUE" "$STELE_JOB_ATTEMPT" "$STELE_JOB_GENERATION"'
expect_job .output "{\"text\":\"$id task io 1 1\"}"
submit io
expect_exit 0 work --queue io --once -- sh -c 'head -c 1048576 /dev/zero | tr "\0" x'
expect_job .output.bytes 1048576
expect_job '.output.truncated, (.output.text | length > 100000)' "$(printf 'true\ntrue')"

# Without a server between: the same operations on the database itself.
submit io '"input":[1]'
expect_exit 0 "$stele" job work --queue io --drain -- cat
expect_job .output '[1]'

# Another tenant's jobs are not this one's, and the other way about.
tenant=01890a5d-ac96-774b-bcce-b302099a8057
curl -s "$server/jobs" -H "X-Stele-Project: $tenant" -d '{"name":"task","queue":"apart"}' >/dev/null
expect_exit 0 work --queue apart --drain -- true
expect_text '0 complete'
expect_exit 0 work --project "$tenant" --queue apart --drain -- true
expect_text '1 complete'

# Failing: again, or for good; what it said is on record.
submit fails
expect_exit 1 work --queue fails --once -- sh -c 'echo "no disk" >&2; exit 75'
expect_text 'exit 75: no disk'
expect_job .status '"queued"'
expect_exit 0 work --queue fails --once -- true
expect_job '[.status, .attempts]' '["complete",2]'
for wanted in 64 65 3; do
    submit fails
    expect_exit 1 work --queue fails --once --no-retry-on 2,3 -- sh -c "echo it is wrong >&2; exit $wanted"
    expect_job '[.status, .error]' "[\"failed\",\"exit $wanted: it is wrong\"]"
done
output=$(curl -s "$server/v1/job/events" -d "{\"jobId\":\"$id\"}" | jq -c '.events[] | select(.type == "output.line").payload')
expect_text '"line":"it is wrong"'
submit fails
expect_exit 1 work --queue fails --once --verbose -- sh -c 'echo seen here >&2; kill -KILL $$'
expect_text "$id seen here"
expect_job .status '"queued"'
expect_exit 2 work --queue fails --drain --once -- true
expect_exit 2 work --queue fails --drain --no-retry-on x -- true
expect_exit 2 work --queue fails

# A program that is not there costs no attempt.
submit missing
expect_exit 2 work --queue missing --once -- /no/such/program
expect_text 'cannot start /no/such/program'
expect_exit 0 work --queue missing --once -- true
expect_job .attempts 1

# Cancelled: the command and what it started get SIGTERM, and what ignores it SIGKILL.
submit cancelled
# shellcheck disable=SC2016
become_worker --queue cancelled --once --lease-seconds 1 --grace-seconds 1 -- \
    sh -c 'trap "" TERM; sleep 300 & echo $! $$ >'"$work/group"'; wait; sleep 300' >"$work/cancel.log" 2>&1 &
worker=$!
expect_file "$work/group"
read -r child shell <"$work/group"
expect_status 200 -X DELETE "$server/jobs/$id"
wait "$worker" && fail 'a worker whose only job was cancelled ended with 0' || pass
expect_gone "$child"
expect_gone "$shell"
expect_job .status '"stopped"'
output=$(cat "$work/cancel.log")
expect_text '1 lost'

# Killed: after its lease the job is another's, and is run again.
submit killed
# shellcheck disable=SC2016
become_worker --queue killed --lease-seconds 1 -- sh -c 'echo $$ >'"$work/first"'; exec sleep 300' >/dev/null 2>&1 &
worker=$!
expect_file "$work/first"
kill -KILL "$worker"
wait "$worker" || true
expect_gone "$(cat "$work/first")" # dies with its worker
expect_exit 0 work --queue killed --once -- sh -c 'echo "\"again\""'
expect_job '[.output, .attempts]' '["again",2]'

# Ctrl-C and SIGTERM: what ends in the grace is completed, the rest handed back as if it had not been leased.
submit stopped
become_worker --queue stopped -- sh -c "echo x >$work/begun; sleep 1; echo '\"in time\"'" >"$work/stop.log" 2>&1 &
worker=$!
expect_file "$work/begun"
kill -TERM "$worker"
wait "$worker" && pass || fail 'a worker that was told to stop did not end with 0'
expect_job .output '"in time"'
submit stopped
become_worker --queue stopped --grace-seconds 0 -- sh -c "echo x >$work/begun2; sleep 300" >"$work/stop.log" 2>&1 &
worker=$!
expect_file "$work/begun2"
kill -INT "$worker" # as bash starts it, SIGINT is ignored until the worker waits for it
wait "$worker" && pass || fail 'a worker that was interrupted did not end with 0'
output=$(cat "$work/stop.log")
expect_text '1 handed back'
expect_job .status '"queued"'
expect_exit 0 work --queue stopped --once -- true
expect_job '[.status, .attempts]' '["complete",1]'

# Watching one job: its events as they come, and an exit code that says how it ended.
submit watched
"$stele" job watch "$id" --url "$server" >"$work/watch" 2>&1 &
watching=$!
expect_exit 0 work --queue watched --once -- sh -c 'echo half way >&2'
wait "$watching" && pass || fail 'watching a job that completes did not end with 0'
output=$(cat "$work/watch")
expect_text 'output.line +half way'
expect_text '^complete'
expect_no_text $'\x1b'
submit watched
expect_status 200 -X DELETE "$server/jobs/$id"
expect_exit 5 "$stele" job watch "$id" --url "$server"
expect_exit 1 "$stele" job watch 01890a5d-ac96-774b-bcce-b302099a8057

# Watching all of them: on a terminal painted over, elsewhere plain lines.
submit shown
expect_exit 0 "$stele" job watch --once
expect_text 'shown +1 +0 +0 +0'
STELE_URL=$server timeout -s TERM 2 script -qec "$stele job watch --interval 0.3" /dev/null >"$work/screen" </dev/null || true
output=$(tr -d '\r' <"$work/screen")
expect_text $'\x1b\\[H'
expect_text $'\x1b\\[J'
expect_no_text $'\x1b\\[2J'
expect_text 'complete, [0-9.]+/s since the last look'
