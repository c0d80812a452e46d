#!/usr/bin/env bash
# The command line as a user meets it: help, suggestions, exit codes, conversations, import and export.
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
expect_text 'did you mean "--limit"'
expect_exit 2 "$stele" memory search x --mode hybird
expect_text '"hybird": did you mean "hybrid"'
expect_exit 2 "$stele" memroy --help
expect_text '"memroy": did you mean "memory"'
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

# Conversations: logged, read, resolved, forked, forgotten; a transcript in, an export out and back, equal.
expect_exit 0 "$stele" chat log 'Which port?' --speaker user --thread-id ses_1 --json
expect_text '"seq": 1'
expect_exit 0 "$stele" chat log '6543. Tonight?' --thread-id ses_1 --pending-action 'decide when' --json
message=$(jq -r .id <<<"$output")
expect_exit 0 "$stele" chat thread ses_1
expect_text 'Which port'
expect_exit 0 "$stele" chat recent
expect_text 'ses_1'
expect_exit 0 "$stele" chat pending
expect_text 'decide when'
expect_exit 0 "$stele" chat resolve "$message" --resolution 'at two'
expect_exit 1 "$stele" chat resolve "$message" --resolution 'at three'
expect_text 'resolved already: at two'
expect_exit 0 "$stele" chat fork ses_1 --at-seq 1 --new-thread-id ses_2
expect_exit 0 "$stele" chat log 'Another way' --thread-id ses_2
expect_exit 0 "$stele" chat end ses_1
expect_exit 0 "$stele" chat summaries ses_1
expect_exit 1 "$stele" chat thread nowhere
expect_text 'there is no thread'
printf '%s\n' '{"type":"user","sessionId":"s9","uuid":"u1","cwd":"/w","timestamp":"2025-01-02T03:04:05Z","message":{"content":"Hello"}}' \
    'no json' >"$work/session.jsonl"
expect_exit 2 "$stele" chat import claude-code "$work/session.jsonl"
expect_text 'session.jsonl line 2'
expect_exit 0 "$stele" chat import claude-code "$work/session.jsonl" --lenient --json
expect_text '"skipped": 1'
expect_exit 0 "$stele" chat export "$work/chat.jsonl"
[ "$(stat -c %a "$work/chat.jsonl")" = 600 ] && pass || fail 'an export of conversations is not private'
new_database
expect_exit 0 "$stele" db migrate
expect_exit 0 "$stele" chat import transcript "$work/chat.jsonl"
expect_exit 0 "$stele" chat export "$work/chat-again.jsonl"
cmp -s "$work/chat.jsonl" "$work/chat-again.jsonl" && pass || fail 'the round trip changed a conversation'
expect_exit 0 "$stele" chat forget --thread-id ses_2 --reason 'asked to'
expect_exit 1 "$stele" chat thread ses_2

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
