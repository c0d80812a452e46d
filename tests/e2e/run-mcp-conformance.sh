#!/usr/bin/env bash
# The official MCP conformance suites against the fixture built on the product's protocol library.
set -euo pipefail
exec "$(dirname "$(readlink -f "$0")")/../mcp/run-conformance.sh"
