// Packs whose own rules the table of national/*.yaml moves: a base without a fault, and what one fault in it moves.
// The words are those of tests/violations/README.md.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "audit/audit.h"
#include "audit/pack.h"
#include "changes/document.h"
#include "codec/node.h"
#include "mutants.h"
#include "places.h"
#include "registry/registry.h"
#include "store/database.h"

namespace hikae::audit {
namespace {

using codec::Node;
using Lines = std::set<std::string>;

const std::string kFolder = hikae::test::SourceDir() + "/tests/packs/national/";
constexpr registry::Micros kRecorded = 1'680'274'800'000'000;  // 2023-04-01 in Japan

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

Node ReadTree(const std::string& name) {
  auto node = codec::ReadYaml(ReadFile(kFolder + name), name);
  EXPECT_TRUE(node.ok()) << node.error().ToString();
  return node.ok() ? *node : Node::Map();
}

std::string Text(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr && found->IsText() ? found->text() : std::string();
}

std::vector<std::string> Texts(const Node& node, std::string_view key) {
  std::vector<std::string> texts;
  const Node* list = node.Find(key);
  if (list == nullptr) return texts;
  for (const Node& item : list->items()) texts.push_back(item.text());
  return texts;
}

// One of the packs under test: its id is the name of its folder of cases.
struct Subject {
  std::shared_ptr<const Pack> pack;
  Node base;
  std::string day;
};

// `more` on top of `base`: maps are merged, what is said again replaces.
Node Merged(const Node& base, const Node& more) {
  if (!base.IsMap() || !more.IsMap()) return more;
  Node merged = base;
  for (const auto& [key, value] : more.entries()) {
    const Node* known = base.Find(key);
    merged.Set(key, known == nullptr ? value : Merged(*known, value));
  }
  return merged;
}

Subject Load(const std::string& id, const std::vector<std::string>& bases, const std::string& day) {
  Subject subject;
  const auto files = FindPack(hikae::test::PacksDir() + "/" + id);
  const auto pack = LoadPack(*files);
  EXPECT_TRUE(pack.ok()) << pack.error().ToString();
  if (pack.ok()) subject.pack = *pack;
  subject.base = Node::Map();
  for (const std::string& base : bases) subject.base = Merged(subject.base, ReadTree(base));
  subject.base.Set("pack", Node::Plain(id));
  subject.day = day;
  return subject;
}

Findings Judge(const Subject& subject, const std::vector<registry::Document>& documents, const std::string& day) {
  static int count = 0;
  const std::string path = fmt::format("{}/national_{}_{}.db", testing::TempDir(), ::getpid(), count++);
  std::remove(path.c_str());
  Findings none;
  auto database = store::Database::Open(path, {.create = true});
  EXPECT_TRUE(database.ok()) << database.error().ToString();
  auto registry = registry::Registry::Open(*std::move(database), subject.pack->schema, subject.pack->id);
  registry::Micros now = kRecorded;
  for (const registry::Document& document : documents) {
    const auto declared = (*registry)->Declare({document}, now += 60'000'000);
    EXPECT_TRUE(declared.ok()) << declared.error().ToString();
    if (!declared.ok()) return none;
  }
  AuditOptions options;
  options.as_of = *base::ParseDate(day);
  auto findings = Audit(**registry, subject.pack, options);
  EXPECT_TRUE(findings.ok()) << findings.error().ToString();
  registry->reset();
  for (const char* end : {"", "-wal", "-shm"}) std::remove((path + end).c_str());
  return findings.ok() ? *std::move(findings) : none;
}

std::map<std::string, Lines> Outcomes(const Findings& findings) {
  std::map<std::string, Lines> outcomes;
  for (const Finding& finding : findings.findings)
    outcomes[fmt::format("{} {}", finding.rule, finding.thing.ToString())].insert(Name(finding.outcome));
  return outcomes;
}

std::string Join(const Lines& lines) { return lines.empty() ? "-" : fmt::format("{}", fmt::join(lines, "+")); }

// "rule Type::"id": before -> after", for whatever differs. That a rule does not concern a thing that comes or goes is
// no move.
Lines Moves(const std::map<std::string, Lines>& before, const std::map<std::string, Lines>& after) {
  Lines keys, moves;
  for (const auto& entry : before) keys.insert(entry.first);
  for (const auto& entry : after) keys.insert(entry.first);
  const auto at = [](const std::map<std::string, Lines>& map, const std::string& key) {
    const auto found = map.find(key);
    return found == map.end() ? Lines() : found->second;
  };
  for (const std::string& key : keys) {
    const Lines was = at(before, key), is = at(after, key);
    const Lines unconcerned = {"not applicable"};
    if (was == is || (was.empty() && is == unconcerned) || (is.empty() && was == unconcerned)) continue;
    moves.insert(fmt::format("{}: {} -> {}", key, Join(was), Join(is)));
  }
  return moves;
}

// The base as the case leaves it, and what the case declares after it.
std::vector<registry::Document> DocumentsOf(const Subject& subject, const Node& row) {
  static const std::vector<std::pair<const char*, changes::Verb>> verbs = {{"set", changes::Verb::kSet},
                                                                           {"remove", changes::Verb::kRemove},
                                                                           {"append", changes::Verb::kAppend},
                                                                           {"take", changes::Verb::kTake}};
  Node base = subject.base;
  for (const auto& [name, verb] : verbs) {
    const std::vector<std::string> path = Texts(row, name);
    if (path.empty()) continue;
    const Node* value = row.Find("value");
    auto changed = changes::Apply(base, {verb, path, value == nullptr ? Node() : *value});
    EXPECT_TRUE(changed.ok()) << changed.error().ToString();
    if (changed.ok()) base = *std::move(changed);
  }
  std::vector<registry::Document> documents = {{"base.yaml", changes::WriteYaml(base)}};
  if (const Node* later = row.Find("declare")) {
    Node document = Node::Map();
    document.Set("hikae", Node::Plain("declaration/1")).Set("pack", Node::Plain(subject.pack->id));
    document.Set("valid_from", Node::Plain("2023-04-01")).Set("by", Node::Plain("試験"));
    for (const auto& [key, value] : later->entries()) document.Set(key, value);
    documents.push_back({"case.yaml", changes::WriteYaml(document)});
  }
  return documents;
}

bool IsAudited(const Rule& rule) {
  return std::any_of(rule.moments.begin(), rule.moments.end(), [](Moment moment) { return moment != Moment::kRun; });
}

// Runs the cases of a file; what each rule was moved to is added to `shown`.
void RunCases(const Subject& subject, const std::string& file, std::map<std::string, Lines>& shown) {
  const auto before = Outcomes(Judge(subject, {{"base.yaml", changes::WriteYaml(subject.base)}}, subject.day));
  Lines names;
  const Node cases = ReadTree(file);
  for (const Node& row : cases.items()) {
    const std::string name = Text(row, "name");
    SCOPED_TRACE(fmt::format("{}:{} {}: {}", file, row.mark().line, name, Text(row, "says")));
    EXPECT_TRUE(names.insert(name).second) << "the name is used twice";
    const std::string day = row.Find("day") == nullptr ? subject.day : Text(row, "day");
    const Lines moves = Moves(before, Outcomes(Judge(subject, DocumentsOf(subject, row), day)));
    if (test::HasMutants()) {
      test::HoldMutants(moves, name);
      continue;
    }
    const std::vector<std::string> expected = Texts(row, "moves");
    EXPECT_FALSE(expected.empty()) << "a case in which nothing moves";
    EXPECT_EQ(moves, Lines(expected.begin(), expected.end())) << fmt::format("{}", fmt::join(moves, "\n"));
    for (const std::string& line : moves) {
      const size_t arrow = line.rfind(" -> ");
      shown[line.substr(0, line.find(' '))].insert(line.substr(arrow + 4));
    }
  }
}

// Every rule that judges things fires in some case, and comes out as not shown where it names evidence.
void ExpectCovered(const Subject& subject, const std::map<std::string, Lines>& shown) {
  if (test::HasMutants()) return;
  for (const Rule& rule : subject.pack->rules) {
    if (!IsAudited(rule) || rule.pack != subject.pack->id) continue;
    const auto found = shown.find(rule.id);
    const Lines outcomes = found == shown.end() ? Lines() : found->second;
    EXPECT_TRUE(outcomes.count("violated")) << rule.id << " is not violated in any case";
    const bool needed = !rule.annotations.at("evidence").empty();
    EXPECT_TRUE(!needed || outcomes.count("not shown")) << rule.id << " comes out as not shown in no case";
  }
}

// Nothing open in the base, and every rule met by something in it, or named here with the reason why it concerns
// nothing.
void ExpectClean(const Subject& subject, const Lines& unconcerned) {
  Lines met, said;
  const Findings findings = Judge(subject, {{"base.yaml", changes::WriteYaml(subject.base)}}, subject.day);
  for (const Finding& finding : findings.findings) {
    const bool open = finding.outcome == Outcome::kViolated || finding.outcome == Outcome::kNotShown;
    if (open) said.insert(fmt::format("{} {}", finding.rule, finding.thing.ToString()));
    if (finding.outcome == Outcome::kMet) said.insert(fmt::format("{} met", finding.rule));
    if (test::HasMutants()) continue;
    EXPECT_FALSE(open) << finding.rule << " " << finding.thing.ToString() << " " << Name(finding.outcome) << " "
                       << finding.note << fmt::format(" {}", fmt::join(finding.grounds().missing, ", "));
    if (finding.outcome == Outcome::kMet) met.emplace(finding.rule);
  }
  if (test::HasMutants()) return test::HoldMutants(said, "base");
  for (const Rule& rule : subject.pack->rules) {
    if (!IsAudited(rule) || rule.pack != subject.pack->id) continue;
    EXPECT_NE(met.count(rule.id), unconcerned.count(rule.id)) << rule.id;
  }
}

const Subject& Appi() {
  static const Subject subject = Load("appi-2023", {"base.yaml"}, "2024-06-10");
  return subject;
}

TEST(Appi2023, TheBaseIsWithoutAFault) { ExpectClean(Appi(), {"appi.pseudonym.matching"}); }

TEST(Appi2023, EveryFaultMovesItsRule) {
  std::map<std::string, Lines> shown;
  RunCases(Appi(), "cases.yaml", shown);
  ExpectCovered(Appi(), shown);
}

// What rules come to, case by case, on the day of the case.
size_t RunExpectations(const Subject& subject, const std::string& file) {
  const Node vectors = ReadTree(file);
  size_t count = 0;
  for (const Node& row : vectors.items()) {
    SCOPED_TRACE(fmt::format("{}:{} {}", file, row.mark().line, Text(row, "says")));
    const auto shown = Outcomes(Judge(subject, DocumentsOf(subject, row), Text(row, "day")));
    if (test::HasMutants()) {
      Lines all;
      for (const auto& [key, outcomes] : shown) all.insert(fmt::format("{}: {}", key, Join(outcomes)));
      const std::vector<std::string> named = Texts(row, "expect");
      test::HoldMutants(test::LinesOf(all, Lines(named.begin(), named.end())), Text(row, "says"));
      continue;
    }
    for (const Node& line : row.Find("expect")->items()) {
      const std::string text = line.text();
      const size_t colon = text.rfind(": ");
      const auto found = shown.find(text.substr(0, colon));
      EXPECT_EQ(found == shown.end() ? "-" : Join(found->second), text.substr(colon + 2)) << text;
      ++count;
    }
  }
  return count;
}

// What is on the last day and after it, before the Act and on its first day, stated and not.
TEST(Appi2023, LimitsOfItsRules) { EXPECT_GE(RunExpectations(Appi(), "limits.yaml"), 300u); }

// What is done again and again: the first time, and the longest time between two.
TEST(Appi2023, FirstTimesAndGaps) { EXPECT_GE(RunExpectations(Appi(), "first.yaml"), 200u); }
// One condition of a rule after the other, of what the ledgers say.
TEST(Appi2023, ConditionsOfItsRules) { EXPECT_GE(RunExpectations(Appi(), "conditions.yaml"), 150u); }
TEST(Appi2023, ConditionsOfWhatIsHeld) { EXPECT_GE(RunExpectations(Appi(), "conditions-holding.yaml"), 120u); }

// The terms themselves, by real dates: what the facts of a breach and of a request come to.
TEST(Appi2023, ClocksOfRealDates) { EXPECT_GE(RunExpectations(Appi(), "clocks.yaml"), 20u); }

// What came before the Act and what came on its first day; consent of before goes on
// (令和3年法律第37号附則9条10項〜12項).
TEST(Appi2023, TheDayItCameIntoForce) { EXPECT_GE(RunExpectations(Appi(), "boundary.yaml"), 40u); }

const Subject& MyNumber() {
  static const Subject subject = Load("mn", {"base.yaml", "mn-base.yaml"}, "2024-06-10");
  return subject;
}

TEST(MyNumber, TheBaseIsWithoutAFaultUnderBothLaws) { ExpectClean(MyNumber(), {}); }

TEST(MyNumber, EveryFaultMovesItsRule) {
  std::map<std::string, Lines> shown;
  RunCases(MyNumber(), "mn-cases.yaml", shown);
  ExpectCovered(MyNumber(), shown);
}

TEST(MyNumber, LevelsBySubjects) { EXPECT_GE(RunExpectations(MyNumber(), "mn-levels.yaml"), 7u); }

TEST(MyNumber, ConditionsOfItsRules) { EXPECT_GE(RunExpectations(MyNumber(), "mn-conditions.yaml"), 50u); }

// Switched off, nothing of it is judged; switched on, all of the Act still is.
TEST(MyNumber, JudgesWithTheActAndNeverWithoutIt) {
  std::map<std::string, size_t> of;
  for (const Rule& rule : MyNumber().pack->rules) ++of[rule.pack];
  EXPECT_EQ(of["appi-2023"], Appi().pack->rules.size());
  EXPECT_EQ(of["mn"], MyNumber().pack->rules.size() - Appi().pack->rules.size());
  ASSERT_EQ(MyNumber().pack->below.size(), 1u);
  EXPECT_EQ(MyNumber().pack->below[0].id, "appi-2023");
  EXPECT_EQ(MyNumber().pack->below[0].digest, Appi().pack->digest);
}

// Findings of the lower pack are printed by the pack that is laid over it: it knows what both call their members.
TEST(MyNumber, KnowsTheWordsOfBoth) {
  const Node* words = MyNumber().pack->manifest.Find("words");
  ASSERT_NE(words, nullptr);
  for (const auto& [type, id, word] :
       {std::tuple{"PiaLevel", "full", "全項目評価"}, std::tuple{"SecondaryGround", "law", "法令(69条1項)"}}) {
    const Node* ids = words->Find(type);
    ASSERT_NE(ids, nullptr) << type;
    ASSERT_NE(ids->Find(id), nullptr) << id;
    EXPECT_EQ(Text(*ids->Find(id), "ja"), word);
  }
  EXPECT_NE(MyNumber().pack->manifest.Find("confidence"), nullptr);
  EXPECT_EQ(Text(MyNumber().pack->manifest, "id"), "mn");
}

}  // namespace
}  // namespace hikae::audit
