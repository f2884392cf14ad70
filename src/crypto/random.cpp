#include "crypto/random.h"

#include <sodium.h>

#include "crypto/sodium.h"

namespace hikae::crypto {

void FillRandom(std::span<uint8_t> bytes) {
  Ready();
  randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace hikae::crypto
