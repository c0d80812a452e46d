#!/usr/bin/env bash
# `db lint` on this repository's migrations and as the shell meets it; then against squawk.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"

# Needs no database: nobody listens there.
export STELE_DATABASE_URL=postgresql://nobody@127.0.0.1:1/none
expect_exit 0 "$stele" db lint
expect_text '^no findings in [0-9]+ files$'
expect_exit 0 "$stele" db lint "$root/migrations"
mkdir "$work/sql"
printf 'SET LOCAL lock_timeout = 1;\nDROP TABLE memories;\n' >"$work/sql/0009_drop.up.sql"
expect_exit 1 "$stele" db lint "$root/migrations" "$work/sql/0009_drop.up.sql"
expect_text "0009_drop.up.sql:2:1: drop-table: drops memories, which 0001_foundation.up.sql made"
expect_exit 1 "$stele" db lint "$work/sql" --json
expect_text '"rule": "drop-table"'
expect_exit 1 "$stele" db lint "$work/sql" --format sarif
expect_text '"version": "2.1.0"'
expect_exit 2 "$stele" db lint --format xml
expect_exit 0 "$root/tests/lint/run-squawk.sh" "$stele"
