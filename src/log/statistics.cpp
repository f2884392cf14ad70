#include "log/statistics.h"

#include <algorithm>
#include <utility>

namespace hikae::log {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr int64_t kMinute = 60'000'000;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kJapan = 9 * kHour;  // ahead of UTC, all year
constexpr uint64_t kProgressEvery = 16'384;

Month MonthOf(base::Day day) {
  const base::CivilDate date = base::CivilOf(day);
  return date.year * 12 + date.month - 1;
}

// Asking is not doing: what is answered with "no" was not refused.
bool IsRefused(const Entry& entry) {
  return entry.type != EntryType::kAsked && entry.decision && *entry.decision != Decision::kAllowed;
}

// Things a person came to see or changed by it.
uint64_t Touched(const Entry& entry) {
  if (IsRefused(entry)) return 0;
  switch (entry.type) {
    case EntryType::kRead:
    case EntryType::kWriteIntended:
    case EntryType::kSearched:
    case EntryType::kExported:
    case EntryType::kErased:
    case EntryType::kPrinted:
    case EntryType::kTransferred:
    case EntryType::kProvided:
    case EntryType::kCollectionIntended:
      return entry.count.value_or(entry.type == EntryType::kSearched ? 0 : 1);
    default:
      return 0;
  }
}

void AddTo(uint64_t& sum, uint64_t more) { sum = more > UINT64_MAX - sum ? UINT64_MAX : sum + more; }

void List(EntryList& list, uint64_t index, const Entry& entry) {
  if (list.total++ < kMaxListedEntries) list.first.push_back({index, entry});
}

bool IsLarger(const LargeHour& a, const LargeHour& b) {
  return a.touched != b.touched ? a.touched > b.touched : a.first_index < b.first_index;
}

}  // namespace

void AddTo(ActCounts& sum, const ActCounts& one) {
  sum.acts += one.acts;
  sum.refused += one.refused;
  sum.out_of_hours += one.out_of_hours;
  sum.closed_day += one.closed_day;
  AddTo(sum.touched, one.touched);
}

bool IsAboutLog(EntryType type) {
  return type == EntryType::kPeriodBegun || type == EntryType::kKeyAnnounced || type == EntryType::kPossibleLoss ||
         type == EntryType::kWriteEnded;
}

bool IsAdministrative(EntryType type) {
  switch (type) {
    case EntryType::kPeriodBegun:
    case EntryType::kKeyAnnounced:
    case EntryType::kLogReviewed:
    case EntryType::kDeclared:
    case EntryType::kCorrected:
    case EntryType::kPackChanged:
    case EntryType::kOfficeChanged:
    case EntryType::kErased:
    case EntryType::kAdministered:
      return true;
    default:
      return false;
  }
}

Result<StatisticsCounter> StatisticsCounter::Begin(const StatisticsOptions& options) {
  if (options.until < options.from)
    return Error(Status::kArgument, base::Text{"the period ends before it begins", "期間の終わりが始まりより前である"});
  if (MonthOf(options.until) - MonthOf(options.from) >= static_cast<Month>(kMaxCountedMonths)) {
    return Error(Status::kArgument, {"statistics cover at most 240 months", "集計できる期間は240か月までである"}, {},
                 {"count in several parts", "期間を分けて集計する"});
  }
  if (options.opens >= options.closes || options.closes > 24 * 60) {
    return Error(Status::kArgument, base::Text{"working time begins before it ends, within a day",
                                               "執務時間の始まりは終わりより前である"});
  }
  return StatisticsCounter(options);
}

StatisticsCounter::StatisticsCounter(const StatisticsOptions& options) {
  counted_.options = options;
  for (Month month = MonthOf(options.from); month <= MonthOf(options.until); ++month) counted_.months[month];
}

// False: of another time than was asked for.
bool StatisticsCounter::Place(int64_t time, When* when) {
  const base::Day day = base::DayInJapan(time);
  if (day < counted_.options.from || day > counted_.options.until) return false;
  if (day != day_) {
    day_ = day;
    day_month_ = MonthOf(day);
    day_weekday_ = static_cast<uint8_t>(base::WeekdayOf(day));
    day_closed_ = counted_.options.closed.Contains(day);
  }
  const int64_t of_day = time - (static_cast<int64_t>(day) * kDay - kJapan);
  const int64_t minute = of_day / kMinute;
  when->month = day_month_;
  when->weekday = day_weekday_;
  when->hour = static_cast<uint8_t>(of_day / kHour);
  when->closed_day = day_closed_;
  when->out_of_hours = !day_closed_ && (minute < counted_.options.opens || minute >= counted_.options.closes);
  return true;
}

void StatisticsCounter::Add(uint64_t index, crypto::Bytes leaf) {
  const Result<Entry> entry = DecodeEntry(leaf);
  if (!entry.ok()) {
    ++(entry.error().status == Status::kVersion ? counted_.foreign : counted_.unreadable);
    return;
  }
  if (entry->time < time_before_) ++counted_.times_back;
  time_before_ = entry->time;
  When when;
  const bool other = !counted_.options.handling.empty() && entry->handling != counted_.options.handling;
  if (!Place(entry->time, &when) || other) {
    ++counted_.outside;
    return;
  }
  if (counted_.entries++ == 0) counted_.first_index = index;
  counted_.end_index = std::max(counted_.end_index, index + 1);
  Count(index, *entry, when);
}

void StatisticsCounter::Count(uint64_t index, const Entry& entry, const When& when) {
  if (entry.type == EntryType::kPossibleLoss) List(counted_.losses, index, entry);
  if (entry.type == EntryType::kLogReviewed) List(counted_.reviews, index, entry);
  if (IsAdministrative(entry.type)) List(counted_.administrative, index, entry);
  ActCounts one;
  one.acts = 1;
  const bool is_act = !IsAboutLog(entry.type);
  if (is_act) {
    one.refused = IsRefused(entry) ? 1 : 0;
    one.out_of_hours = when.out_of_hours ? 1 : 0;
    one.closed_day = when.closed_day ? 1 : 0;
    one.touched = Touched(entry);
  }
  AddTo(counted_.types[entry.type], one);
  if (!is_act) return;
  AddTo(counted_.total, one);
  AddTo(counted_.months[when.month], one);
  ++counted_.hours[when.weekday][when.hour];
  if (!entry.handling.empty()) {
    const auto known = counted_.handlings.find(entry.handling);
    const bool room = known != counted_.handlings.end() || counted_.handlings.size() < kMaxCountedCodes;
    AddTo(room ? counted_.handlings[entry.handling] : counted_.other_handlings, one);
  }
  if (one.refused != 0) CountRefusal(index, entry);
  CountActor(index, entry, one);
}

void StatisticsCounter::CountRefusal(uint64_t index, const Entry& entry) {
  List(counted_.refusals, index, entry);
  if (entry.rules.empty()) ++counted_.refused_without_rule;
  for (const std::string& rule : entry.rules) {
    const bool room = counted_.refused_by.contains(rule) || counted_.refused_by.size() < kMaxCountedCodes;
    ++(room ? counted_.refused_by[rule] : counted_.refused_by_others);
  }
}

void StatisticsCounter::CountActor(uint64_t index, const Entry& entry, const ActCounts& one) {
  if (!entry.actor) {
    ++counted_.without_actor;
    return;
  }
  const auto known = counted_.actors.find(*entry.actor);
  if (known == counted_.actors.end() && counted_.actors.size() >= kMaxCountedActors) {
    AddTo(counted_.other_actors, one);
    return;
  }
  ActorCounts& actor = known == counted_.actors.end() ? counted_.actors[*entry.actor] : known->second;
  if (actor.acts == 0) actor.first = actor.last = entry.time;
  AddTo(actor, one);
  actor.administrative += IsAdministrative(entry.type) ? 1 : 0;
  actor.first = std::min(actor.first, entry.time);
  actor.last = std::max(actor.last, entry.time);
  if (one.touched != 0) CountHour(index, entry, one, actor);
}

// Entries of one person come in the order of their times, or nearly: an hour ends when an entry of another one comes.
void StatisticsCounter::CountHour(uint64_t index, const Entry& entry, const ActCounts& one, ActorCounts& actor) {
  const int64_t since = entry.time - static_cast<int64_t>(base::DayInJapan(entry.time)) * kDay + kJapan;
  const int64_t hour = entry.time - since % kHour;
  Running& running = running_[*entry.actor];
  if (running.begun && running.hour.hour != hour) End(running);
  if (!running.begun) {
    running.begun = true;
    running.hour = LargeHour{*entry.actor, hour, 0, 0, index, index};
  }
  ++running.hour.acts;
  AddTo(running.hour.touched, one.touched);
  running.hour.last_index = index;
  actor.most_in_an_hour = std::max(actor.most_in_an_hour, running.hour.touched);
}

void StatisticsCounter::End(Running& running) {
  running.begun = false;
  if (running.hour.touched < counted_.options.large) return;
  ++counted_.large_total;
  // Largest first; the smallest goes when there are too many.
  auto& list = counted_.large;
  list.insert(std::upper_bound(list.begin(), list.end(), running.hour, IsLarger), running.hour);
  if (list.size() > kMaxListedEntries) list.pop_back();
}

Result<void> StatisticsCounter::AddAll(EntrySource& source, const std::function<bool(uint64_t, uint64_t)>& progress) {
  HIKAE_TRY(const uint64_t size, source.Size());
  return source.Read(0, size, [&](const StoredEntry& entry) -> Result<void> {
    Add(entry.index, entry.leaf);
    const bool tell = progress && (entry.index + 1 == size || entry.index % kProgressEvery == 0);
    if (tell && !progress(entry.index + 1, size)) return Error(Status::kStopped, "stopped by the caller");
    return {};
  });
}

Statistics StatisticsCounter::Finish() {
  for (auto& [actor, running] : running_) {
    if (running.begun) End(running);
  }
  return std::move(counted_);
}

}  // namespace hikae::log
