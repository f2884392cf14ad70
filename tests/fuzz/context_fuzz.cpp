// Values and requests as JSON: what was read equals itself after writing, by ==, and in its hash through a set; with a
// schema as well.
#include "cedar/schema/request_json.h"

#include "check.h"
#include "codec/node.h"
#include "data.h"

using namespace hikae;
using cedar::Value;
using fuzz::Require;

namespace {

void CheckValue(const codec::Node& json) {
  const auto value = Value::FromJson(json, "fuzz.json");
  if (!value.ok()) return fuzz::RequireGoodError(value.error());
  const auto again = Value::FromJson(value->ToJson());
  Require(again.ok(), "a written value can be read", again.ok() ? "" : again.error().ToString());
  Require(*again == *value && !(*again < *value) && !(*value < *again), "a value comes back", value->ToString());
  Require(Value::Set({*value, *again}).elements().size() == 1, "equal values have one hash", value->ToString());
  Require(!value->ToString().empty(), "a value has a text");
}

void CheckRequest(const codec::Node& json, const cedar::Schema* schema) {
  const auto request = cedar::RequestFromJson(json, "fuzz.json", schema);
  if (!request.ok()) return fuzz::RequireGoodError(request.error());
  const codec::Node written = RequestToJson(*request);
  for (const cedar::Schema* with : {static_cast<const cedar::Schema*>(nullptr), schema}) {
    const auto again = cedar::RequestFromJson(written, "again.json", with);
    Require(again.ok(), "a written request can be read", again.ok() ? "" : again.error().ToString());
    Require(RequestToJson(*again) == written, "a request comes back", codec::WriteJson(written));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto json = codec::ReadJson(fuzz::TextOf(data, size), "fuzz.json");
  if (!json.ok()) return 0;
  CheckValue(*json);
  CheckRequest(*json, nullptr);
  CheckRequest(*json, &fuzz::DataSchema());
  return 0;
}
