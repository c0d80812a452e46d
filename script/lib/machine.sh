# What a measurement must say about where it was taken.
# shellcheck shell=bash

machine_header() {
    local changed='' cpu memory
    cpu=$(sed -n '/^model name/{s/.*: //p;q}' /proc/cpuinfo)
    memory=$(awk '/^MemTotal/ {printf "%d", $2 / 1048576 + 0.5}' /proc/meminfo)
    [ -z "$(git -C "$root" status --porcelain 2>/dev/null)" ] || changed=' with uncommitted changes'
    echo "machine   $cpu, $(nproc) cores, $memory GB"
    echo "system    $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r)"
    echo "load      $(cut -d ' ' -f 1-3 /proc/loadavg)"
    echo "commit    $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo none)$changed"
    echo "compiler  $(c++ --version | sed -n 1p)"
    [ ! -x "$pg_bin/postgres" ] || echo "server    $("$pg_bin/postgres" --version)"
    echo
}
