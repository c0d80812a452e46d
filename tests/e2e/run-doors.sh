#!/usr/bin/env bash
# Every door gives back what was stored, byte for byte, and every door refuses the same texts: hostile texts are
# stored through each of them and read through all of them (doors.py).
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database
start_server
wait_ready
STELE_BINARY=$stele STELE_WORK=$work python3 "$root/tests/e2e/doors.py" "$url" && pass || fail 'the doors differ'
