// Schema texts: one fragment survives text → JSON → text → JSON, and text and JSON are the same schema once resolved.
#include "cedar/schema/schema_translate.h"
#include "cedar/schema_view.h"
#include "check.h"

using namespace hikae;
using namespace hikae::cedar;
using fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(fuzz::TextOf(data, size));
  const auto schema = Schema::Parse({{"s", text}});
  if (!schema.ok()) fuzz::RequireGoodError(schema.error());
  const auto json = SchemaTextToJson(text, "s");
  if (!json.ok()) {
    fuzz::RequireGoodError(json.error());
    Require(!schema.ok(), "what is a schema has a JSON form", json.error().ToString());
    return 0;
  }
  const std::string written = codec::WriteJson(*json);
  const auto read = codec::ReadJson(written, "j", kSchemaJsonLimits);
  Require(read.ok(), "our JSON can be read", read.ok() ? "" : read.error().ToString());
  const auto back = SchemaJsonToText(*read, "j");
  Require(back.ok(), "JSON made of text has a text", back.ok() ? "" : back.error().ToString());
  const auto again = SchemaTextToJson(*back, "t");
  Require(again.ok() && codec::WriteJson(*again) == written, "the text comes back", *back);
  const auto from_json = Schema::FromJson(*read, "j");
  Require(schema.ok() == from_json.ok(), "text and JSON are judged alike",
          (schema.ok() ? from_json : schema).ok() ? "" : (schema.ok() ? from_json : schema).error().ToString());
  if (schema.ok()) Require(ViewOf(*schema) == ViewOf(*from_json), "text and JSON are one schema", written);
  return 0;
}
