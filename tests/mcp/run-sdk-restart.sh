#!/usr/bin/env bash
# tests/mcp/run-sdk-restart.sh STELE
#
# A client of the official SDK while `stele serve` is started again. The product needs a database.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"

[ $# -eq 1 ] || die "say which program" "build/release/stele" 2
prepare_node
exec node "$work/sdk-restart.mjs" "$1"
