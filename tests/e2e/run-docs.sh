#!/usr/bin/env bash
# /docs in a browser: a list without JavaScript, search, "Try it", the token in memory alone, axe.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database
expect_exit 0 "$stele" db migrate
printf 'correct-horse-battery' >"$work/token"
STELE_TOKEN_FILE=$work/token start_server
wait_ready
expect_exit 0 env STELE_TOKEN=correct-horse-battery "$root/tests/openapi/run-docs.sh" "$url"
expect_text '[0-9]+ passed, 0 failed'
