#!/usr/bin/env bash
# The command line as a user meets it: help, suggestions, exit codes, import and export.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database

expect_exit 0 "$stele" --help
expect_text 'memory search'
expect_exit 0 "$stele" memory search --help
expect_text "stele memory search 'which port"
expect_exit 0 "$stele" --version
expect_exit 2 "$stele" memory serach x
expect_text 'did you mean "memory search"'
expect_exit 2 "$stele" memory search x --limt 3
expect_text 'did you mean "limit"'
expect_exit 2 "$stele" memory search
expect_text 'query: is required'
expect_exit 2 "$stele" memory search x --limit nan
expect_exit 2 "$stele" memory search x --limit=-1
expect_text 'limit: must be between'
expect_exit 0 "$stele" completion bash
bash -n <<<"$output" && pass || fail 'the bash completion does not parse'

# Not migrated yet: the message says what to run.
expect_exit 2 "$stele" memory recent
expect_text 'stele db migrate'
expect_exit 0 "$stele" db migrate
expect_exit 0 "$stele" db status --write-check
expect_text '^Postgres: ok$'
expect_text '^Writable: yes$'

expect_exit 0 "$stele" memory store 'The port is 6543' --category fact --json
id=$(jq -r .id <<<"$output")
expect_text '"stored": true'
expect_exit 0 "$stele" memory store 'The port is 6543' -c fact
expect_text 'deduplicated'
expect_exit 0 "$stele" memory search 'which port'
expect_text '6543'
expect_exit 0 "$stele" memory get "$id" --history
expect_exit 1 "$stele" memory get 01890a5d-ac96-774b-bcce-b302099a8057
expect_text 'there is no memory'
expect_exit 2 "$stele" memory get not-an-id
expect_text 'expected a UUID'
expect_exit 0 "$stele" memory forget --category session-error --dry-run
expect_exit 2 "$stele" memory store '' -c fact
expect_text 'content: must not be empty'
head -c 65537 /dev/zero | tr '\0' x >"$work/big"
expect_exit 2 "$stele" memory store -c fact --input <(jq -Rs '{content: .}' "$work/big")
expect_text '65537 bytes long'
printf 'bad \xff byte' >"$work/bad"
expect_exit 2 bash -c "'$stele' memory store - -c fact <'$work/bad'"
expect_text 'UTF-8'

# Import, twice; export and back, equal.
git -C "$work" init -q repo
git -C "$work/repo" -c user.name=a -c user.email=a@b commit -q --allow-empty -m 'Use bazel for builds'
expect_exit 0 "$stele" import git "$work/repo" --json
expect_text '"stored": 1'
expect_exit 0 "$stele" import git "$work/repo" --json
expect_text '"duplicates": 1'
printf '# Ports\n\nStaging: 6543\n\n## Old\n\nWas 5432\n' >"$work/notes.md"
expect_exit 0 "$stele" import markdown "$work/notes.md" --json
expect_text '"stored": 2'
printf '%s\n' '{"type":"entity","name":"Ada","entityType":"person","observations":["likes tea"]}' \
    '{"type":"relation","from":"Ada","to":"Bob","relationType":"knows"}' >"$work/memory.jsonl"
expect_exit 0 "$stele" import mcp "$work/memory.jsonl" --json
expect_text '"stored": 2'
expect_exit 1 "$stele" import git "$work/nowhere"
expect_exit 0 "$stele" export "$work/all.jsonl"
[ "$(stat -c %a "$work/all.jsonl")" = 600 ] && pass || fail 'an export is not private'
first=$work/all.jsonl
new_database
expect_exit 0 "$stele" db migrate
expect_exit 0 "$stele" import jsonl "$first"
expect_exit 0 "$stele" export "$work/again.jsonl"
cmp -s "$first" "$work/again.jsonl" && pass || fail 'the round trip changed something'
echo '{"content":"x"}' >"$work/broken.jsonl"
expect_exit 2 "$stele" import jsonl "$work/broken.jsonl"
expect_text 'line 1: category: is required'

# Configuration
printf '[database]\npoolsize = 3\n' >"$work/stele.toml"
expect_exit 2 "$stele" --config "$work/stele.toml" config print
expect_text 'did you mean "poolSize"'
printf '[server]\ntoken = "${E2E_TOKEN:-hush-hush-hush}"\nport = 7700\n' >"$work/stele.toml"
expect_exit 0 "$stele" --config "$work/stele.toml" config print
expect_text '7700 +file'
expect_no_text 'hush-hush'
printf 'server:\n  port: 7701\n' >"$work/stele.yaml"
expect_exit 0 "$stele" --config "$work/stele.yaml" config print
expect_text '7701'
