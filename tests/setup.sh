#!/usr/bin/env bash
# Makes ready what tests/run and examples/run need: the Debian packages, and the build in build/. Quiet
# when there is nothing to do. Arguments are the targets to build, all of them by default; HIKAE_SETUP_PRESET chooses
# another preset than dev.
set -euo pipefail

hikae_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
packages=(cmake ninja-build g++ pkg-config libfmt-dev libyaml-cpp-dev libboost1.81-dev libboost-json1.81-dev
  libboost-program-options1.81-dev libsqlite3-dev libsodium-dev libre2-dev libarchive-dev libgtest-dev zlib1g-dev python3-dev pybind11-dev python3-pytest
  python3-pandas python3-hypothesis python3-yaml)

missing=()
for package in "${packages[@]}"; do
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true) == installed ]] || missing+=("$package")
done
if ((${#missing[@]})); then
  as_root=()
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || { echo "setup: install these as root, then try again: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "setup: installing ${missing[*]}" >&2
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "setup: the packages above could not be installed; the whole log is $log" >&2
    exit 1
  fi
  rm -f "$log"
fi

# Building says nothing unless it fails or takes the reader's time.
preset=${HIKAE_SETUP_PRESET:-dev}
build=$hikae_root/build
[[ $preset == dev ]] || build=$hikae_root/build/$preset
mkdir -p "$build"
log=$build/setup.log
if [[ ! -f $build/build.ninja ]]; then
  echo "setup: building in ${build#"$PWD"/}, which takes some minutes the first time" >&2
  (cd "$hikae_root" && cmake --preset "$preset" -DHIKAE_PCH=ON) >"$log" 2>&1 || { tail -n 30 "$log" >&2; exit 1; }
fi
targets=()
(($# == 0)) || targets=(--target "$@")
cmake --build "$build" "${targets[@]}" >"$log" 2>&1 || { grep -E -A 8 'error|FAILED' "$log" | head -n 60 >&2; echo "setup: the build failed; the whole log is $log" >&2; exit 1; }
