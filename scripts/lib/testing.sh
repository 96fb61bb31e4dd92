# The parts of scripts/test. Each prints what its runner prints, and says how much of it passed.
# shellcheck shell=bash
PARTS=(lint wheel core install i18n addon apps oca sla lifecycle)
WORK=$STATE/test
RESULTS=()           # "part passed failed seconds"
ALL_PASSED=0 ALL_FAILED=0

# part NAME FUNCTION ARGUMENT...: runs one part; a part that does not count tests itself counts as one.
part() {
    local name=$1 since=$SECONDS status passed=0 failed=0; shift
    say ""; say "=== $name"
    rm -f "$WORK/counts"
    set +e; (set -e; "$@"); status=$?; set -e
    if [ -s "$WORK/counts" ]; then read -r passed failed <"$WORK/counts"; else [ $status != 0 ] || passed=1; fi
    [ $status = 0 ] || [ "$failed" != 0 ] || failed=1
    ALL_PASSED=$((ALL_PASSED + passed)) ALL_FAILED=$((ALL_FAILED + failed))
    RESULTS+=("$(printf '%-14s %5d passed %4d failed %5d s' "$name" "$passed" "$failed" $((SECONDS - since)))")
}

summary() {
    say ""; printf '%s\n' "${RESULTS[@]}"
    say ""; say "$ALL_PASSED passed, $ALL_FAILED failed"
    [ "$ALL_FAILED" = 0 ]
}

# log_clean FILE: fails on a warning or an error in Odoo's log, but for those that are allowed with a reason.
log_clean() {
    local allowed=$WORK/allowed
    sed -n '/^[^#]/s/  # .*//p' "$SETUP/allowed_warnings.txt" >"$allowed"
    ! grep -E '^[0-9-]+ [0-9:,]+ [0-9]+ (WARNING|ERROR|CRITICAL) ' "$1" | grep -vEf "$allowed"
}

# logged NAME COMMAND...: runs it with its output in a log; fails if it fails or if the log is not clean.
logged() {
    local log=$LOGS/test_$1.log; shift
    "$@" >"$log" 2>&1 || { tail -n 40 "$log"; return 1; }
    log_clean "$log" || { say "see ${log#"$ROOT"/}"; return 1; }
}

# --- without a database ----------------------------------------------------------------------------
test_lint() {
    local linter status=0
    for linter in "${LINTERS[@]}"; do
        if "lint_$linter"; then say "$linter: clean"; else say "$linter: findings"; status=1; fi
    done
    return $status
}

# The wheel carries the addon, and the core once more, which runs without Odoo.
test_wheel() {
    local target=$WORK/wheel python
    python=$(core_python yaml jsonschema holidays pip)
    rm -rf "$target"; mkdir -p "$target"
    (cd "$ROOT" && "$LINT/bin/python" -m hatchling build -t wheel -d "$target" >"$LOGS/test_wheel.log" 2>&1) ||
        { cat "$LOGS/test_wheel.log"; return 1; }
    "$python" -m pip install -q --no-deps --disable-pip-version-check --target "$target/site" "$target"/*.whl 2>>"$LOGS/test_wheel.log"
    test -e "$target/site/odoo/addons/$ADDON/__manifest__.py"
    test -e "$target/site/odoo/addons/$ADDON/complaint_management/engine/__init__.py"
    (cd "$target" && PYTHONPATH=$target/site COMPLAINT_CORE=1 "$python" -I -c 'import sys; sys.path.insert(0, sys.argv.pop(1))
from complaint_policy.command.__main__ import main
status = main(sys.argv[1:])
assert not any(name.partition(".")[0] == "odoo" for name in sys.modules), "complaint-policy imported Odoo"
sys.exit(status)' "$target/site" validate "$target/site/odoo/addons/$ADDON/policies")
    say "wheel: $(cd "$target" && echo ./*.whl) installs, complaint-policy runs without Odoo"
}

test_core() {
    local python; python=$(core_python yaml jsonschema holidays pytest hypothesis)
    (cd "$ROOT" && COMPLAINT_CORE=1 COMPLAINT_COUNTS=$WORK/counts PYTHONPATH=$ROOT/scripts/lib "$python" -m pytest \
        -c "$SETUP/core.ini" --rootdir "$ROOT/tests/core" --confcutdir "$ROOT/tests/core" -p no:odoo -p complaint_pytest --noconftest -q \
        "${PYTEST[@]}" "${@:-tests/core}")
}

# --- with Odoo -------------------------------------------------------------------------------------
# template_addon: the dependencies and the addon as the files now are; every run of all tests makes it anew.
addon_template_wanted() { echo "$(platform_fingerprint) $(addon_fingerprint)"; }
addon_template_ready() { [ "$(db_made_from template_addon)" = "$(addon_template_wanted)" ]; }
test_install() {
    db_copy template_deps template_addon
    logged install db_install template_addon "$ADDON"
    db_mark template_addon "$(addon_template_wanted)"
    say "$ADDON is installed, the log is clean"
}

test_i18n() { i18n_files check template_addon; }

# odoo_pytest LABEL DATABASE PATH...: in a process of its own; warnings and errors in Odoo's log fail it.
odoo_pytest() {
    local log=$LOGS/test_$1_warnings.log database=$2 status=0; shift 2
    : >"$log"
    COMPLAINT_LOG=$log COMPLAINT_COUNTS=$WORK/counts PYTHONPATH=$ROOT/scripts/lib PATH=$VENV/bin:$PATH \
        "$VENV/bin/python" -m pytest -p complaint_pytest --noconftest -q --odoo-database="$database" --odoo-http \
        --odoo-log-level=warn "${PYTEST[@]}" "$@" || status=$?
    log_clean "$log" || { say "a warning or an error in Odoo's log is a failure (${log#"$ROOT"/})"; status=1; }
    return $status
}

test_addon() {
    modules_installed template_addon "$ADDON"
    db_copy template_addon "$TEST_DB"
    (cd "$ROOT" && odoo_pytest addon "$TEST_DB" "${@:-tests/addon}")
}

# With Invoicing, Sales, Time Off and Live Chat beside it: what changes where they are installed.
APPS=hr_holidays,sale_management,im_livechat
test_apps() {
    db_copy template_addon "$TEST_DB"
    logged apps_install db_install "$TEST_DB" "$APPS"
    (cd "$ROOT" && odoo_pytest apps "$TEST_DB" tests/apps tests/addon/test_intake_headline.py \
        tests/addon/test_assignment.py tests/addon/test_customer_file.py tests/addon/test_live_chat.py)
}

oca_tests() {   # LABEL MODULE...: OCA's own tests of these modules
    local label=$1 addons modules=(); shift
    addons=$(echo "$VENV"/lib/python3*/site-packages/odoo/addons)
    mapfile -t modules < <(printf "$addons/%s/tests\n" "$@")
    (cd "$addons" && odoo_pytest "$label" "$TEST_DB" -c "$SETUP/oca.ini" --rootdir "$addons" "${modules[@]}")
}
test_oca() {
    db_copy template_addon "$TEST_DB"
    oca_tests oca helpdesk_mgmt helpdesk_mgmt_rating
}
test_sla() {
    db_copy template_addon "$TEST_DB"
    logged sla_install db_install "$TEST_DB" helpdesk_mgmt_sla
    oca_tests sla helpdesk_mgmt_sla helpdesk_mgmt
}

# --- install, upgrade, uninstall, reinstall --------------------------------------------------------
test_lifecycle() {
    db_copy template_demo "$TEST_DB"
    logged demo_install db_install "$TEST_DB" "$ADDON" --with-demo; say "installed with demo data"
    logged upgrade odoo -d "$TEST_DB" -u "$ADDON" --stop-after-init --no-http; say "upgraded"
    modules_installed "$TEST_DB" "$ADDON"
    logged uninstall odoo module uninstall -d "$TEST_DB" "$ADDON"; say "uninstalled"
    nothing_left "$TEST_DB"; say "nothing is left of it"
    logged reinstall db_install "$TEST_DB" "$ADDON" --with-demo; say "installed again"
}

nothing_left() {
    local left
    left=$(sql "$1" <<SQL
SELECT 'record ' || model || ' ' || name FROM ir_model_data WHERE module = '$ADDON'
UNION ALL SELECT 'table ' || tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'complaint%'
UNION ALL SELECT 'function ' || proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace
          WHERE nspname = 'public' AND proname LIKE 'complaint%'
UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname LIKE 'complaint%' AND NOT tgisinternal
UNION ALL SELECT 'module state ' || state FROM ir_module_module WHERE name = '$ADDON' AND state <> 'uninstalled';
SQL
    )
    [ -z "$left" ] || { say "left behind by the uninstallation:"; say "$left" | head -n 20; return 1; }
}
