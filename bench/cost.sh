#!/usr/bin/env bash
# script/bench cost COMMIT [ROUNDS]  processor time of the server and of PostgreSQL for one store and one job submitted over
# HTTP, this build beside an earlier commit's, in turns. No disk is waited for, so it is steadier than requests a second.
# The earlier commit is built in build/before/COMMIT, once.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../script/lib/common.sh
source "$here/../script/lib/common.sh"
# shellcheck source=lib.sh
source "$here/lib.sh"
[ $# -gt 0 ] || die "which commit?" "script/bench cost COMMIT [ROUNDS]" 2

if [ "$1" = --one ]; then # --one TREE NAME, inside a with-postgres of its own
    work=$(mktemp -d)
    chmod 755 "$work"
    trap 'serve_stop; rm -rf "$work"' EXIT
    psql() { "$STELE_TEST_PGBIN/psql" -qAtX "$STELE_TEST_DATABASE_URL" "$@"; }
    export STELE_BINARY=$2/build/release/stele STELE_ADMIN_DATABASE_URL=$STELE_TEST_DATABASE_URL
    export STELE_DATABASE_POOL_SIZE=8 STELE_SERVER_WORKERS=8
    psql -c "CREATE ROLE bench_app LOGIN"
    STELE_DATABASE_URL=$STELE_TEST_DATABASE_URL "$STELE_BINARY" db migrate >/dev/null 2>&1
    psql -c "GRANT stele_runtime TO bench_app"
    export STELE_DATABASE_URL=${STELE_TEST_DATABASE_URL/user=postgres/user=bench_app}
    serve_start --embedding none
    python3 "$2/bench/store.py" scripts "$url" "$2/src" "$work"
    printf 'wrk.method = "POST"\nwrk.path = "/v1/job/submit"\nwrk.body = [[{"name":"x","queue":"q","input":{"a":1}}]]\n%s' \
        'wrk.headers["Content-Type"] = "application/json"' >"$work/job.lua"
    server() { pgrep -P "$(head -n 1 "$STELE_TEST_PGDATA/postmaster.pid")"; }
    postgres_seconds() { for pid in $(server); do cpu_seconds "$pid" 2>/dev/null || true; done | awk '{ s += $1 } END { print s }'; }
    for what in store job; do
        ROUND=1 wrk -t1 -c8 -d2s -s "$work/$what.lua" "$url" >/dev/null
        own=$(cpu_seconds "$serve_pid") theirs=$(postgres_seconds)
        ROUND=2 wrk -t1 -c8 -d6s -s "$work/$what.lua" "$url" >"$work/out"
        awk -v name="$3 $what" -v n="$(awk '/requests in/ { print $1 }' "$work/out")" -v own="$own" -v theirs="$theirs" \
            -v own2="$(cpu_seconds "$serve_pid")" -v theirs2="$(postgres_seconds)" \
            'BEGIN { printf "%s: %d requests in 6 s, server %.3f ms, PostgreSQL %.3f ms each\n", name, n, (own2 - own) * 1000 / n, (theirs2 - theirs) * 1000 / n }'
    done
    exit
fi

earlier_build "$1"
for _ in $(seq "${2:-3}"); do
    for side in "$old $commit" "$root now"; do
        read -r tree name <<<"$side"
        env -u STELE_TEST_DATABASE_URL -u STELE_DATABASE_URL -u STELE_ADMIN_DATABASE_URL \
            "$script/with-postgres" "$0" --one "$tree" "$name"
    done
done
