// Values as JSON: what was read equals itself after writing, by ==, and in its hash through a set.
#include <cstdint>
#include <string_view>

#include "cedar/value/value.h"
#include "codec/node.h"

using namespace hikae;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto json = codec::ReadJson({reinterpret_cast<const char*>(data), size}, "fuzz.json");
  if (!json.ok()) return 0;
  const auto value = cedar::Value::FromJson(*json, "fuzz.json");
  if (!value.ok()) return 0;
  const auto again = cedar::Value::FromJson(value->ToJson());
  if (!again.ok() || !(*again == *value) || *again < *value || *value < *again) __builtin_trap();
  if (cedar::Value::Set({*value, *again}).elements().size() != 1) __builtin_trap();
  return value->ToString().empty() ? (__builtin_trap(), 0) : 0;
}
