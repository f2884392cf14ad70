// The record of a review: what is stated, what stands in the leaf and what is sealed; and R11's reading of a log.
#include "office/log_review.h"

#include <algorithm>
#include <fstream>

#include "audit/pack.h"
#include "office/log_reading.h"
#include "office/office.h"
#include "office_log.h"
#include "registry/registry.h"
#include "store/database.h"

namespace hikae::office {
namespace {

constexpr registry::Micros kNow = 1'652'054'400'000'000;

LogReview SomeReview() {
  LogReview review;
  review.end = 500;
  review.reviewed_by = "総務課 情報公開係長";
  review.on = base::DayOf({2022, 5, 9});
  review.findings = "時間外の閲覧が3件。\nいずれも命令簿と一致した。";
  return review;
}

TEST(LogReviews, WhatIsMissingOrNotThereIsRefused) {
  struct Case {
    const char* what;
    void (*change)(LogReview&);
    const char* said;
  };
  const Case cases[] = {
      {"no reviewer", [](LogReview& r) { r.reviewed_by.clear(); }, "点検した者"},
      {"no day", [](LogReview& r) { r.on = 0; }, "点検日"},
      {"no findings", [](LogReview& r) { r.findings.clear(); }, "所見"},
      {"a day of approval by nobody", [](LogReview& r) { r.signed_off_on = r.on; }, "決裁"},
      {"beyond the end", [](LogReview& r) { r.end = 1'001; }, "1000件"},
      {"no entries", [](LogReview& r) { r.first = 500; }, "500番"},
      {"backwards", [](LogReview& r) { r.first = 700; }, "700番"},
  };
  ASSERT_TRUE(StateReview(SomeReview(), "2021", 1'000, kNow).ok());
  for (const Case& one : cases) {
    LogReview review = SomeReview();
    one.change(review);
    const auto stated = StateReview(review, "2021", 1'000, kNow);
    ASSERT_FALSE(stated.ok()) << one.what;
    EXPECT_EQ(stated.error().status, Status::kArgument) << one.what;
    EXPECT_NE(stated.error().text.ja.find(one.said), std::string::npos) << one.what << ": " << stated.error().text.ja;
  }
  EXPECT_FALSE(StateReview(LogReview(SomeReview()), "2021", 0, kNow).ok()) << "a log without entries";
}

TEST(LogReviews, WithoutAnEndAllThatIsThereWasLookedAt) {
  LogReview review = SomeReview();
  review.end = 0;
  const auto stated = StateReview(review, "2021", 1'000, kNow);
  ASSERT_TRUE(stated.ok());
  EXPECT_EQ(stated->reviewed.end, 1'000u);
  EXPECT_EQ(stated->act.entry.range_end, 1'000u);
  EXPECT_FALSE(stated->act.entry.intent.has_value());
  review.first = 10;
  EXPECT_EQ(StateReview(review, "2021", 1'000, kNow)->act.entry.intent, 10u);
}

class LogReviewTest : public OfficeLogTest {
 protected:
  std::unique_ptr<registry::Registry> Ledger() {
    const auto files = audit::FindPack("edogawa-2021");
    const auto pack = audit::LoadPack(*files);
    auto database = store::Database::Open((path_ / "ledger.db").string(), {.create = true});
    EXPECT_TRUE(pack.ok() && database.ok());
    auto ledger = registry::Registry::Open(*std::move(database), (*pack)->schema, (*pack)->id);
    EXPECT_TRUE(ledger.ok()) << ledger.error().ToString();
    return *std::move(ledger);
  }
};

TEST_F(LogReviewTest, TheRowIsOfTheLedger) {
  const auto ledger = Ledger();
  LogReview review = SomeReview();
  review.signed_off_by = "総務課長";
  review.signed_off_on = base::DayOf({2022, 5, 10});
  const auto stated = StateReview(review, "2021", 1'000, kNow);
  ASSERT_TRUE(stated.ok()) << stated.error().ToString();
  const auto declared = ledger->Declare({stated->document}, kNow);
  ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  EXPECT_EQ(declared->added, 1u);
  const auto snapshot = ledger->AsOf(base::DayOf({2022, 5, 31}));
  const registry::Row* row = (*snapshot)->Find({"LogReview", stated->reviewed.row});
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->by, review.reviewed_by);
  EXPECT_EQ(row->entity.attributes.at("findings").text(), review.findings);
  EXPECT_EQ(row->entity.attributes.at("signedOffBy").text(), "総務課長");

  // A row is never changed; a correction is a row of its own, and the one it corrects is left out.
  LogReview again = review;
  again.findings = "時間外の閲覧が4件。";
  const auto changed = StateReview(again, "2021", 1'000, kNow);
  EXPECT_FALSE(ledger->Declare({changed->document}, kNow).ok()) << "a ledger takes no second version";
  again.corrects = stated->reviewed.row;
  const auto corrected = StateReview(again, "2021", 1'000, kNow + 1);
  ASSERT_TRUE(ledger->Declare({corrected->document}, kNow + 1).ok());
  const auto later = ledger->AsOf(base::DayOf({2022, 5, 31}));
  EXPECT_EQ((*later)->OfType("LogReview").size(), 1u);
  EXPECT_EQ((*later)->OfType("LogReview")[0]->entity.uid.id, corrected->reviewed.row);
  again.corrects = "2021/0-1/1";
  EXPECT_FALSE(ledger->Declare({StateReview(again, "2021", 1'000, kNow + 2)->document}, kNow + 2).ok());
}

TEST_F(LogReviewTest, OneActIsARowAndAnEntry) {
  OpenOptions options;
  options.create = true;
  options.now = [] { return kNow; };
  options.actor = "職員-0042";
  options.sign_in_background = false;
  const std::string directory = (path_ / "office").string();
  const auto office = Office::Open(directory, options);
  ASSERT_TRUE(office.ok()) << office.error().ToString();
  LogReview review = SomeReview();
  review.end = 0;
  LogReview wrong = review;
  wrong.handling = "無い業務";
  AccessLog& log = **(*office)->log();
  const uint64_t before = log.Head()->size;
  EXPECT_FALSE(ReviewLog(**office, wrong).ok()) << "a handling that is not registered";
  wrong.handling.clear();
  wrong.period = "1999";
  EXPECT_EQ(ReviewLog(**office, wrong).error().status, Status::kNotFound);

  const auto reviewed = ReviewLog(**office, review);
  ASSERT_TRUE(reviewed.ok()) << reviewed.error().ToString();
  EXPECT_GE(reviewed->end, before);
  uint64_t rows = 0, found = 0;
  for (const Kept& kept : All(log, log.Periods()->back().name)) {
    rows += kept.entry.type == log::EntryType::kLogReviewed ? 1 : 0;
    found += kept.entry.thing == reviewed->row && kept.entry.range_end == reviewed->end ? 1 : 0;
  }
  EXPECT_EQ(rows, 1u);
  EXPECT_EQ(found, 1u);
  const auto report =
      (*office)->Report("access-log", "", report::Format::kHtml, base::DayOf({2022, 5, 31}), base::Language::kJapanese);
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  for (const std::string& said :
       {review.reviewed_by, std::string("時間外の閲覧が3件。"), std::string("異常なし"), std::string("職員-0042")})
    EXPECT_NE(report->find(said), std::string::npos) << said;
  EXPECT_EQ(report->find("アクセス記録がない"), std::string::npos);
}

TEST_F(LogReviewTest, TheLeafNamesNobody) {
  const auto log = Create();
  for (int i = 0; i < 3; ++i) {
    const Act act = Read("職員-0042", "住民-7");
    ASSERT_TRUE(log->Append({&act, 1}).ok());
  }
  LogReview review = SomeReview();
  review.end = 0;
  const auto stated = StateReview(review, "2021", 4, now_);
  ASSERT_TRUE(stated.ok()) << stated.error().ToString();
  const auto appended = log->Append({&stated->act, 1});
  ASSERT_TRUE(appended.ok()) << appended.error().ToString();
  const auto entries = All(*log, "2021");
  const Kept& entry = entries.back();
  EXPECT_EQ(entry.entry.type, log::EntryType::kLogReviewed);
  EXPECT_EQ(entry.entry.range_end, 4u);
  EXPECT_EQ(entry.entry.thing, stated->reviewed.row);
  for (const std::string& said : {review.reviewed_by, std::string("命令簿")}) {
    const auto in = [&](const std::vector<uint8_t>& bytes) {
      return std::search(bytes.begin(), bytes.end(), said.begin(), said.end()) != bytes.end();
    };
    EXPECT_FALSE(in(entry.leaf) || in(entry.detail)) << said;
    EXPECT_NE(log->OpenDetail(entry.stored())->value_or("").find(said), std::string::npos) << said;
  }
}

TEST_F(LogReviewTest, AReadingCountsAndChecksTheLog) {
  {
    const auto log = Create();
    for (int i = 0; i < 5; ++i) {
      const Act act = Read("職員-0042", "住民-7");
      ASSERT_TRUE(log->Append({&act, 1}).ok());
    }
    const auto reading = ReadLog(base::PosixIo(), path_.string(), ReviewOf(base::DayInJapan(now_), ""), log.get());
    ASSERT_TRUE(reading.ok()) << reading.error().ToString();
    EXPECT_EQ(reading->statistics.total.acts, 5u);
    EXPECT_TRUE(reading->verdict.sound());
    const auto& actors = reading->statistics.actors;
    ASSERT_EQ(actors.size(), 1u);
    EXPECT_EQ(reading->name_of(actors.begin()->first).value_or(""), "職員-0042");
    EXPECT_FALSE(reading->name_of(crypto::Pseudonym{}).has_value());
    ASSERT_TRUE(log->Close().ok());
  }
  // One byte of an entry changed: it is in the verdict, and what comes before is counted.
  const fs::path segment = path_ / "log" / "2021" / "00000000000000000000.seg";
  std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096 + 512 + 70);
  file.put('\xFF');
  file.close();
  const auto damaged = ReadLog(base::PosixIo(), path_.string(), ReviewOf(base::DayInJapan(now_), ""), nullptr);
  ASSERT_TRUE(damaged.ok()) << damaged.error().ToString();
  EXPECT_FALSE(damaged->verdict.sound());
  EXPECT_LT(damaged->statistics.total.acts, 5u);
  EXPECT_FALSE(damaged->name_of);
  EXPECT_EQ(ReadLog(base::PosixIo(), (path_ / "nothing").string(), ReviewOf(0, ""), nullptr).error().status,
            Status::kNotFound);
}

}  // namespace
}  // namespace hikae::office
