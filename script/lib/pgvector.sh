# pgvector: its source, verified, and its one shared object, compiled. No PGXS needed.
# shellcheck shell=bash

pgvector_version=0.8.6
pgvector_sha256=25c9b78cfdaa43c66788d7490246ac24e4fe1c86f19c4b60c089b723f84a4a0d

# Unpacks the source into $work/pgvector. First the version this project is tested with, by its own
# hash; when Debian's pool has moved on, what Debian's signed index calls current.
fetch_pgvector() {
    local dir=$work/pgvector-source file
    mkdir -p "$dir" "$work/pgvector"
    file=$dir/pgvector_$pgvector_version.orig.tar.gz
    if ! /usr/lib/apt/apt-helper -o APT::Sandbox::User="$(id -un)" download-file \
        "$(debian_mirror main)/pool/main/p/pgvector/${file##*/}" \
        "$file" "SHA256:$pgvector_sha256" >&2; then
        say "pgvector $pgvector_version has left Debian's pool; taking the current one"
        rm -rf "${dir:?}"/*
        private_apt_open sid deb-src
        (cd "$dir" && private_apt apt-get -qq source --download-only pgvector >&2) \
            || give_up "cannot download the source of pgvector"
        file=$(echo "$dir"/*.orig.tar.gz)
    fi
    tar -xzf "$file" -C "$work/pgvector" --strip-components=1
    pgvector_version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" "$work/pgvector/vector.control")
    dpkg --compare-versions "$pgvector_version" ge 0.8.6 \
        || give_up "pgvector $pgvector_version is older than 0.8.6"
}

# compile_pgvector LIBDIR SHAREDIR INCLUDE…   from $work/pgvector
compile_pgvector() {
    local lib=$1 extension=$2/extension include
    local flags=(-std=gnu11 -O2 -fPIC -fno-strict-aliasing -fwrapv -fexcess-precision=standard
        -ftree-vectorize -fassociative-math -fno-signed-zeros -fno-trapping-math -D_GNU_SOURCE)
    shift 2
    for include in "$@"; do flags+=("-I$include"); done
    local objects=$work/objects
    mkdir -p "$objects"
    printf '%s\0' "$work"/pgvector/src/*.c | xargs -0 -P "$(nproc)" -I SOURCE \
        bash -c 'gcc "${@:3}" -c -o "$2/$(basename "$1" .c).o" "$1"' \
        gcc SOURCE "$objects" "${flags[@]}" >&2 \
        || give_up "pgvector does not compile here"
    gcc -shared -o "$lib/vector.so" "$objects"/*.o -lm >&2 || give_up "pgvector does not link here"
    cp "$work/pgvector/vector.control" "$extension/"
    cp "$work"/pgvector/sql/vector--*--*.sql "$extension/"
    cp "$work/pgvector/sql/vector.sql" "$extension/vector--$pgvector_version.sql"
}
