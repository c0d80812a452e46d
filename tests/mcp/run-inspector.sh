#!/usr/bin/env bash
# tests/mcp/run-inspector.sh COMMAND ARGUMENT… | URL
#
# The MCP inspector's strict look at a server's tools: portable schemas, or exit code 6.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"

[ $# -ge 1 ] || die "say what to inspect" "a command with its arguments, or a URL" 2
prepare_node
# The inspector writes into HOME and lists every tool; neither is wanted.
home=$(mktemp -d "${TMPDIR:-/tmp}/stele-mcp.XXXXXX")
trap 'rm -rf "$home"' EXIT
HOME=$home node "$work/node_modules/.bin/mcp-inspector" --cli --strict --method tools/list "$@" >/dev/null
say "portable"
