# npm packages for a test folder. Sourced, after script/lib/common.sh; expects `set -euo pipefail`.
# shellcheck shell=bash

# install_packages FOLDER WORK: puts node 22 on PATH, and in WORK the packages of FOLDER's
# package-lock.json and its own files. Runs that come together wait for each other.
install_packages() {
    local folder=$1 work=$2 wanted lock
    PATH=$("$script/lib/node.sh"):$PATH
    need_dir "$work"
    exec {lock}>"$work/.lock"
    flock "$lock"
    find "$folder" -maxdepth 1 -type f ! -name '*.sh' ! -name '*.md' -exec cp -t "$work" {} +
    wanted=$(sha256sum <"$folder/package-lock.json")
    if [ "$(cat "$work/node_modules/.installed" 2>/dev/null)" != "$wanted" ]; then
        say "installing the npm packages of ${folder#"$root"/}"
        (cd "$work" && npm ci --silent >&2) || die "npm ci failed in $work" "is the registry reachable?"
        echo "$wanted" >"$work/node_modules/.installed"
    fi
    exec {lock}>&-
}
