#!/usr/bin/env bash
# tests/mcp/run-sdk-client.sh --stdio COMMAND ARGUMENT… | --http URL
#
# Drives an MCP server with the official TypeScript SDK's client: the product (`stele mcp`, or the
# URL of `stele serve`) or the fixture; what it tries follows from who answers. The product needs a
# database to store into. Over HTTP a bearer token comes from STELE_TOKEN. Prints "N passed, N
# failed"; exits with 1 when anything failed.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"

[ $# -ge 2 ] || die "say what to connect to" "--stdio COMMAND ARGUMENT… or --http URL" 2
prepare_node
exec node "$work/sdk-client.mjs" "$@"
