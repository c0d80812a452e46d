#!/usr/bin/env bash
# A real MCP client, the official SDK, against `stele mcp` over stdio and `stele serve` over HTTP.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database
expect_exit 0 "$stele" db migrate
start_server
wait_ready
expect_exit 0 "$root/tests/mcp/run-sdk-client.sh" --stdio "$stele" mcp
expect_exit 0 "$root/tests/mcp/run-sdk-client.sh" --http "$url/mcp"
