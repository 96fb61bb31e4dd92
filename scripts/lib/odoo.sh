# The addon under its technical name, Odoo's configuration, and databases.
# shellcheck shell=bash
export ODOO_RC=$STATE/odoo.conf

# The repository root is the addon: a folder of links gives it its name whatever the checkout is called.
addon_link() {
    local links=$STATE/addons/$ADDON item
    mkdir -p "$links"
    find "$links" -xtype l -delete   # what the project no longer has
    for item in __init__.py __manifest__.py complaint_management policies tests static i18n i18n_extra cli migrations README.md; do
        [ ! -e "$ROOT/$item" ] || ln -sfn "$ROOT/$item" "$links/$item"
    done
}

odoo_configure() {
    addon_link
    # Port 9 takes no mail: what demo and tests write to never leaves the machine.
    cat >"$ODOO_RC.new" <<CONF
[options]
addons_path = $STATE/addons
db_host = 127.0.0.1
db_port = $(pg_port)
db_user = odoo
data_dir = $STATE/data
http_interface = 127.0.0.1
smtp_server = 127.0.0.1
smtp_port = 9
CONF
    if cmp -s "$ODOO_RC.new" "$ODOO_RC"; then rm "$ODOO_RC.new"; else mv "$ODOO_RC.new" "$ODOO_RC"; fi
}

odoo() { PATH=$VENV/bin:$PATH "$VENV/bin/python" "$VENV/bin/odoo" "$@"; }

# --- databases ------------------------------------------------------------------------------------
sql() { local database=$1; shift; PGOPTIONS="-c client_min_messages=warning" PGHOST=127.0.0.1 PGPORT=$(pg_port) PGUSER=odoo psql -XqAt -v ON_ERROR_STOP=1 -d "$database" "$@"; }
db_exists() { [ -n "$(sql postgres -c "SELECT 1 FROM pg_database WHERE datname = '$1'")" ]; }

# A database's comment says what it was made from.
db_made_from() { sql postgres -c "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$1'"; }
db_mark() { sql postgres -c "COMMENT ON DATABASE \"$1\" IS '$2'"; }

db_drop() {
    sql postgres -c "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)"
    rm -rf "$STATE/data/filestore/$1"
}

# db_copy FROM TO: with its filestore; the files in it never change, so hard links will do.
db_copy() {
    db_drop "$2"
    sql postgres -c "CREATE DATABASE \"$2\" TEMPLATE \"$1\""
    if [ -d "$STATE/data/filestore/$1" ]; then cp -al "$STATE/data/filestore/$1" "$STATE/data/filestore/$2"; fi
}

# Odoo exits 0 although a module is unknown or cannot be installed: ask the database.
module_installed() { [ "$(sql "$1" -c "SELECT state FROM ir_module_module WHERE name = '$2'")" = installed ]; }
modules_installed() {
    local database=$1 module; shift
    for module; do
        module_installed "$database" "$module" || { echo "ERROR module $module is not installed in database $database"; return 1; }
    done
}

# db_install DATABASE MODULES [ODOO OPTION...]: log on standard output.
db_install() {
    local database=$1 modules=$2; shift 2
    odoo -d "$database" -i "$modules" --stop-after-init --no-http "$@" 2>&1 || return 1
    # shellcheck disable=SC2086
    modules_installed "$database" ${modules//,/ }
}

# --- templates: what takes long is done once ------------------------------------------------------
manifest_depends() {
    "$VENV/bin/python" -c 'import ast, sys; print(",".join(ast.literal_eval(open(sys.argv[1]).read())["depends"]))' "$ROOT/__manifest__.py"
}
# What the addon is made of: a change means that a database has to be upgraded.
addon_fingerprint() {
    (cd "$ROOT" && find __init__.py __manifest__.py complaint_management policies i18n i18n_extra static migrations -type f \
        ! -name '*.pyc' -printf '%p %s %T@\n' 2>/dev/null | sort | digest)
}
platform_fingerprint() { { cat "$VENV/.made-from"; manifest_depends; } | digest; }

# template_deps: what the addon depends on; template_demo: the same with demo data and both languages.
template_is() { [ "$(db_made_from "$1")" = "$(platform_fingerprint)" ]; }
template_make() {
    local template=$1; shift
    db_drop "$template"
    sql postgres -c "CREATE DATABASE \"$template\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
    db_install "$template" "$(manifest_depends)" "$@"
    db_mark "$template" "$(platform_fingerprint)"
}
deps_ready() { template_is template_deps; }
deps_make() { template_make template_deps; }
demo_ready() { template_is template_demo; }
demo_make() { template_make template_demo --with-demo --load-language=zh_CN; }
