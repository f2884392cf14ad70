// Schemas from text to JSON and back: nothing is lost, over the shipped packs, the public corpus and cases of our own.
#include "cedar/schema/schema_translate.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cedar/corpus.h"
#include "cedar/schema_view.h"
#include "places.h"

namespace hikae::cedar {
namespace {

std::string TextOf(const std::string& json) {
  const auto node = codec::ReadJson(json, "s.json", kSchemaJsonLimits);
  if (!node.ok()) return node.error().ToString();
  const auto text = SchemaJsonToText(*node, "s.json");
  return text.ok() ? *text : text.error().ToString();
}

std::string JsonOf(const std::string& text) {
  const auto json = SchemaTextToJson(text, "s.cedarschema");
  return json.ok() ? codec::WriteJson(*json) : json.error().ToString();
}

// text → JSON → text → JSON; "" when nothing was lost on the way.
std::string LossOf(const std::string& text) {
  const auto json = SchemaTextToJson(text, "a");
  if (!json.ok()) return json.error().ToString();
  const std::string written = codec::WriteJson(*json, 1);
  const auto read = codec::ReadJson(written, "b", kSchemaJsonLimits);
  if (!read.ok()) return read.error().ToString();
  const auto back = SchemaJsonToText(*read, "b");
  if (!back.ok()) return back.error().ToString();
  const auto again = SchemaTextToJson(*back, "c");
  if (!again.ok()) return again.error().ToString();
  return codec::WriteJson(*again, 1) == written ? "" : "the second JSON differs from the first: " + *back;
}

// Both forms, resolved: "" when they are the same schema. Fragments that lean on others are resolved with them.
std::string DifferenceOf(const std::string& text) {
  if (std::string loss = LossOf(text); !loss.empty()) return loss;
  const auto from_text = Schema::Parse({{"a", text}});
  const auto from_json = Schema::FromJson(*SchemaTextToJson(text, "a"), "b");
  const auto from_back = Schema::Parse({{"c", *SchemaJsonToText(*SchemaTextToJson(text, "a"), "b")}});
  if (!from_text.ok()) return from_text.error().ToString();
  if (!from_json.ok()) return from_json.error().ToString();
  if (!from_back.ok()) return from_back.error().ToString();
  if (ViewOf(*from_text) != ViewOf(*from_json))
    return ViewOf(*from_text) + "\n--- from JSON ---\n" + ViewOf(*from_json);
  return ViewOf(*from_text) == ViewOf(*from_back) ? "" : "the text written differs: " + ViewOf(*from_back);
}

TEST(SchemaTranslate, NothingIsLost) {
  EXPECT_EQ(DifferenceOf(""), "");
  EXPECT_EQ(DifferenceOf("entity A;"), "");
  EXPECT_EQ(DifferenceOf(R"(
@ja("福祉") @b namespace N::M {
  type T = Set<{ @c("髙𠮷") "a b": A, w?: __cedar::ipaddr }>;
  type R = { t: T };
  @ja("利用者") entity A in [N::M::B, Other] { t: T, k: Other, r?: {} } tags R;
  entity B enum ["ｶﾅ", "a\"b", "\u{1F600}", ""];
  action h, "x y" in [g, Action::"top", N::M::Action::"g"] appliesTo { principal: [A], resource: [A, Other], context: R };
  action g;
  @doc("窓口\n\"本人\"") @keep entity D, E { "in": {}, "": Long };
}
entity Other = { long: Long, n: N::M::R };
@a action top;
action "" appliesTo { principal: Other, resource: Other, context: { m?: Set<Set<Bool>> } };
entity Long;
)"),
            "");
}

TEST(SchemaTranslate, ReadsAsWritten) {
  EXPECT_EQ(
      JsonOf("namespace N { @k entity A in B { b?: Bool }; action a in g appliesTo {principal: A, resource: A}; }"),
      R"({"N":{"entityTypes":{"A":{"memberOfTypes":["B"],"shape":{"type":"Record","attributes":{"b":{"type":)"
      R"("EntityOrCommon","name":"Bool","required":false}}},"annotations":{"k":""}}},"actions":{"a":{"appliesTo":)"
      R"({"principalTypes":["A"],"resourceTypes":["A"]},"memberOf":[{"id":"g"}]}}}})");
  EXPECT_EQ(TextOf(R"({"N": {"annotations": {"a": "x", "b": ""},
 "commonTypes": {"R": {"type": "Record", "attributes": {"x": {"type": "Long"}}, "annotations": {"c": "髙"}}},
 "entityTypes": {"A": {"shape": {"type": "R"}, "tags": {"type": "Set", "element": {"type": "Entity", "name": "A"}}},
  "B": {"enum": ["氏名", "in"]},
  "C": {"memberOfTypes": ["A"], "shape": {"type": "Record", "attributes": {
    "d e": {"type": "Extension", "name": "decimal", "required": false}, "f": {"type": "Boolean", "annotations": {"g": "h"}}}}}},
 "actions": {"a b": {"memberOf": [{"id": "g"}, {"id": "h", "type": "M::Action"}],
   "appliesTo": {"principalTypes": ["A", "B"], "resourceTypes": ["C"], "context": {"type": "R"}}}, "g": {}}}})"),
            R"(@a("x")
@b
namespace N {
  @c("髙")
  type R = {
    x: __cedar::Long,
  };

  entity A {
    x: __cedar::Long,
  } tags Set<A>;

  entity B enum ["氏名", "in"];

  entity C in [A] {
    "d e"?: __cedar::decimal,
    @g("h")
    f: __cedar::Bool,
  };

  action "a b" in [g, M::Action::"h"] appliesTo {
    principal: [A, B],
    resource: [C],
    context: R
  };

  action g;
}
)");
}

// What text cannot say is refused, never said wrongly.
TEST(SchemaTranslate, RefusesWhatTextCannotSay) {
  const auto of_entity = [](const std::string& entity, const std::string& common = "") {
    return R"({"N": {"commonTypes": {)" + common + R"(}, "entityTypes": {"A": )" + entity +
           R"(, "S": {}}, "actions": {}}})";
  };
  const auto attribute = [](const std::string& type) {
    return R"({"shape": {"type": "Record", "attributes": {"x": )" + type + "}}}";
  };
  EXPECT_EQ(TextOf(R"({"": {"annotations": {"a": "b"}, "entityTypes": {}, "actions": {}}})"),
            "s.json:1:2: text has no place for annotations of what stands in no namespace (annotate the declarations "
            "themselves)");
  EXPECT_EQ(TextOf(of_entity(attribute(R"({"type": "Entity", "name": "S"})"), R"("S": {"type": "Long"})")),
            "s.json:1:145: S means the entity type here, but in text it would be the common type of this name (rename "
            "one of them)");
  EXPECT_EQ(TextOf(of_entity(attribute(R"({"type": "Entity", "name": "__cedar::Long"})"))),
            "s.json:1:124: __cedar::Long means the entity type here, but in text it would be the built-in type of this "
            "name (rename one of them)");
  EXPECT_EQ(TextOf(of_entity(R"({"shape": {"type": "M::R"}})")),
            "s.json:1:67: the shape of A is M::R, no record of this namespace, and text has no words for that (write "
            "its attributes out)");
  EXPECT_EQ(TextOf(of_entity(R"({"shape": {"type": "Set", "element": {"type": "Long"}}})")),
            "s.json:1:67: the shape of A is not a record");
  EXPECT_NE(TextOf(of_entity(R"({"shape": {"type": "R"}})", R"("R": {"type": "Q"}, "Q": {"type": "R"})"))
                .find("no record of this namespace"),
            std::string::npos);
}

TEST(SchemaTranslate, RefusesWhatJsonCannotHold) {
  EXPECT_EQ(JsonOf("entity A;\nentity B, A;"),
            "s.cedarschema:2:11: the entity type \"A\" is declared twice (declare it once)");
  EXPECT_EQ(JsonOf("entity A { x: Long, x: Long };"),
            "s.cedarschema:1:21: the attribute \"x\" is declared twice (declare it once)");
  EXPECT_EQ(JsonOf("entity A"), "s.cedarschema:1:9: expected ';' after the entity type, found the end of the text");
}

TEST(SchemaTranslate, TheDeepestTextComesBack) {
  std::string type = "Long";
  for (uint32_t i = 0; i + 1 < kMaxTypeNesting; ++i) type = "{a: " + type + "}";
  EXPECT_EQ(DifferenceOf("type T = " + type + ";"), "");
}

// The corpus' and the packs' schemas.
std::vector<std::filesystem::path> AllSchemas() {
  std::vector<std::filesystem::path> out;
  for (const std::string& root : {hikae::test::SourceDir() + "/src/packs",
                                  hikae::test::SharedData() + "/cedar/sample-data", hikae::test::CedarCorpus()}) {
    if (!std::filesystem::exists(root)) continue;
    for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
      if (file.path().extension() == ".cedarschema") out.push_back(file.path());
    }
  }
  return out;
}

TEST(SchemaTranslate, PublicCorpus) {
  if (!std::filesystem::exists(hikae::test::CedarCorpus())) GTEST_SKIP() << "no corpus";
  const auto files = AllSchemas();
  size_t wrong = 0;
  for (const auto& file : files) {
    const std::string text = ReadAll(file);
    const bool pack = file.string().find("packs") != std::string::npos;  // leans on the core schema
    const std::string difference = pack ? LossOf(text) : DifferenceOf(text);
    if (difference.empty() || ++wrong > 5) continue;
    ADD_FAILURE() << file << ": " << difference;
  }
  EXPECT_GT(files.size(), 3'900U);
  EXPECT_EQ(wrong, 0U);
}

// A shape of another namespace is written out; its names then stand where they would mean something else.
TEST(SchemaTranslate, ShapesOfAnotherNamespaceKeepTheirNames) {
  const std::string written =
      TextOf(R"({"": {"entityTypes": {"Doc": {"shape": {"type": "Ward::Point"}}}, "actions": {}},
 "Ward": {"commonTypes": {"Point": {"type": "Record", "attributes": {"kind": {"type": "Entity", "name": "Ward"}}}},
 "entityTypes": {"Ward": {}}, "actions": {}}})");
  EXPECT_NE(written.find("entity Doc {\n  kind: Ward::Ward,\n};"), std::string::npos) << written;
  EXPECT_TRUE(Schema::Parse({{"s", written}}).ok()) << written;
  EXPECT_EQ(TextOf(R"({"": {"entityTypes": {"Doc": {"shape": {"type": "Ward::Point"}}}, "actions": {}},
 "Ward": {"commonTypes": {"Point": {"type": "Record", "attributes": {"kind": {"type": "Entity", "name": "Far"}}}},
 "entityTypes": {}, "actions": {}}})"),
            "s.json:2:105: Far, as it stands in Ward, has no name in no namespace that text could use (write the "
            "attributes of the shape out where the entity type is)");
}

// For official_data_test.py: each schema as text, as our JSON, and as our text of that JSON.
TEST(Outside, WritesSchemasForTheOfficialEngine) {
  if (std::getenv("HIKAE_VECTOR_DIR") == nullptr) GTEST_SKIP() << "run by official_data_test.py";
  std::ofstream out(std::filesystem::path(std::getenv("HIKAE_VECTOR_DIR")) / "schemas.jsonl", std::ios::binary);
  for (const auto& file : AllSchemas()) {
    std::string text = ReadAll(file);
    // A pack leans on the core schema and on the pack it is laid over, and the core on what every pack declares.
    const bool pack = file.string().find("src/packs") != std::string::npos;
    if (pack && file.filename() == "core.cedarschema") continue;
    if (pack)
      text = ReadAll(hikae::test::SourceDir() + "/src/packs/core.cedarschema") + Below(file.parent_path()) + text;
    const auto json = SchemaTextToJson(text, "a");
    ASSERT_TRUE(json.ok()) << file << json.error().ToString();
    codec::Node line = codec::Node::Map();
    line.Set("name", codec::Node::String(file.filename().string()));
    line.Set("text", codec::Node::String(text));
    line.Set("json", *json);
    line.Set("back", codec::Node::String(*SchemaJsonToText(*json, "b")));
    out << codec::WriteJson(line) << "\n";
  }
  ASSERT_TRUE(out.good());
}

}  // namespace
}  // namespace hikae::cedar
