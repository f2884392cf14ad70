// Every bound of what a schema, data or their combination may ask of us: just within it passes, just past it is refused
// by name.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "cedar/engine/policy_set.h"
#include "cedar/entities/entities.h"
#include "cedar/schema/request_json.h"
#include "cedar/schema/schema_translate.h"
#include "cedar/text/lexer.h"
#include "cedar/validate/static_type.h"
#include "cedar/validate/validate.h"

namespace hikae::cedar {
namespace {

std::string Times(size_t count, const std::string& text) {
  std::string out;
  out.reserve(count * text.size());
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::string SchemaError(const std::string& text) {
  const auto schema = Schema::Parse({{"s", text}});
  return schema.ok() ? "" : schema.error().text.en;
}

std::string Number(size_t number) { return std::to_string(number); }

// A list of `count` different names.
std::string Names(const std::string& stem, size_t count) {
  std::string out = stem + "0";
  for (size_t i = 1; i < count; ++i) out += "," + stem + Number(i);
  return out;
}

TEST(Limits, SourceSize) {
  const std::string declaration = "entity A;";
  const std::string fits = declaration + std::string(kMaxSourceBytes - declaration.size(), ' ');
  EXPECT_EQ(SchemaError(fits), "");
  EXPECT_NE(SchemaError(fits + " ").find(Number(kMaxSourceBytes)), std::string::npos);
  EXPECT_NE(SchemaTextToJson(fits + " ", "s").error().text.en.find(Number(kMaxSourceBytes)), std::string::npos);
  const auto policies = PolicySet::Parse({{"p", std::string(kMaxSourceBytes + 1, ' ')}});
  EXPECT_NE(policies.error().text.en.find(Number(kMaxSourceBytes)), std::string::npos);
}

TEST(Limits, TypeNestingInText) {
  const auto nested = [](size_t depth) {
    return "type T = " + Times(depth, "Set<") + "Long" + Times(depth, ">") + ";";
  };
  EXPECT_EQ(SchemaError(nested(kMaxTypeNesting - 1)), "");
  EXPECT_EQ(SchemaError(nested(kMaxTypeNesting + 1)), "types are nested more than 100 deep");
}

TEST(Limits, TypeNestingInJson) {
  const auto error = [](size_t depth) {
    const std::string type = Times(depth, R"({"type":"Set","element":)") + R"({"type":"Long"})" + Times(depth, "}");
    const auto json = codec::ReadJson(R"({"":{"commonTypes":{"T":)" + type + R"(},"entityTypes":{},"actions":{}}})",
                                      "s", kSchemaJsonLimits);
    if (!json.ok()) return json.error().text.en;
    const auto schema = Schema::FromJson(*json, "s");
    return schema.ok() ? "" : schema.error().text.en;
  };
  EXPECT_EQ(error(kMaxTypeNesting - 1), "");
  EXPECT_EQ(error(kMaxTypeNesting + 1), "types are nested more than 100 deep");
  EXPECT_EQ(error(kSchemaJsonLimits.max_depth), "nested deeper than 216 levels");
}

// Each of the names has the whole list.
TEST(Limits, ResolvedTypes) {
  const auto lists = [](size_t names, size_t ids) {
    return "entity " + Names("E", names) + " enum [" + Names("\"氏名", 1) + "\"" + Times(ids, ",\"氏名\"") + "];";
  };
  EXPECT_EQ(SchemaError(lists(1000, 1000)), "");  // an id that stands twice is one
  const std::string big =
      "entity " + Names("E", 1000) + ";action " + Names("a", 1000) + " appliesTo {resource: E0, principal: [";
  EXPECT_EQ(SchemaError(big + Names("E", 390) + "]};"), "");
  EXPECT_EQ(SchemaError(big + Names("E", 410) + "]};"),
            "the schema has more than 400000 types once common types are put in");
}

TEST(Limits, LongTextsAreNotCopiedWithoutBound) {
  const std::string note = "@doc(\"" + std::string(1'000'000, 'x') + "\") ";
  EXPECT_EQ(SchemaError(note + "entity " + Names("E", 20) + ";"), "");
  EXPECT_EQ(SchemaError(note + "entity " + Names("E", 50'000) + ";"),
            "the schema has more than 400000 types once common types are put in");
  const auto json = SchemaTextToJson(note + "entity " + Names("E", 50'000) + ";", "s");
  EXPECT_EQ(json.error().text.en, "the JSON form has more than 4000000 values");
}

TEST(Limits, TextWrittenFromJson) {
  std::string entities;
  for (int i = 0; i < 2'000; ++i) entities += (i > 0 ? ",\"E" : "\"E") + Number(i) + R"(":{"shape":{"type":"R"}})";
  const auto error = [&](size_t attributes) {
    std::string record;
    for (size_t i = 0; i < attributes; ++i) record += (i > 0 ? ",\"x" : "\"x") + Number(i) + R"(":{"type":"Long"})";
    const auto json = codec::ReadJson(R"({"":{"commonTypes":{"R":{"type":"Record","attributes":{)" + record +
                                          R"(}}},"entityTypes":{)" + entities + R"(},"actions":{}}})",
                                      "s");
    const auto text = SchemaJsonToText(*json, "s");
    return text.ok() ? "" : text.error().text.en;
  };
  EXPECT_EQ(error(10), "");
  EXPECT_EQ(error(1'000), "the text form is larger than 33554432 bytes");
}

// By the default depth, which bounds the stack of whoever walks values; the others are tried at a smaller size.
TEST(Limits, JsonDepthAndValues) {
  const codec::Limits small = {.max_bytes = 100, .max_nodes = 20};
  const auto error = [](const std::string& text, const codec::Limits& limits) {
    const auto json = codec::ReadJson(text, "e", limits);
    if (!json.ok()) return json.error().text.en;
    const auto value = Value::FromJson(*json, "e");
    return value.ok() ? "" : value.error().text.en;
  };
  const size_t depth = codec::Limits().max_depth;
  EXPECT_EQ(error(Times(depth, "[") + Times(depth, "]"), {}), "");
  EXPECT_EQ(error(Times(depth + 1, "[") + Times(depth + 1, "]"), {}), "nested deeper than 64 levels");
  EXPECT_EQ(error("[1" + Times(18, ",1") + "]", small), "");
  EXPECT_EQ(error("[1" + Times(19, ",1") + "]", small), "more than 20 values");
  EXPECT_EQ(error("\"" + std::string(98, 'x') + "\"", small), "");
  EXPECT_EQ(error("\"" + std::string(99, 'x') + "\"", small), "the document is larger than 100 bytes");
}

// A chain, and entities below its end: each of them has the whole chain above it.
TEST(Limits, Hierarchy) {
  constexpr size_t kChain = 5'000;
  const auto error = [&](size_t below) {
    std::vector<Entity> entities;
    for (size_t i = 0; i < kChain + below; ++i) {
      Entity entity;
      entity.uid = {"課", Number(i)};
      if (i > 0) entity.parents = {{"課", Number(std::min(i, kChain) - 1)}};
      entities.push_back(std::move(entity));
    }
    const auto out = Entities::Create(std::move(entities));
    return out.ok() ? "" : out.error().ToString();
  };
  constexpr size_t kFits = (kMaxAncestorPairs - kChain * (kChain - 1) / 2) / kChain;
  EXPECT_EQ(error(kFits), "");
  EXPECT_NE(error(kFits + 1).find("is where the hierarchy passes 20000000 pairs of entity and ancestor (make the"),
            std::string::npos);
}

// One change of a store is bounded as the building of one is.
TEST(Limits, HierarchyOfAChange) {
  constexpr size_t kChain = 5'000;
  std::vector<Entity> chain;
  for (size_t i = 0; i < kChain; ++i) {
    chain.emplace_back().uid = {"課", Number(i)};
    if (i > 0) chain.back().parents = {{"課", Number(i - 1)}};
  }
  const auto store = Entities::Create(std::move(chain));
  ASSERT_TRUE(store.ok());
  const auto leaves = [](size_t count) {
    std::vector<Entity> out;
    for (size_t i = 0; i < count; ++i) {
      out.emplace_back().uid = {"係", Number(i)};
      out.back().parents = {{"課", Number(kChain - 1)}};
    }
    return out;
  };
  EXPECT_TRUE(store->With(leaves(100), {}).ok());
  const auto refused = store->With(leaves(kMaxAncestorPairs / kChain + 1), {});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().ToString().find("is where the hierarchy passes 20000000 pairs"), std::string::npos);
  EXPECT_EQ(store->size(), kChain);
}

// The same question, asked with one step less each time: the least that suffices is what it takes.
TEST(Limits, ValidationSteps) {
  const auto schema =
      Schema::Parse({{"s", "entity " + Names("E", 20) + " { x: Long }; action a appliesTo { principal: [" +
                               Names("E", 20) + "], resource: [" + Names("E", 20) + "] };"}});
  const auto policies =
      PolicySet::Parse({{"p", "permit(principal, action, resource) when { principal.x == resource.x };"}});
  const auto error = [&](size_t steps) {
    const Validation found = ValidateWithin(*policies, *schema, steps);
    return found.errors.empty() ? "" : found.errors.back().text.en;
  };
  size_t enough = 1;
  while (!error(enough).empty()) enough *= 2;
  EXPECT_GT(enough, 400U * 3);  // every pair of types was looked at
  size_t least = enough / 2;
  for (size_t step = enough / 4; step > 0; step /= 2) least += error(least + step).empty() ? 0 : step;
  EXPECT_EQ(error(least + 1), "");
  EXPECT_EQ(error(least), "the validation takes more than " + Number(least) + " steps");
  EXPECT_LT(least, 400U * 20);
}

// 400 actions, principals and resources each are 64 million kinds of requests.
TEST(Limits, KindsOfRequestsDoNotMultiplyWithoutBound) {
  const std::string types = Names("E", 300);
  std::string text = "entity " + types + " { x: Long };";
  for (int i = 0; i < 300; ++i)
    text += "action a" + Number(i) + " appliesTo {principal: [" + types + "], resource: [" + types + "]};";
  const auto schema = Schema::Parse({{"s", text}});
  ASSERT_TRUE(schema.ok()) << schema.error().ToString();
  const auto errors = [&](const std::string& policy) {
    const Validation found = ValidateWithin(*PolicySet::Parse({{"p", policy}}), *schema, 1'000'000);
    return found.errors.empty() ? std::string() : found.errors.back().ToString();
  };
  // Cheap: one type stands for all that are not looked at, or the scope leaves few.
  EXPECT_EQ(errors("permit(principal, action, resource) when { principal.x == 1 };"), "");
  EXPECT_EQ(errors("permit(principal == E1::\"a\", action, resource) when { principal.x == resource.x };"), "");
  EXPECT_EQ(errors("permit(principal, action == Action::\"a7\", resource) when { principal.x == resource.x };"), "");
  EXPECT_EQ(
      errors("permit(principal, action, resource) when { principal.x == resource.x };"),
      "p:1:1: the validation takes more than 1000000 steps (name the types of principal and resource in the scope, "
      "or make the lists of appliesTo shorter)");
}

// Names in errors and hints cost no more than a bound either.
TEST(Limits, ManyErrorsStayCheap) {
  const auto schema = Schema::Parse(
      {{"s", "entity " + Names("User", 2'000) + "; action a appliesTo {principal: User1, resource: User2};"}});
  const auto policies = PolicySet::Parse({{"p", Times(2'000, "permit(principal == Usr::\"a\", action, resource);")}});
  const Validation found = Validate(*policies, *schema);
  EXPECT_EQ(found.errors.size(), 4'000U);
  size_t hints = 0;
  for (const base::Error& error : found.errors) hints += error.hint.en.starts_with("did you mean") ? 1 : 0;
  EXPECT_EQ(hints, 100U);
}

TEST(Limits, LongTypesAreCutInMessages) {
  const auto schema = Schema::Parse({{"s", "entity A { r: {" + Times(1, "") + "a0: Long" + [] {
                                        std::string out;
                                        for (int i = 1; i < 1'000; ++i) out += ",a" + std::to_string(i) + ": Long";
                                        return out;
                                      }() + "} }; action a appliesTo {principal: A, resource: A};"}});
  const auto policies = PolicySet::Parse({{"p", "permit(principal, action, resource) when { principal.r };"}});
  const Validation found = Validate(*policies, *schema);
  ASSERT_EQ(found.errors.size(), 1U);
  EXPECT_LT(found.errors[0].text.en.size(), 300U);
  EXPECT_TRUE(found.errors[0].text.en.ends_with("…"));
}

}  // namespace
}  // namespace hikae::cedar
