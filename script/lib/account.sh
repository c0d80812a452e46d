# PostgreSQL refuses to run as root, so root hands it to an unprivileged account: `postgres` where
# Debian made it, else `stele`, made here. Anybody else runs it as themselves.
# shellcheck shell=bash

server_account() {
    if ! is_root; then
        id -un
    elif getent passwd postgres >/dev/null; then
        echo postgres
    else
        echo stele
    fi
}

ensure_server_account() {
    is_root || return 0
    getent passwd "$(server_account)" >/dev/null && return
    say "creating the system account stele, which will run PostgreSQL"
    useradd --system --user-group --home-dir "$STELE_HOME" --no-create-home \
        --shell /usr/sbin/nologin stele
}

# Runs a command as the server's account, from a directory that account can enter.
as_server() {
    local account
    account=$(server_account)
    if is_root; then
        (cd / && exec setpriv --reuid="$account" --regid="$account" --init-groups "$@")
    else
        "$@"
    fi
}
