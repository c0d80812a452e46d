#!/usr/bin/env bash
# What a search looks like on a terminal, and that a pipe and --json get what they always got.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database
expect_exit 0 "$stele" db migrate
hostile=$(printf 'The harbour crane \x1b[31mlifts\x1b[0m forty tonnes,\nand 日本語 names are cut at a character, however long they are')
expect_exit 0 "$stele" memory store "$hostile" -c fact --scope project:/e2e --json
id=$(jq -r .id <<<"$output")
expect_exit 0 "$stele" chat log 'Who booked the crane for Monday?' --speaker user --thread-id ses_1

# on_terminal COLUMNS COMMAND…: $output is what it wrote to a terminal of that width.
on_terminal() { expect_exit 0 "$root/tests/e2e/terminal.py" "$@"; }
# No line but one with an id is wider than the terminal; styles take no room.
expect_fits() {
    python3 - "$1" "$output" <<'PY' && pass || fail "wider than $1 columns: $output"
import re, sys, unicodedata
def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line if not unicodedata.combining(c))
lines = re.sub(r"\x1b\[[0-9;]*m", "", sys.argv[2]).split("\n")
sys.exit(any(width(line) > int(sys.argv[1]) for line in lines if not re.search(r"[0-9a-f]{8}-", line)))
PY
}

for verb in search 'memory search'; do
    # shellcheck disable=SC2086  # two words
    on_terminal 60 "$stele" $verb 'harbour crane'
    expect_fits 60
    first=$(grep -n 'The harbour crane' <<<"$output")
    [[ $first = *'The harbour crane [31mlifts[0m forty tonnes, and 日本語 nam…' ]] && pass \
        || fail "the first line of a block: $first"
    expect_text $'^  \x1b\\[2mfact · project:/e2e · just now'
    expect_text "$id"
    expect_text 'its words match' # why, without asking for it
    expect_no_text 'score|^ *[0-9]+\.[0-9]+  '
done
on_terminal 60 "$stele" search crane
expect_text 'ses_1 user'
# Two blocks, and the note that there is no embedder here.
[ "$(grep -c '^$' <<<"$output")" = 2 ] && pass || fail "blocks stand apart by one empty line: $output"
on_terminal 60 "$stele" chat search crane
expect_text '^Who booked the crane for Monday\?$'
for columns in 24 40 200; do
    on_terminal $columns "$stele" search 'harbour crane'
    expect_fits $columns
done
on_terminal 80 env NO_COLOR=1 "$stele" search crane
expect_no_text $'\x1b'
on_terminal 80 "$stele" search crane --why=false
expect_no_text ' · it '

# --json on a terminal is what a pipe gets.
on_terminal 80 "$stele" search crane --json
[ "$output" = "$("$stele" search crane --json)" ] && pass || fail "--json on a terminal: $output"
# A pipe: score, kind, scope, day; the text; the id; no reason that nobody asked for.
expect_exit 0 "$stele" search crane --json
jq -r '.results[] | [
    .score, .kind, (.category // (.threadId + " " + .speaker)), .scope, .timestamp[:10], .content, .id]
    | @tsv' <<<"$output" >"$work/rows"
expect_exit 0 "$stele" search crane
grep -v '^Note: no embedder' <<<"$output" >"$work/piped"
python3 - "$work/rows" "$work/piped" <<'PY' && pass || fail "a pipe gets something else: $output"
import sys
wanted = ""
for row in open(sys.argv[1], encoding="utf-8"):
    score, kind, where, scope, day, content, id = row.rstrip("\n").split("\t")
    content = content.replace("\\n", " ").replace("\x1b", " ")
    where = f"[{where}]" if kind == "memory" else where
    wanted += f"{float(score):5.2f}  {where}  {scope}  {day}\n       {content}\n       {id}\n"
got = open(sys.argv[2], encoding="utf-8").read()
if got != wanted:
    print(wanted)
sys.exit(got != wanted)
PY
