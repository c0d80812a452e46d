#!/usr/bin/env bash
# script/package: both packages are made twice and are equal, and what is in them runs: `stele --version`, a server
# that `stele smoke` finds well, the man page, the completion, units whose programs are there.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
export STELE_BINARY=$stele SOURCE_DATE_EPOCH=1700000000 # a commit meanwhile changes nothing

expect_exit 0 "$root/script/package" --output "$work/first"
# What must not matter: another day, another umask, other locales, other names' order.
expect_exit 0 env TZ=Pacific/Chatham LANG=de_DE.UTF-8 bash -c "umask 077 && exec '$root/script/package' --output '$work/second'"
packages=("$work"/first/*)
[ "${#packages[@]}" = 2 ] && pass || fail "not two packages: ${packages[*]}"
for package in "${packages[@]}"; do
    cmp -s "$package" "$work/second/${package##*/}" && pass || fail "${package##*/}: made twice, it differs"
done
deb=$(echo "$work"/first/*.deb) tarball=$(echo "$work"/first/*.tar.gz)

# ---- the .deb: fields, owners, contents
output=$(dpkg-deb -f "$deb")
expect_text '^Package: stele$'
expect_text "^Version: $("$stele" --version)"
for package in libpq5 libssl3 libcurl4 libc6; do expect_text "^Depends:.*\b$package\b"; done
expect_text '^Recommends:.*\blibdnnl'
output=$(dpkg-deb -c "$deb")
[ -z "$(awk '$2 != "root/root"' <<<"$output")" ] && pass || fail "not everything belongs to root: $output"
expect_text 'rw-r----- .*\./etc/stele/stele\.env'
output=$(dpkg-deb --ctrl-tarfile "$deb" | tar -xO ./conffiles)
expect_text '^/etc/stele/stele\.env$'
mkdir "$work/deb" "$work/tar"
dpkg-deb -x "$deb" "$work/deb"
(cd "$work/deb" && dpkg-deb --ctrl-tarfile "$deb" | tar -xO ./md5sums | md5sum --quiet -c) && pass || fail 'md5sums'
for script in postinst prerm postrm; do
    dpkg-deb --ctrl-tarfile "$deb" | tar -xO "./$script" >"$work/$script"
    expect_exit 0 sh -n "$work/$script"
done
for path in $(sed -n 's#^Exec[A-Za-z]*=\(/usr/[^ ]*\).*#\1#p' "$work"/deb/usr/lib/systemd/system/*.service | sort -u); do
    [ -x "$work/deb$path" ] && pass || fail "a unit runs $path, which the package does not have"
done
output=$(cat "$work"/deb/usr/lib/systemd/system/*.service)
expect_no_text '/usr/local'
output=$(gzip -dc "$work/deb/usr/share/man/man1/stele.1.gz" | sed 's/\\-/-/g')
expect_text '^\.B memory search$'
expect_text 'STELE_DATABASE_URL'
# shellcheck disable=SC2016  # expanded by the inner shell
output=$(bash -c 'source "$1" && COMP_WORDS=(stele memory s) COMP_CWORD=2 && _stele && echo "${COMPREPLY[@]}"' bash \
    "$work/deb/usr/share/bash-completion/completions/stele")
expect_text '\bsearch\b'
sed 's/^#//' "$work/deb/usr/share/doc/stele/examples/stele.env" | grep -o '^STELE_[A-Z_]*' >"$work/variables"
while read -r variable; do grep -q "\`$variable\`" "$root/docs/reference/settings.md" && pass || fail "$variable"; done \
    <"$work/variables"
[ -s "$work/variables" ] && pass || fail 'no variable in stele.env'
expect_exit 0 "$work/deb/usr/bin/stele" --config "$work/deb/usr/share/doc/stele/examples/stele.toml" config print
expect_text 'server\.requireMemory +true +file'

# ---- the tarball: no library of this machine but the C library's own
tar -C "$work/tar" -xzf "$tarball"
unpacked=$(echo "$work"/tar/*)
output=$(ldd "$unpacked/bin/stele" | awk '$3 ~ /^\// && $3 !~ /^\/.*\/(libc|libm|libresolv)\.so/ { print $3 }')
expect_text "^$unpacked/bin/\.\./lib/stele/libpq\.so"
[ -z "$(grep -v "^$unpacked/" <<<"$output")" ] && pass || fail "libraries of this machine: $output"
for library in "$unpacked"/lib/stele/libdnnl.so.*; do [ -f "$library" ] && pass || fail 'no libdnnl'; done
[ "$(find "$unpacked/share/doc/stele/licenses" -type f | wc -l)" -ge 20 ] && pass || fail 'licenses are missing'

# ---- both run
for stele in "$work/deb/usr/bin/stele" "$unpacked/bin/stele"; do
    expect_exit 0 env -i "$stele" --version
    expect_text '^[0-9]+\.[0-9]+\.[0-9]+$'
    new_database
    expect_exit 0 "$stele" db migrate
    start_server
    expect_exit 0 "$stele" smoke --url "$url" --wait-seconds 30
    expect_text 'is well'
    kill "$server_pid" && wait "$server_pid" || true
done
