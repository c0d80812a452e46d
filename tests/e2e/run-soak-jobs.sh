#!/usr/bin/env bash
# Every case of script/soak jobs, for a few seconds each.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
stele=${STELE_BINARY:-$root/build/release/stele}
exec "$root/script/with-postgres" "$(dirname "$stele")/stele_soak" "$stele" "${STELE_SOAK_SECONDS:-8}"
