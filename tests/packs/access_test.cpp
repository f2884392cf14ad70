// The access rules of a pack, moved one by one: requests of a table against papers, decided as the gate decides. Built
// for edogawa-2021 (access.yaml, the four example papers), for appi-2023 (national/access.yaml, national/base.yaml) and
// for mn, which is laid over it (national/mn-access.yaml, the same papers).
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "audit/literal.h"
#include "audit/pack.h"
#include "cedar/engine/judge.h"
#include "codec/node.h"
#include "gate/decider.h"
#include "mutants.h"
#include "office/gate_rules.h"
#include "places.h"
#include "registry/registry.h"
#include "store/database.h"

namespace hikae::office {
namespace {

using codec::Node;
using Names = std::set<std::string>;

#ifdef HIKAE_NATIONAL
#ifdef HIKAE_MY_NUMBER
constexpr char kPack[] = "mn", kRules[] = "mn.", kTable[] = "tests/packs/national/mn-access.yaml";
const std::vector<const char*> kMore;
#else
constexpr char kPack[] = "appi-2023", kRules[] = "appi.", kTable[] = "tests/packs/national/access.yaml";
const std::vector<const char*> kMore = {"tests/packs/national/access-approvals.yaml",
                                        "tests/packs/national/access-limits.yaml"};
#endif
constexpr registry::Day kSomeDay = 19'884;  // 2024-06-10
#else
constexpr char kPack[] = "edogawa-2021", kRules[] = "edo21.", kTable[] = "tests/packs/access.yaml";
const std::vector<const char*> kMore = {"tests/packs/access-approvals.yaml", "tests/packs/access-limits.yaml"};
constexpr registry::Day kSomeDay = 18'880;  // 2021-09-10
#endif

// The documents of an example, below the source folder.
std::vector<std::string> DocumentsOf(const std::string& example) {
#ifdef HIKAE_NATIONAL
  return {"tests/packs/national/" + example + ".yaml", "tests/packs/national/access-base.yaml"};
#else
  const std::string folder = "examples/" + example + "/";
  return {folder + "declaration.yaml", folder + "after-opinion.yaml", folder + "running.yaml"};
#endif
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(hikae::test::SourceDir() + "/" + path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::shared_ptr<const audit::Pack> ThePack() {
  static const std::shared_ptr<const audit::Pack> pack = [] {
    const auto files = audit::FindPack(hikae::test::PacksDir() + "/" + kPack);
    auto loaded = audit::LoadPack(*files);
    if (!loaded.ok()) throw std::runtime_error(loaded.error().ToString());
    return *loaded;
  }();
  return pack;
}

Node ReadTable(const char* path) {
  auto read = codec::ReadYaml(ReadFile(path), path);
  EXPECT_TRUE(read.ok()) << read.error().ToString();
  return read.ok() ? *read : Node::Map();
}

// The table, with the cases of those beside it: of approvals, and of what every condition of a rule asks.
const Node& Vectors() {
  static const Node vectors = [] {
    Node table = ReadTable(kTable);
    Node cases = *table.Find("cases");
    for (const char* path : kMore) {
      const Node more = ReadTable(path);
      for (const Node& row : more.Find("cases")->items()) cases.Append(row);
    }
    table.Set("cases", cases);
    return table;
  }();
  return vectors;
}

std::string Text(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr && found->IsText() ? found->text() : std::string();
}

// An office with the papers of some examples, and what `declare` says on top.
class Fixture {
 public:
  Fixture(const Names& examples, const std::string& declare) : path_(NewPath()) {
    auto database = store::Database::Open(path_, {.create = true});
    EXPECT_TRUE(database.ok()) << database.error().ToString();
    auto registry = registry::Registry::Open(*std::move(database), ThePack()->schema, ThePack()->id);
    EXPECT_TRUE(registry.ok()) << registry.error().ToString();
    registry_ = *std::move(registry);
#ifndef HIKAE_NATIONAL
    Declare({"vocabulary.yaml", ReadFile("examples/ward/vocabulary.yaml")});
#endif
    for (const std::string& example : examples) {
      for (const std::string& name : DocumentsOf(example)) Declare({name, ForThePack(ReadFile(name))});
    }
    if (!declare.empty())
      Declare({"change.yaml",
               fmt::format("hikae: declaration/1\npack: {}\nvalid_from: 2019-04-01\nby: 試験\n{}", kPack, declare)});
    rules_ = std::make_unique<GateRules>(*registry_, []() -> base::Result<PackSetPtr> {
      static const auto set = *MakeSet({ThePack()});
      return set;
    });
  }
  ~Fixture() { std::remove(path_.c_str()); }

  std::shared_ptr<const gate::Rulebook> On(registry::Day day) {
    const auto version = rules_->Version();
    const auto rulebook = rules_->At(*version, day);
    EXPECT_TRUE(rulebook.ok()) << rulebook.error().ToString();
    return rulebook.ok() ? *rulebook : nullptr;
  }

 private:
  static std::string NewPath() {
    static int n = 0;
    std::string path = fmt::format("{}access_{}_{}.db", testing::TempDir(), ::getpid(), ++n);
    std::remove(path.c_str());
    return path;
  }
  // A document that is written for the pack below says nothing else of the one above it.
  static std::string ForThePack(std::string text) {
    const std::string below = "pack: appi-2023\n";
    if (const size_t at = text.find(below); at != std::string::npos)
      text.replace(at, below.size(), fmt::format("pack: {}\n", kPack));
    return text;
  }
  void Declare(const registry::Document& document) {
    const auto declared = registry_->Declare({document}, ++now_);
    ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  }

  const std::string path_;
  registry::Micros now_ = 1'620'000'000'000'000;
  std::unique_ptr<registry::Registry> registry_;
  std::unique_ptr<GateRules> rules_;
};

// What one node after the other says of the context; the later one wins. `of` names another to begin with.
void Merge(const Node& context, std::map<std::string, const Node*>& fields) {
  if (const std::string of = Text(context, "of"); !of.empty()) Merge(*Vectors().Find("contexts")->Find(of), fields);
  for (const auto& [key, value] : context.entries()) {
    if (key == "of") continue;
    if (value.IsNull())
      fields.erase(key);
    else
      fields[key] = &value;
  }
}

cedar::EntityUid UidOf(const Node& node) {
  return {node.entries().front().first, node.entries().front().second.text()};
}

// The request of a case, with what a change makes otherwise.
class Ask {
 public:
  Ask(const Node& base, const Node* change) : base_(base), change_(change) {
    Merge(*Vectors().Find("common"), fields_);
    if (base.Find("of") != nullptr) Merge(*Vectors().Find("contexts")->Find(Text(base, "of")), fields_);
    if (const Node* context = base.Find("context")) Merge(*context, fields_);
    if (const Node* context = Changed("context")) Merge(*context, fields_);
  }

  Names Examples() const {
    Names names = {Changed("example") ? Changed("example")->text() : Text(base_, "example")};
    if (change_ != nullptr && change_->Find("with") != nullptr) names.insert(Text(*change_, "with"));
    return names;
  }
  std::string Declare() const {
    return Text(base_, "declare") + (change_ != nullptr ? Text(*change_, "declare") : std::string());
  }
  registry::Day Today() const {
    return static_cast<registry::Day>(
        Field("today", ThePack()->schema.FindAction({"Action", "read"})->context)->integer() / 86'400'000);
  }

  // The shape of AccessContext, from the fields and what the gate measures.
  base::Result<cedar::Request> Make(const gate::Rulebook& rulebook) const {
    cedar::Request request;
    request.principal = UidOf(Either("principal"));
    request.action = {"Action", Text(base_, "action")};
    request.resource = UidOf(Either("resource"));
    const cedar::ActionType* action = rulebook.schema->FindAction(request.action);
    if (action == nullptr) return base::Error(base::Status::kArgument, std::string("no such action"));
    std::map<std::string, cedar::Value> context = {{"params", rulebook.params}};
    for (const auto& entry : fields_) {
      HIKAE_TRY(cedar::Value value, Field(entry.first, action->context));
      context.emplace(entry.first, std::move(value));
    }
    const cedar::Entity* handling = rulebook.facts->Find(context.at("handling").entity());
    if (handling == nullptr) return base::Error(base::Status::kNotFound, std::string("no such handling"));
    context.emplace("profile", handling->attributes.at("profile"));
    request.context = cedar::Value::Record(std::move(context));
    HIKAE_CHECK(rulebook.schema->CheckRequest(request));
    return request;
  }

 private:
  const Node* Changed(std::string_view key) const { return change_ == nullptr ? nullptr : change_->Find(key); }
  const Node& Either(std::string_view key) const { return Changed(key) != nullptr ? *Changed(key) : *base_.Find(key); }
  base::Result<cedar::Value> Field(const std::string& name, const cedar::Type& context) const {
    const cedar::Attribute* attribute = context.Find(name);
    if (attribute == nullptr) return base::Error(base::Status::kArgument, "no such field: " + name);
    return audit::ReadNode(*fields_.at(name), attribute->type, ThePack()->schema, "access.yaml");
  }

  const Node& base_;
  const Node* change_;
  std::map<std::string, const Node*> fields_;
};

struct Outcome {
  bool allowed = false;
  Names reasons, warnings, exceptions;
  Names errors;  // of copies of rules, as lines; of rules there are none
};

Outcome Decide(const gate::Rulebook& rulebook, const cedar::Request& request) {
  Outcome outcome;
  for (const cedar::PolicySet* policies : {&rulebook.deciding, &rulebook.warning}) {
    const auto answer = cedar::Authorize(request, *policies, *rulebook.facts, {.strict = true});
    EXPECT_TRUE(answer.ok()) << answer.error().ToString();
    for (const cedar::PolicyError& error : answer->errors) {
      ADD_FAILURE() << error.policy_id << ": " << error.message;
      outcome.errors.insert(error.policy_id + " fails");
    }
  }
  gate::Decision decision;
  const auto answered = gate::Answer(rulebook, request, decision);
  EXPECT_TRUE(answered.ok()) << answered.error().ToString();
  outcome.allowed = decision.allowed;
  for (const gate::Reason& reason : decision.reasons) outcome.reasons.insert(reason.rule);
  for (const gate::Reason& warning : decision.warnings) outcome.warnings.insert(warning.rule);
  outcome.exceptions = {decision.exceptions.begin(), decision.exceptions.end()};
  return outcome;
}

Names NamesOf(const Node& node, std::string_view key) {
  Names names;
  if (const Node* list = node.Find(key)) {
    for (const Node& item : list->items()) names.insert(item.text());
  }
  return names;
}

Fixture& OfficeOf(const Ask& ask) {
  static std::map<std::pair<Names, std::string>, std::unique_ptr<Fixture>> offices;
  auto& office = offices[{ask.Examples(), ask.Declare()}];
  if (office == nullptr) office = std::make_unique<Fixture>(ask.Examples(), ask.Declare());
  return *office;
}

std::optional<Outcome> OutcomeOf(const Node& base, const Node* change) {
  const Ask ask(base, change);
  const auto rulebook = OfficeOf(ask).On(ask.Today());
  if (rulebook == nullptr) return std::nullopt;
  const auto request = ask.Make(*rulebook);
  EXPECT_TRUE(request.ok()) << request.error().ToString();
  if (!request.ok()) return std::nullopt;
  const Outcome outcome = Decide(*rulebook, *request);
  // Where an exception lifts what refuses, the copies it does not name go on refusing.
  if (test::HasMutants() && base.Find("excepted") == nullptr) {
    Names lines = outcome.reasons;
    lines.insert(outcome.warnings.begin(), outcome.warnings.end());
    lines.insert(outcome.errors.begin(), outcome.errors.end());
    const std::string other = change == nullptr ? "" : ": " + Text(*change, "moves");
    test::HoldMutants(lines, Text(base, "name") + other);
  }
  return outcome;
}

const Node& Cases() { return *Vectors().Find("cases"); }

TEST(AccessRules, WhatIsInOrderIsAllowedByItsGroundAlone) {
  for (const Node& base : Cases().items()) {
    SCOPED_TRACE(Text(base, "name"));
    const auto outcome = OutcomeOf(base, nullptr);
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->allowed);
    EXPECT_EQ(outcome->reasons, NamesOf(base, "allowed"));
    EXPECT_EQ(outcome->warnings, NamesOf(base, "warned"));
    EXPECT_EQ(outcome->exceptions, NamesOf(base, "excepted"));
  }
}

TEST(AccessRules, OneThingOtherwiseMovesOneRule) {
  const std::map<std::string, audit::Severity> severities = [] {
    std::map<std::string, audit::Severity> found;
    for (const audit::Rule& rule : ThePack()->rules) found.emplace(rule.id, rule.severity);
    return found;
  }();
  for (const Node& base : Cases().items()) {
    const Node* changes = base.Find("changes");
    if (changes == nullptr) continue;
    for (const Node& change : changes->items()) {
      const std::string rule = Text(change, "moves");
      SCOPED_TRACE(Text(base, "name") + ": " + rule);
      ASSERT_TRUE(severities.contains(rule));
      Names expected = NamesOf(change, "also");
      expected.insert(rule);
      const auto outcome = OutcomeOf(base, &change);
      ASSERT_TRUE(outcome);
      const bool warns = severities.at(rule) >= audit::Severity::kWarn;
      EXPECT_EQ(outcome->allowed, warns);
      EXPECT_EQ(warns ? outcome->warnings : outcome->reasons, expected);
      EXPECT_EQ(warns ? Names() : outcome->warnings, Names());
      EXPECT_EQ(outcome->exceptions, Names());
    }
  }
}

// The grounds that hold, whatever refuses: what would let in once all that refuses were lifted.
Names GroundsOf(const Node& base, const Node* change) {
  const Ask ask(base, change);
  const auto rulebook = OfficeOf(ask).On(ask.Today());
  const auto request = ask.Make(*rulebook);
  EXPECT_TRUE(request.ok()) << request.error().ToString();
  std::vector<bool> keep;
  for (const cedar::PolicyInfo& policy : rulebook->deciding.policies())
    keep.push_back(policy.effect == cedar::Effect::kPermit);
  const auto answer = cedar::Authorize(*request, rulebook->deciding.Filter(keep), *rulebook->facts);
  Names grounds(answer.reasons.begin(), answer.reasons.end());
  for (const cedar::PolicyError& error : answer.errors) grounds.insert(error.policy_id + " fails");
  return grounds;
}

// An exception lifts what refuses and gives no ground: whom a ground is not for has none, `ground: none`.
TEST(AccessRules, AGroundIsForThoseItNamesAlone) {
  for (const Node& base : Cases().items()) {
    Names grounds = NamesOf(base, "allowed");
    std::erase_if(grounds, [](const std::string& id) { return id.find(".exception.") != std::string::npos; });
    const auto hold = [&](const Node* change) {
      const std::string what = Text(base, "name") + (change == nullptr ? "" : ": " + Text(*change, "moves"));
      const Names found = GroundsOf(base, change);
      if (test::HasMutants()) return test::HoldMutants(found, what);
      const bool none = change != nullptr && change->Find("ground") != nullptr;
      EXPECT_EQ(found, none ? Names() : grounds) << what;
    };
    hold(nullptr);
    const Node* changes = base.Find("changes");
    if (changes == nullptr) continue;
    for (const Node& change : changes->items()) hold(&change);
  }
}

// A rule that no request moves would be a rule that nobody has seen refuse.
TEST(AccessRules, EveryRuleAndEveryGroundIsMoved) {
  Names moved;
  for (const Node& base : Cases().items()) {
    moved.merge(NamesOf(base, "allowed"));
    if (const Node* changes = base.Find("changes")) {
      for (const Node& change : changes->items()) moved.insert(Text(change, "moves"));
    }
  }
  Names known;
  Fixture office({Text(Cases().items().front(), "example")}, "");
  for (const auto& [id, citation] : office.On(kSomeDay)->rules) {
    known.insert(id);
    EXPECT_FALSE(citation.article.empty() || citation.title.ja.empty() || citation.title.en.empty()) << id;
    EXPECT_EQ(citation.severity.empty(), citation.remedy.ja.empty()) << id;
  }
  for (Names* names : {&moved, &known}) std::erase_if(*names, [](const auto& id) { return !id.starts_with(kRules); });
  EXPECT_EQ(moved, known);
}

std::string Word(cedar::Outcome outcome) {
  switch (outcome) {
    case cedar::Outcome::kNotApplicable:
      return "not applicable";
    case cedar::Outcome::kMet:
      return "met";
    case cedar::Outcome::kViolated:
      return "violated";
    case cedar::Outcome::kNotShown:
      return "not shown";
  }
  return {};
}

// What the requests of the table show of each rule. A rule that is not shown refuses as one that is violated does: else
// what it names as evidence would be nothing it rests on.
std::map<std::string, Names> Shown() {
  std::map<std::string, Names> shown;
  const auto judge = [&](const Node& base, const Node* change) {
    const Ask ask(base, change);
    const auto rulebook = OfficeOf(ask).On(ask.Today());
    const auto request = ask.Make(*rulebook);
    ASSERT_TRUE(request.ok()) << request.error().ToString();
    for (const cedar::PolicySet* policies : {&rulebook->deciding, &rulebook->warning}) {
      const cedar::Response answer = cedar::Authorize(*request, *policies, *rulebook->facts);
      Names fired;
      if (answer.decision == cedar::Decision::kDeny) fired.insert(answer.reasons.begin(), answer.reasons.end());
      for (const cedar::PolicyError& error : answer.errors) fired.insert(error.policy_id);
      for (const cedar::Judgement& judgement : cedar::Judge(*request, *policies, *rulebook->facts)) {
        const std::string& id = policies->policies()[judgement.policy].id;
        shown[id].insert(Word(judgement.outcome));
        const bool fires =
            judgement.outcome == cedar::Outcome::kViolated || judgement.outcome == cedar::Outcome::kNotShown;
        EXPECT_EQ(fires, fired.contains(id)) << id << " is " << Word(judgement.outcome) << ": " << Text(base, "name");
      }
    }
  };
  for (const Node& base : Cases().items()) {
    judge(base, nullptr);
    const Node* changes = base.Find("changes");
    if (changes == nullptr) continue;
    for (const Node& change : changes->items()) judge(base, &change);
  }
  return shown;
}

// "rule: outcome" of what no request need show, and the reason: unseen.yaml, which rules_test.py reads as well.
std::map<std::string, std::string> Unseen() {
  std::map<std::string, std::string> unseen;
  const auto rows = codec::ReadYaml(ReadFile("tests/packs/unseen.yaml"), "unseen.yaml");
  EXPECT_TRUE(rows.ok());
  for (const Node& row : rows->items()) {
    for (const Node& rule : row.Find("rules")->items()) {
      for (const Node& outcome : row.Find("outcomes")->items())
        unseen[rule.text() + ": " + outcome.text()] = Text(row, "reason");
    }
  }
  return unseen;
}

// Each rule at the gate refuses, lets pass what it applies to, and refuses for want of what it names as evidence.
TEST(AccessRules, EachIsSeenInEveryOutcome) {
  const auto shown = Shown();
  if (test::HasMutants()) {
    Names lines;  // what a copy is seen to come to beyond its rule, nothing asks
    for (const auto& [id, outcomes] : shown) {
      for (const std::string& outcome : shown.at(test::AsOriginal(id))) {
        if (outcomes.contains(outcome)) lines.insert(id + " " + outcome);
      }
    }
    return test::HoldMutants(lines, "every outcome");
  }
  const auto unseen = Unseen();
  for (const audit::Rule& rule : ThePack()->rules) {
    if (rule.pack != kPack || rule.moments != std::vector<audit::Moment>{audit::Moment::kRun}) continue;
    const auto found = shown.find(rule.id);
    const Names outcomes = found == shown.end() ? Names() : found->second;
    for (const std::string outcome : {"met", "violated", "not shown"}) {
      const bool wanted = outcome != "not shown" || !rule.annotations.at("evidence").empty();
      const bool excused = unseen.contains(rule.id + ": " + outcome);
      if (excused) {
        EXPECT_TRUE(wanted && !outcomes.contains(outcome)) << rule.id << ": unseen.yaml need not excuse " << outcome;
      } else if (wanted) {
        EXPECT_TRUE(outcomes.contains(outcome)) << rule.id << ": no request shows it " << outcome;
      }
    }
  }
}

// The permits alone refuse nothing without a rule that says why: where no ground holds, some forbid does.
TEST(AccessRules, NoRefusalIsWithoutAReason) {
  for (const Node& base : Cases().items()) {
    const Node* changes = base.Find("changes");
    if (changes == nullptr) continue;
    for (const Node& change : changes->items()) {
      const auto outcome = OutcomeOf(base, &change);
      ASSERT_TRUE(outcome);
      EXPECT_TRUE(outcome->allowed || !outcome->reasons.empty()) << Text(base, "name");
    }
  }
}

}  // namespace
}  // namespace hikae::office
