#!/usr/bin/env bash
# script/bench instructions [COMMIT | --check | --keep]
#   Instructions that `stele serve` spends on one request of each kind, counted by callgrind: unlike times they do not
#   depend on what else the machine does. With COMMIT beside an earlier commit's, which is built in build/before/COMMIT,
#   once. --check compares with bench/instructions.tsv and fails beyond 5 %, up or down; --keep writes that file, for a
#   change that was decided: a line in CHANGELOG.md says why.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../script/lib/common.sh
source "$here/../script/lib/common.sh"
# shellcheck source=lib.sh
source "$here/lib.sh"

if [ "${1:-}" = --one ]; then # --one TREE, inside a with-postgres of its own
    work=$(mktemp -d)
    chmod 755 "$work"
    trap 'serve_stop; rm -rf "$work"' EXIT
    binary=$2/build/release/stele
    export STELE_DATABASE_URL=$STELE_TEST_DATABASE_URL STELE_DATABASE_POOL_SIZE=2 STELE_SERVER_WORKERS=2
    "$binary" db migrate >/dev/null 2>&1
    cd "$work"
    printf '#!/bin/sh\nexec valgrind --tool=callgrind --separate-threads=yes --log-file=/dev/null "%s" "$@"\n' "$binary" >"$work/stele"
    chmod 755 "$work/stele"
    export STELE_BINARY=$work/stele
    serve_start --embedding none
    python3 "$here/instructions.py" "$url" "$serve_pid" "${STELE_BENCH_REQUESTS:-200}"
    exit
fi

measure() {
    env -u STELE_TEST_DATABASE_URL -u STELE_DATABASE_URL -u STELE_ADMIN_DATABASE_URL \
        "$script/with-postgres" "$0" --one "$1"
}
now=$(measure "$root")
if [ $# -eq 0 ]; then
    column -t -s $'\t' <<<"$now"
    exit
fi
case $1 in
    --keep)
        printf '%s\n' "$now" >"$here/instructions.tsv"
        exit
        ;;
    --check)
        paste "$here/instructions.tsv" <(cut -f2 <<<"$now") | awk -F'\t' '
            { off = ($3 - $2) / $2; bad = off > 0.05 || off < -0.05; failed += bad
              printf "%-28s kept %8d  now %8d  %+.1f %%%s\n", $1, $2, $3, 100 * off, bad ? "  beyond 5 %" : "" }
            END { exit failed > 0 }'
        exit
        ;;
esac
earlier_build "$1"
paste <(measure "$old") <(cut -f2 <<<"$now") |
    awk -F'\t' -v name="$commit" 'BEGIN { print "request\t" name "\tnow\tnow / " name }
        { printf "%s\t%d\t%d\t%.3f\n", $1, $2, $3, $3 / $2 }' | column -t -s $'\t'
