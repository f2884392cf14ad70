// Schemas as JSON: what has a text is the same schema in it. An action without principals or without resources applies
// to nothing, and text says only that much, so such schemas are compared as far as they are accepted.
#include <algorithm>

#include "cedar/schema/schema_translate.h"
#include "cedar/schema_view.h"
#include "check.h"

using namespace hikae;
using namespace hikae::cedar;
using fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto json = codec::ReadJson(fuzz::TextOf(data, size), "j", kSchemaJsonLimits);
  if (!json.ok()) return 0;
  const auto schema = Schema::FromJson(*json, "j");
  if (!schema.ok()) fuzz::RequireGoodError(schema.error());
  const auto text = SchemaJsonToText(*json, "j");
  if (!text.ok()) return fuzz::RequireGoodError(text.error()), 0;
  const auto back = Schema::Parse({{"t", *text}});
  if (!schema.ok()) return 0;
  Require(back.ok(), "the text of a schema is a schema", back.ok() ? "" : back.error().ToString());
  const bool one_sided = std::ranges::any_of(schema->actions(), [](const ActionType& action) {
    return action.principals.empty() || action.resources.empty();
  });
  if (!one_sided) Require(ViewOf(*schema) == ViewOf(*back), "JSON and its text are one schema", *text);
  return 0;
}
