// The packs of an office: several at its making, added and removed, and what other processes that have it open see.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "base/civil_date.h"
#include "office/directory.h"
#include "office/office.h"

namespace hikae::office {
namespace {

namespace fs = std::filesystem;
using base::Status;
using Names = std::vector<std::string>;

constexpr registry::Micros kNow = 1'680'400'000'000'000;  // 2023-04-02
constexpr char kOld[] =
    "hikae: declaration/1\npack: edogawa-2021\nvalid_from: 2021-05-06\nby: 福祉部\n"
    "Section: { 援護課: {} }\nItem: { 氏名: {} }\nHandling: { soudan: { title: 相談支援, section: 援護課 } }\n"
    "File: { 相談記録: { handling: soudan, title: 相談記録, items: [氏名], "
    "ItemFormat: { 氏名: { item: 氏名, kind: text, format: name } } } }\n"
    "Declaration: { 第2号: { handling: soudan, title: 第2号議案, Act: { 委託: { kind: outsourcing, grounds: [14-3] } } "
    "} }\n";
constexpr char kHolding[] =
    "hikae: declaration/1\npack: appi-2023\nvalid_from: 2023-04-01\nby: 福祉部\n"
    "Holding: { 相談の保有: { handling: soudan, title: 相談の記録, "
    "SubjectRequest: { 一号: { kind: disclosure, receivedOn: 2023-04-01 } } } }\n";

// A pack of a ward of its own, over the Act: one rule more.
constexpr char kWard[] =
    "id: ward-2023\ntitle: 区の施行条例\ntitle_en: ordinance of the ward\n"
    "effective: { from: 2023-04-01 }\ntightens: appi-2023\nschema: schema.cedarschema\npolicies: [ward.cedar]\n"
    "parameters:\n  decisionDays: { value: 14, word: 十四日以内, source: 区の施行条例第5条, basis: ward }\n";
constexpr char kWardSchema[] =
    "@ja(\"審議の記録\") @en(\"deliberation\") @ledger\nentity Deliberation {\n"
    "  @owner @ja(\"業務\") @en(\"handling\") handling: Handling,\n  @ja(\"開催日\") @en(\"on\") on: "
    "__cedar::datetime,\n  @ja(\"訂正する行\") @en(\"corrects\") corrects?: Deliberation,\n};\n";
constexpr char kWardRule[] =
    "@id(\"ward.title\") @control(\"\") @article(\"区の施行条例第6条\") @confidence(\"derived\") @severity(\"warn\") "
    "@title(\"名称がない\") @title_en(\"no title\") @remedy(\"付ける\") @evidence(\"\")\n"
    "forbid (principal is Holding, action in Action::\"audit.design\", resource is Handling)\n"
    "unless { principal has title };\n";

class OfficePacksTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    root_ = fs::path(testing::TempDir()) / fmt::format("packs_{}_{}", ::getpid(), name);
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  fs::path path() const { return root_ / "office"; }
  static OpenOptions Options() {
    OpenOptions options;
    options.now = [] { return kNow; };
    options.sign_in_background = false;  // forks below: a process without other threads
    return options;
  }
  std::shared_ptr<Office> Make(const Names& packs) {
    OpenOptions options = Options();
    options.create = true;
    options.pack = packs.front();
    options.more_packs.assign(packs.begin() + 1, packs.end());
    auto office = Office::Open(path().string(), options);
    EXPECT_TRUE(office.ok()) << office.error().ToString();
    return office.ok() ? *office : nullptr;
  }
  std::shared_ptr<Office> Open(bool read_only = false) {
    OpenOptions options = Options();
    options.read_only = read_only;
    auto office = Office::Open(path().string(), options);
    EXPECT_TRUE(office.ok()) << office.error().ToString();
    return office.ok() ? *office : nullptr;
  }
  fs::path WardPack() const {
    const fs::path folder = root_ / "given" / "ward-2023";
    fs::create_directories(folder);
    std::ofstream(folder / "pack.yaml") << kWard;
    std::ofstream(folder / "ward.cedar") << kWardRule;
    std::ofstream(folder / "schema.cedarschema") << kWardSchema;
    return folder;
  }
  Names Marker() const { return Directory(path().string()).ReadMarker()->packs; }

  fs::path root_;
};

registry::Day On(std::string_view day) { return *base::ParseDate(day); }

base::Status Try(const base::Result<void>& result) { return result.ok() ? Status::kOk : result.error().status; }

void Declare(Office& office, const std::string& text) {
  const auto declared = office.Declare({{"paper.yaml", text}});
  ASSERT_TRUE(declared.ok()) << declared.error().ToString();
}

Names IdsOf(const Office& office) {
  Names ids;
  const auto packs = office.Packs();
  EXPECT_TRUE(packs.ok());
  for (const auto& pack : *packs) ids.push_back(pack->id);
  return ids;
}

std::set<std::string> JudgingOn(const Office& office, std::string_view day, std::string_view pack = {}) {
  audit::AuditOptions options;
  options.as_of = On(day);
  const auto findings = office.Audit(options, pack);
  if (!findings.ok()) return {"!" + findings.error().text.en};
  std::set<std::string> ids;
  for (const auto& used : findings->packs) EXPECT_TRUE(ids.insert(used.id).second) << used.id;
  return ids;
}

std::string OutcomeOf(const Office& office, std::string_view rule, std::string_view day) {
  audit::AuditOptions options;
  options.as_of = On(day);
  const auto findings = office.Audit(options);
  std::string outcomes;
  if (!findings.ok()) return findings.error().ToString();
  for (const auto& finding : findings->findings) outcomes += finding.rule == rule ? audit::Name(finding.outcome) : "";
  return outcomes;
}

// What the log says of packs: thing, and whether it did not come about.
Names PacksOfLog(Office& office) {
  Names said;
  const auto log = office.log();
  EXPECT_TRUE(log.ok());
  const auto periods = (*log)->Periods();
  std::map<uint64_t, size_t> at;
  for (const auto& period : *periods) {
    const auto entries = (*log)->Entries(period.name);
    const auto size = (*entries)->Size();
    const auto read = (*entries)->Read(0, *size, [&](const log::StoredEntry& stored) -> base::Result<void> {
      const auto entry = log::DecodeEntry(stored.leaf);
      if (entry->type == log::EntryType::kPackChanged) {
        at[stored.index] = said.size();
        said.push_back(entry->thing);
        EXPECT_TRUE(entry->digest.has_value());
      }
      if (entry->type == log::EntryType::kWriteEnded && entry->intent && at.contains(*entry->intent))
        said[at[*entry->intent]] += " not done";
      return {};
    });
    EXPECT_TRUE(read.ok());
  }
  return said;
}

TEST_F(OfficePacksTest, AnOfficeIsMadeWithSeveral) {
  const auto office = Make({"edogawa-2021", "appi-2023", "mn"});
  ASSERT_NE(office, nullptr);
  EXPECT_EQ(IdsOf(*office), (Names{"edogawa-2021", "appi-2023", "mn"}));
  EXPECT_EQ(Marker(), (Names{"edogawa-2021", "appi-2023", "mn"}));
  EXPECT_EQ(PacksOfLog(*office), (Names{"edogawa-2021", "appi-2023", "mn"}));
  Declare(*office, kOld);
  Declare(*office, kHolding);
  const auto again = Open(true);
  EXPECT_EQ(JudgingOn(*again, "2022-12-01"), std::set<std::string>{"edogawa-2021"});
  EXPECT_EQ(JudgingOn(*again, "2023-03-31"), std::set<std::string>{"edogawa-2021"});
  EXPECT_EQ(JudgingOn(*again, "2023-04-01"), (std::set<std::string>{"edogawa-2021", "appi-2023", "mn"}));
  EXPECT_EQ(JudgingOn(*again, "2024-06-01"), (std::set<std::string>{"edogawa-2021", "appi-2023", "mn"}));
  EXPECT_EQ(JudgingOn(*again, "2024-06-01", "appi-2023"), std::set<std::string>{"appi-2023"})
      << "one alone, when named";
}

TEST_F(OfficePacksTest, TheSameTwiceMakesNothing) {
  OpenOptions options = Options();
  options.create = true;
  options.more_packs = {"edogawa-2021"};
  const auto office = Office::Open(path().string(), options);
  ASSERT_FALSE(office.ok());
  EXPECT_EQ(office.error().status, Status::kExists);
  EXPECT_FALSE(fs::exists(path() / "office.json"));
}

TEST_F(OfficePacksTest, AddedAndRemoved) {
  const auto office = Make({"edogawa-2021"});
  ASSERT_NE(office, nullptr);
  Declare(*office, kOld);
  EXPECT_FALSE(office->Declare({{"holding.yaml", kHolding}}).ok()) << "no words for it yet";
  ASSERT_EQ(Try(office->AddPack("appi-2023")), Status::kOk);
  EXPECT_EQ(Try(office->AddPack("appi-2023")), Status::kExists);
  EXPECT_EQ(Try(office->AddPack("appi-2032")), Status::kNotFound);
  ASSERT_EQ(Try(office->AddPack("mn")), Status::kOk);
  EXPECT_EQ(JudgingOn(*office, "2024-06-01"), (std::set<std::string>{"edogawa-2021", "appi-2023", "mn"}));
  ASSERT_EQ(Try(office->RemovePack("mn")), Status::kOk);
  EXPECT_EQ(JudgingOn(*office, "2024-06-01"), (std::set<std::string>{"edogawa-2021", "appi-2023"})) << "switched off";
  Declare(*office, kHolding);
  EXPECT_EQ(Marker(), (Names{"edogawa-2021", "appi-2023"}));
  EXPECT_EQ(PacksOfLog(*office), (Names{"edogawa-2021", "appi-2023", "mn", "mn"}));
  EXPECT_EQ(IdsOf(*Open()), (Names{"edogawa-2021", "appi-2023"}));
}

TEST_F(OfficePacksTest, NotRemovedWhileRowsSpeakItsWords) {
  const auto office = Make({"edogawa-2021", "appi-2023"});
  ASSERT_NE(office, nullptr);
  Declare(*office, kOld);
  Declare(*office, kHolding);
  const auto types = office->RemovePack("appi-2023");
  ASSERT_FALSE(types.ok());
  EXPECT_EQ(types.error().status, Status::kExists);
  EXPECT_NE(types.error().text.en.find("Holding 1, SubjectRequest 1"), std::string::npos) << types.error().ToString();
  const auto words = office->RemovePack("edogawa-2021");
  ASSERT_FALSE(words.ok());
  EXPECT_NE(words.error().text.en.find("Article::\"14-3\" 1"), std::string::npos) << words.error().ToString();
  EXPECT_NE(words.error().text.ja.find("規程集「edogawa-2021」だけにある"), std::string::npos);
  EXPECT_EQ(Marker(), (Names{"edogawa-2021", "appi-2023"}));
  EXPECT_EQ(PacksOfLog(*office), (Names{"edogawa-2021", "appi-2023"})) << "refused before anything was said";
  EXPECT_EQ(Try(office->RemovePack("nobody")), Status::kNotFound);
}

TEST_F(OfficePacksTest, TheLastOneStays) {
  const auto office = Make({"edogawa-2021"});
  EXPECT_EQ(Try(office->RemovePack("edogawa-2021")), Status::kArgument);
  EXPECT_EQ(Try(Open(true)->AddPack("appi-2023")), Status::kIo) << "not by who may only read";
}

TEST_F(OfficePacksTest, AFolderIsKeptAndJudgesOverTheAct) {
  const auto office = Make({"edogawa-2021", "appi-2023"});
  Declare(*office, kOld);
  Declare(*office, kHolding);
  ASSERT_EQ(Try(office->AddPack(WardPack().string())), Status::kOk);
  fs::remove_all(root_ / "given");
  EXPECT_EQ(IdsOf(*Open()), (Names{"edogawa-2021", "appi-2023", "ward-2023"}));
  audit::AuditOptions options;
  options.as_of = On("2024-06-01");
  const auto findings = office->Audit(options);
  ASSERT_TRUE(findings.ok()) << findings.error().ToString();
  ASSERT_EQ(findings->packs.size(), 3u);
  std::multiset<std::string> judged;
  for (const auto& finding : findings->findings) {
    if (finding.thing.type == "Holding" || finding.thing.type == "SubjectRequest") judged.emplace(finding.rule);
  }
  EXPECT_EQ(judged.count("ward.title"), 1u);
  EXPECT_EQ(judged.count("appi.request.due"), 1u) << "the Act once, with the ordinance over it";
  // With the numbers of the ordinance: fourteen days instead of thirty.
  EXPECT_EQ(OutcomeOf(*office, "appi.request.due", "2023-04-20"), "violated");
  ASSERT_EQ(Try(office->RemovePack("ward-2023")), Status::kOk);
  EXPECT_FALSE(fs::exists(path() / "packs" / "ward-2023"));
  EXPECT_EQ(OutcomeOf(*office, "appi.request.due", "2023-04-20"), "not applicable");
  EXPECT_EQ(Try(office->AddPack((root_ / "given").string())), Status::kNotFound);
}

TEST_F(OfficePacksTest, WhatDoesNotLoadIsNotAdded) {
  const auto office = Make({"edogawa-2021", "appi-2023"});
  const fs::path ward = WardPack();
  std::ofstream(ward / "ward.cedar", std::ios::app) << "permit (principal, action, resource);\n";
  EXPECT_EQ(Try(office->AddPack(ward.string())), Status::kRules);
  WardPack();
  ASSERT_EQ(Try(office->AddPack("mn")), Status::kOk);
  const auto sibling = office->AddPack(ward.string());
  ASSERT_FALSE(sibling.ok());
  EXPECT_NE(sibling.error().text.en.find("are both laid over `appi-2023`"), std::string::npos)
      << sibling.error().ToString();
  EXPECT_EQ(IdsOf(*office), (Names{"edogawa-2021", "appi-2023", "mn"}));
  EXPECT_FALSE(fs::exists(path() / "packs"));
}

// A ward that has a pack of its own lays it over the number law: the Act, the number law and the ordinance are judged
// once each, and where no file carries the number the number law finds nothing.
TEST_F(OfficePacksTest, AWardsPackOverTheNumberLawIsJudgedWithBoth) {
  const auto office = Make({"edogawa-2021", "appi-2023", "mn"});
  Declare(*office, kOld);
  Declare(*office, kHolding);
  const fs::path ward = WardPack();
  std::string manifest = kWard;
  manifest.replace(manifest.find("tightens: appi-2023"), 19, "tightens: mn");
  std::ofstream(ward / "pack.yaml") << manifest;
  const auto added = office->AddPack(ward.string());
  ASSERT_TRUE(added.ok()) << added.error().ToString();
  EXPECT_EQ(IdsOf(*Open()), (Names{"edogawa-2021", "appi-2023", "mn", "ward-2023"}));
  EXPECT_EQ(JudgingOn(*office, "2024-06-01"), (std::set<std::string>{"edogawa-2021", "appi-2023", "mn", "ward-2023"}));
  const auto judged = [&] {
    audit::AuditOptions options;
    options.as_of = On("2024-06-01");
    const auto findings = office->Audit(options);
    EXPECT_TRUE(findings.ok()) << findings.error().ToString();
    std::multiset<std::string> rules;
    for (const auto& finding : findings->findings) {
      if (finding.thing.type != "Declaration") rules.emplace(finding.rule);
    }
    return rules;
  };
  const auto without = judged();
  EXPECT_EQ(without.count("ward.title"), 1u);
  EXPECT_EQ(without.count("appi.request.due"), 1u);
  EXPECT_EQ(without.count("mn.use.scope"), 0u);
  EXPECT_EQ(std::count_if(without.begin(), without.end(), [](const auto& rule) { return rule.starts_with("mn."); }), 0);
  EXPECT_EQ(OutcomeOf(*office, "appi.request.due", "2023-04-20"), "violated") << "the fourteen days of the ordinance";
  Declare(*office,
          "hikae: declaration/1\npack: mn\nvalid_from: 2023-04-01\nby: 福祉部\n"
          "MyNumberFile: { 番号: { holding: 相談の保有, file: 相談記録, title: 番号のファイル } }\n");
  EXPECT_EQ(judged().count("mn.use.scope"), 1u);
}

// ---- another process ---------------------------------------------------------------------------------------------

// Runs in another process that opens the office for itself.
void InAnotherProcess(const std::function<bool()>& work) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(work() ? 0 : 1);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(OfficePacksTest, WhoHasItOpenGoesByTheNewPacks) {
  Make({"edogawa-2021"});
  const auto mine = Open(), reader = Open(true);
  Declare(*mine, kOld);
  const auto before = mine->rules().At(*mine->rules().Version(), On("2023-03-31"));
  ASSERT_TRUE(before.ok()) << before.error().ToString();
  EXPECT_EQ((*before)->pack, "edogawa-2021");
  EXPECT_FALSE(mine->rules().At(*mine->rules().Version(), On("2023-04-01")).ok());
  InAnotherProcess([&] { return Open()->AddPack("appi-2023").ok() && Open()->AddPack("mn").ok(); });
  // Nobody has to open it again: the acts of sessions, what may be declared, and who judges.
  const auto after = mine->rules().At(*mine->rules().Version(), On("2023-04-01"));
  ASSERT_TRUE(after.ok()) << after.error().ToString();
  EXPECT_EQ((*after)->pack, "mn") << "with the Act below it";
  EXPECT_TRUE((*after)->faulty_files.empty()) << "the formats of the old pack still hold";
  EXPECT_TRUE((*after)->files.contains("相談記録"));
  EXPECT_EQ((*mine->rules().At(*mine->rules().Version(), On("2023-03-31")))->pack, "edogawa-2021");
  Declare(*mine, kHolding);
  EXPECT_EQ(JudgingOn(*reader, "2023-04-01"), (std::set<std::string>{"edogawa-2021", "appi-2023", "mn"}));
  InAnotherProcess([&] { return Open()->RemovePack("mn").ok(); });
  EXPECT_EQ(JudgingOn(*reader, "2023-04-01"), (std::set<std::string>{"edogawa-2021", "appi-2023"}));
  EXPECT_EQ((*mine->rules().At(*mine->rules().Version(), On("2023-04-01")))->pack, "appi-2023");
  EXPECT_EQ(IdsOf(*mine), (Names{"edogawa-2021", "appi-2023"}));
}

TEST_F(OfficePacksTest, NothingIsRecordedInWordsThatAreGone) {
  const auto mine = Make({"edogawa-2021", "appi-2023"});
  Declare(*mine, kOld);
  InAnotherProcess([&] { return Open()->RemovePack("appi-2023").ok(); });
  const auto late = mine->Declare({{"holding.yaml", kHolding}});
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().status, Status::kArgument) << late.error().ToString();
  EXPECT_TRUE(mine->Handlings(On("2023-04-02")).ok());
}

TEST_F(OfficePacksTest, NorWhileItIsBeingRecorded) {
  Make({"edogawa-2021", "appi-2023"});
  // The clock is asked when the packs have been looked at and nothing is written yet.
  static std::function<void()> meanwhile;
  OpenOptions options = Options();
  options.now = [] {
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    return kNow;
  };
  const auto office = Office::Open(path().string(), options);
  ASSERT_TRUE(office.ok());
  Declare(**office, kOld);
  meanwhile = [&] { InAnotherProcess([&] { return Open()->RemovePack("appi-2023").ok(); }); };
  const auto late = (*office)->Declare({{"holding.yaml", kHolding}});
  EXPECT_FALSE(meanwhile) << "the other process was there";
  ASSERT_FALSE(late.ok()) << "recorded in words that are gone";
  EXPECT_EQ(late.error().status, Status::kArgument) << late.error().ToString();
  EXPECT_EQ(Marker(), Names{"edogawa-2021"});
  ASSERT_EQ(Try((*office)->AddPack("appi-2023")), Status::kOk);
  Declare(**office, kHolding);
}

TEST_F(OfficePacksTest, AStopBeforeTheMarkerChangesNothingButTheLog) {
  const auto office = Make({"edogawa-2021"});
  // The marker cannot be replaced where its draft is a folder.
  fs::create_directories(path() / "office.json.new");
  const auto failed = office->AddPack("appi-2023");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().status, Status::kIo);
  EXPECT_EQ(IdsOf(*office), Names{"edogawa-2021"});
  EXPECT_EQ(PacksOfLog(*office), (Names{"edogawa-2021", "appi-2023 not done"}));
  fs::remove_all(path() / "office.json.new");
  ASSERT_EQ(Try(office->AddPack("appi-2023")), Status::kOk);
  EXPECT_EQ(PacksOfLog(*office), (Names{"edogawa-2021", "appi-2023 not done", "appi-2023"}));
  EXPECT_EQ(IdsOf(*Open()), (Names{"edogawa-2021", "appi-2023"}));
}

TEST_F(OfficePacksTest, AProcessThatDiesBeforeTheMarkerLeavesAnEntryAndNothingElse) {
  Make({"edogawa-2021"});
  // Whoever opens a pipe for writing waits for a reader: there the process stands when it is killed.
  ASSERT_EQ(::mkfifo((path() / "office.json.new").c_str(), 0600), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(Open()->AddPack("appi-2023").ok() ? 0 : 1);
  while (PacksOfLog(*Open(true)).size() < 2) ASSERT_EQ(::waitpid(child, nullptr, WNOHANG), 0) << "it did not wait";
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  fs::remove(path() / "office.json.new");
  const auto office = Open();
  EXPECT_EQ(IdsOf(*office), Names{"edogawa-2021"});
  EXPECT_EQ(PacksOfLog(*office), (Names{"edogawa-2021", "appi-2023"})) << "too much rather than too little";
  Declare(*office, kOld);
  ASSERT_EQ(Try(office->AddPack("appi-2023")), Status::kOk);
  EXPECT_EQ(IdsOf(*Open()), (Names{"edogawa-2021", "appi-2023"}));
}

// ---- reports -----------------------------------------------------------------------------------------------------

TEST_F(OfficePacksTest, ReportsNameEveryPack) {
  const auto office = Make({"edogawa-2021", "appi-2023"});
  Declare(*office, kOld);
  Declare(*office, kHolding);
  const auto report = [&](report::Format format, std::string_view pack = {}) {
    const auto made = office->Report("findings", "soudan", format, On("2024-06-01"), base::Language::kJapanese, pack);
    EXPECT_TRUE(made.ok()) << made.error().ToString();
    return made.ok() ? *made : std::string();
  };
  const auto packs = office->Packs();
  for (const report::Format format :
       {report::Format::kText, report::Format::kHtml, report::Format::kJson, report::Format::kSarif}) {
    const std::string text = report(format);
    for (const auto& pack : *packs) {
      EXPECT_NE(text.find(pack->id), std::string::npos) << static_cast<int>(format);
      EXPECT_NE(text.find(pack->digest.substr(0, 16)), std::string::npos) << static_cast<int>(format) << pack->id;
    }
  }
  const std::string text = report(report::Format::kText);
  EXPECT_NE(text.find("その間に始まったものについて経過措置により適用: 令和3年法律第37号附則"), std::string::npos);
  EXPECT_NE(text.find("規程集 appi-2023)"), std::string::npos) << "each finding says whose its rule is";
  EXPECT_NE(text.find("条文を読んで確かめた"), std::string::npos) << "and in words how sure it is";
  const auto before =
      office->Report("findings", "soudan", report::Format::kText, On("2022-06-01"), base::Language::kJapanese, {});
  ASSERT_TRUE(before.ok()) << before.error().ToString();
  EXPECT_NE(before->find(".kind = 外部委託  ["), std::string::npos) << "values in words";
  EXPECT_NE(report(report::Format::kJson).find("\"transition\""), std::string::npos);
  const std::string page = report(report::Format::kHtml);
  EXPECT_NE(page.find("開示等の請求"), std::string::npos) << "words of either pack";
  EXPECT_EQ(page.find("asOf"), std::string::npos);
  EXPECT_EQ(page.find("params."), std::string::npos);
  EXPECT_EQ(report(report::Format::kText, "appi-2023").find("edogawa-2021"), std::string::npos);
}

}  // namespace
}  // namespace hikae::office
