#!/usr/bin/env bash
# Every case of script/soak jobs, for a few seconds each: three at a time, for each mostly waits.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
stele=${STELE_BINARY:-$root/build/release/stele}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

groups=("server-restart backend-kill open-transaction" "pool-exhaustion worker-crash event-burst"
    "repeated-kills sustained-load active-readers")
pids=()
for i in "${!groups[@]}"; do
    read -ra cases <<<"${groups[i]}"
    "$root/script/with-postgres" "$(dirname "$stele")/stele_soak" "$stele" "${STELE_SOAK_SECONDS:-8}" \
        "${cases[@]}" >"$out/$i" 2>&1 </dev/null &
    pids+=("$!")
done
status=0
for i in "${!pids[@]}"; do
    wait "${pids[i]}" || status=1
    cat "$out/$i"
done
# A case that is not named above would never be tried.
ran=$(cat "$out"/* | grep -cE ' (ok|BREACH)$')
defined=$(sed -n 's/.*{\.name = "\([a-z-]*\)".*/\1/p' "$root/tests/soak/cases.cpp" | wc -l)
if [ "$ran" -ne "$defined" ]; then
    echo "$ran of $defined cases ran"
    status=1
fi
exit $status
