# The private runtime: PostgreSQL 17 out of Debian 13's packages, unpacked beside their own C
# library and dynamic loader. Needs no root, installs nothing, and runs on a machine with an older C
# library.
# shellcheck shell=bash

suite=trixie
major=17
server_packages=("postgresql-$major" "postgresql-client-$major" libpq5 libc6 libgcc-s1 libstdc++6
    libicu76 libxml2 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2
    libkeyutils1 libldap2 libsasl2-2 liblz4-1 libzstd1 zlib1g liblzma5 libpam0g libaudit1 libcap-ng0
    libcap2 libselinux1 libpcre2-8-0 libssl3t64 libsystemd0 libuuid1 libxslt1.1 libxxhash0
    libreadline8t64 libtinfo6 patchelf)
# Unpacked for their headers only: installed, they would drag in 585 MB of LLVM.
header_packages=("postgresql-server-dev-$major" libpq-dev)

# Version of PostgreSQL that Debian's package would bring: 17.12-0+deb13u1 -> 17.12
private_minor() {
    local version
    version=$(apt_candidate "postgresql-$major")
    [ -n "$version" ] || give_up "there is no postgresql-$major in Debian's $suite"
    echo "${version%%-*}"
}

way_private() {
    local minor key
    have gcc || give_up "there is no gcc to compile pgvector with"
    private_apt_open "$suite" deb
    minor=$(private_minor)
    fetch_pgvector
    key=$minor-$suite-pgvector-$pgvector_version
    if is_complete "$(target_of "$key")"; then use_runtime "$(target_of "$key")"; return; fi
    apt_unpack "$work/debian" "${server_packages[@]}" "${header_packages[@]}"
    arrange_private "$(target_of "$key")"
    compile_pgvector "$work/tree/lib/postgresql/$major/lib" "$work/tree/share/postgresql/$major" \
        "$work/debian/usr/include/postgresql/$major/server" "$work/debian/usr/include/postgresql"
    put_in_place "$key" private
}

way_private_deb() {
    local minor key version
    private_apt_open "$suite" deb
    minor=$(private_minor)
    version=$(apt_candidate "postgresql-$major-pgvector")
    [ -n "$version" ] || give_up "there is no postgresql-$major-pgvector in Debian's $suite"
    key=$minor-$suite-pgvector-${version%%-*}
    if is_complete "$(target_of "$key")"; then use_runtime "$(target_of "$key")"; return; fi
    apt_unpack "$work/debian" "${server_packages[@]}" "postgresql-$major-pgvector"
    arrange_private "$(target_of "$key")"
    put_in_place "$key" private_deb
}

# From $work/debian to $work/tree, ready to be moved to the directory $1. Debian's servers find
# their files relative to the program, so lib/postgresql/17 and share/postgresql/17 keep their
# places.
arrange_private() {
    local target=$1 tree=$work/tree from=$work/debian/usr libs loader
    loader=$(find "$from/lib" -path '*-linux-gnu*/ld-linux*.so*' -print -quit)
    libs=lib/$(basename "$(dirname "$loader")")
    loader=${loader##*/}
    mkdir -p "$tree/$libs" "$tree/share"
    mv "$from/lib/postgresql" "$tree/lib/"
    mv "$from/share/postgresql" "$tree/share/"
    find "$from/$libs" -maxdepth 1 -name '*.so*' -exec mv -t "$tree/$libs" {} +
    ln -s "lib/postgresql/$major/bin" "$tree/bin"
    patch_programs "$tree" "$target" "$libs" "$loader"
    check_closure "$tree" "$libs" "$loader"
    find "$tree" -xtype l -delete
}

# Every program gets the loader and the libraries of the place where it will live. DT_RPATH rather
# than RUNPATH: modules that the server loads must inherit it; LD_LIBRARY_PATH would leak to
# children.
patch_programs() {
    local tree=$1 target=$2 libs=$3 loader=$4 program
    for program in "$tree/bin"/*; do
        [ "$(head -c 4 "$program" | tail -c 3)" = ELF ] || continue
        "$tree/$libs/$loader" --library-path "$tree/$libs" "$work/debian/usr/bin/patchelf" \
            --set-interpreter "$target/$libs/$loader" \
            --force-rpath --set-rpath "$target/$libs" "$program" >&2
    done
}

# No program and no module may lean on a library of the machine.
check_closure() {
    local tree=$1 libs=$2 loader=$3 file outside
    for file in "$tree/bin"/* "$tree/lib/postgresql/$major/lib"/*.so; do
        [ "$(head -c 4 "$file" | tail -c 3)" = ELF ] || continue
        outside=$("$tree/$libs/$loader" --library-path "$tree/$libs" --inhibit-cache \
            --list "$file" | awk -v tree="$tree/" '
                /not found/ || ($2 == "=>" && index($3, tree) != 1) {print $1}')
        [ -z "$outside" ] \
            || give_up "${file##*/} needs ${outside//$'\n'/, } from outside the runtime"
    done
}
