#include "base/crc32c.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#include <nmmintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <sys/auxv.h>
#endif

namespace hikae::base {
namespace {

using Step = uint32_t (*)(uint32_t state, const uint8_t* bytes, size_t size);

// table[0] takes one byte; table[k] a byte that k more bytes follow. Eight look-ups then take eight bytes at once.
constexpr std::array<std::array<uint32_t, 256>, 8> MakeTables() {
  std::array<std::array<uint32_t, 256>, 8> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0u);
    table[0][i] = crc;
  }
  for (size_t k = 1; k < 8; ++k) {
    for (size_t i = 0; i < 256; ++i) table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 0xFF];
  }
  return table;
}
constexpr auto kTables = MakeTables();

uint32_t StepPortable(uint32_t state, const uint8_t* bytes, size_t size) {
  for (; size >= 8; size -= 8, bytes += 8) {
    const uint32_t low =
        state ^ (uint32_t{bytes[0]} | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16 | uint32_t{bytes[3]} << 24);
    state = kTables[7][low & 0xFF] ^ kTables[6][low >> 8 & 0xFF] ^ kTables[5][low >> 16 & 0xFF] ^ kTables[4][low >> 24];
    for (size_t k = 0; k < 4; ++k) state ^= kTables[3 - k][bytes[4 + k]];
  }
  for (; size != 0; --size, ++bytes) state = (state >> 8) ^ kTables[0][(state ^ *bytes) & 0xFF];
  return state;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t StepSse42(uint32_t state, const uint8_t* bytes, size_t size) {
  uint64_t wide = state;
  for (; size >= 8; size -= 8, bytes += 8) {
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  state = static_cast<uint32_t>(wide);
  for (; size != 0; --size, ++bytes) state = _mm_crc32_u8(state, *bytes);
  return state;
}

Step Fastest() {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & (1u << 20)) != 0 ? StepSse42 : StepPortable;
}
#elif defined(__aarch64__) && defined(__linux__)
__attribute__((target("+crc"))) uint32_t StepArmV8(uint32_t state, const uint8_t* bytes, size_t size) {
  for (; size >= 8; size -= 8, bytes += 8) {
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    state = __crc32cd(state, word);
  }
  for (; size != 0; --size, ++bytes) state = __crc32cb(state, *bytes);
  return state;
}

Step Fastest() { return (getauxval(AT_HWCAP) & (1ul << 7)) != 0 ? StepArmV8 : StepPortable; }  // HWCAP_CRC32
#else
Step Fastest() { return StepPortable; }
#endif

}  // namespace

uint32_t Crc32c(std::span<const uint8_t> bytes) {
  static const Step step = Fastest();
  return ~step(~0u, bytes.data(), bytes.size());
}

uint32_t Crc32cPortable(std::span<const uint8_t> bytes) { return ~StepPortable(~0u, bytes.data(), bytes.size()); }

}  // namespace hikae::base
