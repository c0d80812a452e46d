#!/usr/bin/env bash
# script/bench events [SUBSCRIBERS] [EVENTS A SECOND] [SECONDS]
#   The stream of events: a worker reports so many events a second, in bunches, and so many clients follow the stream
#   over HTTP on the same machine. How long an event takes from the moment the report is sent (its commit comes a little
#   later) to the client's socket: median, 99th percentile and the longest, over all events and clients; whether each
#   client got each event once and in order; and what Stele, PostgreSQL and the clients used of the processor.
#   Default: 1000 1000 20, and before it 10 clients.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
source "$here/lib.sh"
subscribers=${1:-1000} rate=${2:-1000} seconds=${3:-20}
work=$(mktemp -d)
trap 'serve_stop; rm -rf "$work"' EXIT
STELE_DATABASE_URL=$STELE_TEST_DATABASE_URL "$STELE_BINARY" db migrate >/dev/null 2>&1
ulimit -n "$(ulimit -Hn)"
export STELE_SERVER_MAX_CONNECTIONS=$((subscribers + 100))
serve_start --embedding none

printf '%8s %9s  %24s  %10s  %s\n' clients 'events/s' 'p50 / p99 / longest ms' 'delivered/s' 'CPU: Stele, PostgreSQL, clients'
for clients in 10 "$subscribers"; do
    python3 "$here/events.py" "$url" "$clients" "$rate" "$seconds" "$serve_pid" "$(head -1 "$STELE_TEST_PGDATA/postmaster.pid")"
done
