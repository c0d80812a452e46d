#!/usr/bin/env bash
# What deploy/ and docs/guides/deploying.md say is so: files parse, units are sound, every `stele …` command and flag
# exists, every STELE_ variable is a setting, the image has the libraries that the binary wants.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
deploy=$root/deploy
cd "$root" || exit 1
[ "$(command -v python3)" ] || fail 'python3 is missing'

# ---- they parse
/usr/bin/python3 - "$deploy" <<'PY' && pass || fail 'a file does not parse'
import json, pathlib, sys, tomllib, yaml
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*")):
    text = path.read_text() if path.is_file() else ""
    match path.suffix:
        case ".yaml":
            documents = [d for d in yaml.safe_load_all(text) if d]
            assert documents, f"{path} is empty"
            if path.parent.name != "kubernetes":
                continue
            for d in documents:
                assert d["apiVersion"] and d["kind"] and d["metadata"]["name"], path
                if d["kind"] == "Service":
                    continue
                pod = d["spec"]["template"]["spec"]
                assert pod["enableServiceLinks"] is False, f"{path}: STELE_PORT would be set"
                assert pod["securityContext"]["runAsNonRoot"] is True, path
                for container in pod["containers"]:
                    context = container["securityContext"]
                    assert context["allowPrivilegeEscalation"] is False, path
                    assert context["readOnlyRootFilesystem"] is True, path
                    for env in container.get("env", []):
                        assert not any(w in env["name"] for w in ("URL", "TOKEN")) or "valueFrom" in env, path
        case ".toml":
            tomllib.loads(text)
        case ".json":
            json.loads(text)
PY

# ---- units: systemd's own opinion, with our binary and account in their places
if [ -x /usr/bin/systemd-analyze ]; then
    mkdir "$work/units"
    for unit in "$deploy"/systemd/*; do
        sed "s#/usr/local/bin/stele#$stele#; s/^\(User\|Group\)=stele$/\1=$(id -un)/" "$unit" >"$work/units/${unit##*/}"
    done
    expect_exit 0 systemd-analyze verify --man=no "$work"/units/*
    output=$(grep -v 'systemd-analyze\|/usr/lib\|/lib/' <<<"$output" || true)
    expect_no_text 'stele'
    for unit in "$work"/units/*.timer; do
        expect_exit 0 systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$unit")"
    done
fi
for unit in "$deploy"/systemd/*.service; do
    for line in NoNewPrivileges=yes ProtectSystem=strict UMask=0077 User=stele CapabilityBoundingSet=; do
        grep -qx "$line" "$unit" && pass || fail "${unit##*/} has no $line"
    done
done

# ---- every recipe takes the three steps
steps() { tr '\n' ' ' <"$1" | grep -qE "$2" && pass || fail "${1#"$root/"} does not have: $2"; }
both='stele db migrate && stele db status --write-check'
steps "$deploy/systemd/stele.service" \
    'ExecStartPre=[^ ]*stele db migrate ExecStartPre=[^ ]*stele db status --write-check ExecStart=[^ ]*stele serve ExecStartPost=[^ ]*stele smoke'
steps "$deploy/fly.toml" "release_command = .*$both"
steps "$deploy/railway.toml" "preDeployCommand = .*$both"
steps "$deploy/kubernetes/migrate-job.yaml" "command: .*$both"
steps "$deploy/kubernetes/smoke-job.yaml" 'command: \[stele, smoke,'
for file in fly.toml railway.toml; do steps "$deploy/$file" 'stele smoke --url'; done

# ---- commands and flags exist. A command is what follows the word stele, up to what is no plain word.
"$stele" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z_ -]*[a-z]\)  .*/\1/p' | sort -r >"$work/verbs"
"$stele" --help >"$work/everywhere"
{
    grep -rhoE '(^|[^a-z/.-])(/usr/local/bin/)?stele( +[a-z-]+)+( [^`|&;)"]*)?' "$deploy"/systemd "$deploy"/*.toml "$deploy"/kubernetes
    sed -n 's/.*command: \[\(stele,.*\)\].*/\1/p' "$deploy"/kubernetes/*.yaml | tr -d ',"'
    sed -n '/^ *CMD /s/[^a-z -]//gp' "$deploy/Containerfile"
    grep -hoE '(^|[^a-z/.-])stele( +[a-z-]+)+( [^`|&;)]*)?' docs/guides/deploying.md docs/guides/runbook.md
} | sed -E 's/^[^s/]*//; s#^/usr/local/bin/##' | sort -u >"$work/commands"
checked=0
while read -r line; do
    words=${line#stele }
    verb=$(while read -r known; do case "$words " in "$known "*) echo "$known"; break ;; esac; done <"$work/verbs")
    # Prose about Stele, such as "stele alone meanwhile", and account names are no commands.
    if [ -z "$verb" ]; then
        case $words in db\ * | memory\ * | config\ *) fail "there is no command: $line" ;; esac
        continue
    fi
    checked=$((checked + 1))
    read -ra verb_words <<<"$verb"
    "$stele" "${verb_words[@]}" --help >"$work/help"
    for flag in $(grep -oE -- ' --[a-z][a-z-]+' <<<"$words" | sort -u); do
        grep -qE -- "(^| )$flag( |,|$)" "$work/help" "$work/everywhere" \
            || { [ "$verb" = serve ] && [ "$flag" = --port ]; } \
            && pass || fail "stele $verb has no flag $flag (in: $line)"
    done
done <"$work/commands"
[ "$checked" -ge 25 ] && pass || fail "only $checked commands were found: $(cat "$work/commands")"

# ---- variables are settings: a value that cannot be one is refused by name, others show as their origin
variables=$(grep -rhoE '\bSTELE_[A-Z_]+' "$deploy"/systemd "$deploy"/*.toml "$deploy"/kubernetes "$deploy/Containerfile" docs/guides/deploying.md | sort -u)
[ "$(wc -w <<<"$variables")" -ge 8 ] && pass || fail "only these variables were found: $variables"
for variable in $variables; do
    case $variable in STELE_HOME | STELE_PREFIX) continue ;; esac
    grep -q "\${$variable" "$deploy"/compose*.yaml && continue # docker compose reads it
    value=nonsense
    case $variable in *_URL) value=postgresql:///nonsense ;; esac
    output=$(env "$variable=$value" "$stele" config print 2>&1) || true
    grep -qE "environment $variable|nonsense" <<<"$output" && pass || fail "$variable is no setting"
done

# ---- the image: what the binary is linked with is in the list, as Debian 12 names it
if grep -q '^12' /etc/debian_version; then
    sed -n '/apt-get install/,/rm -rf/p' "$deploy/Containerfile" | tr ' \\' '\n\n' | grep '^lib' | sort -u >"$work/image"
    for library in $(readelf -d "$stele" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'); do
        file=$(ldd "$stele" | awk -v name="$library" '$1 == name { print $3 }')
        file=$(readlink -f "$file")
        package=$(dpkg -S "$file" 2>/dev/null || dpkg -S "${file#/usr}" 2>/dev/null || dpkg -S "/usr$file") || true
        package=${package%%:*}
        case $package in libc6 | libgcc-s1) continue ;; esac
        grep -qx "$package" "$work/image" && pass || fail "the image lacks $package for $library"
    done
fi
grep -qE '^USER 10001$' "$deploy/Containerfile" && pass || fail 'the image runs as root'
# Nothing that is secret is built in.
for line in '.git' '**/.env' '**/*.dump' 'stele.toml'; do
    grep -qxF -- "$line" .dockerignore && pass || fail ".dockerignore lets $line in"
done
output=$(grep -rniE '(password|token|secret|key)[a-z_]*[=:] *["'"'"']?[a-z0-9]{12,}' "$deploy" | grep -v 'prometheus\|grafana' || true)
[ -z "$output" ] && pass || fail "is that a secret? $output"
