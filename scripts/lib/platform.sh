# From a bare machine to a running PostgreSQL and an Odoo that can be started: the steps every script shares.
# shellcheck shell=bash
for part in packages server python postgres odoo; do
    # shellcheck source=/dev/null
    . "$ROOT/scripts/lib/$part.sh"
done
PLATFORM_STEPS=4

cluster_start() { pg_start; }
cluster_ready() { pg_runs; }

# platform PURPOSE: PURPOSE (run, test) says which system packages are needed.
platform() {
    setup_lock
    packages "$1"
    step "Odoo 19" server_ready server_install
    step "Python packages and OCA addons" venv_ready venv_install
    pg_setup
    pg_hold
    step "PostgreSQL of this checkout" cluster_ready cluster_start
    odoo_configure
}
