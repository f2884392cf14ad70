// R11 of a busy log, of an empty one, and of one that is not whole.
#include "report/access_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "codec/node.h"
#include "fixture.h"
#include "log/entry.h"

namespace hikae::report {
namespace {

using base::DayOf;
using base::Language;
using log::Entry;
using log::EntryType;

constexpr int64_t kSecond = 1'000'000;

int64_t At(base::Day day, int second) { return (static_cast<int64_t>(day) * 86'400 + second - 9 * 3'600) * kSecond; }

log::StatisticsOptions Fiscal2021() {
  log::StatisticsOptions options;
  options.from = DayOf({2021, 4, 1});
  options.until = DayOf({2022, 3, 31});
  options.closed.weekends = true;
  options.closed.yearly = {{12, 29}, {12, 30}, {12, 31}, {1, 1}, {1, 2}, {1, 3}};
  return options;
}

void Add(log::StatisticsCounter& counter, uint64_t& index, const Entry& entry) {
  const auto leaf = log::EncodeEntry(entry);
  ASSERT_TRUE(leaf.ok()) << leaf.error().ToString();
  counter.Add(index++, *leaf);
}

// A year of work: mostly by day, some at night, some refused, an export of everything, and who keeps the office.
log::Statistics Busy(int count) {
  auto counter = log::StatisticsCounter::Begin(Fiscal2021());
  EXPECT_TRUE(counter.ok());
  std::mt19937_64 random(20210520);
  uint64_t index = 0;
  std::vector<Entry> acts;
  Entry entry;
  entry.type = EntryType::kPeriodBegun;
  entry.time = At(DayOf({2021, 4, 1}), 9 * 3600);
  entry.origin = "hikae.example/江戸川/2021";
  acts.push_back(entry);
  for (int i = 0; i < count; ++i) {
    Entry act;
    const base::Day day = DayOf({2021, 4, 1}) + static_cast<base::Day>(int64_t{365} * i / count);
    const bool late = random() % 40 == 0;
    if (base::WeekdayOf(day) == base::Weekday::kSunday && random() % 20 != 0) continue;
    act.time = At(day, late ? static_cast<int>(random() % 86'400)
                            : 9 * 3600 + static_cast<int>((random() % 14'400 + random() % 14'400)));
    act.actor = crypto::Pseudonym{static_cast<uint8_t>(std::min(random() % 130, random() % 130)), 7};
    const EntryType types[] = {EntryType::kRead, EntryType::kRead, EntryType::kRead, EntryType::kSearched,
                               EntryType::kWriteIntended};
    act.type = types[random() % 5];
    act.handling = random() % 4 == 0 ? "給付金" : "hikikomori";
    act.decision = random() % 50 == 0 ? log::Decision::kRefused : log::Decision::kAllowed;
    if (act.decision == log::Decision::kRefused)
      act.rules = {random() % 2 == 0 ? "edo21.read.roster" : "edo21.read.place"};
    acts.push_back(act);
    if (i % 9'000 != 0) continue;
    act.type = EntryType::kExported;
    act.count = 7'000 + random() % 2'000;
    acts.push_back(act);
    Entry admin;
    admin.type = EntryType::kDeclared;
    admin.time = act.time;
    admin.actor = crypto::Pseudonym{200};
    admin.count = 42;
    admin.thing = "令和3年度第2号議案";
    acts.push_back(admin);
  }
  std::stable_sort(acts.begin(), acts.end(), [](const Entry& a, const Entry& b) { return a.time < b.time; });
  for (const Entry& act : acts) Add(*counter, index, act);
  return counter->Finish();
}

log::Statistics Empty() {
  auto counter = log::StatisticsCounter::Begin(Fiscal2021());
  return counter->Finish();
}

log::verify::Verdict VerdictOf(uint64_t entries, bool anchored) {
  log::verify::Verdict verdict;
  log::verify::PeriodVerdict period;
  period.name = "2021";
  period.origin = "hikae.example/江戸川/2021";
  period.entries = period.signed_until = entries;
  period.anchored_until = anchored ? entries : 0;
  period.root.fill(0xAB);
  period.checkpoints = entries / 1000 + 1;
  period.keys = 1;
  verdict.periods = {period};
  verdict.key_trusted = true;
  return verdict;
}

class AccessReports : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    pack_ = testing::PackOf("edogawa-2021");
    snapshot_ = testing::Declare(*pack_, {{"点検.yaml", R"(hikae: declaration/1
pack: edogawa-2021
valid_from: 2021-05-01
by: 総務課
LogReview:
  2021/0-500@2021-05-06: { period: "2021", firstEntry: 0, endEntry: 500, on: 2021-05-06, reviewedBy: 総務課 情報公開係長, findings: "時間外の閲覧が3件。いずれも命令簿と一致した。", signedOffBy: 総務課長, signedOffOn: 2021-05-10 }
  2021/500-900@2021-05-13: { period: "2021", firstEntry: 500, endEntry: 900, on: 2021-05-13, reviewedBy: 総務課 情報公開係長, findings: "<b>異常なし</b>" }
)"}});
  }

  std::string Made(const log::Statistics& statistics, const log::verify::Verdict* verdict, Format format,
                   Language language = Language::kJapanese, const registry::Snapshot* snapshot = nullptr) {
    AccessSource access{statistics, verdict, [](const crypto::Pseudonym& who) -> std::optional<std::string> {
                          if (who[0] % 10 == 3) return std::nullopt;  // erased
                          return who[0] == 0 ? "<script>" : "職員-" + std::to_string(who[0]);
                        }};
    const audit::Findings findings = testing::SomeFindings();
    const registry::Snapshot none({});
    const Source source{snapshot == nullptr ? none : *snapshot, findings, *pack_, "", "江戸川区", &access};
    const auto made = Render("access-log", format, source, language);
    EXPECT_TRUE(made.ok()) << made.error().ToString();
    // For looking at: HIKAE_REPORT_DIR=/tmp/r report_test --gtest_filter='AccessReports.*'
    if (const char* folder = std::getenv("HIKAE_REPORT_DIR"); folder != nullptr && format == Format::kHtml) {
      static int number = 0;
      std::ofstream(std::string(folder) + "/r11-" + std::to_string(number++) + ".html") << *made;
    }
    return *made;
  }

  static std::shared_ptr<const audit::Pack> pack_;
  static std::shared_ptr<const registry::Snapshot> snapshot_;
};
std::shared_ptr<const audit::Pack> AccessReports::pack_;
std::shared_ptr<const registry::Snapshot> AccessReports::snapshot_;

size_t CountOf(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

// Table -> its rows, from the JSON form.
const codec::Node* TableOf(const codec::Node& report, const std::string& key) {
  for (const codec::Node& block : report.Find("blocks")->items()) {
    const codec::Node* table = block.Find("table");
    if (table == nullptr) table = block.Find("values");
    if (table != nullptr && table->text() == key) return &block;
  }
  return nullptr;
}

TEST_F(AccessReports, ABusyYearHasEverySection) {
  const log::Statistics busy = Busy(100'000);
  const log::verify::Verdict verdict = VerdictOf(busy.end_index, true);
  for (const Language language : {Language::kJapanese, Language::kEnglish}) {
    const std::string html = Made(busy, &verdict, Format::kHtml, language, snapshot_.get());
    for (int section = 1; section <= 12; ++section)
      EXPECT_NE(html.find("<h2>" + std::to_string(section) + " "), std::string::npos) << section;
    EXPECT_EQ(CountOf(html, "<svg "), 2u);
    EXPECT_EQ(html.find("<script>"), std::string::npos);
    EXPECT_EQ(html.find("<b>"), std::string::npos);
    EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
    EXPECT_NE(html.find("abababab"), std::string::npos) << "the tail hash";
    EXPECT_EQ(html, Made(busy, &verdict, Format::kHtml, language, snapshot_.get())) << "byte-stable";
  }
}

TEST_F(AccessReports, FiguresAreThoseOfTheStatistics) {
  const log::Statistics busy = Busy(100'000);
  const log::verify::Verdict verdict = VerdictOf(busy.end_index, true);
  const std::string text = Made(busy, &verdict, Format::kJson, Language::kJapanese, snapshot_.get());
  const auto report = codec::ReadJson(text, "r11.json");
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(report->Find("id")->text(), "R11");
  EXPECT_EQ(report->Find("from")->text(), "2021-04-01");
  EXPECT_EQ(report->Find("until")->text(), "2022-03-31");
  // Rows of a table add up to what was counted.
  const auto sum = [&](const char* table, const char* column) {
    uint64_t total = 0;
    for (const codec::Node& row : TableOf(*report, table)->Find("rows")->items()) {
      std::string digits = row.Find(column)->text();
      std::erase(digits, ',');
      total += std::stoull(digits);
    }
    return total;
  };
  EXPECT_EQ(TableOf(*report, "months")->Find("rows")->items().size(), 12u);
  EXPECT_EQ(sum("months", "acts"), busy.total.acts);
  EXPECT_EQ(sum("months", "refused"), busy.total.refused);
  EXPECT_EQ(sum("persons", "acts"), busy.total.acts) << "with all others in one row";
  EXPECT_EQ(sum("handlings", "touched"), busy.total.touched);
  EXPECT_EQ(sum("refused_by", "refusals"), busy.total.refused);
  uint64_t hours = 0;
  for (const char* day : {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}) hours += sum("hours", day);
  EXPECT_EQ(hours, busy.total.acts);
  EXPECT_EQ(TableOf(*report, "reviews")->Find("rows")->items().size(), 2u);
  EXPECT_EQ(TableOf(*report, "reviews")->Find("rows")->items()[1].Find("signed_off")->text(), "未決裁");
}

TEST_F(AccessReports, AnEmptyLogSaysSo) {
  const log::Statistics empty = Empty();
  const log::verify::Verdict verdict = VerdictOf(0, false);
  const std::string html = Made(empty, &verdict, Format::kHtml);
  for (const char* said :
       {"この期間に操作はない。", "時間外・閉庁日の操作はない。", "該当する操作はない。", "拒否された操作はない。",
        "この期間に管理者操作はない。", "この期間の点検は台帳にない。", "示していない。"})
    EXPECT_NE(html.find(said), std::string::npos) << said;
  EXPECT_EQ(html.find("=\"nan"), std::string::npos);
  EXPECT_EQ(html.find("=\"inf"), std::string::npos);
  const std::string csv = Made(empty, &verdict, Format::kCsv);
  EXPECT_NE(csv.find("2021年4月"), std::string::npos);
  Made(empty, &verdict, Format::kHtml, Language::kEnglish);
}

TEST_F(AccessReports, WhatWasNotCheckedIsNotCalledSound) {
  const log::Statistics empty = Empty();
  const std::string unchecked = Made(empty, nullptr, Format::kHtml);
  EXPECT_NE(unchecked.find("検証していない"), std::string::npos);
  EXPECT_EQ(unchecked.find("異常なし"), std::string::npos);

  const log::Statistics busy = Busy(100);
  log::verify::Verdict verdict = VerdictOf(busy.end_index, false);
  const std::string alone = Made(busy, &verdict, Format::kHtml);
  EXPECT_NE(alone.find("異常なし"), std::string::npos);
  EXPECT_NE(alone.find("外部の控えが及ばない部分がある"), std::string::npos);

  verdict.Add(
      {log::verify::Fault::kRoot, "2021", 20, 40, {"the entries do not give the root", "記録が根と一致しない"}});
  const std::string broken = Made(busy, &verdict, Format::kHtml);
  EXPECT_EQ(broken.find("異常なし"), std::string::npos);
  EXPECT_NE(broken.find("記録が根と一致しない"), std::string::npos);
  EXPECT_NE(broken.find("20–40"), std::string::npos);
  EXPECT_NE(broken.find("不備の欄を参照"), std::string::npos) << "missing numbers are not said to be none";
}

TEST_F(AccessReports, AnOfficeWithoutALogShowsNothing) {
  const log::Statistics empty = Empty();
  AccessSource access{empty, nullptr, {}, false};
  const audit::Findings findings = testing::SomeFindings();
  const registry::Snapshot none({});
  const Source source{none, findings, *pack_, "", "江戸川区", &access};
  const auto made = Render("R11", Format::kHtml, source, Language::kJapanese);
  ASSERT_TRUE(made.ok());
  EXPECT_NE(made->find("アクセス記録がない"), std::string::npos);
  EXPECT_EQ(made->find("異常なし"), std::string::npos);
}

TEST_F(AccessReports, NeedsALog) {
  const audit::Findings findings = testing::SomeFindings();
  const registry::Snapshot none({});
  const Source source{none, findings, *pack_, "", "江戸川区"};
  EXPECT_EQ(Render("R11", Format::kHtml, source, Language::kJapanese).error().status, base::Status::kArgument);
}

}  // namespace
}  // namespace hikae::report
