# Speaking to a person: lines on stderr, so that what a script prints on stdout stays usable.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }

# die MESSAGE [REMEDY] [EXIT CODE]
die() {
    printf 'error: %s\n' "$1" >&2
    if [ -n "${2:-}" ]; then printf '  %s\n' "$2" >&2; fi
    exit "${3:-1}"
}

# Tenths of a second since `started` (an $EPOCHREALTIME), as "3.2".
elapsed_since() {
    local now=${EPOCHREALTIME/[.,]/} then=${1/[.,]/}
    local tenths=$(((now - then + 50000) / 100000))
    printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

log_tail() {
    [ -s "$1" ] || return 0
    say "--- the last lines of $1"
    tail -n "${2:-30}" "$1" >&2
    say "---"
}
