#!/usr/bin/env bash
# script/bench before COMMIT [ROUNDS] [store|search|jobs|startup…]  this build beside an earlier commit's, in turns: each
# runs its own benchmarks (store, search and jobs unless others are named), one round a turn, each on a fresh PostgreSQL.
# Prints every figure and the ratio of the medians; above 1: this build is faster. The earlier commit is built in
# build/before/COMMIT, once.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../script/lib/common.sh
source "$here/../script/lib/common.sh"
# shellcheck source=lib.sh
source "$here/lib.sh"
[ $# -gt 0 ] || die "which commit?" "script/bench before COMMIT [ROUNDS] [store|search|jobs|startup…]" 2
earlier_build "$1"
rounds=${2:-5}
shift $(($# > 2 ? 2 : $#))
[ $# -gt 0 ] || set -- store search jobs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One round of a benchmark → lines "what per-second". Its server is its own, not the one around this script.
run_once() { # run_once TREE NAME
    local command=("$1/bench/$2.sh")
    case $2 in
        store) command+=(8 8) ;;
        search) command+=(1000 100 8 8) ;;
        jobs) command+=(4 stele) ;;
    esac
    env -u STELE_TEST_DATABASE_URL -u STELE_DATABASE_URL -u STELE_ADMIN_DATABASE_URL ROUNDS=1 \
        STELE_JOBS_WORK="$root/build/jobs-bench" STELE_BINARY="$1/build/release/stele" \
        "$1/script/with-postgres" "${command[@]}" 2>"$work/err" | figures || { cat "$work/err" >&2; return 1; }
}
figures() {
    awk '/^== / { pass = $2; sub(":", "", pass) }
         /^store: / { print "store", $7 + 0; next }
         /^store_batch: / { print "store_batch", $7 + 0; next }
         /^round / { for (i = 1; i < NF; i++) if ($i == "HTTP") print "search_" pass, $(i + 1) + 0; next }
         /^ms: / && !starts++ { print "startup", 1000 / ($5 + 0); next }
         /^\| Stele / && !seen++ { gsub(/,/, ""); gsub(/\|/, " "); print "jobs_simple", $2; print "jobs_workflows", $3; print "jobs_submitted", $5 }'
}
for round in $(seq "$rounds"); do
    for name in "$@"; do
        trees=("$old" "$root")
        [ $((round % 2)) = 1 ] || trees=("$root" "$old")
        for tree in "${trees[@]}"; do
            side=now
            [ "$tree" = "$root" ] || side=$commit
            run_once "$tree" "$name" | sed "s/^/$side /" | tee -a "$work/figures"
        done
    done
done
echo "medians of $rounds rounds in turns, per second: $commit, now, now / $commit"
of() { awk -v side="$1" -v name="$2" '$1 == side && $2 == name { print $3 }' "$work/figures" | median; }
for name in $(cut -d ' ' -f 2 "$work/figures" | sort -u); do
    awk -v name="$name" -v before="$(of "$commit" "$name")" -v now="$(of now "$name")" \
        'BEGIN { if (before > 0) printf "%-16s %9.0f %9.0f  %.3f\n", name, before, now, now / before }'
done
