// CRC-32C (Castagnoli), by the processor's own instruction where it has one. Tells a torn write from a whole one; no
// protection against people.
#ifndef HIKAE_BASE_CRC32C_H_
#define HIKAE_BASE_CRC32C_H_

#include <cstdint>
#include <span>

namespace hikae::base {

uint32_t Crc32c(std::span<const uint8_t> bytes);
// The same in portable C++, for tests to compare with.
uint32_t Crc32cPortable(std::span<const uint8_t> bytes);

}  // namespace hikae::base

#endif  // HIKAE_BASE_CRC32C_H_
