// ReadJson never crashes, and what it accepts is written and read again as the same value.
#include <cstdlib>

#include "codec/node.h"

using namespace hikae;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto node = codec::ReadJson(text, "f.json");
  if (!node.ok()) {
    if (node.error().text.ja.empty() || node.error().where.line == 0) std::abort();
    return 0;
  }
  for (const int indent : {0, 2}) {
    const auto again = codec::ReadJson(codec::WriteJson(*node, indent), "g.json");
    if (!again.ok() || !(*again == *node)) std::abort();
    if (codec::WriteCanonical(*again) != codec::WriteCanonical(*node)) std::abort();
  }
  return 0;
}
