# Shared by every script: where things are, how a step is named and timed, how a script ends.
# shellcheck shell=bash
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
STATE=$ROOT/.odoo                       # everything the scripts make; `rm -rf .odoo` is a clean start
SETUP=$ROOT/scripts/setup
LOGS=$STATE/log
ADDON=complaint_management              # the addon's technical name, whatever the checkout is called
export PYTHONDONTWRITEBYTECODE=         # pytest and Odoo start faster with bytecode, whatever the shell says
umask 022                               # the postgres user must be able to read what root unpacks
mkdir -p "$LOGS"

die() { printf 'error: %s\n' "$*" >&2; exit 1; }
say() { printf '%s\n' "$*"; }
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"; }  # a script's leading comment is its help

# --- steps ----------------------------------------------------------------------------------------
STEP=0 STEPS=0 QUIET=${QUIET:-}

# step TITLE READY ACTION...: does ACTION unless READY says that it is done, and names the step with its progress and seconds.
# The output goes to a log; when ACTION fails, its end is shown.
step() {
    local title=$1 ready=$2 mark; shift 2
    STEP=$((STEP + 1)); mark="[$STEP/$STEPS]"; [ -z "$QUIET" ] || mark="[set-up]"
    if $ready; then
        [ -n "$QUIET" ] || say "$mark $title: ready"
        return 0
    fi
    perform "$mark $title" "$@"
}

# perform LABEL ACTION...: one named, timed action; a failure ends the script.
perform() {
    local label=$1 log since=$SECONDS status ticker=; shift
    log=$LOGS/$(printf %s "$1" | tr -c 'a-zA-Z0-9_\n' _).log
    printf '%s ...' "$label"
    if [ -t 1 ]; then (while sleep 1; do printf '\r%s ... %s s' "$label" $((SECONDS - since)); done) & ticker=$!; fi
    set +e; (set -e; "$@") >"$log" 2>&1 </dev/null; status=$?; set -e
    [ -z "$ticker" ] || { kill "$ticker"; wait "$ticker" 2>/dev/null || true; printf '\r%s ...' "$label"; }
    if [ $status = 0 ]; then say " $((SECONDS - since)) s"; return 0; fi
    say " failed after $((SECONDS - since)) s; the end of ${log#"$ROOT"/}:"
    tail -n 25 "$log" >&2
    exit "$status"
}

never() { false; }   # READY of a step that is always done

# --- one set-up at a time in a checkout -----------------------------------------------------------
setup_lock() {
    exec 7>"$STATE/setup.lock"
    flock -n 7 || { say "waiting for another script of this checkout to finish its set-up ..."; flock 7; }
}
setup_unlock() { exec 7>&-; }

# --- small helpers --------------------------------------------------------------------------------
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
digest() { sha1sum | cut -c1-16; }

# free_port FIRST: the first port from FIRST on that nothing listens on.
port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_port() { local port=$1; until port_is_free "$port"; do port=$((port + 1)); done; echo "$port"; }
