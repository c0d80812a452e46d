# What the runners of this folder share. Sourced; expects `set -euo pipefail` in the caller.
# shellcheck shell=bash source-path=SCRIPTDIR

# shellcheck source=../../script/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../script/lib/common.sh"
# shellcheck source=../support/npm.sh
source "$root/tests/support/npm.sh"

work=${STELE_OPENAPI_WORK:-$root/build/openapi}
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

prepare_node() {
    install_packages "$root/tests/openapi" "$work"
}
