# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What deploy/setup, deploy/run and tests/run share: saying what happens, installing, building.
# Source it after `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
devnet_dir=$root/deploy/devnet
log_dir=$root/build/logs
min_node=18.13.0

# The one list of what comes from apt. The tests' checks need python3 when the build is configured.
build_packages=(
    ca-certificates ccache clang-19 cmake git libboost1.81-dev libclang-rt-19-dev libcli11-dev
    libcurl4-openssl-dev libexpected-dev libigraph-dev libsimdjson-dev libspdlog-dev libssl-dev libyaml-cpp-dev libzstd-dev librocksdb-dev mold
    catch2 ninja-build prometheus-cpp-dev python3
)
test_packages=(
    clang-format-19 clang-tidy-19 clang-tools-19 libgmp-dev openssl prometheus prometheus-alertmanager
    python3-aiosmtpd python3-igraph python3-networkx
    python3-numpy rocksdb-tools shellcheck zstd
)

say() { printf '==> %s\n' "$*"; }
die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "installing packages needs root: run this as root or install sudo"
    fi
}

# with_progress TITLE LOG COMMAND...: runs the command into a log, saying every few seconds that it
# still runs; on failure shows the end of the log.
with_progress() {
    local title=$1 log=$log_dir/$2.log status=0
    shift 2
    mkdir -p "$log_dir"
    say "$title"
    tick "$title" &
    # shellcheck disable=SC2064 # the process of now
    trap "kill $! 2>/dev/null" EXIT
    "$@" >"$log" 2>&1 || status=$?
    kill "$!" 2>/dev/null || true
    wait "$!" 2>/dev/null || true
    trap - EXIT
    if [ "$status" -ne 0 ]; then
        tail -n 20 "$log" >&2
        die "\"$title\" failed with exit code $status; all of its output is in $log"
    fi
}

# A read that times out waits like sleep, but leaves no process behind when we are killed.
tick() {
    local started=$SECONDS never
    exec {never}<> <(:)
    while ! read -r -t 5 -u "$never"; do
        printf '    %s: %d s\n' "$1" "$((SECONDS - started))"
    done
}

# show_progress: reads "PERCENT TEXT" lines; every change on a terminal, every 10 % elsewhere.
show_progress() {
    local percent text shown=-10
    while read -r percent text; do
        if [ -t 1 ]; then
            printf '\r\033[K    %3d %% %.70s' "$percent" "$text"
            continue
        fi
        [ "$percent" -ge "$shown" ] || shown=-10 # the next phase
        if [ "$percent" -ge $((shown + 10)) ]; then
            printf '    %3d %% %s\n' "$percent" "$text"
            shown=$percent
        fi
    done
    if [ -t 1 ]; then
        printf '\r\033[K'
    fi
}

missing_packages() {
    local package
    for package in "$@"; do
        if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            printf '%s\n' "$package"
        fi
    done
}

need_apt() {
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null && return
    cat >&2 <<TEXT
$(basename "$0") installs what it needs with apt and is made for Debian 12; this machine has no apt.
Install these, or your system's packages for them, and build by hand:
    ${build_packages[*]}
    for the local chain: node $min_node or later, npm
    for the tests also: ${test_packages[*]}
    cmake --preset release && cmake --build --preset release
TEXT
    exit 1
}

# install_packages PACKAGE...: whatever of them is missing.
install_packages() {
    local missing log=$log_dir/apt.log
    need_apt
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    mkdir -p "$log_dir"
    with_progress "apt: reading the package lists" apt-update \
        as_root apt-get -o DPkg::Lock::Timeout=300 update
    say "apt: installing ${missing[*]} and what they need"
    if ! apt_install "${missing[@]}" 2>&1 | tee "$log" | apt_progress; then
        grep -E '^(E:|W:|dpkg:)' "$log" >&2 || tail -n 20 "$log" >&2
        die "apt could not install ${missing[*]}; all of its output is in $log"
    fi
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o APT::Status-Fd=1 install "$@"
}

# apt's machine-readable lines are dlstatus:N:PERCENT:TEXT and pmstatus:PACKAGE:PERCENT:TEXT.
apt_progress() {
    sed -u -n -E 's/^(dl|pm)status:[^:]*(:[a-z0-9]+)?:([0-9]+)(\.[0-9]+)?:(.*)$/\3 \5/p' | show_progress
}

# node_problem: prints why the node found will not do; nothing when it will.
node_problem() {
    local version
    command -v node >/dev/null || { echo missing; return; }
    command -v npm >/dev/null || { echo missing; return; }
    version=$(node --version)
    if [ "$(printf '%s\n' "v$min_node" "$version" | sort -V | head -n 1)" != "v$min_node" ]; then
        echo "$version"
    fi
}

setup_build() { install_packages "${build_packages[@]}"; }

setup_test() { install_packages "${build_packages[@]}" "${test_packages[@]}"; }

setup_node() {
    local problem packages=()
    problem=$(node_problem)
    if [ "$problem" = missing ]; then
        command -v node >/dev/null || packages+=(nodejs)
        command -v npm >/dev/null || packages+=(npm)
        install_packages "${packages[@]}"
        problem=$(node_problem)
    fi
    [ -z "$problem" ] || die "the local chain needs node $min_node or later with npm; found: $problem"
}

# npm_install TITLE DIRECTORY: what its lock file says, unless that is there already.
npm_install() {
    local title=$1 directory=$2 stamp want
    stamp=$directory/node_modules/.installed-from
    want=$(cat "$directory/package.json" "$directory/package-lock.json" | sha256sum)
    [ "$(cat "$stamp" 2>/dev/null)" != "$want" ] || return 0
    with_progress "npm: installing $title" npm \
        npm ci --prefix "$directory" --ignore-scripts --omit=peer --no-audit --no-fund
    printf '%s\n' "$want" >"$stamp"
}

setup_devnet() {
    [ "$(uname -m)" = x86_64 ] || die "the local chain needs anvil, installed for x86-64 only; this is $(uname -m)"
    setup_node
    npm_install "the local chain (198 MB)" "$devnet_dir"
    node "$devnet_dir/cli.mjs" compile --cache "$root/build/devnet"
}

# A second node of other authors, which only tests talk to.
setup_peer() {
    npm_install "a second node for the tests (290 MB)" "$root/tests/e2e/peer"
}

# build PRESET [TARGET...]: configures when it was not, then builds, showing ninja's counter.
build() {
    local preset=$1 directory=$root/build/$1 log=$log_dir/build-$1.log started=$SECONDS
    shift
    mkdir -p "$log_dir"
    if [ ! -f "$directory/build.ninja" ]; then
        with_progress "cmake: configuring build/$preset" "configure-$preset" \
            cmake -S "$root" --preset "$preset"
    fi
    say "ninja: building build/$preset${*:+ ($*)}"
    if ! NINJA_STATUS='%p %f/%t ' ninja -C "$directory" "$@" 2>&1 | tee "$log" | build_progress; then
        grep -v -E '^ *[0-9]+% [0-9]+/' "$log" | tail -n 60 >&2
        die "the build failed; all of its output is in $log"
    fi
    if [ $((SECONDS - started)) -ge 5 ]; then
        say "built build/$preset in $((SECONDS - started)) s"
    fi
}

build_progress() {
    sed -u -n -E 's/^ *([0-9]+)% ([0-9]+\/[0-9]+ )(Building CXX object |Linking CXX )?(.*)$/\1 \2\4/p' | show_progress
}
