# Shared by tests/e2e/run-*.sh: a database of one's own, a server of one's own, and checks that say what
# was expected. Everything started here is stopped by its pid when the script ends.
set -euo pipefail
: "${STELE_TEST_DATABASE_URL:?run me through script/with-postgres}"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
stele=${STELE_BINARY:-$root/build/release/stele}
work=$(mktemp -d)
pids=()
databases=()
passed=0
failed=0
failures=()

psql() { "$STELE_TEST_PGBIN/psql" -qAtX "$@"; }

finish() {
    local pid name
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    for name in "${databases[@]}"; do
        psql "$STELE_TEST_DATABASE_URL" -c "DROP DATABASE IF EXISTS $name WITH (FORCE)" || true
    done
    rm -rf "$work"
    # Once more where a log is read from its end: a whole page may follow what failed.
    for name in "${failures[@]}"; do printf 'failed: %.400s\n' "$name"; done
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
trap finish EXIT

mkdir -p "$work/home"
export STELE_HOME=$work/home STELE_SCOPE=project:/e2e STELE_EMBEDDING=${STELE_EMBEDDING:-none}
export XDG_CONFIG_HOME=$work/config
unset DATABASE_URL PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE || true

# new_database: an empty database; sets database to its name and STELE_DATABASE_URL to its URL.
new_database() {
    database=e2e_$$_${#databases[@]}
    databases+=("$database")
    psql "$STELE_TEST_DATABASE_URL" -c "CREATE DATABASE $database"
    STELE_DATABASE_URL=${STELE_TEST_DATABASE_URL/\/postgres?/\/$database?}
    export STELE_DATABASE_URL
}

# start_server [FLAG…]: `stele serve` on a free port; sets url and server_pid.
start_server() {
    local log=$work/serve.${#pids[@]}.log
    : >"$log" # there before it is looked at
    "$stele" serve --port 0 "$@" 2>>"$log" &
    server_pid=$!
    pids+=("$server_pid")
    url=
    for _ in $(seq 300); do
        url=$(sed -n 's/.*listening on \(http:[^ ]*\).*/\1/p' "$log")
        [ -z "$url" ] || return 0
        kill -0 "$server_pid" 2>/dev/null || break
        sleep 0.05
    done
    cat "$log"
    return 1
}

wait_ready() {
    for _ in $(seq 200); do
        curl -fs "$url/readyz" >/dev/null && return 0
        sleep 0.05
    done
    echo "never ready: $(curl -s "$url/readyz")"
    return 1
}

pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    failures+=("$*")
    printf 'FAILED: %s\n' "$*" >&2
}

# expect_exit CODE COMMAND…: runs it, keeps what it printed in $output, compares the exit code.
expect_exit() {
    local wanted=$1 got=0
    shift
    output=$("$@" 2>&1) || got=$?
    if [ "$got" -eq "$wanted" ]; then pass; else fail "exit $got instead of $wanted: $* → $output"; fi
}

# expect_text PATTERN: $output must match (extended regular expression).
expect_text() {
    if grep -qE -- "$1" <<<"$output"; then pass; else fail "no /$1/ in: $output"; fi
}

# expect_no_text PATTERN
expect_no_text() {
    if grep -qE -- "$1" <<<"$output"; then fail "/$1/ in: $output"; else pass; fi
}

# expect_json FILTER: $output, as JSON, must be so.
expect_json() {
    jq -e "$1" <<<"$output" >/dev/null && pass || fail "not $1: $output"
}

# expect_status CODE curl-arguments…: HTTP status; the body goes to $output.
expect_status() {
    local wanted=$1 got
    shift
    got=$(curl -s -o "$work/body" -w '%{http_code}' "$@") || true
    output=$(cat "$work/body" 2>/dev/null || true)
    if [ "$got" = "$wanted" ]; then pass; else fail "HTTP $got instead of $wanted: $* → $output"; fi
}
