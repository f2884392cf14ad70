// Schemas, entities and requests as data: what each text gives, with the exact error. Where the official engine judges
// otherwise, the case says how and why; official_data_test.py asks the engine itself about the same files.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "cedar/corpus.h"
#include "cedar/entities/entities.h"
#include "cedar/schema/request_json.h"
#include "cedar/schema/schema_translate.h"
#include "places.h"

namespace hikae::cedar {
namespace {

using codec::Node;

template <class T>
std::string Outcome(const base::Result<T>& result) {
  return result.ok() ? "ok" : result.error().ToString();
}

// A reader must come to the same end with what it wrote itself.
std::string Entity(const Node& json, const Schema* schema) {
  const auto entities = Entities::FromJson(json, "e", schema);
  if (!entities.ok()) return entities.error().ToString();
  for (const Schema* with : {static_cast<const Schema*>(nullptr), schema}) {
    const auto again = Entities::FromJson(entities->ToJson(), "again", with);
    if (!again.ok() || !(again->ToJson() == entities->ToJson())) return "does not come back: " + Outcome(again);
  }
  return "ok";
}

std::string Request(const Node& json, const Schema* schema) {
  const auto request = RequestFromJson(json, "r", schema);
  if (!request.ok()) return request.error().ToString();
  for (const Schema* with : {static_cast<const Schema*>(nullptr), schema}) {
    const auto again = RequestFromJson(RequestToJson(*request), "again", with);
    if (!again.ok() || !(RequestToJson(*again) == RequestToJson(*request))) {
      return "does not come back: " + Outcome(again);
    }
  }
  return "ok";
}

std::string Judge(const std::string& kind, const std::string& text, const Schema* schema) {
  if (kind == "schema-text") return Outcome(Schema::Parse({{"s", text}}));
  const std::string file = kind.substr(0, 1);
  const auto json = codec::ReadJson(text, file, kSchemaJsonLimits);
  if (!json.ok()) return json.error().ToString();
  if (kind == "schema-json") return Outcome(Schema::FromJson(*json, file));
  if (kind == "entities") return Entity(*json, schema);
  if (kind == "request") return Request(*json, schema);
  return "unknown kind " + kind;
}

size_t CheckFile(const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(hikae::test::SourceDir()) / "tests/cedar/vectors" / name;
  const auto file = codec::ReadJson(ReadAll(path), name);
  if (!file.ok()) return ADD_FAILURE() << file.error().ToString(), 0;
  std::optional<Schema> schema;
  if (const Node* lines = file->Find("schema")) {
    std::string text;
    for (const Node& line : lines->items()) text += line.text() + "\n";
    schema = *Schema::Parse({{"s", text}});
  }
  for (const Node& one : file->Find("cases")->items()) {
    const bool with_schema = one.Find("schema") != nullptr;
    const std::string found =
        Judge(file->Find("kind")->text(), one.Find("text")->text(), with_schema ? &*schema : nullptr);
    const Node* error = one.Find("error");
    EXPECT_EQ(found, error != nullptr ? error->text() : "ok")
        << one.Find("text")->text() << (with_schema ? " (schema)" : "");
    // Only a difference has a verdict of its own, and it has a reason.
    const Node* official = one.Find("official");
    EXPECT_EQ(official != nullptr, one.Find("why") != nullptr);
    EXPECT_TRUE(official == nullptr || (official->text() == "accepts") == (error != nullptr));
  }
  return file->Find("cases")->items().size();
}

TEST(Vectors, SchemaText) { EXPECT_GT(CheckFile("schema_text.json"), 100U); }
TEST(Vectors, SchemaJson) { EXPECT_GT(CheckFile("schema_json.json"), 200U); }
TEST(Vectors, Entities) { EXPECT_GT(CheckFile("entities.json"), 300U); }
TEST(Vectors, Requests) { EXPECT_GT(CheckFile("requests.json"), 100U); }

}  // namespace
}  // namespace hikae::cedar
