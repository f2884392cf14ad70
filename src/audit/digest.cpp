#include "audit/digest.h"

#include <fmt/format.h>

#include "codec/hex.h"
#include "crypto/sha256.h"

namespace hikae::audit {

std::string DigestOf(const std::map<std::string, std::string>& files, std::string_view core_schema) {
  // The length before each content keeps two different splits of the same bytes apart.
  std::string all;
  const auto add = [&all](std::string_view name, std::string_view text) {
    all += fmt::format("{}\n{}\n", name, text.size());
    all += text;
  };
  add("core", core_schema);
  for (const auto& [name, text] : files) add(name, text);
  return codec::Hex(crypto::Sha256Of({reinterpret_cast<const uint8_t*>(all.data()), all.size()}));
}

}  // namespace hikae::audit
