#!/usr/bin/env bash
# tests/openapi/run-clients.sh URL  generates typed clients from the OpenAPI document of a running
# server with two generators, compiles programs that use them with `tsc --strict`, and runs these:
# each stores a memory and finds it. The server's token is STELE_TOKEN.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"

[ $# = 1 ] || die "say which server" "tests/openapi/run-clients.sh URL" 2
: "${STELE_TOKEN:?the token of the server}"
prepare_node
run=$(mktemp -d "$work/clients.XXXXXX") # below node_modules' folder, where imports are looked for
trap 'rm -rf "$run"' EXIT
cp "$work"/*.ts "$work/tsconfig.json" "$work/package.json" "$run/"
cd "$run"
bin=$work/node_modules/.bin
curl -fsS -H "Authorization: Bearer $STELE_TOKEN" "$1/openapi.json" -o openapi.json

# quietly COMMAND…  what it prints matters only when it fails
quietly() { "$@" >messages 2>&1 || { cat messages; die "failed: ${1##*/}"; }; }
quietly "$bin/openapi-typescript" openapi.json -o stele.ts
quietly "$bin/openapi-ts" --input openapi.json --output hey --client @hey-api/client-fetch --no-log-file
quietly "$bin/tsc" --project tsconfig.json
for client in openapi-fetch hey-api; do
    STELE_URL=$1 STELE_CLIENT=$client node "out/$client.js"
    echo "$client: stored and found"
done
