#!/usr/bin/env bash
# tests/openapi/run-docs.sh URL  /docs of a running server in Debian's Chromium. The server's token
# is STELE_TOKEN. Prints "N passed, N failed"; exits with 1 when anything failed.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"

[ $# = 1 ] || die "say which server" "tests/openapi/run-docs.sh URL" 2
: "${STELE_TOKEN:?the token of the server}"
STELE_CHROMIUM=$(type -P chromium-headless-shell chromium | head -1 || true)
[ -n "$STELE_CHROMIUM" ] || die "there is no Chromium" "script/setup --tests" 2
export STELE_CHROMIUM
prepare_node
exec node "$work/docs.mjs" "$1"
