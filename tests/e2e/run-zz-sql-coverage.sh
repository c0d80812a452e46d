#!/usr/bin/env bash
# The last of the tests: every named statement was executed by one of those before.
set -euo pipefail
exec "$(dirname "$(readlink -f "$0")")/../../script/sql-coverage" "${STELE_SQL_COVERAGE:?run by script/test}"
