// Base64 (RFC 4648 §4), padded, strict: no white space, no stray bits, nothing but the canonical text of the bytes.
#ifndef HIKAE_CODEC_BASE64_H_
#define HIKAE_CODEC_BASE64_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hikae::codec {

std::string Base64(std::span<const uint8_t> bytes);
std::optional<std::vector<uint8_t>> FromBase64(std::string_view text);  // nullopt: not canonical base64

}  // namespace hikae::codec

#endif  // HIKAE_CODEC_BASE64_H_
