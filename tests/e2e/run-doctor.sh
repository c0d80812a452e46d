#!/usr/bin/env bash
# `stele doctor` as an operator meets it: exit codes, JSON, the doors, and no secret in what it says.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database

# Nothing there yet: what is wrong comes with the command, and the command mends it.
expect_exit 1 "$stele" doctor
expect_text '^FAIL +migrations'
expect_text '^ +mend +stele db migrate$'
expect_exit 0 "$stele" db migrate
expect_exit 0 "$stele" doctor
expect_no_text '^(FAIL|SKIPPED)'
expect_text ' 0 failed, 0 skipped$'
expect_exit 0 "$stele" doctor --json
[ "$(jq -r '.healthy' <<<"$output")" = true ] && pass || fail "not healthy: $output"
[ "$(jq '.checks | length' <<<"$output")" -ge 32 ] && pass || fail "checks are missing: $output"

expect_exit 0 "$stele" doctor --list
expect_text '^row-security +Tenants are kept apart$'
expect_exit 0 "$stele" doctor --only connect,clock
expect_text '^2 passed'
expect_exit 2 "$stele" doctor --only conect
expect_text 'did you mean "connect"'

# A password of the URL is in no output, whatever fails.
for url in 'postgresql://u:hush-hush-hush@127.0.0.1:1/d' \
    'postgresql://u:hush-hush-hush@no-such-host.invalid/d'; do
    STELE_DATABASE_URL=$url expect_exit 1 "$stele" doctor
    expect_text '^FAIL +connect'
    expect_no_text 'hush-hush'
    STELE_DATABASE_URL=$url expect_exit 1 "$stele" doctor --json
    expect_no_text 'hush-hush'
done

# The same over HTTP.
start_server
wait_ready
expect_status 200 "$url/v1/ops/doctor" -d '{"only":["writes"]}'
expect_text '"verdict":"pass"'
expect_status 400 "$url/v1/ops/doctor" -d '{"only":["nonsense"]}'
