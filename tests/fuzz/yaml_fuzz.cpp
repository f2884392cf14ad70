// ReadYaml never crashes or runs away, its errors have a place, and what it accepts can be written as JSON.
#include <cstdlib>

#include "codec/node.h"

using namespace hikae;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto node = codec::ReadYaml(text, "f.yaml");
  if (!node.ok()) {
    if (node.error().text.ja.empty() || node.error().where.line == 0) std::abort();
    return 0;
  }
  const auto again = codec::ReadJson(codec::WriteJson(*node), "g.json");
  if (!again.ok() || codec::WriteJson(*again) != codec::WriteJson(*node)) std::abort();
  return 0;
}
