# One function a linter; each prints its findings and fails if there are any. FIX=1 repairs first where that is possible.
# shellcheck shell=bash
. "$ROOT/scripts/lib/packages.sh"
. "$ROOT/scripts/lib/server.sh"
. "$ROOT/scripts/lib/python.sh"
LINTERS=(ruff pylint xml prettier shell)
FIX=${FIX:-}

# Everything but prettier comes from PyPI. Where npm's registry cannot be reached, the rest still counts.
linters_ready() {
    small_setup "Linters" lint_ready lint_install
    prettier_ready || prettier_install >"$LOGS/prettier_install.log" 2>&1 ||
        say "prettier could not be installed from npm (${LOGS#"$ROOT"/}/prettier_install.log): layout of XML and JavaScript not checked" >&2
}

# Files of the project (tracked or new, not ignored), from the root, NUL between them.
project_files() {
    cd "$ROOT" || return
    if git rev-parse -q --is-inside-work-tree >/dev/null 2>&1; then
        git -c safe.directory="$ROOT" ls-files -z --cached --others --exclude-standard -- "$@" | while IFS= read -r -d '' file; do
            [ ! -f "$file" ] || printf '%s\0' "$file"
        done
    else
        local pattern names=()
        for pattern; do names+=(-o -name "${pattern##*/}"); done
        find . -path ./.odoo -prune -o -type f \( "${names[@]:1}" \) -printf '%P\0'
    fi
}

lint_ruff() {
    cd "$ROOT" || return
    if [ -n "$FIX" ]; then "$LINT/bin/ruff" check --fix-only --quiet . && "$LINT/bin/ruff" format --quiet .; fi
    "$LINT/bin/ruff" check --quiet . && "$LINT/bin/ruff" format --check --quiet .
}

lint_pylint() {
    local path paths=()
    cd "$ROOT" || return
    for path in ./*.py complaint_management cli; do [ ! -e "$path" ] || paths+=("$path"); done
    # missing-readme wants OCA's README.rst; this project's is README.md
    run_pylint missing-readme "${paths[@]}" && run_pylint missing-readme,translation-required tests  # nobody translates a test
}
run_pylint() {
    PYTHONPATH=$ROOT/scripts/lib "$LINT/bin/python" -m pylint --rcfile=.pylintrc --disable="$1" --recursive=y "${@:2}"
}

lint_xml() { project_files '*.xml' | xargs -0r "$LINT/bin/python" "$SETUP/check_xml.py"; }

lint_prettier() {
    local mode=--check
    prettier_ready || { say "prettier: not installed, nothing checked"; return 0; }
    [ -z "$FIX" ] || mode=--write
    project_files '*.xml' '*.js' '*.scss' | (cd "$ROOT" && xargs -0r "$(lint_node)" "$LINT/node_modules/prettier/bin/prettier.cjs" \
        --config .prettierrc.json --plugin "$LINT/node_modules/@prettier/plugin-xml/src/plugin.js" --log-level warn "$mode")
}

lint_shell() {
    local file files=()
    cd "$ROOT" || return
    for file in scripts/* scripts/lib/*.sh .ci/run; do
        if [ -f "$file" ] && head -c 200 "$file" | grep -qE '^#!.*bash|shellcheck shell=bash'; then files+=("$file"); fi
    done
    "$LINT/bin/shellcheck" "${files[@]}"
}
