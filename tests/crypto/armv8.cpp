// Compares every way this processor has to hash with the portable one. Built for ARM and run under emulation by
// armv8_test.sh: no test machine has that processor.
#include <cstdio>
#include <random>
#include <vector>

#include "crypto/sha256.h"

using namespace hikae::crypto;

int main() {
  std::mt19937 random(7);
  size_t compared = 0, different = 0;
  bool armv8 = false;
  for (const Sha256Way way : Sha256Ways()) armv8 = armv8 || way == Sha256Way::kArmV8;
  for (size_t size = 0; size < 2000; ++size) {
    std::vector<uint8_t> bytes(size);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    const Digest portable = Sha256Of(Sha256Way::kPortable, bytes);
    for (const Sha256Way way : Sha256Ways()) {
      ++compared;
      if (Sha256Of(way, bytes) != portable) ++different;
    }
  }
  std::printf("ARMv8's instructions %s: %zu compared, %zu different\n", armv8 ? "in use" : "absent", compared,
              different);
  return armv8 && different == 0 ? 0 : 1;
}
