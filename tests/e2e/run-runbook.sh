#!/usr/bin/env bash
# Runs docs/guides/runbook.md: each ```sh block in order, in one home, each in a shell of its own (typed.sh says how
# blocks are cut and compared). `systemctl` is a stand-in that runs the very units of deploy/systemd.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=typed.sh
source "$root/tests/e2e/typed.sh"
runbook=$root/docs/guides/runbook.md
chmod 755 "$work"
mkdir -p "$work/bin" "$work/units"

# ---- the machine: a home, a free port, the binary on PATH
export HOME=$work/home STELE_HOME=$work/home/stele XDG_CONFIG_HOME=$work/home/.config
chmod 755 "$HOME" && mkdir -p "$STELE_HOME"
STELE_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export STELE_PORT STELE_PG_BIN=$STELE_TEST_PGBIN
unset STELE_SCOPE STELE_DATABASE_URL
ln -s "$stele" "$work/bin/stele"
new_database
export STELE_TARGET_URL=$STELE_DATABASE_URL
unset STELE_DATABASE_URL

# What systemd would do with a unit: ExecStartPre, ExecStart, ExecStartPost in order, ExecStop; timers are looked at
# and not waited for.
cat >"$work/bin/systemctl" <<'SYSTEMCTL'
#!/usr/bin/env bash
set -euo pipefail
units=${STAND_IN_UNITS:?} from=${STAND_IN_FROM:?}
lines() { sed -n "s#^$2=##p" "$from/$1.service" | sed "s#/usr/local/bin/stele#stele#g; s#\\\$\\\$#\$#g"; }
environment_of() {
    local variable
    while read -r variable; do
        case $variable in STELE_HOME=*) ;; *) export "${variable?}" ;; esac
    done < <(lines "$1" Environment)
}
in_unit() { (environment_of "$1" && exec bash -c "$2"); }
start() {
    local command
    if [ -e "$units/$1" ] && kill -0 "$(cat "$units/$1")" 2>/dev/null; then return; fi
    while read -r command; do in_unit "$1" "$command"; done < <(lines "$1" ExecStartPre)
    command=$(lines "$1" ExecStart)
    if grep -q '^Type=oneshot' "$from/$1.service"; then
        in_unit "$1" "$command" || { touch "$units/$1.failed"; return 1; }
        return
    fi
    (environment_of "$1" && exec bash -c "exec $command") >>"$units/$1.log" 2>&1 </dev/null &
    echo $! >"$units/$1"
    while read -r command; do in_unit "$1" "$command"; done < <(lines "$1" ExecStartPost)
}
stop() {
    local command
    if [ -e "$units/$1" ]; then
        pid=$(cat "$units/$1")
        kill "$pid" 2>/dev/null || true
        while [ -d "/proc/$pid" ] && ! grep -qs '^State:[[:space:]]*Z' "/proc/$pid/status"; do sleep 0.05; done
        rm "$units/$1"
    fi
    while read -r command; do in_unit "$1" "$command"; done < <(lines "$1" ExecStop)
}
verb=$1
shift
case $verb in
    is-active) kill -0 "$(cat "$units/$1")" && echo active ;;
    --failed) ! ls "$units"/*.failed 2>/dev/null ;;
    enable | start | restart | stop)
        for unit; do
            [ "$unit" != --now ] || continue
            if [[ $unit = *.timer ]]; then
                [ -f "$from/$unit" ] && [ -f "$from/${unit%.timer}.service" ]
                continue
            fi
            [ -f "$from/$unit.service" ] || { echo "no such unit: $unit" >&2; exit 5; }
            case $verb in
                stop) stop "$unit" ;;
                restart) stop "$unit" && start "$unit" ;;
                *) start "$unit" ;;
            esac
        done
        ;;
    *) echo "systemctl $verb: not known to the stand-in" >&2; exit 1 ;;
esac
SYSTEMCTL
chmod +x "$work/bin/systemctl"
export PATH=$work/bin:$PATH STAND_IN_UNITS=$work/units STAND_IN_FROM=$root/deploy/systemd
stop_everything() {
    systemctl stop stele >/dev/null 2>&1 || true
    "$stele" db stop >/dev/null 2>&1 || true
    finish
}
trap stop_everything EXIT

cut_page "$runbook" "$work/units"

ran=0
for block in "$work"/units/[0-9]*.sh; do
    name=${block%.sh}
    where="docs/guides/runbook.md:$(cat "$name.line")"
    bash -n "$block" && pass || fail "$where does not parse"
    if [ -e "$name.skip" ]; then
        check_named "$block" "$where"
        continue
    fi
    ran=$((ran + 1))
    code=0
    (cd "$HOME" && exec timeout 300 bash -euo pipefail "$block") >"$name.out" 2>&1 </dev/null || code=$?
    [ "$code" = 0 ] && pass || fail "$where ended with $code:
$(cat "$name.out")"
    compare_output "$name" "$where"
done
# At most a few blocks may be left out, and none by mistake.
skipped=$(find "$work/units" -name '*.skip' | wc -l)
[ "$ran" -ge 25 ] && [ "$skipped" -le 3 ] && pass || fail "$ran blocks ran, $skipped were left out"
# The evidence of an incident holds no secret.
cut -d: -f5 "$STELE_HOME/pgpass" | sed '/^$/d' >"$work/secrets"
cat "$HOME/.config/stele/token" >>"$work/secrets"
[ "$(wc -l <"$work/secrets")" -ge 4 ] && pass || fail 'there are no secrets to look for'
! grep -rqF -f "$work/secrets" "$HOME/incident" "$work/units" && pass || fail 'a password is in an output or in the evidence'
