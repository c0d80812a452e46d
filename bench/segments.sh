#!/usr/bin/env bash
# script/bench segments [DOCUMENTS…]
#   How long a tenant's lexical segments take to make, how large they are, and how quickly they are searched: one
#   tenant for each size (default 1,000, 10,000, 100,000, 1,000,000), all in one table, the unindexed items not included.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
ninja -C "$here/../build/release" segments_bench >/dev/null
psql() { "$STELE_TEST_PGBIN/psql" -qAtX "$STELE_TEST_DATABASE_URL" "$@"; }
psql -c "CREATE ROLE bench_app LOGIN"
STELE_ADMIN_DATABASE_URL=$STELE_TEST_DATABASE_URL STELE_DATABASE_URL=$STELE_TEST_DATABASE_URL \
    "$STELE_BINARY" db migrate >/dev/null
psql -c "GRANT stele_runtime TO bench_app"
export STELE_DATABASE_URL=${STELE_TEST_DATABASE_URL/user=postgres/user=bench_app}
exec "$here/../build/release/segments_bench" "$@"
