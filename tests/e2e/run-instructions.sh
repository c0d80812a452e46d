#!/usr/bin/env bash
# A request costs the server the instructions that it did (bench/instructions.tsv), within 5 %. Beyond it: mend it, or
# decide, `script/bench instructions --keep` and a line in CHANGELOG.md.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
source "$here/lib.sh"

expect_exit 0 env -u STELE_HOME -u STELE_SCOPE "$root/bench/instructions.sh" --check
printf '%s\n' "$output"
