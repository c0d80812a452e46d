# What is tried where the private runtime cannot be made, and a line about every way.
# shellcheck shell=bash

about_private() { echo "Debian 13's packages in a prefix, pgvector $pgvector_version compiled"; }
about_private_deb() { echo "Debian 13's packages in a prefix, with Debian's pgvector"; }
about_apt() { echo "this machine's own PostgreSQL packages, installed by apt"; }
about_installed() { echo "a copy of the server found here, pgvector $pgvector_version compiled"; }
about_source() { echo "PostgreSQL compiled from Debian's source: this takes minutes"; }

# The major of the newest installed server that Stele supports, laid out as Debian and PGDG do.
installed_major() {
    local dir
    for dir in /usr/lib/postgresql/{18,17,16,15}; do
        if [ -x "$dir/bin/postgres" ] && [ -x "$dir/bin/psql" ]; then echo "${dir##*/}"; return; fi
    done
}

way_apt() {
    local package
    [ -z "$(installed_major)" ] || give_up "a server is installed already"
    is_root || give_up "installing packages needs root"
    have apt-get || give_up "this is not a Debian machine"
    package=$(apt-cache pkgnames postgresql-1 | grep -E '^postgresql-1[5-8]$' | sort | tail -n 1)
    [ -n "$package" ] || give_up "apt offers no PostgreSQL from 15 to 18"
    # Debian would create a cluster and start it on port 5432: not during this installation.
    local no_cluster=/etc/postgresql-common/createcluster.d/stele.conf
    mkdir -p "${no_cluster%/*}"
    # shellcheck disable=SC2064  # the path is known now
    trap "rm -f '$no_cluster'" EXIT
    echo 'create_main_cluster = false' >$no_cluster
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >&2 \
        || give_up "apt-get cannot install $package"
    way_installed
}

# A copy, because pgvector must not be put into directories that belong to the system's packages.
way_installed() {
    local n lib share minor key
    have gcc || give_up "there is no gcc to compile pgvector with"
    n=$(installed_major)
    [ -n "$n" ] || give_up "no server from 15 to 18 in /usr/lib/postgresql"
    minor=$("/usr/lib/postgresql/$n/bin/postgres" --version | awk '{print $3}')
    fetch_pgvector
    key=$minor-installed-pgvector-$pgvector_version
    if is_complete "$(target_of "$key")"; then use_runtime "$(target_of "$key")"; return; fi
    lib=$work/tree/lib/postgresql/$n
    share=$work/tree/share/postgresql/$n
    mkdir -p "$lib" "$share"
    cp -r "/usr/lib/postgresql/$n"/{bin,lib} "$lib/"
    cp -rL "/usr/share/postgresql/$n/." "$share/"
    rm -rf "$lib/lib/bitcode" "$lib/lib"/llvmjit* "$share/man"
    ln -s "lib/postgresql/$n/bin" "$work/tree/bin"
    get_headers "$n"
    compile_pgvector "$lib/lib" "$share" "$headers/postgresql/$n/server" "$headers/postgresql"
    put_in_place "$key" installed
}

# Sets `headers` to a directory with PostgreSQL's headers of major $1: the machine's, or Debian's.
get_headers() {
    local suites=([15]=bookworm [17]=trixie)
    headers=/usr/include
    local server=$headers/postgresql/$1/server/postgres.h client=$headers/postgresql/pg_config_ext.h
    if [ -f "$server" ] && [ -f "$client" ]; then return; fi
    [ -n "${suites[$1]:-}" ] \
        || give_up "the headers of PostgreSQL $1 are missing: postgresql-server-dev-$1"
    private_apt_open "${suites[$1]}" deb
    apt_unpack "$work/debian" "postgresql-server-dev-$1" libpq-dev
    headers=$work/debian/usr/include
}

download_source() {
    mkdir -p "$work/source"
    (cd "$work/source" && private_apt apt-get -qq source --download-only "postgresql-$major" >&2)
}

way_source() {
    local tools=(gcc make bison flex perl bzip2) tool version target
    if is_root && have apt-get; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            gcc libc6-dev make bison flex perl bzip2 libssl-dev zlib1g-dev >&2 \
                || say "apt-get could not install the build tools"
    fi
    for tool in "${tools[@]}"; do have "$tool" || give_up "compiling needs $tool"; done
    fetch_pgvector
    private_apt_open "$suite" deb-src
    download_source || { without_security && download_source; } \
        || give_up "cannot download the source of PostgreSQL $major"
    tar -xf "$(echo "$work/source"/*.orig.tar.*[!c])" -C "$work/source" --strip-components=1
    version=$(sed -n "s/^PACKAGE_VERSION='\(.*\)'/\1/p" "$work/source/configure")
    target=$(target_of "$version-source-pgvector-$pgvector_version")
    (
        cd "$work/source"
        ./configure --quiet --prefix="$target" --with-ssl=openssl --without-icu --without-readline
        make -s -j "$(nproc)" world-bin
        make -s install-world-bin DESTDIR="$work/stage"
    ) >&2 || give_up "PostgreSQL does not compile here"
    mv "$work/stage$target" "$work/tree"
    compile_pgvector "$work/tree/lib" "$work/tree/share" \
        "$work/tree/include/server" "$work/tree/include"
    rm -rf "$work/tree/include"
    put_in_place "${target#"$STELE_PREFIX/postgresql-"}" source
}
