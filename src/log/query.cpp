#include "log/query.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/big_endian.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

namespace {

constexpr uint64_t kStretch = 4'096;            // entries between two looks at the progress
constexpr uint64_t kLongestStretch = 1u << 20;  // when going back

bool BeginsWith(const std::optional<crypto::Pseudonym>& pseudonym, const std::vector<uint8_t>& prefix) {
  if (prefix.empty()) return true;
  return pseudonym && prefix.size() <= pseudonym->size() &&
         std::equal(prefix.begin(), prefix.end(), pseudonym->begin());
}

// The content of a leaf; nothing for one of another version.
Result<std::optional<Entry>> ContentOf(const StoredEntry& stored) {
  auto entry = DecodeEntry(stored.leaf);
  if (entry.ok()) return std::optional(*std::move(entry));
  if (entry.error().status == Status::kVersion) return std::optional<Entry>();
  const Error& why = entry.error();
  return Error(why.status, {fmt::format("entry {}: {}", stored.index, why.text.en),
                            fmt::format("記録 {} 番: {}", stored.index, why.text.In(base::Language::kJapanese))});
}

}  // namespace

bool EntryFilter::MayWant(uint64_t index, crypto::Bytes leaf) const {
  if (index < first || index >= end) return false;
  if (leaf.size() < kMinLeafBytes || leaf[0] != kLeafVersion) return true;
  const auto type = static_cast<EntryType>(GetBig<uint16_t>(leaf.data() + 1));
  const auto time = static_cast<int64_t>(GetBig<uint64_t>(leaf.data() + 3));
  return (types.empty() || std::find(types.begin(), types.end(), type) != types.end()) && (!since || time >= *since) &&
         (!until || time < *until);
}

bool EntryFilter::Wants(uint64_t index, const Entry* entry) const {
  if (index < first || index >= end) return false;
  const bool asks =
      since || until || !types.empty() || !actor.empty() || !subject.empty() || !handling.empty() || decision;
  if (entry == nullptr) return !asks;
  return (types.empty() || std::find(types.begin(), types.end(), entry->type) != types.end()) &&
         (!since || entry->time >= *since) && (!until || entry->time < *until) && BeginsWith(entry->actor, actor) &&
         BeginsWith(entry->subject, subject) && (handling.empty() || entry->handling == handling) &&
         (!decision || entry->decision == decision);
}

EntryQuery::EntryQuery(std::vector<std::string> periods, OpenPeriod open, EntryFilter filter, bool with_details,
                       Progress progress)
    : periods_(std::move(periods)),
      open_(std::move(open)),
      filter_(std::move(filter)),
      with_details_(with_details),
      progress_(std::move(progress)) {}

Result<void> EntryQuery::Tell() {
  if (progress_ && !progress_(done_, total_))
    return Error(Status::kStopped, Text{"reading the log was stopped", "アクセス記録の読取りは中断された"});
  return {};
}

Result<void> EntryQuery::Open() {
  for (const std::string& name : periods_) {
    Part part;
    part.name = name;
    HIKAE_TRY(part.entries, open_(name));
    HIKAE_TRY(const uint64_t size, part.entries->Size());
    part.end = std::min(size, filter_.end);
    part.at = std::min(filter_.first, part.end);
    parts_.push_back(std::move(part));
  }
  if (filter_.last) HIKAE_CHECK(SkipToLast());
  total_ = 0;
  done_ = 0;
  for (const Part& part : parts_) total_ += part.end - part.at;
  opened_ = true;
  return {};
}

Result<void> EntryQuery::SkipToLast() {
  uint64_t missing = *filter_.last;
  for (const Part& part : parts_) total_ += part.end - part.at;
  for (size_t i = parts_.size(); i-- > 0;) {
    Part& part = parts_[i];
    const uint64_t begin = part.at;
    uint64_t stretch = std::max<uint64_t>(256, std::min(missing, kLongestStretch));
    part.at = part.end;
    while (missing > 0 && part.at > begin) {
      const uint64_t from = part.at - begin > stretch ? part.at - stretch : begin;
      std::vector<uint64_t> wanted;
      HIKAE_CHECK(part.entries->Read(from, part.at, [&](const StoredEntry& stored) -> Result<void> {
        if (!filter_.MayWant(stored.index, stored.leaf)) return {};
        HIKAE_TRY(const std::optional<Entry> entry, ContentOf(stored));
        if (filter_.Wants(stored.index, entry ? &*entry : nullptr)) wanted.push_back(stored.index);
        return {};
      }));
      done_ += part.at - from;
      HIKAE_CHECK(Tell());
      part.at = wanted.size() < missing ? from : wanted[wanted.size() - missing];
      missing -= std::min<uint64_t>(missing, wanted.size());
      stretch = std::min(stretch * 2, kLongestStretch);
    }
  }
  return {};
}

Result<void> EntryQuery::Stretch(Part& part, size_t most, std::vector<FoundEntry>* out) {
  size_t bytes = 0;
  bool full = false;
  const uint64_t begin = part.at;
  const uint64_t end = std::min(part.end, part.at + std::max<uint64_t>(kStretch, most));
  // A source is stopped by an error; this one is our own.
  const auto visit = [&](const StoredEntry& stored) -> Result<void> {
    if (full) return Error(Status::kEnd, "the batch is full");
    if (filter_.MayWant(stored.index, stored.leaf)) {
      HIKAE_TRY(std::optional<Entry> entry, ContentOf(stored));
      if (filter_.Wants(stored.index, entry ? &*entry : nullptr)) {
        FoundEntry found{part.name, stored.index,         {stored.leaf.begin(), stored.leaf.end()},
                         {},        stored.detail.size(), std::move(entry)};
        if (with_details_) found.detail.assign(stored.detail.begin(), stored.detail.end());
        bytes += found.leaf.size() + found.detail.size();
        out->push_back(std::move(found));
        full = out->size() >= most || bytes >= kBatchBytes;
      }
    }
    part.at = stored.index + 1;
    return {};
  };
  Result<void> read = part.entries->Read(part.at, end, visit);
  done_ += part.at - begin;
  if (!read.ok() && read.error().status != Status::kEnd) return read;
  return {};
}

Result<bool> EntryQuery::Next(size_t most, std::vector<FoundEntry>* out) {
  out->clear();
  if (most == 0 || most > kMaxBatch)
    return Error(Status::kArgument, fmt::format("a batch has 1 to {} entries, not {}", kMaxBatch, most));
  if (held_) return *held_;
  if (!opened_) HIKAE_CHECK(Open());
  while (out->empty() && part_ < parts_.size()) {
    Part& part = parts_[part_];
    if (part.at >= part.end) {
      part.entries.reset();
      ++part_;
      continue;
    }
    Result<void> read = Stretch(part, most, out);
    if (!read.ok()) {
      if (out->empty()) return std::move(read).error();
      held_ = std::move(read).error();  // what was readable is given first
      break;
    }
    HIKAE_CHECK(Tell());
  }
  return !out->empty();
}

}  // namespace hikae::log
