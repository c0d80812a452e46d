# What the runners of this folder share. Sourced; expects `set -euo pipefail` in the caller.
# shellcheck shell=bash source-path=SCRIPTDIR

# shellcheck source=../../script/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../script/lib/common.sh"

here=$root/tests/mcp
work=${STELE_MCP_WORK:-$root/build/mcp}

# shellcheck source=../support/npm.sh
source "$root/tests/support/npm.sh"

prepare_node() {
    install_packages "$here" "$work"
}
