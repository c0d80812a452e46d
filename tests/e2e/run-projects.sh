#!/usr/bin/env bash
# Which project a memory is stored for: linked git worktrees are one, a folder outside git is itself,
# a path has one spelling.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database
unset STELE_SCOPE
expect_exit 0 "$stele" db migrate

commit() { git -C "$1" -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m init; }
# stored_in FOLDER SCOPE FLAG…: a lesson that is stored there is stored for that scope.
count=0
stored_in() {
    local folder=$1 scope=$2
    shift 2
    count=$((count + 1))
    cd "$folder"
    expect_exit 0 "$stele" memory store "Lesson $count of the importer" --category lesson --json "$@"
    expect_json ".scope == \"$scope\""
}

place=$(readlink -f "$work")
mkdir -p "$work/plain/inner" "$work/nested"
git init -q "$work/shop"
commit "$work/shop"
mkdir "$work/shop/src"
git -C "$work/shop" worktree add -q "$work/shop-feature" -b feature
git -C "$work/shop" worktree add -q "$work/shop/.claude/worktrees/agent-1" -b agent
for folder in shop shop/src shop-feature shop/.claude/worktrees/agent-1; do
    stored_in "$work/$folder" "project:$place/shop"
done
ln -s "$work/shop-feature" "$work/link"
stored_in "$work/link" "project:$place/shop"
cd "$work/shop-feature"
expect_exit 0 "$stele" memory search 'importer lesson 1'
expect_text 'Lesson 1 of the importer'
# A worktree that somebody names, as the import of a conversation does.
stored_in "$work/plain" "project:$place/shop" --scope "project:$place/shop-feature/"
printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}' \
    '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"memory_store","arguments":{"content":"Over MCP","category":"lesson"}}}' >"$work/in"
cd "$work/shop-feature"
expect_exit 0 bash -c "'$stele' mcp <'$work/in' 2>/dev/null | jq -c 'select(.id == 2).result.structuredContent'"
expect_json ".scope == \"project:$place/shop\""

# A bare repository's worktrees are one project, also where it lies hidden in their folder.
git clone -q --bare "$work/shop" "$work/bare.git"
git -C "$work/bare.git" worktree add -q "$work/from-bare" agent
stored_in "$work/from-bare" "project:$place/bare.git"
git clone -q --bare "$work/shop" "$work/nested/.bare"
echo 'gitdir: ./.bare' >"$work/nested/.git"
git -C "$work/nested" worktree add -q "$work/nested/feature" feature
stored_in "$work/nested" "project:$place/nested"
stored_in "$work/nested/feature" "project:$place/nested"
# A submodule is a project of its own, and so is its worktree.
git -C "$work/shop" -c protocol.file.allow=always submodule add -q "$work/bare.git" part 2>/dev/null
stored_in "$work/shop/part" "project:$place/shop/part"
git -C "$work/shop/part" worktree add -q "$work/part-feature" -b other
stored_in "$work/part-feature" "project:$place/shop/part"

# Outside git the project is the folder when it is asked for, and nothing otherwise.
stored_in "$work/plain" global
stored_in "$work/plain" "project:$place/plain" --scope project
expect_exit 0 "$stele" memory search 'importer' --scope project --limit 100 --json
expect_json "[.results[].scope] | unique == [\"global\", \"project:$place/plain\"]"
STELE_SCOPE=global stored_in "$work/shop/src" "project:$place/shop" --scope project

# One spelling.
for spelling in "$place/plain/" "$place/./plain" "$place/plain/inner/.." . ./ ../plain; do
    stored_in "$work/plain" "project:$place/plain" --scope "project:$spelling"
done
STELE_SCOPE="project:$place/plain/" stored_in "$work/shop" "project:$place/plain"
stored_in "$work/plain" project:shop --scope project:shop

# A server's own folder is nobody's project.
cd "$work/plain"
start_server
wait_ready
store() {
    local scope=$1
    shift
    count=$((count + 1))
    printf '{"content":"Lesson %d over HTTP","category":"lesson","scope":"%s"}' "$count" "$scope" >"$work/json"
    curl -s "$url/v1/memory/store" -H 'Content-Type: application/json' "$@" -d "@$work/json"
}
output=$(store project)
expect_json '.status == 400 and (.detail | test("works in no project"))'
output=$(store project -H 'X-Stele-Scope: project:/a/b/')
expect_json '.scope == "project:/a/b"'
output=$(store project:/a/./b/)
expect_json '.scope == "project:/a/b"'
output=$(store project:.)
expect_json '.status == 400'
