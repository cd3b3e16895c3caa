# SPDX-License-Identifier: GPL-2.0-or-later
# What ./run, ./test and tools/setup share: messages and the build. To be sourced by bash with the checkout as working directory.
# shellcheck shell=bash disable=SC2034  # what is set here is used by those who source this

exec </dev/null             # nothing here asks questions; also when stdin is closed

me=$(basename "$0")
PATH=$PATH:/usr/sbin:/sbin  # where Debian has ip, bridge and nft, and ordinary users do not look
python=$(command -v /usr/bin/python3 || echo python3)
verbose=no

say() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { say "$*"; exit 1; }

# quietly COMMAND...: what it prints is in $log, and is shown only with -v.
quietly() {
    [[ -n ${log:-} ]] || log=$(mktemp) || die "cannot make a temporary file in ${TMPDIR:-/tmp}"
    trap 'rm -f "$log"' EXIT
    "$@" 2>&1 | tee "$log" | told
    return "${PIPESTATUS[0]}"
}

# told: of what it reads, everything with -v; else how far ninja is, when it begins and every 15 seconds.
told() {
    local line next=0
    [[ $verbose = no ]] || { cat >&2; return; }
    while IFS= read -r line; do
        [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (Building|Linking) && $SECONDS -ge $next ]] || continue
        say "building: step ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
        next=$((SECONDS + 15))
    done
}

# setup FOR...: installs what that takes.
setup() {
    local flags=()
    [[ $verbose = no ]] || flags=(-v)
    tools/setup "${flags[@]}" "$@" || exit 1
}

# build PRESET TARGET [CMAKE-OPTION...]: configures and builds; one line for each step that has something to do.
build() {
    local preset=$1 target=$2 dir=build/$1
    shift 2
    [[ $preset != ci ]] || dir=build/release    # the same folder, with warnings as errors
    # A build tree that was moved or copied with its checkout is of no use to CMake.
    if [[ -f $dir/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$dir/CMakeCache.txt"; then
        rm -rf "$dir/CMakeCache.txt" "$dir/CMakeFiles"
    fi
    mkdir -p "$dir" 2>/dev/null
    [[ -w $dir ]] || die "cannot write into $PWD/$dir"
    [[ -f $dir/build.ninja ]] || say "configuring the build in $dir"
    quietly cmake --preset "$preset" "$@" || build_failed "$dir"
    quietly cmake --build --preset "$preset" --target "$target" -j "$(nproc)" || build_failed "$dir"
    rm -f "$log"
}

# build_for_use TARGET: with what is there.
build_for_use() {
    local options=()
    tools/setup --check catch2 >/dev/null || options=(-DTCPSTATE_TESTS=OFF)
    build release "$1" "${options[@]}"
}

build_plugin() { build_for_use tcpstate; }

build_failed() {
    [[ $verbose = yes ]] || grep -E -A3 'error|Error|FAILED' "$log" | head -n 40 >&2
    cp "$log" "$1/failed.log"
    die "the build failed; the complete output is in $1/failed.log"
}
