#!/usr/bin/env bash
# The OpenAPI document that a running server gives, as others' programs read it: Redocly's linter.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database
expect_exit 0 "$stele" db migrate
start_server
wait_ready
expect_status 200 "$url/openapi.json"
cp "$work/body" "$work/openapi.json"
"$stele" openapi --json >"$work/shell.json"
cmp <(jq -S . "$work/openapi.json") <(jq -S . "$work/shell.json") && pass \
    || fail 'the shell prints another document than the server gives'

expect_exit 0 "$root/tests/openapi/lint-openapi.sh" "$work/openapi.json"
# A warning alone fails it.
jq 'del(.paths["/v1/memory/store"].post.responses["4XX"])' "$work/openapi.json" >"$work/worse.json"
expect_exit 1 "$root/tests/openapi/lint-openapi.sh" "$work/worse.json"
expect_text 'operation-4xx-response'
# Examples are held against their schemas.
jq '.components.requestBodies.memory_store.content["application/json"].examples.example1.value.pinned = "yes"' \
    "$work/openapi.json" >"$work/worse.json"
expect_exit 1 "$root/tests/openapi/lint-openapi.sh" "$work/worse.json"
expect_text 'pinned'

# Typed clients that two generators make of it, against a server with a token.
printf 'correct-horse-battery' >"$work/token"
STELE_TOKEN_FILE=$work/token start_server
wait_ready
expect_exit 0 env STELE_TOKEN=correct-horse-battery "$root/tests/openapi/run-clients.sh" "$url"
expect_text 'openapi-fetch: stored and found'
expect_text 'hey-api: stored and found'
expect_exit 0 "$stele" memory list --scope project:/harbour --json
expect_json '[.results[].content] | sort == ["The harbour crane is booked by hey-api", "The harbour crane is booked by openapi-fetch"]'
