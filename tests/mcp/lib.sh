# What the runners of this folder share. Sourced; expects `set -euo pipefail` in the caller.
# shellcheck shell=bash source-path=SCRIPTDIR

# shellcheck source=../../script/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../script/lib/common.sh"

here=$root/tests/mcp
work=${STELE_MCP_WORK:-$root/build/mcp}

# Puts node 22 on PATH, and in $work the npm packages of package-lock.json and our own scripts.
prepare_node() {
    local wanted lock
    PATH=$("$script/lib/node.sh"):$PATH
    need_dir "$work"
    exec {lock}>"$work/.lock"
    flock "$lock"
    cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$here"/*.mjs "$work/"
    wanted=$(sha256sum <"$here/package-lock.json")
    if [ "$(cat "$work/node_modules/.installed" 2>/dev/null)" != "$wanted" ]; then
        say "installing the npm packages of the MCP tests"
        (cd "$work" && npm ci --silent >&2) || die "npm ci failed in $work" "is the registry reachable?"
        echo "$wanted" >"$work/node_modules/.installed"
    fi
    exec {lock}>&-
}
