#!/usr/bin/env bash
# Prints the folder whose node_modules holds the official Cedar engine, for the tests that compare with it; installs the
# package into build/cedar-wasm when it is not there. CEDAR_WASM_DIR names another folder. Exit 77, with the reason,
# where it is not to be had.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=4.10.0
package=@cedar-policy/cedar-wasm
skip() { echo "skipped: $1" >&2; exit 77; }
has_engine() { grep -qs "\"version\": \"$version\"" "$1/node_modules/$package/package.json"; }

command -v node >/dev/null || skip 'node is not installed'
folder=${CEDAR_WASM_DIR:-$root/build/cedar-wasm}
if ! has_engine "$folder"; then
  command -v npm >/dev/null || skip 'npm is not installed'
  folder=$root/build/cedar-wasm
  mkdir -p "$folder"
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" "$package@$version" >"$root/build/cedar-wasm.log" 2>&1 ||
    skip "the package $package@$version is not to be had; see build/cedar-wasm.log"
fi
echo "$folder"
