#!/usr/bin/env bash
# tests/openapi/lint-openapi.sh DOCUMENT  Redocly's recommended rules on an OpenAPI document; a
# warning counts as a failure. Prints what is wrong.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"

[ $# = 1 ] || die "say which document" "tests/openapi/lint-openapi.sh DOCUMENT" 2
document=$(readlink -f "$1")
prepare_node
# Where the configuration is, for what is left out is named by the document's path from there.
run=$(mktemp -d "$work/lint.XXXXXX")
trap 'rm -rf "$run"' EXIT
cp "$work/redocly.yaml" "$work/.redocly.lint-ignore.yaml" "$run/"
cp "$document" "$run/openapi.json"
cd "$run"
"$work/node_modules/.bin/redocly" lint openapi.json --config redocly.yaml --format=json \
    --max-problems=1000 >report.json 2>messages || true
jq -e 'has("totals")' report.json >/dev/null || { cat messages >&2; die "redocly gave no report"; }
jq -r '.problems[] | select(.ignored != true)
    | "\(.severity): \(.ruleId): \(.message) at \(.location[0].pointer)"' report.json
jq -e '.totals.errors + .totals.warnings == 0' report.json >/dev/null
