#!/usr/bin/env bash
# tests/lint/run-squawk.sh STELE  compares `STELE db lint` with squawk on the corpus; prints the cases on
# which they disagree, and "N passed, N failed". Exits with 1 when there are any.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# shellcheck source=../../script/lib/common.sh
source "$(dirname "$(readlink -f "$0")")/../../script/lib/common.sh"
# shellcheck source=../support/npm.sh
source "$root/tests/support/npm.sh"

[ $# = 1 ] || die "say which program to test" "tests/lint/run-squawk.sh build/release/stele" 2
stele=$(readlink -f "$1")
work=${STELE_LINT_WORK:-$root/build/lint-oracle}
install_packages "$root/tests/lint" "$work"
exec node "$work/compare.mjs" "$stele" "$root/tests/lint/corpus.sql"
