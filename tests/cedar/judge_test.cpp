#include "cedar/engine/judge.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace hikae::cedar {
namespace {

Value Texts(const std::vector<std::string>& texts) {
  std::vector<Value> out;
  for (const auto& text : texts) out.push_back(Value::String(text));
  return Value::Set(std::move(out));
}

// A contract, as the registry would hold it.
Entity Contract(std::map<std::string, Value> attributes) {
  Entity out;
  out.uid = {"Contract", "契約1"};
  out.attributes = std::move(attributes);
  return out;
}

struct Case {
  std::string rule;  // from the annotations to the ';'
  std::vector<Entity> entities;
  Value context = Value::Record({});

  std::vector<Judgement> Run(bool only_in_scope = true) const {
    auto policies = PolicySet::Parse({{"r.cedar", rule}});
    EXPECT_TRUE(policies.ok()) << policies.error().ToString();
    auto store = Entities::Create(entities);
    EXPECT_TRUE(store.ok());
    const Request request{{"Contract", "契約1"}, {"Action", "audit.end"}, {"Handling", "ひきこもり"}, context};
    auto judged = Judge(request, *policies, *store, only_in_scope);
    if (only_in_scope) ExpectAgreement(request, *policies, *store, judged);
    return judged;
  }
  // Without the trace, and one by one, the same comes out.
  static void ExpectAgreement(const Request& request, const PolicySet& policies, const Entities& store,
                              const std::vector<Judgement>& judged) {
    std::vector<Verdict> verdicts(3);
    JudgeOutcomes(request, policies, store, verdicts);
    ASSERT_EQ(verdicts.size(), judged.size());
    for (size_t i = 0; i < judged.size(); ++i) {
      EXPECT_EQ(verdicts[i].policy, judged[i].policy);
      EXPECT_EQ(verdicts[i].outcome, judged[i].outcome);
      EXPECT_EQ(verdicts[i].missed, !judged[i].missing.empty());
      EXPECT_EQ(verdicts[i].error, judged[i].error);
      const Judgement one = JudgeOne(request, policies, judged[i].policy, store);
      EXPECT_EQ(one.outcome, judged[i].outcome);
      EXPECT_EQ(one.reads, judged[i].reads);
    }
  }
  Judgement One() const {
    auto all = Run();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? Judgement() : all[0];
  }
};

const std::string kErasure = R"(@evidence("principal.erasureReportOn")
forbid (principal is Contract, action, resource)
when { principal has workEndedOn }
unless { principal has erasureReportOn && principal.erasureReportOn >= principal.workEndedOn };)";

Value Date(const char* text) { return *Value::Datetime(text); }

TEST(Judge, FourOutcomes) {
  EXPECT_EQ((Case{kErasure, {Contract({})}}.One().outcome), Outcome::kNotApplicable);
  EXPECT_EQ((Case{kErasure, {Contract({{"workEndedOn", Date("2022-03-31")}})}}.One().outcome), Outcome::kNotShown);
  EXPECT_EQ((Case{kErasure, {Contract({{"workEndedOn", Date("2022-03-31")}, {"erasureReportOn", Date("2022-04-05")}})}}
                 .One()
                 .outcome),
            Outcome::kMet);
  EXPECT_EQ((Case{kErasure, {Contract({{"workEndedOn", Date("2022-03-31")}, {"erasureReportOn", Date("2022-03-30")}})}}
                 .One()
                 .outcome),
            Outcome::kViolated);
}

TEST(Judge, StatedToBeNothingIsKnown) {
  Entity contract = Contract({{"workEndedOn", Date("2022-03-31")}});
  contract.known_absent = {"erasureReportOn"};
  EXPECT_EQ((Case{kErasure, {contract}}.One().outcome), Outcome::kViolated);
}

TEST(Judge, NothingOfAStubIsKnown) {
  Entity stub = Contract({});
  stub.stub = true;
  const Judgement judged = Case{kErasure, {stub}}.One();
  EXPECT_EQ(judged.outcome, Outcome::kNotShown);
  ASSERT_EQ(judged.reads.size(), 1u);
  EXPECT_TRUE(judged.reads[0].unknown);
  EXPECT_EQ(judged.reads[0].path, "principal.workEndedOn");
}

TEST(Judge, AttributesNotNamedArePlainCedar) {
  const std::string rule = R"(@evidence("") forbid (principal, action, resource) unless { principal has approvedOn };)";
  EXPECT_EQ((Case{rule, {Contract({})}}.One().outcome), Outcome::kViolated);
  const Judgement error =
      Case{"forbid (principal, action, resource) unless { principal.approvedOn == 1 };", {Contract({})}}.One();
  EXPECT_EQ(error.outcome, Outcome::kNotShown);
  EXPECT_EQ(error.error, "r.cedar:1:47: the entity of type Contract has no attribute \"approvedOn\"");
}

TEST(Judge, KleeneLogic) {
  const auto outcome = [](const std::string& unless) {
    const std::string rule =
        "@evidence(\"principal.x\") forbid (principal, action, resource) unless { " + unless + " };";
    return Case{rule, {Contract({{"yes", Value::Bool(true)}, {"n", Value::Long(3)}})}}.One().outcome;
  };
  EXPECT_EQ(outcome("principal.x && false"), Outcome::kViolated);
  EXPECT_EQ(outcome("principal.x || principal.yes"), Outcome::kMet);
  EXPECT_EQ(outcome("principal.x && principal.yes"), Outcome::kNotShown);
  EXPECT_EQ(outcome("!(principal has x)"), Outcome::kNotShown);
  EXPECT_EQ(outcome("if principal has x then principal.n == 3 else true"), Outcome::kMet);
  EXPECT_EQ(outcome("if principal has x then principal.n == 4 else true"), Outcome::kNotShown);
  EXPECT_EQ(outcome("(if principal.x then [1] else [1, 1]).contains(1)"), Outcome::kMet);
  EXPECT_EQ(outcome("[principal.x, 1].contains(1)"), Outcome::kNotShown);
  EXPECT_EQ(outcome("principal.x.y.z == 1"), Outcome::kNotShown);
  EXPECT_EQ(outcome("principal.x < 3 && principal.missing"), Outcome::kNotShown);  // an error is never definite
  EXPECT_EQ(outcome("principal.x in principal"), Outcome::kNotShown);
}

TEST(Judge, TraceTellsPathsValuesAndOwners) {
  Entity contractor;
  contractor.uid = {"Contractor", "髙橋商会"};
  contractor.attributes = {{"review", Value::Record({{"by", Value::String("ｶﾅ")}})}};
  const std::string rule = R"(@evidence("principal.contractor.review.on context.params.limit")
forbid (principal, action, resource) when { context.params has limit || principal has contractor }
unless { principal.contractor.review.by == "ｶﾅ" && principal.contractor.review has on };)";
  const Judgement judged = Case{rule,
                                {Contract({{"contractor", Value::Entity(contractor.uid)}}), contractor},
                                Value::Record({{"params", Value::Record({})}})}
                               .One();
  EXPECT_EQ(judged.outcome, Outcome::kNotShown);
  std::vector<std::string> lines;
  for (const Read& read : judged.reads) {
    lines.push_back(fmt::format("{} | {} | {} | {}{}{}", read.path, read.entity.type, read.attribute,
                                read.value ? read.value->ToString() : "-", read.unknown ? " unknown" : "",
                                read.in_unless ? " unless" : ""));
  }
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "context.params |  | params | {}",
                       "context.params.limit |  | params.limit | - unknown",
                       "principal.contractor | Contract | contractor | Contractor::\"髙橋商会\" unless",
                       "principal.contractor.review | Contractor | review | {\"by\": \"ｶﾅ\"} unless",
                       "principal.contractor.review.by | Contractor | review.by | \"ｶﾅ\" unless",
                       "principal.contractor.review.on | Contractor | review.on | - unknown unless",
                   }));
}

TEST(Judge, TellsWhatASetLacks) {
  const std::string rule = R"(forbid (principal, action, resource)
unless { principal.listed.containsAll(principal.found) || principal.listed.contains("住所") };)";
  const Judgement judged =
      Case{rule,
           {Contract({{"listed", Texts({"氏名", "生年月日"})}, {"found", Texts({"氏名", "健康状態", "電話番号"})}})}}
          .One();
  EXPECT_EQ(judged.outcome, Outcome::kViolated);
  ASSERT_EQ(judged.missing.size(), 2u);
  EXPECT_EQ(judged.missing[0].path, "principal.listed");
  EXPECT_EQ(Value::Set(judged.missing[0].elements), Texts({"健康状態", "電話番号"}));
  EXPECT_EQ(judged.missing[1].elements, std::vector<Value>{Value::String("住所")});
  EXPECT_TRUE(judged.missing[1].in_unless);
}

TEST(Judge, PassesOverPermitsAndOtherScopes) {
  const std::string rules = R"(permit (principal, action, resource);
forbid (principal is Device, action, resource); forbid (principal, action == Action::"audit.end", resource);)";
  const Case both{rules, {Contract({})}};
  ASSERT_EQ(both.Run().size(), 1u);
  EXPECT_EQ(both.Run()[0].policy, 2u);
  EXPECT_EQ(both.Run()[0].outcome, Outcome::kViolated);
  ASSERT_EQ(both.Run(false).size(), 2u);
  EXPECT_EQ(both.Run(false)[0].outcome, Outcome::kNotApplicable);
}

// Random rules over random things: when no evidence is named, a rule is violated exactly when Authorize has it as a
// reason, and fails exactly when Authorize lists it as an error.
class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  std::string Bool(int depth) {
    if (depth == 0) return Pick({"true", "false", "principal has n", "principal.b", "resource has s", "context.ok"});
    switch (Below(9)) {
      case 0:
        return "(" + Bool(depth - 1) + " && " + Bool(depth - 1) + ")";
      case 1:
        return "(" + Bool(depth - 1) + " || " + Bool(depth - 1) + ")";
      case 2:
        return "!" + Bool(0);
      case 3:
        return "(if " + Bool(depth - 1) + " then " + Bool(depth - 1) + " else " + Bool(depth - 1) + ")";
      case 4:
        return Long(depth) + Pick({" < ", " <= ", " == ", " != ", " > "}) + Long(depth);
      case 5:
        return Set() + Pick({".contains(", ".containsAll(", ".containsAny("}) + Pick({Set(), Long(1)}) + ")";
      case 6:
        return "principal.peer in " + Pick({"resource", "principal", "T::\"1\"", "[T::\"0\", resource]"});
      case 7:
        return "principal has peer.n";
      default:
        return "principal.peer.b";
    }
  }
  std::string Clauses() {
    std::string out;
    for (size_t i = Below(3); i > 0; --i) out += Pick({" when { ", " unless { "}) + Bool(2) + " }";
    return out;
  }
  std::vector<Entity> Things() {
    std::vector<Entity> out;
    for (size_t i = 0; i < 4; ++i) {
      Entity thing;
      thing.uid = {"T", std::to_string(i)};
      if (Below(2)) thing.attributes["n"] = Value::Long(static_cast<int64_t>(Below(3)));
      if (Below(2)) thing.attributes["b"] = Value::Bool(Below(2) == 1);
      if (Below(2)) thing.attributes["s"] = Value::Set({Value::Long(1), Value::Long(static_cast<int64_t>(Below(3)))});
      if (Below(3)) thing.attributes["peer"] = Value::Entity({"T", std::to_string(Below(5))});
      if (i > 0 && Below(2)) thing.parents = {{"T", std::to_string(i - 1)}};
      out.push_back(thing);
    }
    return out;
  }
  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }

 private:
  std::string Long(int depth) {
    return depth > 1 ? "(" + Long(1) + " + " + Long(1) + ")"
                     : Pick({"0", "1", "principal.n", "resource.n", "context.ok"});
  }
  std::string Set() { return Pick({"principal.s", "resource.s", "[1, 2]", "[principal.n]", "[]"}); }
  std::string Pick(std::vector<std::string> options) { return options[Below(options.size())]; }

  std::mt19937 random_;
};

// The ids that Judge finds violated, then those that fail, as Authorize would list them.
std::string JudgedAs(const std::vector<Judgement>& judged, const PolicySet& policies) {
  std::string violated, failed;
  for (const Judgement& one : judged) {
    if (one.outcome == Outcome::kViolated) violated += policies.policies()[one.policy].id + " ";
    if (!one.error.empty()) failed += policies.policies()[one.policy].id + " ";
  }
  return violated + "| " + failed;
}

TEST(Judge, AgreesWithAuthorizeWhereNothingIsUnknown) {
  size_t violated = 0, failed = 0;
  for (uint32_t seed = 0; seed < 400; ++seed) {
    Generator generate(seed);
    std::string rules;
    // The order of clauses is free in Cedar; one kind each keeps which of two errors comes first out of the question.
    for (int i = 0; i < 8; ++i) rules += "forbid(principal, action, resource)" + generate.Clauses() + ";\n";
    const auto policies = PolicySet::Parse({{"r", rules}});
    ASSERT_TRUE(policies.ok()) << policies.error().ToString() << rules;
    const auto entities = Entities::Create(generate.Things());
    const Request request{{"T", std::to_string(generate.Below(4))},
                          {"Action", "a"},
                          {"T", std::to_string(generate.Below(4))},
                          Value::Record({{"ok", Value::Bool(generate.Below(2) == 1)}})};
    const Response plain = Authorize(request, *policies, *entities);
    const auto judged = Judge(request, *policies, *entities);
    std::string reasons;
    for (const auto& id : plain.reasons) reasons += id + " ";
    const std::string got = JudgedAs(judged, *policies);
    EXPECT_EQ(got.substr(0, got.find('|')), reasons) << rules;
    violated += plain.reasons.size();
    failed += plain.errors.size();
  }
  EXPECT_GT(violated, 200u);
  EXPECT_GT(failed, 200u);
}

// What is definite under missing evidence stays so, whatever the evidence turns out to be.
TEST(Judge, DefiniteOutcomesHoldForEveryCompletion) {
  size_t definite = 0;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    Generator generate(seed + 10'000);
    const std::string rule = "@evidence(\"principal.n principal.b\") forbid(principal, action, resource) when { " +
                             generate.Bool(2) + " } unless { " + generate.Bool(3) + " };";
    const auto policies = PolicySet::Parse({{"r", rule}});
    ASSERT_TRUE(policies.ok()) << rule;
    auto things = generate.Things();
    things[0].attributes.erase("n");
    things[0].attributes.erase("b");
    // Evidence is named by its path: the same attribute read by another path would be plain Cedar.
    things[0].attributes["peer"] = Value::Entity({"T", "2"});
    const Request request{{"T", "0"}, {"Action", "a"}, {"T", "1"}, Value::Record({{"ok", Value::Bool(true)}})};
    const Outcome before = Judge(request, *policies, *Entities::Create(things))[0].outcome;
    if (before == Outcome::kNotShown) continue;
    ++definite;
    for (int completion = 0; completion < 6; ++completion) {
      things[0].attributes["n"] = Value::Long(completion % 3);
      things[0].attributes["b"] = Value::Bool(completion > 2);
      EXPECT_EQ(Judge(request, *policies, *Entities::Create(things))[0].outcome, before) << rule;
    }
  }
  EXPECT_GT(definite, 50u);
}

}  // namespace
}  // namespace hikae::cedar
