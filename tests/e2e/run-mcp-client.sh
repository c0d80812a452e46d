#!/usr/bin/env bash
# A real MCP client, the official SDK, against `stele mcp` over stdio and `stele serve` over HTTP.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database
expect_exit 0 "$stele" db migrate
start_server
wait_ready
expect_exit 0 "$root/tests/mcp/run-sdk-client.sh" --stdio "$stele" mcp
expect_exit 0 "$root/tests/mcp/run-sdk-client.sh" --http "$url/mcp?tools=default,chat"
# Sessions go on after a restart, with a token and where none is asked for.
expect_exit 0 "$root/tests/mcp/run-sdk-restart.sh" "$stele"
expect_exit 0 env STELE_TOKEN=restart-test-token-1 "$root/tests/mcp/run-sdk-restart.sh" "$stele"
