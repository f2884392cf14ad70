// Runs the questions of asks/*.yaml: each is put to the gate's decider as a session would put it, and so is each with
// one thing otherwise. Which rules decide, and how, is named exactly.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "audit/literal.h"
#include "audit/pack.h"
#include "base/civil_date.h"
#include "changes/document.h"
#include "changes/office.h"
#include "codec/node.h"
#include "gate/decider.h"
#include "mutants.h"
#include "office/gate_rules.h"
#include "places.h"
#include "registry/registry.h"
#include "store/database.h"

namespace hikae::violations {
namespace {

using base::Result;
using codec::Node;
using Names = std::set<std::string>;

constexpr registry::Micros kMinute = 60'000'000;

std::string Text(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr && found->IsText() ? found->text() : std::string();
}

std::vector<std::string> Texts(const Node& node, std::string_view key) {
  std::vector<std::string> texts;
  if (const Node* list = node.Find(key)) {
    for (const Node& item : list->items()) texts.push_back(item.text());
  }
  return texts;
}

Node ReadTree(const std::string& path) {
  const auto text = changes::ReadFile(hikae::test::SourceDir() + "/" + path);
  EXPECT_TRUE(text.ok()) << path;
  auto tree = codec::ReadYaml(text.ok() ? *text : "", path);
  EXPECT_TRUE(tree.ok()) << tree.error().ToString();
  return tree.ok() ? *tree : Node::Map();
}

// `more` on top of `base`, key by key; what is said again replaces, and a null takes away.
Node Over(const Node& base, const Node* more) {
  Node merged = Node::Map();
  for (const auto& [key, value] : base.entries()) {
    if (more == nullptr || more->Find(key) == nullptr) merged.Set(key, value);
  }
  if (more == nullptr) return merged;
  for (const auto& [key, value] : more->entries()) {
    if (!value.IsNull()) merged.Set(key, value);
  }
  return merged;
}

// The documents of a question, as they stand after the change to them, if one is made.
Result<std::vector<registry::Document>> Documents(const Node& table, const Node& question, const Node* other) {
  std::vector<registry::Document> documents;
  for (const std::string& path : Texts(*table.Find("bases"), Text(question, "base"))) {
    HIKAE_TRY(std::string text, changes::ReadFile(hikae::test::SourceDir() + "/" + path));
    documents.push_back({path, std::move(text)});
  }
  const auto later = [&](const Node* body, const char* name) {
    if (body == nullptr) return;
    Node document = Node::Map();
    document.Set("hikae", Node::Plain("declaration/1")).Set("pack", Node::Plain(Text(table, "pack")));
    document.Set("valid_from", Node::Plain(Text(table, "valid_from"))).Set("by", Node::Plain("見本"));
    for (const auto& [key, value] : body->entries()) document.Set(key, value);
    documents.push_back({name, changes::WriteYaml(document)});
  };
  later(question.Find("declare"), "declare.yaml");
  if (other == nullptr) return documents;
  static const std::map<std::string, changes::Verb> verbs = {{"set", changes::Verb::kSet},
                                                             {"remove", changes::Verb::kRemove},
                                                             {"append", changes::Verb::kAppend},
                                                             {"take", changes::Verb::kTake}};
  for (const auto& [name, verb] : verbs) {
    const std::vector<std::string> path = Texts(*other, name);
    if (path.empty()) continue;
    const Node* value = other->Find("value");
    const changes::Change change{verb, path, value == nullptr ? Node() : *value};
    bool changed = false;
    for (auto document = documents.rbegin(); document != documents.rend() && !changed; ++document) {
      HIKAE_TRY(const Node tree, codec::ReadYaml(document->text, document->name));
      const auto after = changes::Apply(tree, change);
      if (after.ok()) document->text = changes::WriteYaml(*after), changed = true;
    }
    if (!changed) return base::Error(base::Status::kArgument, fmt::format("{} leads nowhere", fmt::join(path, ", ")));
  }
  later(other->Find("declare"), "otherwise.yaml");
  return documents;
}

// The registry of a question, and the rules over it.
class Office {
 public:
  Office(const std::shared_ptr<const audit::Pack>& pack, const std::vector<registry::Document>& documents) {
    static int n = 0;
    path_ = fmt::format("{}asks_{}_{}.db", testing::TempDir(), ::getpid(), ++n);
    std::remove(path_.c_str());
    auto database = store::Database::Open(path_, {.create = true});
    EXPECT_TRUE(database.ok()) << database.error().ToString();
    auto opened = registry::Registry::Open(*std::move(database), pack->schema, pack->id);
    EXPECT_TRUE(opened.ok()) << opened.error().ToString();
    registry_ = *std::move(opened);
    registry::Micros now = 1'617'202'800'000'000;  // 2021-04-01 in Japan
    for (const registry::Document& document : documents) {
      const auto declared = registry_->Declare({document}, now += kMinute);
      EXPECT_TRUE(declared.ok()) << declared.error().ToString();
    }
    rules_ = std::make_unique<office::GateRules>(
        *registry_, [set = *office::MakeSet({pack})]() -> base::Result<office::PackSetPtr> { return set; });
  }
  ~Office() {
    rules_.reset();
    registry_.reset();
    for (const char* end : {"", "-wal", "-shm"}) std::remove((path_ + end).c_str());
  }
  Result<std::shared_ptr<const gate::Rulebook>> On(registry::Day day) {
    HIKAE_TRY(const auto version, rules_->Version());
    return rules_->At(version, day);
  }

 private:
  std::string path_;
  std::unique_ptr<registry::Registry> registry_;
  std::unique_ptr<office::GateRules> rules_;
};

// Microseconds since 1970.
int64_t TimeOf(const audit::Pack& pack, const Node& node, std::string_view key, int64_t otherwise) {
  const Node* found = node.Find(key);
  if (found == nullptr) return otherwise;
  const cedar::Attribute* now = pack.schema.FindAction({"Action", "read"})->context.Find("now");
  const auto time = audit::ReadNode(*found, now->type, pack.schema, "asks");
  EXPECT_TRUE(time.ok()) << found->text();
  return time.ok() ? time->integer() * 1000 : otherwise;
}

gate::View ViewOf(const std::string& name) {
  if (name == "masked") return gate::View::kMasked;
  return name == "presence" ? gate::View::kPresence : gate::View::kWhole;
}

std::optional<bool> YesOrNo(const Node& node, std::string_view key) {
  if (node.Find(key) == nullptr) return std::nullopt;
  return Text(node, key) == "true";
}

// What a session stands for, from `session`.
gate::Standing StandingOf(const audit::Pack& pack, const Node& session, int64_t now) {
  gate::Standing standing;
  const auto& [type, id] = session.Find("who")->entries().front();
  standing.actor = {type, id.text()};
  standing.handling = Text(session, "handling");
  standing.purpose = Text(session, "purpose");
  standing.terminal = Text(session, "terminal");
  standing.place = Text(session, "place");
  standing.terminal_factors = Texts(session, "terminal_factors");
  standing.system_factors = Texts(session, "system_factors");
  standing.begun_at = TimeOf(pack, session, "begun", now - 30 * kMinute);
  standing.used_at = TimeOf(pack, session, "used", now - kMinute);
  if (session.Find("revoked") != nullptr) standing.revoked_at = TimeOf(pack, session, "revoked", now);
  return standing;
}

// allowed; refused: what is shown breaks a rule; not shown: every rule that refuses lacks what it names as evidence.
struct Answered {
  std::string answer;
  Names decides, warns;
  Names lacking = {};  // of those that decide, what lacks its evidence
};

bool LacksItsEvidence(const audit::Pack& pack, const gate::Reason& reason) {
  for (const audit::Rule& rule : pack.rules) {
    if (rule.id != reason.rule) continue;
    const std::string& evidence = rule.annotations.at("evidence");
    for (size_t at = 0; at < evidence.size();) {
      const size_t end = std::min(evidence.find(' ', at), evidence.size());
      const std::string absent = evidence.substr(at, end - at) + " = (absent)";
      if (std::find(reason.read.begin(), reason.read.end(), absent) != reason.read.end()) return true;
      at = end + 1;
    }
  }
  return false;
}

Answered AnswerOf(const audit::Pack& pack, const gate::Decision& decision) {
  Answered answered;
  for (const gate::Reason& reason : decision.reasons) {
    answered.decides.insert(reason.rule);
    if (LacksItsEvidence(pack, reason)) answered.lacking.insert(reason.rule);
  }
  const bool lacking = !decision.allowed && !answered.decides.empty() && answered.lacking == answered.decides;
  for (const gate::Reason& warning : decision.warnings) answered.warns.insert(warning.rule);
  answered.answer = decision.allowed ? "allowed" : lacking ? "not shown" : "refused";
  return answered;
}

Result<Answered> Ask(const std::shared_ptr<const audit::Pack>& pack, const Node& table, const Node& question,
                     const Node* other) {
  const Node* session_change = other == nullptr ? nullptr : other->Find("session");
  const Node named = Over(*table.Find("sessions")->Find(Text(question, "session")), session_change);
  const Node ask = Over(*question.Find("ask"), other == nullptr ? nullptr : other->Find("ask"));
  const Node timed = Over(question, other);
  HIKAE_TRY(const auto documents, Documents(table, question, other));
  Office office(pack, documents);
  const int64_t now = TimeOf(*pack, timed, "now", 0);
  HIKAE_TRY(const auto book, office.On(base::DayInJapan(now)));
  const std::vector<std::string> items = Texts(ask, "items"), approvals = Texts(ask, "approvals");
  const std::string file = Text(ask, "file"), recipient = Text(ask, "recipient"), source = Text(ask, "source"),
                    medium = Text(ask, "medium"), medium_id = Text(ask, "medium_id"), handover = Text(ask, "handover"),
                    subject = Text(ask, "subject");
  gate::Question put;
  put.action = Text(ask, "act");
  put.file = file;
  put.items = items;
  put.view = ViewOf(Text(ask, "view"));
  put.records = ask.Find("records") == nullptr ? 1 : std::stoull(Text(ask, "records"));
  put.approvals = approvals;
  put.recipient = recipient;
  put.source = source;
  put.medium = medium;
  put.medium_id = medium_id;
  put.handover = handover;
  put.subject = subject;
  put.encrypted = YesOrNo(ask, "encrypted");
  HIKAE_TRY(const gate::Decision decision, gate::Decide(*book, StandingOf(*pack, named, now), put, now));
  return AnswerOf(*pack, decision);
}

// What is wrong with what came of a question, by what its row says; "" when nothing.
std::string Wrong(const Answered& answered, const Node& row) {
  const auto names = [](const std::vector<std::string>& list) { return Names(list.begin(), list.end()); };
  std::string wrong;
  if (answered.answer != Text(row, "answer"))
    wrong += fmt::format("\n  answer: {}, not {}", answered.answer, Text(row, "answer"));
  if (answered.decides != names(Texts(row, "decides")))
    wrong += fmt::format("\n  decides: {}", fmt::join(answered.decides, ", "));
  if (answered.warns != names(Texts(row, "warns")))
    wrong += fmt::format("\n  warns: {}", fmt::join(answered.warns, ", "));
  return wrong;
}

// As test::HoldMutants takes them: which rules speak, and which for want of evidence.
Names LinesOf(const Answered& answered) {
  Names lines = answered.warns;
  for (const std::string& rule : answered.decides)
    lines.insert(answered.lacking.contains(rule) ? rule + " lacks its evidence" : rule);
  return lines;
}

class Asks : public testing::TestWithParam<const char*> {
 protected:
  Asks() : table(ReadTree(std::string("tests/violations/asks/") + GetParam() + ".yaml")) {
    const auto files = audit::FindPack(hikae::test::PacksDir() + "/" + GetParam());
    auto loaded = audit::LoadPack(*files);
    EXPECT_TRUE(loaded.ok()) << loaded.error().ToString();
    if (loaded.ok()) pack = *loaded;
  }
  const Node table;
  std::shared_ptr<const audit::Pack> pack;
};

TEST_P(Asks, AreDecidedByExactlyTheseRules) {
  ASSERT_NE(pack, nullptr);
  size_t asked = 0;
  Names said;
  for (const Node& question : table.Find("questions")->items()) {
    const std::string name = Text(question, "name");
    EXPECT_TRUE(said.insert(name).second && !Text(question, "says").empty()) << name;
    const auto put = [&](const Node& row, const Node* other, const std::string& what) {
      const auto answered = Ask(pack, table, question, other);
      ASSERT_TRUE(answered.ok()) << what << ": " << answered.error().ToString();
      if (test::HasMutants()) return test::HoldMutants(LinesOf(*answered), what);
      EXPECT_EQ(Wrong(*answered, row), "") << what;
      ++asked;
    };
    put(question, nullptr, name);
    const Node* others = question.Find("otherwise");
    if (others == nullptr) continue;
    for (const Node& other : others->items()) put(other, &other, name + ": " + Text(other, "says"));
  }
  EXPECT_GE(asked, 20u);
}

INSTANTIATE_TEST_SUITE_P(Packs, Asks, testing::Values("edogawa-2021", "appi-2023"),
                         [](const auto& info) { return std::string(info.index == 0 ? "Edogawa2021" : "Appi2023"); });

// A row that says too little, too much, or another outcome is found wrong.
TEST(Planted, RowsThatSaySomethingElse) {
  const Answered answered{"not shown", {"edo21.a"}, {"edo21.b"}};
  const auto wrong = [&](const std::string& row) { return Wrong(answered, *codec::ReadYaml(row, "row")); };
  EXPECT_EQ(wrong("{ answer: not shown, decides: [edo21.a], warns: [edo21.b] }"), "");
  EXPECT_NE(wrong("{ answer: refused, decides: [edo21.a], warns: [edo21.b] }"), "");
  EXPECT_NE(wrong("{ answer: not shown, decides: [edo21.a, edo21.c], warns: [edo21.b] }"), "");
  EXPECT_NE(wrong("{ answer: not shown, warns: [edo21.b] }"), "");
  EXPECT_NE(wrong("{ answer: not shown, decides: [edo21.a] }"), "");
}

}  // namespace
}  // namespace hikae::violations
