# Shared by the benchmarks: a `stele serve` of its own on a free port, stopped by its pid.

# serve_start [FLAG…]: sets `url`; the server's log goes to $work/serve.log.
serve_start() {
    work=${work:-$(mktemp -d)}
    : >"$work/serve.log"
    STELE_DATABASE_URL=${STELE_DATABASE_URL:-$STELE_TEST_DATABASE_URL} STELE_HOME=$work/home \
        "$STELE_BINARY" serve --port 0 "$@" 2>>"$work/serve.log" &
    serve_pid=$!
    for _ in $(seq 200); do
        url=$(sed -n 's/.*listening on \(http:[^ ]*\).*/\1/p' "$work/serve.log")
        [ -n "$url" ] && curl -fs "$url/readyz" >/dev/null && return
        kill -0 "$serve_pid" 2>/dev/null || break
        sleep 0.1
    done
    cat "$work/serve.log" >&2
    return 1
}

serve_stop() {
    [ -n "${serve_pid:-}" ] && kill "$serve_pid" 2>/dev/null && wait "$serve_pid"
    serve_pid=
}

# The process's CPU seconds so far, user and system.
cpu_seconds() {
    awk -v hz="$(getconf CLK_TCK)" '{ print ($14 + $15) / hz }' "/proc/$1/stat"
}

# runtime_login: the schema, and STELE_DATABASE_URL of a login that is a stele_runtime and nothing else; the superuser's
# stays for what an owner does. With psql(), which the caller has.
runtime_login() {
    psql -c "CREATE ROLE bench_app LOGIN"
    export STELE_ADMIN_DATABASE_URL=$STELE_TEST_DATABASE_URL
    STELE_DATABASE_URL=$STELE_TEST_DATABASE_URL "$STELE_BINARY" db migrate >/dev/null
    psql -c "GRANT stele_runtime TO bench_app"
    export STELE_DATABASE_URL=${STELE_TEST_DATABASE_URL/user=postgres/user=bench_app}
}

# The median of the numbers on standard input; of an even count the lower.
median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

# earlier_build COMMIT: sets `commit` to its short name and `old` to its tree, built once in build/before.
earlier_build() {
    commit=$(git -C "$root" rev-parse --short "$1^{commit}")
    old=$root/build/before/$commit
    [ -d "$old" ] || git -C "$root" worktree add --detach "$old" "$commit" >&2
    [ -x "$old/build/release/stele" ] || "$old/script/build" release stele >&2
}
