#include "log/statistics.h"

#include <gtest/gtest.h>

#include <random>

#include "log/log_fixture.h"

namespace hikae::log {
namespace {

using base::DayOf;

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kHour = 3'600 * kSecond;

// An instant by the clock in Japan.
int64_t At(int32_t year, int32_t month, int32_t day, int hour = 10, int minute = 0, int second = 0) {
  return (static_cast<int64_t>(DayOf({year, month, day})) * 86'400 + hour * 3'600 + minute * 60 + second) * kSecond -
         9 * kHour;
}

Entry Act(EntryType type, int64_t time, uint8_t actor, const std::string& handling = "hikikomori") {
  Entry entry;
  entry.type = type;
  entry.time = time;
  entry.actor = crypto::Pseudonym{actor};
  switch (type) {
    case EntryType::kRead:
    case EntryType::kSearched:
    case EntryType::kExported:
    case EntryType::kWriteIntended:
      entry.handling = handling;
      entry.decision = Decision::kAllowed;
      break;
    default:
      break;
  }
  if (type == EntryType::kExported || type == EntryType::kErased || type == EntryType::kDeclared) entry.count = 1;
  if (type == EntryType::kCorrected || type == EntryType::kPackChanged || type == EntryType::kOfficeChanged)
    entry.thing = "令和3年度第2号議案";
  if (type == EntryType::kPackChanged) entry.digest = crypto::Digest{};
  if (type == EntryType::kLogReviewed) entry.range_end = 7;
  return entry;
}

StatisticsOptions Fiscal2021() {
  StatisticsOptions options;
  options.from = DayOf({2021, 4, 1});
  options.until = DayOf({2022, 3, 31});
  options.closed.weekends = true;
  options.closed.yearly = {{12, 29}, {12, 30}, {12, 31}, {1, 1}, {1, 2}, {1, 3}};
  options.closed.dates = {DayOf({2021, 5, 3})};
  options.large = 5;
  return options;
}

Statistics CountOf(const std::vector<Entry>& entries, const StatisticsOptions& options = Fiscal2021()) {
  auto counter = StatisticsCounter::Begin(options);
  EXPECT_TRUE(counter.ok()) << counter.error().ToString();
  uint64_t index = 0;
  for (const Entry& entry : entries) {
    const auto leaf = EncodeEntry(entry);
    EXPECT_TRUE(leaf.ok()) << leaf.error().ToString();
    counter->Add(index++, *leaf);
  }
  return counter->Finish();
}

TEST(Statistics, WorkingTimeAndClosedDays) {
  struct Case {
    int64_t time;
    bool out_of_hours, closed_day;
    const char* what;
  };
  const Case cases[] = {
      {At(2021, 4, 1, 8, 29, 59), true, false, "before opening"},
      {At(2021, 4, 1, 8, 30), false, false, "opening"},
      {At(2021, 4, 1, 17, 14, 59), false, false, "the last second"},
      {At(2021, 4, 1, 17, 15), true, false, "closing"},
      {At(2021, 4, 1, 0, 0), true, false, "midnight in Japan, the day before in UTC"},
      {At(2022, 3, 31, 23, 59, 59), true, false, "the last second of the period"},
      {At(2021, 4, 3, 10), false, true, "Saturday"},
      {At(2021, 4, 4, 3), false, true, "Sunday night counts once"},
      {At(2021, 5, 3, 10), false, true, "a holiday by date"},
      {At(2021, 12, 29, 10), false, true, "the end of the year"},
      {At(2022, 1, 4, 10), false, false, "the first day of work"},
  };
  for (const Case& one : cases) {
    const Statistics counted = CountOf({Act(EntryType::kRead, one.time, 1)});
    EXPECT_EQ(counted.entries, 1u) << one.what;
    EXPECT_EQ(counted.total.out_of_hours, one.out_of_hours ? 1u : 0u) << one.what;
    EXPECT_EQ(counted.total.closed_day, one.closed_day ? 1u : 0u) << one.what;
  }
}

TEST(Statistics, OtherTimesAndOtherHandlingsAreCountedAsOutside) {
  const std::vector<Entry> entries = {Act(EntryType::kRead, At(2021, 3, 31, 23, 59, 59), 1),
                                      Act(EntryType::kRead, At(2021, 4, 1, 0), 1),
                                      Act(EntryType::kRead, At(2022, 4, 1, 0), 1),
                                      Act(EntryType::kRead, At(2021, 6, 1), 1, "給付金"),
                                      Act(EntryType::kRead, INT64_MIN, 1),
                                      Act(EntryType::kRead, INT64_MAX, 1)};
  EXPECT_EQ(CountOf(entries).entries, 2u);
  EXPECT_EQ(CountOf(entries).outside, 4u);
  EXPECT_EQ(CountOf(entries).times_back, 2u);
  StatisticsOptions options = Fiscal2021();
  options.handling = "給付金";
  const Statistics one = CountOf(entries, options);
  EXPECT_EQ(one.entries, 1u);
  EXPECT_EQ(one.outside, 5u);
  EXPECT_EQ(one.first_index, 3u);
  EXPECT_EQ(one.end_index, 4u);
}

TEST(Statistics, AnEmptyLogHasItsMonths) {
  const Statistics counted = CountOf({});
  EXPECT_EQ(counted.entries, 0u);
  ASSERT_EQ(counted.months.size(), 12u);
  EXPECT_EQ(counted.months.begin()->first, 2021 * 12 + 3);
  EXPECT_EQ(counted.months.rbegin()->first, 2022 * 12 + 2);
  EXPECT_TRUE(counted.actors.empty() && counted.large.empty() && counted.refusals.first.empty());
}

TEST(Statistics, RefusalsByRule) {
  Entry refused = Act(EntryType::kRead, At(2021, 6, 1), 1);
  refused.decision = Decision::kRefused;
  refused.rules = {"edo21.read.roster", "edo21.read.place"};
  Entry not_judged = Act(EntryType::kExported, At(2021, 6, 2), 2);
  not_judged.decision = Decision::kNotJudged;
  not_judged.count = 900;
  const Statistics counted = CountOf({refused, not_judged, Act(EntryType::kRead, At(2021, 6, 3), 1)});
  EXPECT_EQ(counted.total.refused, 2u);
  EXPECT_EQ(counted.total.touched, 1u) << "what was refused touched nothing";
  EXPECT_EQ(counted.refused_by.at("edo21.read.roster"), 1u);
  EXPECT_EQ(counted.refused_by.at("edo21.read.place"), 1u);
  EXPECT_EQ(counted.refused_without_rule, 1u);
  EXPECT_EQ(counted.refusals.total, 2u);
  EXPECT_EQ(counted.refusals.first[1].index, 1u);
  EXPECT_EQ(counted.actors.at(crypto::Pseudonym{1}).refused, 1u);
}

TEST(Statistics, MuchAtOnceIsByPersonAndHour) {
  std::vector<Entry> entries;
  for (int i = 0; i < 4; ++i) entries.push_back(Act(EntryType::kRead, At(2021, 6, 1, 10, i), 1));  // one too few
  for (int i = 0; i < 6; ++i) {
    entries.push_back(Act(EntryType::kRead, At(2021, 6, 1, 11, i), 1));  // six
    entries.push_back(Act(EntryType::kRead, At(2021, 6, 1, 11, i), static_cast<uint8_t>(10 + i)));
  }
  entries.push_back(Act(EntryType::kRead, At(2021, 6, 1, 11, 59, 59), 2));
  for (int i = 0; i < 4; ++i) entries.push_back(Act(EntryType::kRead, At(2021, 6, 1, 12, i), 2));  // 1 + 4 in two hours
  Entry exported = Act(EntryType::kExported, At(2021, 6, 2, 9), 3);
  exported.count = 7'000;
  entries.push_back(exported);
  exported.count = UINT64_MAX;
  exported.time = At(2021, 6, 3, 9);
  entries.push_back(exported);
  entries.push_back(exported);  // does not run over
  const Statistics counted = CountOf(entries);
  ASSERT_EQ(counted.large_total, 3u);
  ASSERT_EQ(counted.large.size(), 3u);
  EXPECT_EQ(counted.large[0].touched, UINT64_MAX);
  EXPECT_EQ(counted.large[0].acts, 2u);
  EXPECT_EQ(counted.large[1].touched, 7'000u);
  EXPECT_EQ(counted.large[2].actor, crypto::Pseudonym{1});
  EXPECT_EQ(counted.large[2].touched, 6u);
  EXPECT_EQ(counted.large[2].hour, At(2021, 6, 1, 11));
  EXPECT_EQ(counted.large[2].first_index, 4u);
  EXPECT_EQ(counted.large[2].last_index, 14u);
  EXPECT_EQ(counted.actors.at(crypto::Pseudonym{1}).most_in_an_hour, 6u);
}

TEST(Statistics, AdministrationReviewsAndLossesAreListed) {
  Entry begun;
  begun.type = EntryType::kPeriodBegun;
  begun.time = At(2021, 4, 1);
  begun.origin = "hikae.example/江戸川/2021";
  Entry lost;
  lost.type = EntryType::kPossibleLoss;
  lost.time = At(2021, 5, 6);
  lost.session = SessionId{};
  lost.loss_ms = 100;
  lost.loss_records = 10;
  const Statistics counted =
      CountOf({begun, Act(EntryType::kDeclared, At(2021, 5, 6), 1), Act(EntryType::kPackChanged, At(2021, 5, 7), 1),
               lost, Act(EntryType::kLogReviewed, At(2021, 5, 8), 2), Act(EntryType::kRead, At(2021, 5, 9), 2)});
  EXPECT_EQ(counted.administrative.total, 4u);
  EXPECT_EQ(counted.administrative.first[0].entry.origin, begun.origin);
  EXPECT_EQ(counted.losses.total, 1u);
  EXPECT_EQ(counted.reviews.total, 1u);
  EXPECT_EQ(counted.entries, 6u);
  EXPECT_EQ(counted.total.acts, 4u) << "what the log says of itself is no act";
  EXPECT_EQ(counted.actors.at(crypto::Pseudonym{1}).administrative, 2u);
}

TEST(Statistics, WhatCannotBeTakenApartIsCountedAndNothingElse) {
  auto counter = StatisticsCounter::Begin(Fiscal2021());
  ASSERT_TRUE(counter.ok());
  auto leaf = *EncodeEntry(Act(EntryType::kRead, At(2021, 6, 1), 1));
  leaf[0] = 2;
  counter->Add(0, leaf);
  leaf[0] = 1;
  leaf.pop_back();
  counter->Add(1, leaf);
  const Statistics counted = counter->Finish();
  EXPECT_EQ(counted.foreign, 1u);
  EXPECT_EQ(counted.unreadable, 1u);
  EXPECT_EQ(counted.entries, 0u);
}

TEST(Statistics, RefusesPeriodsAndTimesThatAreNone) {
  StatisticsOptions backwards = Fiscal2021(), long_one = Fiscal2021(), night = Fiscal2021(), late = Fiscal2021();
  backwards.until = backwards.from - 1;
  long_one.until = DayOf({2041, 4, 1});
  night.opens = night.closes;
  late.closes = 24 * 60 + 1;
  for (const StatisticsOptions& options : {backwards, long_one, night, late})
    EXPECT_EQ(StatisticsCounter::Begin(options).error().status, base::Status::kArgument);
  long_one.until = DayOf({2041, 3, 31});
  EXPECT_TRUE(StatisticsCounter::Begin(long_one).ok()) << "240 months";
}

// Memory stays bounded, and what is beyond the bounds is still counted.
TEST(Statistics, BeyondTheLimitsNothingIsLost) {
  auto counter = StatisticsCounter::Begin(Fiscal2021());
  ASSERT_TRUE(counter.ok());
  constexpr uint64_t kExtra = 50;
  Entry entry = Act(EntryType::kRead, At(2021, 6, 1), 0);
  entry.decision = Decision::kRefused;
  for (uint64_t i = 0; i < kMaxCountedActors + kExtra; ++i) {
    entry.actor =
        crypto::Pseudonym{static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i >> 16)};
    entry.handling = "h" + std::to_string(i % (kMaxCountedCodes + kExtra));
    entry.rules = {"r" + std::to_string(i % (kMaxCountedCodes + kExtra))};
    counter->Add(i, *EncodeEntry(entry));
  }
  const Statistics counted = counter->Finish();
  EXPECT_EQ(counted.actors.size(), kMaxCountedActors);
  EXPECT_EQ(counted.other_actors.acts, kExtra);
  EXPECT_EQ(counted.handlings.size(), kMaxCountedCodes);
  EXPECT_EQ(counted.refused_by.size(), kMaxCountedCodes);
  uint64_t acts = counted.other_handlings.acts, refusals = counted.refused_by_others;
  for (const auto& [handling, counts] : counted.handlings) acts += counts.acts;
  for (const auto& [rule, count] : counted.refused_by) refusals += count;
  EXPECT_EQ(acts, kMaxCountedActors + kExtra);
  EXPECT_EQ(refusals, kMaxCountedActors + kExtra);
  EXPECT_EQ(counted.refusals.first.size(), kMaxListedEntries);
  EXPECT_EQ(counted.refusals.total, kMaxCountedActors + kExtra);
}

// Sums over every grouping agree with each other, whatever the entries.
TEST(Statistics, EveryGroupingAddsUp) {
  std::mt19937_64 random(20210520);
  std::vector<Entry> entries;
  const EntryType types[] = {EntryType::kRead,   EntryType::kSearched, EntryType::kExported,
                             EntryType::kErased, EntryType::kDeclared, EntryType::kOfficeChanged};
  for (int i = 0; i < 5'000; ++i) {
    const int64_t time = At(2021, 4, 1, 0) + static_cast<int64_t>(random() % (365 * 24)) * kHour;
    Entry entry =
        Act(types[random() % 6], time, static_cast<uint8_t>(random() % 30), "業務" + std::to_string(random() % 5));
    if (entry.decision && random() % 9 == 0) entry.decision = Decision::kRefused;
    entries.push_back(entry);
  }
  const Statistics counted = CountOf(entries);
  const auto sum = [](const auto& map) {
    ActCounts total;
    for (const auto& [key, counts] : map) {
      total.acts += counts.acts, total.refused += counts.refused, total.out_of_hours += counts.out_of_hours;
      total.closed_day += counts.closed_day, total.touched += counts.touched;
    }
    return std::array{total.acts, total.refused, total.out_of_hours, total.closed_day, total.touched};
  };
  const ActCounts& t = counted.total;
  const std::array total = {t.acts, t.refused, t.out_of_hours, t.closed_day, t.touched};
  EXPECT_EQ(total[0], 5'000u);
  EXPECT_GT(total[1], 100u);
  EXPECT_EQ(sum(counted.months), total);
  EXPECT_EQ(sum(counted.types), total);
  EXPECT_EQ(sum(counted.actors), total);
  uint64_t by_hour = 0, at_work = 0;
  for (const auto& day : counted.hours) {
    for (const uint64_t count : day) by_hour += count;
  }
  EXPECT_EQ(by_hour, 5'000u);
  // Against the definition, by another way: a weekday and hour told by the C library's calendar.
  for (const Entry& entry : entries) {
    const time_t seconds = entry.time / kSecond + 9 * 3'600;
    tm civil{};
    gmtime_r(&seconds, &civil);
    const bool closed = civil.tm_wday == 0 || civil.tm_wday == 6 || (civil.tm_mon == 4 && civil.tm_mday == 3) ||
                        (civil.tm_mon == 11 && civil.tm_mday >= 29) || (civil.tm_mon == 0 && civil.tm_mday <= 3);
    const int minute = civil.tm_hour * 60 + civil.tm_min;
    at_work += !closed && minute >= 510 && minute < 1035 ? 1 : 0;
  }
  EXPECT_EQ(at_work, total[0] - total[2] - total[3]);
}

class StatisticsOfLog : public LogOnDisk {};

TEST_F(StatisticsOfLog, AreReadFromItsSegments) {
  Create();
  {
    const auto writer = OpenWriter();
    for (int i = 0; i < 20; ++i) {
      const auto leaf = *EncodeEntry(Act(EntryType::kRead, At(2021, 6, 1, 10, i), 1));
      ASSERT_TRUE(writer->Append(std::vector<NewEntry>{{leaf, {}}}).ok());
    }
  }
  const auto source = PeriodSource::Open(io_, directory_, "2021");
  ASSERT_TRUE(source.ok());
  auto counter = StatisticsCounter::Begin(Fiscal2021());
  uint64_t told = 0;
  ASSERT_TRUE(counter->AddAll(**source, [&](uint64_t done, uint64_t) { return told = done, true; }).ok());
  EXPECT_EQ(told, 21u);
  const Statistics counted = counter->Finish();
  EXPECT_EQ(counted.total.acts, 20u);
  EXPECT_EQ(counted.outside, 1u) << "the fixture's first entry is of 1970";
  auto stopped = StatisticsCounter::Begin(Fiscal2021());
  EXPECT_EQ(stopped->AddAll(**source, [](uint64_t, uint64_t) { return false; }).error().status, base::Status::kStopped);
}

}  // namespace
}  // namespace hikae::log
