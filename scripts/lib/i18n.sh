# The addon's texts and their translations.
# shellcheck shell=bash

# i18n_files VERB DATABASE: merge into, or check, i18n/ against what the addon installed in DATABASE exports.
i18n_files() {
    local exported=$STATE/i18n_$$.pot status=0
    odoo i18n export -d "$2" -l pot -o "$exported" "$ADDON" 2>"$LOGS/i18n_export.log" || { cat "$LOGS/i18n_export.log"; return 1; }
    "$VENV/bin/python" "$SETUP/translations.py" "$1" "$exported" "$ROOT/i18n/$ADDON.pot" "$ROOT/i18n/zh_CN.po" || status=$?
    rm -f "$exported"
    return $status
}
