# Odoo 19 itself: $ODOO_SOURCE if it is set, else Debian's package odoo-19, unpacked beside the project, never installed.
# shellcheck shell=bash
SERVER=$STATE/server

# server_path: the folder from which `import odoo` finds Odoo 19.
server_path() { cat "$STATE/server.path" 2>/dev/null || true; }

server_is_odoo_19() { grep -qs '^version_info = (19, 0' "$1/odoo/release.py"; }

# A clone (odoo-bin beside odoo/ and addons/), a site-packages folder, or an unpacked package.
server_from_source() {
    local folder
    for folder in "$ODOO_SOURCE" "$ODOO_SOURCE/usr/lib/python3/dist-packages"; do
        if server_is_odoo_19 "$folder"; then (cd "$folder" && pwd -P); return 0; fi
    done
    return 1
}

server_ready() {
    local path; path=$(server_path)
    server_is_odoo_19 "$path" || return 1
    [ -z "${ODOO_SOURCE:-}" ] || [ "$path" = "$(server_from_source)" ]
}

server_install() {
    if [ -n "${ODOO_SOURCE:-}" ]; then
        server_from_source >"$STATE/server.path.new" || die "no Odoo 19 in ODOO_SOURCE=$ODOO_SOURCE (looked for odoo/release.py)"
        mv "$STATE/server.path.new" "$STATE/server.path"
        return 0
    fi
    server_unpack
    server_complete
    echo "$SERVER/usr/lib/python3/dist-packages" >"$STATE/server.path"
}

# The mirror that this machine's apt uses; its suite sid has odoo-19.
server_mirror() {
    if [ -n "${ODOO_DEBIAN_MIRROR:-}" ]; then echo "$ODOO_DEBIAN_MIRROR"; return 0; fi
    grep -qs '^ID=debian' /etc/os-release ||
        die "this is not Debian: set ODOO_SOURCE=/path/to/odoo-19, or ODOO_DEBIAN_MIRROR to the address of a Debian mirror"
    # shellcheck disable=SC2016  # apt's own placeholders
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | grep -v security | head -n 1
}

# A private apt: own lists, own cache, no effect on the system. fonts-font-awesome must be bookworm's 4.7: sid's 7 has other names.
server_unpack() {
    local apt=$STATE/apt mirror suite deb
    mirror=$(server_mirror)
    [ -n "$mirror" ] || die "apt knows no Debian mirror; set ODOO_DEBIAN_MIRROR or ODOO_SOURCE"
    rm -rf "$apt" "$SERVER"; mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs" "$SERVER"; touch "$apt/empty"
    for suite in sid bookworm; do
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
    done >"$apt/sources.list"
    local get=(apt-get -q -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o Dir::Etc::preferences="$apt/empty" -o Dir::Etc::preferencesparts=/dev/null -o Dir::State::lists="$apt/lists"
        -o Dir::Cache="$apt/cache" -o Acquire::Languages=none -o APT::Sandbox::User="$(id -un)"
        -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false)
    "${get[@]}" update
    (cd "$apt/debs" && "${get[@]}" download odoo-19 fonts-roboto-unhinted fonts-montserrat fonts-inconsolata fonts-ocr-b \
        libjs-jquery libjs-jquery-form libjs-underscore fonts-font-awesome/bookworm)
    for deb in "$apt"/debs/*.deb; do dpkg -x "$deb" "$SERVER"; done
    rm -rf "$apt"
}

# What Debian's package has too much of, and what it leaves out.
server_complete() {
    local packages=$SERVER/usr/lib/python3/dist-packages selfie
    find "$packages" -name '*.po' -path '*/i18n*' ! -name 'zh_CN.po' -delete   # 820 MB of translations
    rm -rf "$packages/addons" "$packages"/*.egg-info   # the egg-info asks pip for PyPDF2 and a psycopg2 built from source
    # Background blur of video calls is not free software, so not in Debian; without the file every browser test fails.
    selfie=$packages/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js
    if [ ! -e "$selfie" ]; then
        mkdir -p "$(dirname "$selfie")"
        echo "/* background blur of video calls is not part of Debian's Odoo */" >"$selfie"
    fi
}
