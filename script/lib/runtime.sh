# How a PostgreSQL runtime comes into place: built in $work, moved under a name that says what is in
# it, checked there by starting it, and only then linked as $STELE_PREFIX/postgresql.
# shellcheck shell=bash

programs=(initdb pg_ctl postgres psql pg_dump pg_restore pgbench pg_isready)

# The way that was tried says why it is no good here; called in that way's subshell.
give_up() {
    echo "$1"
    exit 1
}

target_of() { echo "$STELE_PREFIX/postgresql-$1"; }

is_complete() { [ -f "$1/stele-runtime" ]; }

# put_in_place KEY WAY   $work/tree becomes the runtime
put_in_place() {
    local target
    target=$(target_of "$1")
    rm -rf "$target"
    mv "$work/tree" "$target"
    if ! self_check "$target"; then
        rm -rf "$target"
        give_up "what was built does not work (see the log)"
    fi
    {
        echo "way: $2"
        "$target/bin/postgres" --version
        echo "pgvector $(vector_version "$target")"
    } >"$target/stele-runtime"
    use_runtime "$target"
}

# The link changes in one step, so that nobody ever finds it missing.
use_runtime() {
    ln -sfn "${1##*/}" "$work/link"
    mv -fT "$work/link" "$pg_link"
}

vector_version() {
    sed -n "s/^default_version = '\(.*\)'/\1/p" "$1"/share/postgresql/*/extension/vector.control \
        "$1"/share/extension/vector.control 2>/dev/null || true
}

# Starts it in a throwaway directory with every extension that Stele or its tools need.
self_check() {
    local target=$1 program
    for program in "${programs[@]}"; do
        "$target/bin/$program" --version >&2 || return 1
    done
    as_server test -x "$target/bin/postgres" || {
        say "the account $(server_account) cannot reach $target"
        return 1
    }
    # shellcheck disable=SC2016  # expanded inside, where with-postgres has set them
    env -u STELE_TEST_DATABASE_URL STELE_PG_BIN="$target/bin" "$script/with-postgres" bash -c '
        "$STELE_TEST_PGBIN/psql" -X -q -v ON_ERROR_STOP=1 "$STELE_TEST_DATABASE_URL" <"$0"' \
        "$script/lib/self-check.sql" >&2
}
