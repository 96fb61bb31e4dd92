# The demo database `complaints` and the server on it.
# shellcheck shell=bash
DATABASE=complaints

# The database's comment is "addon=FINGERPRINT pack=NAME".
demo_field() { db_made_from "$DATABASE" | tr ' ' '\n' | sed -n "s/^$1=//p"; }
demo_mark() { db_mark "$DATABASE" "addon=$1 pack=$2"; }

database_ready() { db_exists "$DATABASE" && [ "$(demo_field addon)" = "$(addon_fingerprint)" ]; }
database_make() {
    local pack; pack=$(demo_field pack)
    if [ -n "$pack" ]; then                      # it is there, the addon has changed
        odoo -d "$DATABASE" -u "$ADDON" --stop-after-init --no-http
        modules_installed "$DATABASE" "$ADDON"
    else
        db_copy template_demo "$DATABASE"
        db_install "$DATABASE" "$ADDON" --with-demo
    fi
    demo_mark "$(addon_fingerprint)" "${pack:-general}"
}

pack_ready() { [ -z "$PACK" ] || [ "$(demo_field pack)" = "$PACK" ]; }
pack_apply() {
    odoo complaint apply "$ROOT/policies/$PACK" -d "$DATABASE"
    demo_mark "$(demo_field addon)" "$PACK"
}
packs() { (cd "$ROOT/policies" && for pack in */pack.yaml; do [ ! -e "$pack" ] || dirname "$pack"; done); }

# --- the server ------------------------------------------------------------------------------------
SERVER_PID=

# A port that was asked for is taken or refused; the usual one gives way to the next that is free.
choose_port() {
    local free
    free=$(free_port "${PORT:-8069}")
    if [ -n "$PORT" ] && [ "$free" != "$PORT" ]; then die "port $PORT is in use; $free is free: --port $free"; fi
    [ "$free" = "${PORT:-8069}" ] || say "port 8069 is in use: taking $free"
    PORT=$free
}

server_run() {
    odoo_log=$LOGS/server.log
    # A session of its own: Ctrl-C reaches this script, which then asks Odoo to end once.
    PATH=$VENV/bin:$PATH setsid "$VENV/bin/python" "$VENV/bin/odoo" -d "$DATABASE" --db-filter "^$DATABASE\$" --no-database-list \
        --http-port "$PORT" --max-cron-threads 1 >"$odoo_log" 2>&1 </dev/null &
    SERVER_PID=$!
}
server_answers() {
    "$VENV/bin/python" - "http://127.0.0.1:$PORT/web/login" "$SERVER_PID" <<'PY'
import os, sys, time, urllib.request
address, pid, patience = sys.argv[1], int(sys.argv[2]), time.monotonic() + 120
while time.monotonic() < patience:
    os.kill(pid, 0)  # raises when the server has died
    try:
        sys.exit(urllib.request.urlopen(address, timeout=60).status != 200)
    except OSError:
        time.sleep(0.3)
sys.exit("no answer after 120 s")
PY
}
server_wait() { server_answers || { cat "$LOGS/server.log"; return 1; }; }
server_stop() {
    [ -n "$SERVER_PID" ] || return 0
    kill -TERM "$SERVER_PID" 2>/dev/null || true
    for _ in {1..100}; do kill -0 "$SERVER_PID" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$SERVER_PID" 2>/dev/null || true
    wait "$SERVER_PID" 2>/dev/null || true
    SERVER_PID=
}

# A text without the spaces around it; an apostrophe in it is a letter like any other.
trimmed() { sed 's/^ *//; s/ *$//' <<<"$1"; }

print_welcome() {
    local login password role begin known
    known=$(sql "$DATABASE" -c "SELECT login FROM res_users WHERE active")
    printf '\nOdoo answers at http://localhost:%s  (policy pack: %s)\n\n' "$PORT" "$(demo_field pack)"
    printf '  %-22s %-10s %-14s %s\n' login password role "where to begin"
    while IFS='|' read -r login password role begin; do
        login=$(trimmed "$login")
        grep -qxF "$login" <<<"$known" || continue
        printf '  %-22s %-10s %-14s %s\n' "$login" "$(trimmed "$password")" "$(trimmed "$role")" "$(trimmed "$begin")"
    done < <(grep -v '^#' "$ROOT/scripts/lib/logins.txt")
    printf '  %-22s %-10s %-14s %s\n\n' admin admin Administrator "everything"
    say "Log: ${LOGS#"$ROOT"/}/server.log. Ctrl-C stops Odoo and its PostgreSQL; the data stay (scripts/run --reset starts anew)."
}
