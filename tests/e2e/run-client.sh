#!/usr/bin/env bash
# The C++ client's example: a workflow whose worker is killed with SIGKILL in its second step is taken over by another
# that does not run the first step again, while the server restarts.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
example=$(dirname "$stele")/stele_example_worker
new_database
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
start_server --port "$port"
wait_ready

wait_for_text() {
    for _ in $(seq 300); do
        if grep -q -- "$1" "$2"; then pass; return; fi
        sleep 0.05
    done
    fail "no \"$1\" in: $(cat "$2")"
}
wait_job() {
    for _ in $(seq 20); do
        output=$(curl -s "$url/v1/job/wait" -d "{\"jobId\":\"$id\",\"waitMs\":10000}")
        if jq -e '.status | IN("complete", "failed", "stopped")' >/dev/null <<<"$output"; then return; fi
        sleep 0.2
    done
}

id=$(curl -s "$url/jobs" -d '{"name":"deploy","leaseSeconds":2,"input":{"testMs":60000}}' | jq -r .id)
# A lease as short as this is lost to the next worker a moment after its holder is killed.
"$example" "$url" default 2 >"$work/first" 2>&1 &
first=$!
pids+=("$first")
wait_for_text "$id build attempt 1" "$work/first"
for _ in $(seq 300); do
    [ "$(psql "$STELE_DATABASE_URL" -Atc "SELECT count(*) FROM job_steps WHERE job_id = '$id'")" -ge 1 ] && break
    sleep 0.05
done
kill -KILL "$first"
expect_exit 0 sh -c "! grep -q ' test ' '$work/first'"

# Its input says that the test takes a minute; the second worker need not wait for the same machine.
psql "$STELE_DATABASE_URL" -c "UPDATE jobs SET input = '{\"testMs\": 1500}' WHERE id = '$id'"
# Its lease outlives the server's restart on a machine however busy: who falls silent for longer than its lease may
# lose the job, and then a step that was not finished is run again. That is the promise; here none may.
"$example" "$url" default 60 >"$work/second" 2>&1 &
second=$!
pids+=("$second")
for _ in $(seq 100); do
    [ "$(curl -s "$url/jobs/$id" | jq -c '[.status, .attempts]')" = '["running",2]' ] && break
    sleep 0.05
done
# The server goes away in the middle of the second step and comes back.
kill -KILL "$server_pid"
wait "$server_pid" || true
sleep 1
start_server --port "$port"
wait_ready
wait_for_text "$id ship attempt" "$work/second"
wait_job
expect_text '"status":"complete"'
expect_text '"output":\{"steps":\[1,2,3\]\}'
expect_exit 0 sh -c "! grep -q ' build ' '$work/second'"
[ "$(grep -c ' test ' "$work/second")" -eq 1 ] && pass || fail 'the second step ran more than once'

# A signal: it may come before or after the job waits for it.
for when in before after; do
    id=$(curl -s "$url/jobs" -d '{"name":"deploy","queue":"signals","input":{"testMs":0,"approval":true}}' | jq -r .id)
    [ $when = after ] || expect_status 200 "$url/v1/job/signal" -d "{\"jobId\":\"$id\",\"name\":\"go\"}"
    "$example" "$url" signals >"$work/$when" 2>&1 &
    pids+=("$!")
    if [ $when = after ]; then
        wait_for_text "$id test" "$work/$when"
        for _ in $(seq 100); do
            [ "$(curl -s "$url/jobs/$id" | jq -r .status)" = waiting ] && break
            sleep 0.05
        done
        expect_status 200 "$url/v1/job/signal" -d "{\"jobId\":\"$id\",\"name\":\"go\"}"
    fi
    wait_job
    expect_text '"status":"complete"'
    kill "${pids[-1]}"
done
