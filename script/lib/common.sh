# What every script starts with: where things are, how to speak, who runs PostgreSQL.
# Sourced, never run. Expects `set -euo pipefail` in the caller.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
script=$root/script

# shellcheck source=lib/log.sh
source "$script/lib/log.sh"
# shellcheck source=lib/dirs.sh
source "$script/lib/dirs.sh"
# shellcheck source=lib/account.sh
source "$script/lib/account.sh"

is_root() { [ "$(id -u)" = 0 ]; }
have() { type -P "$1" >/dev/null; }
