#!/usr/bin/env bash
# script/bench startup [RUNS]  from exec of `stele mcp` to the answer to initialize, beside the official
# @modelcontextprotocol/server-memory where npm has it; and the resident memory of an idle `stele mcp`.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
runs=${1:-15}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export STELE_DATABASE_URL=$STELE_TEST_DATABASE_URL
"$STELE_BINARY" db migrate >/dev/null
echo "-- stele mcp"
python3 "$here/startup.py" time "$runs" "$STELE_BINARY" mcp --log-level off
if command -v npm >/dev/null && (cd "$work" && npm install --silent --no-fund --no-audit @modelcontextprotocol/server-memory >/dev/null 2>&1); then
    echo "-- node @modelcontextprotocol/server-memory"
    MEMORY_FILE_PATH=$work/memory.jsonl python3 "$here/startup.py" time "$runs" node \
        "$work/node_modules/@modelcontextprotocol/server-memory/dist/index.js"
fi
echo "-- idle resident memory: without embedder, built-in model before and after its first text"
python3 "$here/startup.py" rss "$STELE_BINARY" none
python3 "$here/startup.py" rss "$STELE_BINARY" builtin
