# Packages from npm's registry, pinned by version and hash. With npm where the machine has one (it
# knows its registry and the credentials), else a plain download from NPM_CONFIG_REGISTRY.
# shellcheck shell=bash

has_sha512() {
    local expected
    expected=$(base64 -d <<<"$2" | od -An -v -tx1 | tr -d ' \n')
    [ -f "$1" ] && [ "$(sha512sum <"$1")" = "$expected  -" ]
}

registry_url() {
    local url=${npm_config_registry:-${NPM_CONFIG_REGISTRY:-}}
    [ -n "$url" ] || url=$(sed -n 's/^registry *= *//p' ~/.npmrc 2>/dev/null || true)
    [ -n "$url" ] || return 1
    echo "${url%/}"
}

# registry_tarball NAME VERSION SHA512   prints the path of the verified file in the cache. SHA512
# is base64, as npm's `integrity` has it.
registry_tarball() {
    local name=$1 version=$2 file got url
    file=$STELE_CACHE/npm/${1//[@\/]/_}-$version.tgz
    if has_sha512 "$file" "$3"; then echo "$file"; return; fi
    need_dir "$STELE_CACHE/npm"
    got=$(mktemp -d "$STELE_CACHE/npm/.new.XXXXXX")
    say "fetching $name $version from the npm registry"
    if have npm; then
        (cd "$got" && npm pack --silent "$name@$version" >/dev/null && mv ./*.tgz package.tgz) \
            || true
    elif have curl && url=$(registry_url); then
        curl -fsSL --retry 3 -o "$got/package.tgz" \
            "$url/$name/-/${name##*/}-$version.tgz" || true
    else
        say "there is neither npm nor curl: run script/setup"
    fi
    local problem="the registry does not give $name@$version"
    if has_sha512 "$got/package.tgz" "$3"; then
        mv "$got/package.tgz" "$file"
    elif [ -f "$got/package.tgz" ]; then
        problem="$name@$version is not the file that was tested here: its sha512 differs"
    fi
    rm -rf "$got"
    [ -f "$file" ] \
        || die "$problem" "is the registry reachable? npm_config_registry names another one"
    echo "$file"
}
