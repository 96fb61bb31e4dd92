# What has to come from the system's package manager. Nothing else is installed system-wide.
# shellcheck shell=bash

# What each script needs: a command or file that shows it is there, and the package that brings it.
packages_for_python() {
    echo "ensurepip:python3 python3-venv"
    echo "/etc/ssl/certs/ca-certificates.crt ca-certificates"
}
packages_for_run() {
    packages_for_python
    echo "/usr/lib/postgresql/*/bin/initdb postgresql"
    echo "/usr/share/keyrings/debian-archive-keyring.gpg debian-archive-keyring"
    echo "libmagic.so.1 libmagic1"
    echo "libfontconfig.so.1 libfontconfig1"       # libfontconfig, libXrender, libXext: wkhtmltopdf
    echo "libXrender.so.1 libxrender1"
    echo "libXext.so.6 libxext6"
    echo "/usr/share/fonts/*/*/NotoSansCJK-Regular.ttc fonts-noto-cjk"   # Chinese in PDFs and screenshots
}
packages_for_test() {
    packages_for_run
    echo "chromium|chromium-browser|google-chrome chromium"              # browser tours
}

package_there() {
    case $1 in
        /*) compgen -G "$1" >/dev/null ;;
        ensurepip:*) "${1#*:}" -c 'import ensurepip, venv' 2>/dev/null ;;
        lib*) [ -n "$(find /lib /usr/lib /usr/lib64 -name "$1" -print -quit 2>/dev/null)" ] ;;
        *) local name; for name in ${1//|/ }; do ! command -v "$name" >/dev/null || return 0; done; return 1 ;;
    esac
}

packages_missing() {
    local probe package
    "packages_for_$PURPOSE" | while read -r probe package; do package_there "$probe" || echo "$package"; done
}
packages_ready() { [ -z "$(packages_missing)" ]; }

# packages PURPOSE: python (a virtual environment), run or test.
packages() {
    PURPOSE=$1
    packages_announce
    step "System packages" packages_ready packages_install
}

# Say before sudo asks for a password what it is for.
packages_announce() {
    local missing; missing=$(packages_missing | xargs)
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || die "please install these with your package manager, then start again: $missing"
    say "System packages to install with apt: $missing"
    [ "$(id -u)" = 0 ] && return 0
    command -v sudo >/dev/null || die "sudo is missing; as root: apt-get install $missing"
    say "(through sudo, which may ask for your password)"
    sudo -v
}

# Debian's postgresql makes and starts a system-wide cluster when it is installed. We need only its programs.
packages_install() {
    local dropin=/etc/postgresql-common/createcluster.d/no-main-cluster.conf missing
    mapfile -t missing < <(packages_missing)
    as_root mkdir -p "$(dirname "$dropin")"
    echo "create_main_cluster = false" | as_root tee "$dropin" >/dev/null
    as_root apt-get update -q || true      # a broken third-party source must not stop us; a missing package does
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
    as_root rm -f "$dropin"
}
