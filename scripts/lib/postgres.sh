# A private PostgreSQL cluster of this checkout: loopback only, a port of its own, no unix socket (a long path breaks it).
# The scripts that use it hold a shared lock; the last to leave stops it, if one of them started it.
# shellcheck shell=bash

pg_programs() { find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | sort -V | tail -n 1; }

# PostgreSQL refuses to run as root: then the cluster belongs to postgres, in a place which that user can reach.
pg_home() {
    if [ "$(id -u)" != 0 ] || runuser -u postgres -- test -x "$STATE"; then echo "$STATE/pg"; return 0; fi
    echo "/var/lib/odoo-dev-pg/$(printf %s "$STATE" | digest)"
}
pg() {
    local program=$1 owner; shift
    program=$(pg_programs)/$program owner=$(stat -c %U "$PG")
    if [ "$owner" = "$(id -un)" ]; then (cd / && "$program" "$@"); else (cd / && runuser -u "$owner" -- "$program" "$@"); fi
}

pg_setup() { PG=$(pg_home); }
pg_made() { [ -s "$PG/data/PG_VERSION" ]; }
pg_runs() { pg_made && pg pg_ctl -D "$PG/data" status >/dev/null 2>&1; }
pg_make() {
    mkdir -p "$PG"
    [ "$(id -u)" != 0 ] || chown postgres: "$PG"
    pg initdb -D "$PG/data" -U odoo --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync
}
pg_start() {
    local port
    pg_made || pg_make
    port=$(free_port "$(cat "$STATE/pg.port" 2>/dev/null || python3 -c 'import random; print(random.randrange(15500, 25000))')")
    # Durability is switched off: a crash of the machine costs a `scripts/run --reset`. No lock is handed down to the server.
    pg pg_ctl -D "$PG/data" -ws -l "$PG/log" start -o "-p $port -c unix_socket_directories= -c listen_addresses=127.0.0.1 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=100" 6>&- 7>&-
    echo "$port" >"$STATE/pg.port"
    touch "$STATE/pg.ours"
}
pg_port() { sed -n 4p "$PG/data/postmaster.pid"; }   # the port it really listens on

# pg_hold: from here on this script uses the cluster; pg_leave (in the exit trap): it does not any more.
pg_hold() { exec 6>"$STATE/pg.users"; flock -s 6; }
pg_leave() {
    { true >&6; } 2>/dev/null || return 0
    if flock -n -x 6 && [ -e "$STATE/pg.ours" ]; then
        pg pg_ctl -D "$PG/data" -s -m fast stop >/dev/null 2>&1 || true
        rm -f "$STATE/pg.ours"
    fi
    exec 6>&-
}
