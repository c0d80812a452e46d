# Work in named steps: progress while a step runs, its time when it is over, its output in a log of
# which a failure shows the tail. The caller may set `log_dir` first.
# shellcheck shell=bash

log_dir=${log_dir:-$root/build/log}
step_names=()
step_seconds=()

# step NAME COMMAND…   returns COMMAND's exit code
step() {
    local name=$1 log ticker started=$EPOCHREALTIME status=0
    shift
    mkdir -p "$log_dir"
    log=$log_dir/${name//[^a-z0-9]/-}.log
    [ -t 2 ] || say "$name …"
    tick "$name" &
    ticker=$!
    "$@" >"$log" 2>&1 || status=$?
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    [ ! -t 2 ] || printf '\r\033[K' >&2
    step_done "$name" "$started" $status
    [ $status = 0 ] || log_tail "$log"
    return $status
}

# loud_step NAME COMMAND…   the same for a step whose output is what the reader came for
loud_step() {
    local name=$1 started=$EPOCHREALTIME status=0
    shift
    say "$name …"
    "$@" || status=$?
    step_done "$name" "$started" $status
    return $status
}

step_done() {
    local seconds
    seconds=$(elapsed_since "$2")
    step_names+=("$1")
    step_seconds+=("$seconds")
    if [ "$3" = 0 ]; then
        say "$1: $seconds s"
    else
        say "$1: failed after $seconds s (exit code $3)"
    fi
}

# Says that a step is still running: on a terminal one line, redrawn every second from the first
# second on; elsewhere a line every minute, which keeps a build machine from giving up on us.
tick() {
    local seconds=0
    # The last sleep outlives this loop: it must not hold the caller's pipes open.
    while sleep 1 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
        seconds=$((seconds + 1))
        if [ -t 2 ]; then
            printf '\r\033[K%s … %d s' "$1" $seconds >&2
        elif [ $((seconds % 60)) = 0 ]; then
            say "$1 … $seconds s"
        fi
    done
}

print_steps() {
    local i
    say ""
    say "where the time went"
    for i in "${!step_names[@]}"; do
        printf '  %8s s  %s\n' "${step_seconds[$i]}" "${step_names[$i]}" >&2
    done
}
