// How the texts of C2SP are put together, for the formats of src/log alone.
#ifndef HIKAE_LOG_TEXT_H_
#define HIKAE_LOG_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "log/tree.h"

namespace hikae::log {

inline Bytes AsBytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }
inline base::Error Malformed(std::string what) { return {base::Status::kArgument, std::move(what)}; }

// The next line of `text`, without its newline; false at the end or when the last line is not ended.
bool NextLine(std::string_view* text, std::string_view* line);

// Decimal without sign, spaces or leading zeros; 32 bytes in base64. False, and *out as it was or unspecified, else.
bool ReadDecimal(std::string_view text, uint64_t* out);
bool ReadDigest(std::string_view text, Digest* out);

// A name of a key: not empty, without '+' (which parts a verifier key) and without Unicode's spaces, the ideographic
// one among them.
bool IsKeyName(std::string_view name);

}  // namespace hikae::log

#endif  // HIKAE_LOG_TEXT_H_
