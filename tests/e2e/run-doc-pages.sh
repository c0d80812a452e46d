#!/usr/bin/env bash
# Types every line of docs/concepts and docs/guides: a page's ```sh blocks run in order in one shell, with a migrated
# database and a server of the page's own. `<!-- test: bare -->` in a page: it begins without either, as its reader
# does. The pages that have a test of their own are left out: runbook.md (run-runbook.sh), from-<guide>.md of the four
# guides (run-guides.sh). Arguments name single pages.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=typed.sh
source "$root/tests/e2e/typed.sh"
chmod 755 "$work"
own_test='guides/(runbook|from-(randal|vestige|dataland|caracal))\.md$'

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

login=docs_$$
psql "$STELE_TEST_DATABASE_URL" -c "CREATE ROLE $login LOGIN" >/dev/null
drop_login() {
    finish
    psql "$STELE_TEST_DATABASE_URL" -c "DROP ROLE IF EXISTS $login" >/dev/null
}
trap drop_login EXIT

# One shell for the page: variables and background jobs live as long as it does.
cat >"$work/type" <<'SHELL'
set -euo pipefail
for block in "$1"/*.sh; do
    [ ! -e "${block%.sh}.skip" ] || continue
    echo "${block%.sh}" >"$1/current"
    source "$block" >"${block%.sh}.out" 2>&1
done
rm -f "$1/current"
SHELL

type_page() {
    local page=$1 name blocks home where block code=0
    name=${page#"$root/docs/"}
    blocks=$work/pages/$name
    cut_page "$page" "$blocks"
    ls "$blocks"/*.sh >/dev/null 2>&1 || return 0
    home=$blocks/home
    mkdir -p "$home/bin" && chmod 755 "$home"
    ln -s "$stele" "$home/bin/stele"
    export HOME=$home STELE_HOME=$home/stele XDG_CONFIG_HOME=$home/.config
    STELE_PORT=$(free_port) STELE_PG_BIN=$STELE_TEST_PGBIN
    export STELE_PORT STELE_PG_BIN
    mkdir -p "$STELE_HOME"
    unset STELE_DATABASE_URL STELE_DATABASE_ADMIN_URL STELE_TOKEN STELE_SCOPE
    for block in "$blocks"/*.sh; do
        where="docs/$name:$(cat "${block%.sh}.line")"
        bash -n "$block" && pass || fail "$where does not parse"
        [ ! -e "${block%.sh}.skip" ] || check_named "$block" "$where"
        sed -i -E "s/(127\.0\.0\.1|localhost):7600/127.0.0.1:$STELE_PORT/g" "$block"
    done
    [ "$(ls "$blocks"/*.sh | wc -l)" -gt "$(find "$blocks" -name '*.skip' | wc -l)" ] || return 0
    if ! grep -q '^<!-- test: bare' "$page"; then
        new_database
        "$stele" db migrate >/dev/null 2>&1
        # As it is to be run: the owner migrates, a login with the runtime's rights serves.
        export STELE_DATABASE_ADMIN_URL=$STELE_DATABASE_URL
        psql "$STELE_DATABASE_URL" -c "GRANT stele_runtime TO $login; GRANT stele_maintenance TO $login WITH INHERIT FALSE" 2>/dev/null
        STELE_DATABASE_URL=${STELE_DATABASE_URL/user=postgres/user=$login}
        start_server --port "$STELE_PORT"
        wait_ready
    fi
    (cd "$home" && PATH=$home/bin:$PATH exec timeout 300 bash "$work/type" "$blocks") </dev/null || code=$?
    block=$(cat "$blocks/current" 2>/dev/null || true)
    [ "$code" = 0 ] && pass || fail "docs/$name:$(cat "$block.line") ended with $code:
$(cat "$block.out")"
    for block in "$blocks"/*.out; do
        [ -e "$block" ] || continue
        compare_output "${block%.out}" "docs/$name:$(cat "${block%.out}.line")"
    done
    if ! grep -q '^<!-- test: bare' "$page"; then
        kill "$server_pid" && wait "$server_pid" 2>/dev/null || true
    else
        "$stele" db stop >/dev/null 2>&1 || true
    fi
}

if [ $# = 0 ]; then
    mapfile -t pages < <(ls "$root"/docs/concepts/*.md "$root"/docs/guides/*.md)
    [ "${#pages[@]}" -ge 25 ] && pass || fail "only ${#pages[@]} pages"
else
    pages=("${@/#/$root/}")
fi
for page in "${pages[@]}"; do
    if [[ $page =~ $own_test ]]; then continue; fi
    type_page "$page"
done
