# Where Stele lives on this machine. As root: system directories, because the unprivileged account
# that runs PostgreSQL must reach them (it cannot reach /root). Otherwise: the XDG directories.
#   STELE_PREFIX  what was installed: postgresql/, share/stele/models/
#   STELE_HOME    what must not be lost: the local cluster and its keys
#   STELE_CACHE   what can be fetched again
# shellcheck shell=bash

if [ "$(id -u)" = 0 ]; then
    STELE_PREFIX=${STELE_PREFIX:-/opt/stele}
    STELE_HOME=${STELE_HOME:-/var/lib/stele}
    STELE_CACHE=${STELE_CACHE:-/var/cache/stele}
else
    STELE_HOME=${STELE_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/stele}
    STELE_PREFIX=${STELE_PREFIX:-${XDG_DATA_HOME:-$HOME/.local/share}/stele/runtime}
    STELE_CACHE=${STELE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/stele}
fi
export STELE_PREFIX STELE_HOME STELE_CACHE

# The one path under which the binary and the scripts look for PostgreSQL: a link to a directory
# that is named by what is in it.
pg_link=$STELE_PREFIX/postgresql
pg_bin=${STELE_PG_BIN:-$pg_link/bin}
models_dir=$STELE_PREFIX/share/stele/models

# Makes a directory that this user can write to, or says how to choose another.
need_dir() {
    mkdir -p "$1" 2>/dev/null && [ -w "$1" ] && return
    die "cannot write to $1" \
        "run as its owner, or set STELE_PREFIX, STELE_HOME, STELE_CACHE to other places" 2
}
