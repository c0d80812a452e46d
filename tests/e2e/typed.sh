# Types what a page of docs/ tells its reader to type. Sourced after lib.sh.
#
# A page's ```sh blocks are cut out in their order; the lines of a ```text block that follows one must be in what
# it printed (… stands for anything). A block under `<!-- test: skip WHY -->` is not run, but the files of script/
# and deploy/ that it names must exist, and so must its commands and their flags. A fence without a language is
# refused: nobody could tell whether it is to be typed.

# cut_page FILE DIRECTORY: writes NNN.sh, NNN.line, NNN.text and NNN.skip.
cut_page() {
    mkdir -p "$2"
    awk -v to="$2" '
        /^<!-- test: skip / { skip = 1; next }
        !fence && /^```sh$/ { name = sprintf("%s/%03d", to, ++n); out = name ".sh"; printf "" >out; print NR >(name ".line")
                    if (skip) printf "" >(name ".skip"); skip = 0; fence = 1; next }
        !fence && /^```text$/ { out = name ? name ".text" : ""; fence = 1; next }
        !fence && /^```$/ { print "line " NR ": a fence that does not say what it holds"; exit 1 }
        !fence && /^```/ { out = ""; fence = 1; next }
        fence && /^```$/ { if (out) close(out); out = ""; fence = 0; next }
        out { print >out }
        !fence && /^#/ { skip = 0 }
    ' "$1" || fail "${1#"$root/"} cannot be read"
}

# check_named BLOCK WHERE: what a block that is not run names is there.
check_named() {
    local file line verb flag
    for file in $(grep -oE '\b(script|deploy)/[a-zA-Z0-9./_-]+' "$1"); do
        [ -e "$root/$file" ] && pass || fail "$2 names $file, which does not exist"
    done
    [ -s "$work/verbs" ] || "$stele" --help | sed -n 's/^  \([a-z][a-z_ -]*[a-z]\)  .*/\1/p' | sort -ru >"$work/verbs"
    while read -r line; do
        verb=$(while read -r known; do case "${line#stele } " in "$known "*) echo "$known" && break ;; esac; done \
            <"$work/verbs")
        [ -n "$verb" ] && pass || { fail "$2: there is no command: $line" && continue; }
        # shellcheck disable=SC2086  # words
        "$stele" $verb --help >"$work/help" 2>&1
        "$stele" --help >>"$work/help"
        for flag in $(grep -oE -- ' --[a-z][a-z-]+' <<<"${line%% -- *}" | sort -u); do
            grep -qE -- "(^| )$flag( |,|$)" "$work/help" || [[ $flag =~ ^--(host|port|embedding)$ ]] \
                && pass || fail "$2: stele $verb has no flag $flag"
        done
    done < <(grep -oE '(^|[|&;(] *|exec )stele( +[a-z][a-z_-]*)+( [^`|&;)]*)?' "$1" | sed -E 's/^[|&;( ]*(exec )?//')
}

# compare_output NAME WHERE: each line of NAME.text is in NAME.out.
compare_output() {
    local line pattern
    [ -e "$1.text" ] || return 0
    while IFS= read -r line; do
        # shellcheck disable=SC2001  # a class of characters
        pattern=$(sed 's/[][\\.*^$+?(){}|]/\\&/g; s/ *… */.*/g; s/  */ +/g' <<<"$line")
        grep -qE -- "$pattern" "$1.out" && pass || fail "$2 did not print \"$line\":
$(cat "$1.out")"
    done <"$1.text"
}
