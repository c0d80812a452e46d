# A private apt: its own sources, lists and cache, nothing installed on the machine. It downloads
# from the machine's own Debian mirror, and Debian's archive keys verify what it gets.
# The caller sets `apt_dir`, where it all lives, and `work`, a directory that may be thrown away.
# shellcheck shell=bash

private_apt() { local tool=$1; shift; "$tool" -c "$apt_dir/apt.conf" "$@"; }

# The mirror the machine already uses (main archive or security); fails when it has none.
debian_mirror() {
    local kind=$1 found
    # shellcheck disable=SC2016  # apt expands these, not the shell
    found=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' \
        'Created-By: Packages' 'Origin: Debian' \
        | awk -v kind="$kind" '$1 ~ /-(updates|backports)$/ {next}
            (kind == "security") == ($1 ~ /-security$/) && !found++ {print $2}')
    [ -n "$found" ] || return 1
    echo "${found%/}"
}

debian_keyring() {
    local file
    for file in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
        [ -r "$file" ] && echo "$file" && return
    done
    return 1
}

# write_apt_sources SUITE KIND…   KIND: deb | deb-src; with SUITE-security where the mirror has it
write_apt_sources() {
    local suite=$1 keyring main security kind
    shift
    keyring=$(debian_keyring)
    main=$(debian_mirror main) || give_up "apt has no Debian mirror: run apt-get update first"
    security=$(debian_mirror security) || security=
    for kind in "$@"; do
        echo "$kind [signed-by=$keyring] $main $suite main"
        [ "$suite" = sid ] || [ -z "$security" ] || echo "$kind [signed-by=$keyring] $security $suite-security main"
    done >"$apt_dir/sources.list"
}

# private_apt_open SUITE KIND…   ready to download from SUITE, or gives up with the reason
private_apt_open() {
    { have apt-get && have dpkg-deb; } || give_up "this is not a Debian machine"
    debian_keyring >/dev/null || give_up "the package debian-archive-keyring is missing"
    mkdir -p "$apt_dir/lists/partial" "$apt_dir/cache/archives/partial" "$apt_dir/preferences.d"
    cat >"$apt_dir/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt_dir/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "$apt_dir/preferences.d";
Dir::State::lists "$apt_dir/lists";
Dir::State::status "/dev/null";
Dir::Cache "$apt_dir/cache";
APT::Default-Release "";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Acquire::Retries "3";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
    write_apt_sources "$@"
    private_apt apt-get -qq update >&2 || without_security \
        || give_up "apt cannot read the suite $1 from $(debian_mirror main)"
}

# A mirror without (all of) the security suite is still good for main, which lags a minor behind.
without_security() {
    sed -i '/-security /d' "$apt_dir/sources.list"
    private_apt apt-get -qq update >&2
}

# apt_candidate PACKAGE   the version that would be downloaded; nothing when there is none
apt_candidate() {
    private_apt apt-cache policy "$1" | awk '/Candidate:/ && $2 != "(none)" {print $2}'
}

# apt_unpack DEST PACKAGE…   downloads (verified by apt) and unpacks, without what no server needs
apt_unpack() {
    local dest=$1 debs=$work/debs
    shift
    rm -rf "$debs"
    mkdir -p "$debs" "$dest"
    (cd "$debs" && private_apt apt-get -qq download "$@" >&2) \
        || give_up "cannot download from Debian"
    # shellcheck disable=SC2016  # expanded by the inner shell, one for each .deb
    printf '%s\0' "$debs"/*.deb | DEST=$dest xargs -0 -n 1 -P "$(nproc)" bash -c '
        set -o pipefail
        dpkg-deb --fsys-tarfile "$0" | tar -x -C "$DEST" --no-same-owner --exclude="*/share/doc" \
            --exclude="*/man" --exclude="*/share/locale" --exclude="*/bitcode" \
            --exclude="*llvmjit*" --exclude="*/gconv"' \
                || give_up "cannot unpack what was downloaded"
}
