# SPDX-License-Identifier: GPL-2.0-or-later
# What ./run and ./test share: errors, packages, the build. To be sourced by bash with the checkout as working directory.
# shellcheck shell=bash disable=SC2034  # what is set here is used by those who source this

exec </dev/null             # nothing here asks questions; also when stdin is closed

me=$(basename "$0")
python=$(command -v /usr/bin/python3 || echo python3)

say() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { say "$*"; exit 1; }

# present WHAT: whether the machine already has it. Looks for the thing itself, not for a package: a Wireshark that was
# built from source counts too.
present() {
    case $1 in
        tshark|wireshark|cmake|ninja|g++|python3|pkg-config|setpriv|Xvfb|xdotool|convert|xwininfo|openbox|xhost|xauth|valgrind|mmdebstrap|jq|ip|nft|clang|clang-format|clang-tidy|shellcheck)
            command -v "$1" >/dev/null 2>&1 ;;
        wireshark-headers)      # .../wireshark/cmake/ until 4.2, .../cmake/wireshark/ since
            compgen -G '/usr/lib*/wireshark/cmake/WiresharkConfig.cmake' >/dev/null ||
            compgen -G '/usr/lib*/cmake/wireshark/WiresharkConfig.cmake' >/dev/null ||
            compgen -G '/usr/lib/*/wireshark/cmake/WiresharkConfig.cmake' >/dev/null ||
            compgen -G '/usr/lib/*/cmake/wireshark/WiresharkConfig.cmake' >/dev/null ||
            compgen -G '/usr/local/lib*/wireshark/cmake/WiresharkConfig.cmake' >/dev/null ||
            compgen -G '/usr/local/lib*/cmake/wireshark/WiresharkConfig.cmake' >/dev/null ;;
        cli11) compgen -G '/usr/include/CLI/CLI.hpp' >/dev/null || compgen -G '/usr/local/include/CLI/CLI.hpp' >/dev/null ;;
        glib-headers) pkg-config --exists glib-2.0 2>/dev/null ;;
        catch2) compgen -G '/usr/include/catch2/catch*.hpp' >/dev/null || compgen -G '/usr/local/include/catch2/catch*.hpp' >/dev/null ;;
        dask) /usr/bin/python3 -c 'import dask, distributed' 2>/dev/null ;;
        pytest|flake8) /usr/bin/python3 -c "import $1" 2>/dev/null ;;
        m32) g++ -m32 -x c++ -o /dev/null - <<<'#include <vector>
                 int main() {}' 2>/dev/null ;;
        fonts) [[ -f /usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf ]] ;;
    esac
}

# packages_of WHAT: the packages of Debian and Ubuntu that bring it.
packages_of() {
    case $1 in
        ninja) echo ninja-build ;;
        pkg-config) echo pkgconf ;;
        wireshark-headers) echo wireshark-dev libwireshark-dev libwiretap-dev libwsutil-dev ;;
        glib-headers) echo libglib2.0-dev ;;
        cli11) echo libcli11-dev ;;
        setpriv) echo util-linux ;;
        ip) echo iproute2 ;;
        nft) echo nftables ;;
        Xvfb) echo xvfb ;;
        convert) echo imagemagick ;;
        xwininfo) echo x11-utils ;;
        xhost) echo x11-xserver-utils ;;
        dask) echo python3-dask python3-distributed ;;
        pytest|flake8) echo "python3-$1" ;;
        m32) echo g++-multilib ;;
        fonts) echo fonts-dejavu-core ;;
        *) echo "$1" ;;
    esac
}

# need WHAT...: installs what is not present; ends with one line when that is impossible.
need() {
    local what missing=() packages=() as_root=()
    for what; do
        present "$what" && continue
        missing+=("$what")
        # shellcheck disable=SC2207  # package names have no spaces
        packages+=($(packages_of "$what"))
    done
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null 2>&1 ||
        die "missing: ${missing[*]}; this is not Debian or Ubuntu: please install them yourself"
    if ((EUID)); then
        command -v sudo >/dev/null 2>&1 ||
            die "missing: ${missing[*]}; neither root nor sudo: as root, run: apt-get install ${packages[*]}"
        as_root=(sudo)
    fi
    say "installing ${packages[*]}"
    local log install
    log=$(mktemp) || die "cannot make a temporary file in ${TMPDIR:-/tmp}"
    install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends
             -o DPkg::Lock::Timeout=300 install "${packages[@]}")
    # The package lists are fetched only when the first attempt shows that they are missing or stale.
    "${install[@]}" >"$log" 2>&1 || {
        "${as_root[@]}" apt-get -qq update >"$log" 2>&1 && "${install[@]}" >>"$log" 2>&1
    } || { tail -n 15 "$log" >&2; rm -f "$log"; die "could not install ${packages[*]} (apt-get's own words are above)"; }
    rm -f "$log"
    hash -r
    for what in "${missing[@]}"; do
        present "$what" || die "$what is still missing after installing $(packages_of "$what")"
    done
}

build_tools=(cmake ninja g++ pkg-config glib-headers wireshark-headers cli11 tshark python3)

# build PRESET TARGET [CMAKE-OPTION...]: configures and builds, silent unless it fails.
build() {
    local preset=$1 target=$2 dir=build/$1 log
    shift 2
    [[ $preset != ci ]] || dir=build/release    # the same folder, with warnings as errors
    # A build tree that was moved or copied with its checkout is of no use to CMake.
    if [[ -f $dir/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$dir/CMakeCache.txt"; then
        rm -rf "$dir/CMakeCache.txt" "$dir/CMakeFiles"
    fi
    mkdir -p "$dir" 2>/dev/null
    log=$(mktemp "$dir/log.XXXXXX" 2>/dev/null) || die "cannot write into $PWD/$dir"
    if cmake --preset "$preset" "$@" >"$log" 2>&1 && cmake --build --preset "$preset" --target "$target" -j "$(nproc)" >>"$log" 2>&1; then
        rm -f "$log"
    else
        grep -E -A3 'error|Error|FAILED' "$log" | head -n 40 >&2
        mv "$log" "$dir/failed.log"
        die "the build failed; everything it said is in $dir/failed.log"
    fi
}
