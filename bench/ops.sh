#!/usr/bin/env bash
# script/bench ops [MEGABYTES]  the operator's verbs beside the raw tools, in turns on the same server: dump and
# restore beside pg_dump and pg_restore with the same jobs, scoped export and import beside COPY of the same rows,
# verify-dump, doctor, status, lint. Default: 1,000 MB of tables and indexes, a tenth of the rows one tenant's. A
# ratio above 1 means that Stele is faster. Needs five times as much room on the disk of TMPDIR.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
source "$here/lib.sh"
megabytes=${1:-1000} rounds=${ROUNDS:-3} jobs=2
work=$(mktemp -d "${TMPDIR:-/tmp}/stele-bench.XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
tools=$STELE_TEST_PGBIN
export STELE_HOME=$work/home STELE_EMBEDDING_KIND=none STELE_LOG_LEVEL=error
url_of() { echo "${STELE_TEST_DATABASE_URL/\/postgres?//$1?}"; }
psql() { PGOPTIONS="-c client_min_messages=warning" "$tools/psql" -qAtX "$@"; }
median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
# seconds COMMAND…: how long it took.
seconds() {
    local started=$EPOCHREALTIME
    "$@" >"$work/out" 2>&1 || { cat "$work/out" >&2; return 1; }
    awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", b - a }'
}
ratio() { awk -v raw="$1" -v ours="$2" 'BEGIN { printf "%.2f\n", raw / ours }'; }
# compare NAME RAW OURS: two functions in turns, the median ratio.
compare() {
    local i raw ours
    : >"$work/ratios"
    for i in $(seq "$rounds"); do
        raw=$(seconds "$2")
        ours=$(seconds "$3")
        echo "  $1, round $i: raw $raw s, stele $ours s"
        ratio "$raw" "$ours" >>"$work/ratios"
    done
    echo "$1: median ratio $(median <"$work/ratios")"
}

database=ops_source
psql "$STELE_TEST_DATABASE_URL" -c "CREATE DATABASE $database"
source_url=$(url_of $database)
export STELE_DATABASE_URL=$source_url STELE_DATABASE_ADMIN_URL=$source_url
"$STELE_BINARY" db migrate >/dev/null
echo "filling $megabytes MB"
psql "$source_url" -v rows=$((megabytes * 330)) -f "$here/ops.sql" >/dev/null
size=$(psql "$source_url" -c "SELECT pg_size_pretty(pg_database_size(current_database()))")
echo "database: $size, $(psql "$source_url" -c "SELECT count(*) FROM memories") memories with vectors"

raw_gzip() { rm -f "$work/raw.dump"; "$tools/pg_dump" -Fc --no-acl -n public -d "$source_url" -f "$work/raw.dump"; }
raw_zstd() { rm -f "$work/raw.dump"; "$tools/pg_dump" -Fc --no-acl -n public --compress=zstd:3 -d "$source_url" -f "$work/raw.dump"; }
our_dump() { rm -f "$work"/our.dump*; "$STELE_BINARY" db dump --file "$work/our.dump" --jobs $jobs; }
compare "dump beside pg_dump -Fc as it comes (gzip)" raw_gzip our_dump
compare "dump beside pg_dump -Fc with the same zstd" raw_zstd our_dump
bytes=$(stat -c %s "$work/our.dump")
for _ in $(seq "$rounds"); do seconds "$STELE_BINARY" db verify-dump "$work/our.dump"; done | median |
    awk -v b="$bytes" '{ printf "verify-dump: %.0f MB/s of the dump (%.1f MB)\n", b / 1e6 / $1, b / 1e6 }'

fresh() { psql "$STELE_TEST_DATABASE_URL" -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1"; }
raw_restore() {
    "$tools/pg_restore" -j $jobs --no-owner --schema=public -d "$(url_of raw_target)" "$work/our.dump"
}
our_restore() {
    STELE_DATABASE_URL=$(url_of our_target) STELE_DATABASE_ADMIN_URL=$(url_of our_target) \
        "$STELE_BINARY" db restore "$work/our.dump" --jobs $jobs --force --confirm restore-postgres
}
: >"$work/ratios"
for i in $(seq "$rounds"); do
    fresh raw_target
    psql "$(url_of raw_target)" -c "CREATE EXTENSION vector" -c "CREATE EXTENSION pg_trgm" -c "CREATE EXTENSION pgcrypto"
    raw=$(seconds raw_restore)
    fresh our_target
    ours=$(seconds our_restore)
    echo "  restore, round $i: raw $raw s, stele (with its comparison of every row) $ours s"
    ratio "$raw" "$ours" >>"$work/ratios"
done
echo "restore beside pg_restore: median ratio $(median <"$work/ratios")"
psql "$STELE_TEST_DATABASE_URL" -c "DROP DATABASE raw_target" -c "DROP DATABASE our_target"
rm -f "$work"/*.dump*

# One tenant, a tenth of the rows: as COPY's text by psql, and as a scoped file.
org=$(psql "$source_url" -c "SELECT md5('org0')::uuid") project=$(psql "$source_url" -c "SELECT md5('project')::uuid")
mine="org_id = '$org' AND project_id = '$project'"
echo "one tenant: $(psql "$source_url" -c "SELECT count(*) FROM memories WHERE $mine") memories with vectors"
tables=(memories memory_vectors)
raw_export() {
    local t
    for t in "${tables[@]}"; do psql "$source_url" -c "\\copy (SELECT * FROM $t WHERE $mine) TO '$work/$t.copy'" || return 1; done
}
our_export() {
    rm -f "$work/tenant.jsonl"
    "$STELE_BINARY" db scoped-export --org-id "$org" --project-id "$project" --file "$work/tenant.jsonl"
}
compare "scoped export beside COPY … TO" raw_export our_export
raw_import() {
    local t
    for t in "${tables[@]}"; do psql "$(url_of raw_target)" -c "\\copy $t FROM '$work/$t.copy'" || return 1; done
}
our_import() {
    STELE_DATABASE_URL=$(url_of our_target) STELE_DATABASE_ADMIN_URL=$(url_of our_target) \
        "$STELE_BINARY" db scoped-import --file "$work/tenant.jsonl" --force --confirm import-scoped-postgres
}
: >"$work/ratios"
for i in $(seq "$rounds"); do
    for target in raw_target our_target; do
        fresh $target
        STELE_DATABASE_URL=$(url_of $target) STELE_DATABASE_ADMIN_URL=$(url_of $target) "$STELE_BINARY" db migrate >/dev/null
        psql "$(url_of $target)" -c "INSERT INTO embedding_models (name, dimensions, weights_hash, active) VALUES ('bench', 384, 'bench', true)"
    done
    raw=$(seconds raw_import)
    ours=$(seconds our_import)
    echo "  scoped import, round $i: raw $raw s, stele (with the file read twice) $ours s"
    ratio "$raw" "$ours" >>"$work/ratios"
done
echo "scoped import beside COPY … FROM into the same indexed tables: median ratio $(median <"$work/ratios")"
psql "$STELE_TEST_DATABASE_URL" -c "DROP DATABASE raw_target" -c "DROP DATABASE our_target"

for verb in "doctor --only $("$STELE_BINARY" doctor --list --json | sed -n 's/.*"name": "\([a-z-]*\)".*/\1/p' | grep -v -e backup -e embedding | paste -sd ,)" "db status"; do
    for _ in $(seq 5); do
        # shellcheck disable=SC2086  # words, not one
        seconds "$STELE_BINARY" $verb || true
    done | median | awk -v v="${verb%% --*}" '{ printf "%s: %.0f ms\n", v, $1 * 1000 }'
done
mkdir "$work/lint"
for i in $(seq 400); do sed 's/-- stele:no-transaction//' "$here"/../migrations/*.up.sql; done >"$work/lint/0001_large.up.sql"
cp "$here"/../migrations/0001_foundation.down.sql "$work/lint/0001_large.down.sql"
lint_bytes=$(stat -c %s "$work/lint/0001_large.up.sql")
for _ in $(seq "$rounds"); do seconds "$STELE_BINARY" db lint "$work/lint"; done 2>/dev/null | median |
    awk -v b="$lint_bytes" '{ printf "lint: %.1f MB/s (%.1f MB)\n", b / 1e6 / $1, b / 1e6 }'
