#!/usr/bin/env bash
# script/bench skew [LARGE] [TENANTS] [PER_TENANT]
#   One tenant of LARGE memories (200,000) beside TENANTS (1,000) of PER_TENANT (100), after VACUUM ANALYZE: what one
#   client waits for over HTTP, words alone, in the large tenant and in a small one. Then the same beside an even
#   database, without the large tenant. Medians.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
source "$here/lib.sh"
large=${1:-200000} tenants=${2:-1000} per_tenant=${3:-100}
work=$(mktemp -d)
chmod 755 "$work"
trap 'serve_stop; rm -rf "$work"' EXIT
psql() { "$STELE_TEST_PGBIN/psql" -qAtX "$STELE_TEST_DATABASE_URL" "$@"; }
runtime_login

measure() { # measure TITLE TENANT…
    psql -c "VACUUM ANALYZE"
    serve_start --embedding none
    echo "== $1"
    python3 "$here/skew.py" measure "$url" "${@:2}"
    serve_stop
}

serve_start --embedding none
python3 "$here/skew.py" load "$url" "$tenants" "$per_tenant"
serve_stop
measure "$tenants tenants of $per_tenant" small
serve_start --embedding none
python3 "$here/skew.py" load-large "$url" "$large"
while [ "$(psql -c "SELECT count(*) > 2000 FROM memories WHERE NOT indexed AND org_id::text LIKE '99%'")" = t ]; do
    sleep 1
done
serve_stop
measure "the same beside one of $large" small large
