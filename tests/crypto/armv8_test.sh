#!/usr/bin/env bash
# usage: armv8_test.sh SOURCE DIRECTORY      SHA-256 by ARMv8's instructions, under emulation; exit 77 where it cannot run
set -euo pipefail
source=$1 directory=$2
for tool in aarch64-linux-gnu-g++ qemu-aarch64-static; do
  command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed (g++-aarch64-linux-gnu, qemu-user-static)"; exit 77; }
done
mkdir -p "$directory"
aarch64-linux-gnu-g++ -std=c++20 -O2 -static -I"$source/src" "$source/tests/crypto/armv8.cpp" "$source/src/crypto/sha256.cpp" \
  "$source/src/crypto/sha256_many.cpp" -o "$directory/armv8"
qemu-aarch64-static -cpu max "$directory/armv8"
