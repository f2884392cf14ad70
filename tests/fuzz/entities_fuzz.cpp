// Entities as JSON: reading never crashes, and what was read reads the same again after writing.
#include <cstdint>
#include <string_view>

#include "cedar/entities/entities.h"
#include "codec/node.h"

using namespace hikae;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto json = codec::ReadJson({reinterpret_cast<const char*>(data), size}, "fuzz.json");
  if (!json.ok()) return 0;
  const auto entities = cedar::Entities::FromJson(*json, "fuzz.json");
  if (!entities.ok()) return 0;
  const codec::Node written = entities->ToJson();
  const auto again = cedar::Entities::FromJson(written, "again.json");
  if (!again.ok() || !(again->ToJson() == written)) __builtin_trap();
  return 0;
}
