#!/usr/bin/env bash
# `db lint` and `db validate` on this repository's migrations and as the shell meets them; lint against squawk.
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
expect_text "0009_drop.up.sql:2:1: drop-table: drops memories, which 0005_memory.up.sql made"
expect_exit 1 "$stele" db lint "$work/sql" --json
expect_text '"rule": "drop-table"'
expect_exit 1 "$stele" db lint "$work/sql" --format sarif
expect_text '"version": "2.1.0"'
expect_exit 2 "$stele" db lint --format xml
expect_exit 0 "$root/tests/lint/run-squawk.sh" "$stele"

# db validate: well, with the files from the repository, and cleaning up behind itself when interrupted.
new_database
left() { psql "$STELE_TEST_DATABASE_URL" -c "SELECT count(*) FROM pg_database WHERE datname LIKE 'stele_validate_%'"; }
expect_exit 0 "$stele" db validate --dir "$root/migrations" --json
expect_text '"exitCode": 0'
mkdir "$work/slow"
echo 'SELECT pg_sleep(2)' >"$work/slow/0001_slow.up.sql"
echo 'SELECT 1' >"$work/slow/0001_slow.down.sql"
"$stele" db validate --dir "$work/slow" 2>"$work/interrupted" &
validation=$!
pids+=("$validation")
for _ in $(seq 100); do [ "$(left)" = 0 ] || break; sleep 0.05; done
if [ "$(left)" = 1 ]; then pass; else fail "$(left) scratch databases"; fi
kill -INT "$validation"
code=0
wait "$validation" || code=$?
if [ "$code" = 130 ]; then pass; else fail "it ended with $code"; fi
output=$(cat "$work/interrupted")
expect_text '(the validation was cancelled|was stopped between two files)'
if [ "$(left)" = 0 ]; then pass; else fail "$(left) scratch databases are left"; fi
