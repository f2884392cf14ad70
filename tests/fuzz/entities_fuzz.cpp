// Entities as JSON, with and without a schema: what was read reads the same again after writing, and what conforms to
// the schema conforms in the explicit form too.
#include "cedar/entities/entities.h"

#include "check.h"
#include "codec/node.h"
#include "data.h"

using namespace hikae;
using cedar::Entities;
using fuzz::Require;

namespace {

void ComesBack(const Entities& entities, const cedar::Schema* schema) {
  const codec::Node written = entities.ToJson();
  const auto again = Entities::FromJson(written, "again.json", schema);
  Require(again.ok(), "written entities can be read", again.ok() ? "" : again.error().ToString());
  Require(again->ToJson() == written, "entities come back", codec::WriteJson(written));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto json = codec::ReadJson(fuzz::TextOf(data, size), "fuzz.json");
  if (!json.ok()) return 0;
  const cedar::Schema& schema = fuzz::DataSchema();
  const auto plain = Entities::FromJson(*json, "fuzz.json");
  if (plain.ok()) ComesBack(*plain, nullptr);
  if (!plain.ok()) fuzz::RequireGoodError(plain.error());
  const auto typed = Entities::FromJson(*json, "fuzz.json", &schema);
  if (!typed.ok()) return fuzz::RequireGoodError(typed.error()), 0;
  ComesBack(*typed, nullptr);
  ComesBack(*typed, &schema);
  for (const cedar::Entity* entity : typed->All()) {
    const auto fits = schema.CheckEntity(*entity);
    Require(fits.ok(), "what was read conforms", fits.ok() ? "" : fits.error().ToString());
  }
  return 0;
}
