// The strict validator: what each rule finds, where, and what it lets pass. The official engine (4.10) gives the same
// verdicts; the texts are ours.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cedar/corpus.h"
#include "cedar/engine/policy_set.h"
#include "cedar/schema/schema.h"
#include "places.h"

namespace hikae::cedar {
namespace {

constexpr const char* kSchema = R"(
entity Section;
entity Staff in [Section] { name: String, post?: String, age: Long, boss?: Staff, on?: datetime, home: { city?: String } };
entity File in [Section] { owner: Staff, kinds: Set<Kind>, sizes: Set<Long>, note?: { text?: String, by: Staff } } tags String;
entity Kind enum ["氏名", "住所"];
action read, write in [touch] appliesTo { principal: Staff, resource: File, context: { at: datetime, terminal?: String } };
action touch;
namespace N { entity Robot; action scan appliesTo { principal: Robot, resource: File }; }
)";

Validation Check(const std::string& text) {
  const auto schema = Schema::Parse({{"s", kSchema}});
  EXPECT_TRUE(schema.ok()) << schema.error().ToString();
  const auto policies = PolicySet::Parse({{"p.cedar", text}});
  EXPECT_TRUE(policies.ok()) << policies.error().ToString();
  if (!schema.ok() || !policies.ok()) return {};
  return Validate(*policies, *schema);
}

std::string ErrorsOf(const std::string& text) {
  std::string out;
  for (const base::Error& error : Check(text).errors) out += (out.empty() ? "" : " | ") + error.ToString();
  return out;
}

// `condition` of a policy about staff who read files.
std::string When(const std::string& condition) {
  const std::string head = "permit(principal is Staff,action,resource)when{";
  std::string out = ErrorsOf(head + condition + "};");
  const std::string place = "p.cedar:1:";
  if (!out.starts_with(place)) return out;
  // Columns are counted from the condition's start.
  const size_t colon = out.find(':', place.size());
  const int column = std::stoi(out.substr(place.size(), colon - place.size())) - static_cast<int>(head.size());
  return std::to_string(column) + out.substr(colon);
}

TEST(Validator, Passes) {
  const std::vector<std::string> conditions = {
      "principal.age < 20 && context.at < datetime(\"2021-05-06\")",
      "principal has post && principal.post == \"係長\"",
      "principal.age == 1 || action == (true && (false || true))",
      "principal has post && (principal.age == 1 || principal.post == \"a\")",
      "(principal has post && principal.age > 1) && principal.post like \"係*\"",
      "if principal has post then principal.post == \"a\" else false",
      "!(principal has post) || true",
      "principal has boss && principal.boss has boss && principal.boss.boss.age == 1",
      "principal has boss.post && principal.boss.post == \"a\"",
      "resource has note.text && resource.note.text == resource.note.by.name",
      "principal.home has city && principal[\"home\"][\"city\"] == \"江戸川区\"",
      "(principal has post || principal has post) && principal.post == \"a\"",
      "(false || principal has post) && principal.post == \"a\"",
      "resource.hasTag(\"a\") && resource.getTag(\"a\") == \"b\"",
      "resource.hasTag(principal.name) && resource.getTag(principal.name) == \"b\"",
      "principal == resource || principal.age == 1",
      "principal in Section::\"福祉部\" || resource in [Section::\"a\"]",
      "resource.kinds.containsAll([Kind::\"氏名\"]) && resource.sizes.contains(3) && !resource.sizes.isEmpty()",
      "false && principal.nothing",
      "true || principal.nothing",
      "if true then principal.age == 1 else principal.nothing",
      "action == Action::\"read\" && context.at.toDate().durationSince(context.at) < duration(\"1d\")",
      "action in Action::\"touch\" && !(action has nothing)",
      "decimal(\"1.5\").lessThan(decimal(\"2.0\")) && ip(\"10.0.0.1\").isInRange(ip(\"10.0.0.0/8\"))",
      "{a: 1}.a == 1 && {a: principal}.a.age == 2",
      "principal is Staff && principal is Staff in Section::\"a\"",
      "(if principal.age == 1 then {a: 1} else {a: 2}).a == 1",
  };
  for (const std::string& condition : conditions) EXPECT_EQ(When(condition), "") << condition;
}

struct Found {
  std::string condition;
  std::string error;
};

void Expect(const std::vector<Found>& cases) {
  for (const Found& one : cases) EXPECT_EQ(When(one.condition), one.error) << one.condition;
}

TEST(Validator, Attributes) {
  const std::string optional = "the attribute \"post\" is optional and may be absent (test it first: … has post && …)";
  Expect({
      {"principal.nam == \"a\"", "11: Staff has no attribute \"nam\" (did you mean 'name'?)"},
      {"principal.post == \"a\"", "11: " + optional},
      {"principal has post || principal.post == \"a\"", "33: " + optional},
      {"!(principal has post) && principal.post == \"a\"", "36: " + optional},
      {"(principal has post || principal.age == 1) && principal.post == \"a\"", "57: " + optional},
      {"if principal has post then true else principal.post == \"a\"", "48: " + optional},
      {"(if principal has post then true else false) && principal.post == \"a\"", "59: " + optional},
      {"(principal has post) == true && principal.post == \"a\"", "43: " + optional},
      {"principal has boss && principal.boss.post == \"a\"", "38: " + optional},
      {"context.terminals == \"a\"", "9: the record has no attribute \"terminals\" (did you mean 'terminal'?)"},
      {"principal.age.x == 1", "1: expected an entity or a record, found Long"},
      {"principal.age has x", "1: expected an entity or a record, found Long"},
      {"action.name == \"a\"", "8: Action has no attribute \"name\""},
  });
}

TEST(Validator, Tags) {
  Expect({
      {"resource.getTag(\"a\") == \"b\"", "1: the tag may be absent (test it first: ….hasTag(…) && …)"},
      {"resource.hasTag(\"a\") && resource.getTag(\"b\") == \"b\"",
       "25: the tag may be absent (test it first: ….hasTag(…) && …)"},
      {"principal.getTag(\"a\") == \"b\"", "1: Staff has no tags"},
      {"resource.hasTag(1)", "17: expected String, found Long"},
  });
}

TEST(Validator, Types) {
  Expect({
      {"principal.age == \"a\"", "1: the types Long and String are never equal"},
      {"principal.age < context.at", "17: expected Long, found datetime"},
      {"principal.name < \"a\"", "1: expected Long, datetime or duration, found String"},
      {"principal.age + principal.name == 1", "17: expected Long, found String"},
      {"principal.age", "1: expected Bool, found Long"},
      {"(if principal.age < 1 then principal.home else {city: \"京都\"}) has city",
       "1: the branches of 'if' have the types {city?: String} and {city: String}"},
      {"principal.home == {city: \"京都\"}", "1: the types {city?: String} and {city: String} are never equal"},
      {"principal.age like \"a\"", "1: expected String, found Long"},
      {"principal.age in principal", "1: expected an entity, found Long"},
      {"principal in principal.age", "14: expected an entity or a set of entities, found Long"},
      {"[] == [1]", "1: an empty set has no type (to test for emptiness write .isEmpty())"},
      {"[1, \"a\"].contains(1)", "5: the elements of a set have one type; Long and String stand here"},
      {"[principal, resource].contains(principal)",
       "13: the elements of a set have one type; Staff and File stand here"},
      {"resource.sizes.contains(\"a\")", "1: a set of Long never holds String"},
      {"resource.kinds.containsAll([principal])", "1: a set of Kind never holds Staff"},
      {"{a: 1} == {a: 1, b: 2}", "1: the types {a: Long} and {a: Long, b: Long} are never equal"},
      {"(if principal.age == 1 then {a: 1} else {b: 1}) == {a: 1}",
       "1: the branches of 'if' have the types {a: Long} and {b: Long}"},
      {"ip(principal.name).isIpv4()", "4: ip takes a text in double quotes only"},
      {"context.at.isIpv4()", "1: expected ipaddr, found datetime"},
      {"ip(\"1\", \"2\") == ip(\"::1\")", "1: ip takes 1 argument(s), not 2"},
  });
  EXPECT_NE(When("ip(\"300.1.1.1\").isIpv4()").find("4: "), std::string::npos);
}

TEST(Validator, Names) {
  EXPECT_EQ(ErrorsOf("permit(principal is Staf,action,resource);").substr(0, 62),
            "p.cedar:1:1: no action of the schema applies to the scope of t");
  EXPECT_NE(ErrorsOf("permit(principal is Staf,action,resource);")
                .find("p.cedar:1:21: unknown entity type Staf (did you mean 'Staff'?)"),
            std::string::npos);
  EXPECT_EQ(When("resource.kinds.contains(Kind::\"氏\")"),
            "25: \"氏\" is not among the ids of Kind (did you mean '氏名'?)");
  EXPECT_EQ(When("false && principal == Stuff::\"a\""), "23: unknown entity type Stuff (did you mean 'Staff'?)");
  EXPECT_NE(ErrorsOf("permit(principal,action == Action::\"raed\",resource);")
                .find("p.cedar:1:28: unknown action Action::\"raed\" (did you mean 'Action::\"read\"'?)"),
            std::string::npos);
  EXPECT_EQ(When("action is Elsewhere::Action || principal.age == 1"), "");
}

TEST(Validator, ScopesThatFitNoAction) {
  const std::string none =
      "p.cedar:1:1: no action of the schema applies to the scope of this policy (compare principal and resource with "
      "the "
      "action's appliesTo)";
  for (const std::string scope : {"principal is N::Robot, action == Action::\"read\", resource",
                                  "principal, action == Action::\"read\", resource is Staff",
                                  "principal, action == Action::\"touch\", resource == Staff::\"a\"",
                                  "principal == File::\"a\", action, resource"}) {
    EXPECT_EQ(ErrorsOf("permit(" + scope + ");"), none) << scope;
  }
  EXPECT_EQ(ErrorsOf("permit(principal, action in Action::\"touch\", resource);"), "");
  EXPECT_EQ(ErrorsOf("permit(principal in Section::\"a\", action, resource in Section::\"b\");"), "");
  EXPECT_EQ(ErrorsOf("permit(principal, action in [Action::\"read\", N::Action::\"scan\"], resource);"),
            "p.cedar:1:46: the elements of a set have one type; Action and N::Action stand here");
}

TEST(Validator, WarnsOfPoliciesThatNeverApply) {
  for (const std::string condition :
       {"false", "principal == resource", "1 == \"a\"", "action has x", "principal has nothing"}) {
    const Validation found = Check("permit(principal is Staff, action, resource) when { " + condition + " };");
    EXPECT_TRUE(found.errors.empty()) << condition;
    ASSERT_EQ(found.warnings.size(), 1U) << condition;
    EXPECT_EQ(found.warnings[0].ToString(),
              "p.cedar:1:1: the policy policy0 is never satisfied, whatever is requested");
  }
  EXPECT_TRUE(Check("permit(principal, action, resource);").warnings.empty());
}

// As the official engine does: a text that is shown turned round may say something else than it shows.
TEST(Validator, WarnsOfTurnedTexts) {
  const std::string turn = "\xE2\x80\xAE";  // U+202E
  const std::string head = "permit(principal is Staff, action, resource) when { ";
  for (const std::string& condition :
       {"principal.name == \"氏" + turn + "名\"", "principal.name like \"*" + turn + "*\"",
        "principal in Section::\"" + turn + "\"", "{\"a" + turn + "\": 1} == {\"a" + turn + "\": 1}"}) {
    const Validation found = Check(head + condition + " };");
    EXPECT_TRUE(found.errors.empty()) << condition;
    ASSERT_FALSE(found.warnings.empty()) << condition;
    EXPECT_NE(found.warnings[0].ToString().find("holds U+202E, which turns the direction of writing"),
              std::string::npos);
  }
  EXPECT_EQ(Check("permit(principal == Staff::\"" + turn + "\", action, resource);").warnings.size(), 1U);
  EXPECT_TRUE(Check(head + "principal.name == \"髙橋ｶﾅ Ａbc\" };").warnings.empty());
}

// A fault counts once, however many kinds of requests show it; each policy is looked at.
TEST(Validator, OneFaultIsOneError) {
  EXPECT_EQ(
      Check("permit(principal, action, resource) when { resource.x }; forbid(principal, action, resource) when { 1 };")
          .errors.size(),
      2U);
}

TEST(Validator, Templates) {
  const std::string slots = "permit(principal in ?principal, action, resource == ?resource) when { ";
  EXPECT_EQ(ErrorsOf(slots + "resource.sizes.contains(1) };"), "");
  EXPECT_EQ(Check(slots + "resource.size };").errors.size(), 1U);
}

// The rules and the schema that are shipped.
TEST(Validator, ShippedPacksAreValid) {
  const std::filesystem::path packs = std::filesystem::path(hikae::test::SourceDir()) / "src/packs";
  const std::filesystem::path core = packs / "core.cedarschema";
  if (!std::filesystem::exists(core)) GTEST_SKIP() << "no core schema";
  for (const auto& pack : std::filesystem::directory_iterator(packs)) {
    if (!pack.is_directory()) continue;
    std::vector<SourceText> schemas = {{"core.cedarschema", ReadAll(core)}};
    const std::string below = Below(pack.path());
    if (!below.empty()) schemas.push_back({"below.cedarschema", below});
    std::vector<SourceText> texts;
    for (const auto& file : std::filesystem::directory_iterator(pack.path())) {
      const std::string extension = file.path().extension().string();
      if (extension == ".cedarschema") schemas.push_back({file.path().filename().string(), ReadAll(file.path())});
      if (extension == ".cedar") texts.push_back({file.path().filename().string(), ReadAll(file.path())});
    }
    const auto schema = Schema::Parse(schemas);
    ASSERT_TRUE(schema.ok()) << schema.error().ToString();
    const auto policies = PolicySet::Parse(texts);
    ASSERT_TRUE(policies.ok()) << policies.error().ToString();
    const Validation found = Validate(*policies, *schema);
    for (const base::Error& error : found.errors) ADD_FAILURE() << error.ToString();
    for (const base::Error& warning : found.warnings) ADD_FAILURE() << warning.ToString();
    EXPECT_GT(policies->policies().size(), below.empty() ? 50U : 5U);
  }
}

}  // namespace
}  // namespace hikae::cedar
