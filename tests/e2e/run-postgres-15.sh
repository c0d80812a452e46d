#!/usr/bin/env bash
# Every test of the data layer once more, against PostgreSQL 15, the oldest supported server.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=../../script/lib/common.sh
source "$root/script/lib/common.sh"

bin=$STELE_PREFIX/15/postgresql/bin
if [ ! -x "$bin/postgres" ]; then
    expect_exit 0 "$root/script/postgres-15"
    expect_text 'not Debian 12'
    exit 0
fi
unset STELE_TEST_DATABASE_URL STELE_TEST_PGBIN STELE_TEST_PGDATA STELE_DATABASE_URL
export STELE_PG_BIN=$bin STELE_BINARY=$stele
cd "$root"
one() { "$root/script/with-postgres" "$1" --gtest_brief=1 >"$work/$(basename "$1").log" 2>&1; }
export -f one
export root work
printf '%s\n' "$(dirname "$stele")"/*_pgtest >"$work/programs"
xargs -P 2 -I '{}' bash -c 'one {} && touch "$work/$(basename {}).ok"' <"$work/programs" || true
while read -r program; do
    name=$(basename "$program")
    if [ -e "$work/$name.ok" ]; then pass; else fail "$name: $(grep -v '^\[ ' "$work/$name.log" | tail -n 40)"; fi
done <"$work/programs"
