#!/usr/bin/env bash
# The mesh: servers that know each other, on one database and on two; one is killed, one is frozen and brought back.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
export STELE_MESH_ENABLED=true STELE_MESH_PEER_HOSTS=127.0.0.1

# start_member NAME ROLE [FLAG…]: a server of the mesh; sets url and server_pid.
start_member() {
    local name=$1 role=$2
    shift 2
    STELE_INSTANCE_NAME=$name STELE_MESH_ROLE=$role start_server "$@"
    wait_ready
}

# healthy URL NAMES: waits until just these are healthy there, as "a b c".
healthy() {
    local got=
    for _ in $(seq 450); do
        got=$(curl -s "${auth[@]}" "$1/mesh/status?health=healthy" | jq -r '[.instances[].name] | join(" ")')
        [ "$got" != "$2" ] || { pass && return; }
        sleep 0.1
    done
    fail "healthy are \"$got\" instead of \"$2\""
}
auth=(-H 'X-Nothing: 1')

# ended URL DELEGATION STATUS: waits for its end.
ended() {
    for _ in $(seq 300); do
        output=$(curl -s "${auth[@]}" "$1/v1/delegation/get" -d "{\"delegationId\":\"$2\"}")
        case $(jq -r .delegation.status <<<"$output") in
        submit*) sleep 0.1 ;;
        *) break ;;
        esac
    done
    expect_json ".delegation.status == \"$3\""
}

# work URL: a worker there completes the job that it has waiting for longest.
work() {
    local leased id generation
    leased=$(curl -s "${auth[@]}" "$1/v1/job/lease" -d '{"worker":"w","waitMs":10000}')
    id=$(jq -r '.jobs[0].id' <<<"$leased")
    generation=$(jq -r '.jobs[0].generation' <<<"$leased")
    expect_status 200 "${auth[@]}" "$1/v1/job/complete" \
        -d "{\"jobs\":[{\"id\":\"$id\",\"generation\":$generation,\"output\":{\"summary\":\"done by $id\"}}]}"
}

# silent NAME SECONDS: as if it had last beaten so long ago.
silent() {
    psql "$STELE_DATABASE_URL" -c "UPDATE mesh_heartbeats b SET heartbeat_at = now() - interval '$2 s'
        FROM mesh_instances i WHERE i.id = b.id AND i.name = '$1'"
}

# ---- three servers on one database
new_database
start_member ada general
a=$url a_pid=$server_pid
start_member bo data
b=$url b_pid=$server_pid
start_member cy design
c_pid=$server_pid
healthy "$a" 'ada bo cy'
expect_exit 0 "$stele" mesh status
expect_text '3 healthy, 0 unhealthy, 0 offline'
expect_text "bo +healthy +idle +0 jobs +data +$b"
c_id=$(curl -s "$a/mesh/status" | jq -r '.instances[] | select(.name == "cy") | .id')

# A dry run explains; the job goes there; the worker's answer comes back.
expect_status 200 "$a/mesh/route" -d '{"prompt":"a dashboard of sign-ups","domain":"data"}'
expect_json '.selectedInstance.name == "bo" and (.scores | length) == 2
    and .scores[0].breakdown.expertise == 1 and .skipped[0].why == "self"'
expect_exit 0 "$stele" mesh route 'a dashboard' --domain data --model a/b
expect_text 'bo: expertise match \(data\), low load'
expect_status 201 "$a/job" -d '{"prompt":"draw it","domain":"data"}'
expect_json '.status == "delegated" and .routedTo.name == "bo" and .routedTo.breakdown.load == 1'
first=$(jq -r .id <<<"$output")
expect_status 200 "$b/job/$(jq -r .remoteJobId <<<"$output")"
expect_json '.instance == "bo" and .metadata.mesh == {"depth": 1, "path": ["ada"]}'
work "$b"
ended "$a" "$first" complete
expect_text 'done by'
expect_status 200 "$a/job/$first"
expect_text '"status":"complete"'
expect_status 201 "$a/job?local=true" -d '{"prompt":"stay"}'
expect_text '"status":"queued"'
work "$a"

# bo is frozen with a job: it gets no more, and that one is followed to its end when it is back.
expect_status 200 "$a/api/mesh/delegate" -d '{"task":"count","target":"bo","async":true}'
held=$(jq -r .jobId <<<"$output")
kill -STOP "$b_pid"
silent bo 91
healthy "$a" 'ada cy'
expect_status 200 "$a/mesh/route" -d '{"prompt":"x","domain":"data"}'
expect_json '.selectedInstance.name == "cy" and any(.skipped[]; .name == "bo" and .why == "unhealthy")'
expect_status 502 "$a/api/mesh/delegate" -d '{"task":"x","target":"bo","async":true}'
expect_json '.delegated == false and (.message | test("unhealthy"))'
expect_status 404 "$a/posse/job" -d '{"prompt":"x","target":"dan","async":true}'
expect_json '.refusal == "unsuitable" and (.message | test("there is bo, cy"))'
silent bo 601
expect_exit 0 "$stele" mesh status --health offline
expect_text 'bo +offline'
work "$a" # any worker of this database may
kill -CONT "$b_pid"
ended "$a" "$held" complete
healthy "$a" 'ada bo cy'

# cy is killed: gone by the rule, and itself again when it starts anew, at another port.
kill -KILL "$c_pid"
wait "$c_pid" 2>/dev/null || true
expect_status 502 "$a/api/mesh/delegate" -d '{"task":"x","target":"cy","async":true}'
expect_json '.delegated == false and (.message | test("cy does not answer well"))'
expect_status 200 "$a/api/mesh/delegate" -d '{"task":"x","target":"cy","async":true,"fallback":"local"}'
expect_text '"status":"local"'
work "$a"
silent cy 100
healthy "$a" 'ada bo'
start_member cy design
healthy "$a" 'ada bo cy'
expect_status 200 "$a/mesh/status"
expect_json ".instances[] | select(.name == \"cy\") | .id == \"$c_id\" and .restarts == 1"

# ada is killed while bo works for it: another server of this database follows the job.
expect_status 200 "$a/api/mesh/delegate" -d '{"task":"count","target":"bo","async":true}'
orphan=$(jq -r .jobId <<<"$output")
kill -KILL "$a_pid"
wait "$a_pid" 2>/dev/null || true
work "$b"
ended "$b" "$orphan" complete
expect_status 200 "$b/posse/jobs"
expect_json ".jobs[] | select(.localJobId == \"$orphan\") | .remoteAgent == \"bo\""

# Who stops says so.
kill -TERM "$b_pid"
wait "$b_pid" && pass || fail 'the server did not end with 0'
expect_exit 0 "$stele" mesh status --health offline
expect_text 'bo +offline'

# ---- two databases, and a token between them
token='token-between-servers-0123456789'
auth=(-H "Authorization: Bearer $token")
export STELE_TOKEN=$token STELE_PEER_AUTH_TOKEN=$token
new_database
near=$STELE_DATABASE_URL
start_member dee general
d=$url d_pid=$server_pid
new_database
far=$STELE_DATABASE_URL
start_far() { STELE_MESH_PEERS=$d STELE_DATABASE_URL=$far start_member eve data; }
start_far
e=$url e_pid=$server_pid
healthy "$d" 'dee eve'
healthy "$e" 'eve' # eve knows dee only when dee says so

expect_status 200 "${auth[@]}" -X POST "$d/posse/job" -d '{"prompt":"look","target":"eve","async":true}'
job=$(jq -r .jobId <<<"$output")
expect_json '.delegated == true and .explanationId != null'
[ "$(psql "$near" -c 'SELECT count(*) FROM jobs')" = 0 ] && pass || fail 'the job is in the wrong database'
# Waiting holds no worker, and ends with the job.
curl -s "${auth[@]}" -o "$work/waited" "$d/api/mesh/delegate" -d '{"task":"tell","target":"eve"}' &
waiting=$!
work "$e"
work "$e"
ended "$d" "$job" complete
wait "$waiting" && pass || fail 'curl did not end well'
expect_exit 0 jq -e '.status == "complete" and (.summary | test("done by"))' "$work/waited"

# eve dies with a job of dee's and comes back elsewhere; dee dies and comes back; the job is done once.
expect_status 200 "${auth[@]}" "$d/api/mesh/delegate" -d '{"task":"persist","target":"eve","async":true,"key":"k"}'
job=$(jq -r .jobId <<<"$output")
kill -KILL "$e_pid" "$d_pid"
wait "$e_pid" "$d_pid" 2>/dev/null || true
STELE_DATABASE_URL=$near start_member dee general
d=$url
start_far
e=$url
healthy "$d" 'dee eve'
expect_status 200 "${auth[@]}" "$d/api/mesh/delegate" -d '{"task":"persist","target":"eve","async":true,"key":"k"}'
expect_json ".duplicate == true and .jobId == \"$job\""
work "$e"
ended "$d" "$job" complete
[ "$(psql "$far" -c 'SELECT count(*) FROM jobs')" = 3 ] && pass || fail 'a job was made twice, or lost'

# The wrong token is refused, and said so.
kill -TERM "$server_pid"
wait "$server_pid" || true
STELE_TOKEN=another-token-0123456789 start_far
healthy "$d" 'dee eve'
expect_status 502 "${auth[@]}" "$d/api/mesh/delegate" -d '{"task":"x","target":"eve","async":true}'
expect_json '.delegated == false and .status == "failed" and (.error | test("401"))'
expect_no_text "$token"
