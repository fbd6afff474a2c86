# Installs Debian packages that are missing; sourced by ./demo and ./check.

# need PACKAGE…: what is not installed yet is installed, with one line that says so.
need() {
    missing=""
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    echo "== installing:$missing"
    if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
    if [ -n "$as_root" ] && ! command -v sudo >/dev/null 2>&1; then
        echo "error: these packages are missing:$missing" >&2
        echo "  mend: run this script as root, or install sudo" >&2
        exit 1
    fi
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    if ! { $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        echo "error: apt-get could not install:$missing" >&2
        echo "  mend: check the network and /etc/apt/sources.list, then run this script again" >&2
        rm -f "$log"
        exit 1
    fi
    rm -f "$log"
}
