#!/usr/bin/env bash
# tests/mcp/run-conformance.sh [FIXTURE]  runs the official MCP conformance suites against mcp_fixture, the
# server made of the product's protocol library (default: build/release/mcp_fixture). Prints
# "N passed, N failed"; exits with 1 when anything failed. A warning counts as a failure.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"

fixture=${1:-$root/build/release/mcp_fixture}
[ -x "$fixture" ] || die "there is no $fixture" "build the target mcp_fixture, or name another one" 2
prepare_node
results=$(mktemp -d "${TMPDIR:-/tmp}/stele-mcp.XXXXXX")
trap 'rm -rf "$results"' EXIT

# It ends when its stdin does, so it cannot outlive this script.
coproc server { exec "$fixture" http; }
server_pid=$!
server_input=${server[1]}
read -r -t 20 _ _ url <&"${server[0]}" || die "$fixture does not start"

# suite NAME PACKAGE ARGUMENT…
suite() {
    local name=$1 package=$2
    shift 2
    say "$name …"
    (cd "$work" && node "node_modules/$package/dist/index.js" server --url "$url" \
        --output-dir "$results/$name" "$@") >"$results/$name.log" 2>&1 || true
    [ -d "$results/$name" ] || { log_tail "$results/$name.log"; die "$name did not run"; }
}
suite conformance-0.1.16 @modelcontextprotocol/conformance --suite all
suite conformance-0.2.0-alpha.12 conformance-next --requirements 2025-11-25

exec {server_input}>&-
wait "$server_pid" || die "$fixture did not end well"
node "$work/count-checks.mjs" "$results"
