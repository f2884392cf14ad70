// Log and records compared: what a stop left open is told, and what does not agree is found.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "codec/hex.h"
#include "gate/gate_rep.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;
using log::EntryType;

namespace {

// What the log last said of each record it tells of.
class LastWrites {
 public:
  // From a place on, to the end. Oldest first.
  static Result<LastWrites> Read(Recorder& log, const std::optional<store::VaultPositionRow>& from) {
    LastWrites all;
    HIKAE_TRY(const std::vector<log::Period> periods, log.Periods());
    for (const log::Period& period : periods) {
      if (from && period.name < from->period) continue;
      HIKAE_TRY(const auto entries, log.Entries(period.name));
      HIKAE_TRY(const uint64_t size, entries->Size());
      const uint64_t begin = from && period.name == from->period ? std::min<uint64_t>(from->next, size) : 0;
      HIKAE_CHECK(entries->Read(begin, size, [&](const log::StoredEntry& stored) { return all.Add(period, stored); }));
      all.end_ = {period.name, static_cast<int64_t>(size)};
    }
    return all;
  }

  const std::vector<LastWrite>& writes() const { return writes_; }
  const store::VaultPositionRow& end() const { return end_; }  // how far it was read

 private:
  Result<void> Add(const log::Period& period, const log::StoredEntry& stored) {
    const auto entry = log::DecodeEntry(stored.leaf);
    if (!entry.ok()) return {};  // of a later version: not ours to judge
    const bool write = entry->type == EntryType::kWriteIntended || entry->type == EntryType::kCollectionIntended;
    if (write && entry->decision == log::Decision::kAllowed && entry->subject && entry->digest) {
      open_[entry->thing].push_back(writes_.size());
      by_place_[{period.origin, stored.index}] = writes_.size();
      writes_.push_back({period.origin, stored.index, entry->file, *entry->subject, *entry->digest});
      return {};
    }
    if (const auto left = open_.find(entry->thing); left != open_.end()) {
      for (const size_t write_at : left->second) writes_[write_at].gone_past = true;
      open_.erase(left);
    }
    if (write || entry->type != EntryType::kWriteEnded) return {};
    if (entry->outcome != log::Outcome::kNotDone || !entry->intent) return {};
    const std::string& origin = entry->origin.empty() ? period.origin : entry->origin;
    const uint64_t end = entry->range_end.value_or(*entry->intent + 1);
    for (auto at = by_place_.lower_bound({origin, *entry->intent});
         at != by_place_.end() && at->first.first == origin && at->first.second < end; ++at) {
      writes_[at->second].not_done = true;
    }
    return {};
  }

  std::vector<LastWrite> writes_;
  std::map<std::pair<std::string, uint64_t>, size_t> by_place_;
  std::map<std::string, std::vector<size_t>> open_;  // of each session, those that it has not gone past
  store::VaultPositionRow end_{};
};

std::optional<vault::SubjectNumber> NumberFrom(const std::string& hex) {
  vault::SubjectNumber number{};
  if (!codec::FromHex(hex, number)) return std::nullopt;
  return number;
}

}  // namespace

Result<void> Gate::Rep::Recover() {
  HIKAE_CHECK(ReapplyErasures());
  return SettleWrites();
}

// An erasure that was cut off behind its keys, or that a restored database does not know of, is brought to its end.
Result<void> Gate::Rep::ReapplyErasures() {
  HIKAE_TRY(const uint64_t erasures, keys->Erasures());
  const auto done = static_cast<int64_t>(erasures);
  HIKAE_TRY(const int64_t followed, writer->Read([&] { return store::SessionTables(*writer).ErasuresFollowed(); }));
  if (followed == done) return {};
  HIKAE_CHECK(TellErasures(done > followed ? static_cast<uint64_t>(done - followed) : 0));
  HIKAE_CHECK(writer->Write([&] { return vault::Vault(*writer, *keys).Sweep(); }));
  // Only when no old page is left.
  HIKAE_TRY(const bool cleared, writer->EmptyWriteAheadLog());
  if (!cleared) return {};
  return writer->Write([&] { return store::SessionTables(*writer).SetErasuresFollowed(done); });
}

// Each was told when it was decided; this says that they are carried out, by whom and when.
Result<void> Gate::Rep::TellErasures(uint64_t count) const {
  log::Entry entry;
  entry.type = EntryType::kOfficeChanged;
  entry.time = Now();
  entry.thing = "erasures";
  entry.count = count;
  const Record record{&entry, options.actor, {}, {}};
  HIKAE_TRY(const auto ticket, log->Submit({&record, 1}, WhenLogFails::kRefuse));
  HIKAE_CHECK(log->Wait(ticket, true));
  return {};
}

// Of each record: what was intended behind the write whose head it has did not come about. Only what a session did last
// can have been cut off; a record that lacks more than that was put back, and stays in disagreement.
Result<std::vector<log::Entry>> Gate::Rep::NotDone(const std::vector<LastWrite>& writes, vault::Vault& vault) const {
  std::map<std::pair<std::string, crypto::Pseudonym>, std::vector<const LastWrite*>> of_record;
  for (const LastWrite& write : writes) {
    if (!write.not_done) of_record[{write.file, write.subject}].push_back(&write);
  }
  std::vector<log::Entry> told;
  for (const auto& [record, intents] : of_record) {
    HIKAE_TRY(const std::string subject, log->SubjectOf(record.second));
    const auto number = NumberFrom(subject);
    if (!number) continue;  // erased: nothing to compare
    HIKAE_TRY(const auto head, vault.HeadOf(record.first, *number));
    for (auto write = intents.rbegin(); write != intents.rend() && !(head && *head == (*write)->head); ++write) {
      if ((*write)->gone_past) continue;
      log::Entry ended;
      ended.type = EntryType::kWriteEnded;
      ended.time = Now();
      ended.intent = (*write)->index;
      ended.origin = (*write)->origin;
      ended.outcome = log::Outcome::kNotDone;
      told.push_back(std::move(ended));
    }
  }
  return told;
}

// Under the lock of writers, so that nobody is between an entry and its commit. What is told not to be must not come
// back after a loss of power.
Result<void> Gate::Rep::SettleWrites() {
  HIKAE_TRY(const bool settled, writer->Write([&] { return SettleWithin(false); }));
  if (settled) return {};
  HIKAE_CHECK(writer->WriteOver());
  HIKAE_CHECK(writer->Write([&] { return SettleWithin(true); }));
  return {};
}

Result<bool> Gate::Rep::SettleWithin(bool tell) {
  store::SessionTables tables(*writer);
  HIKAE_TRY(const auto from, tables.Position());
  HIKAE_TRY(const LastWrites read, LastWrites::Read(*log, from));
  vault::Vault vault(*writer, *keys);
  HIKAE_TRY(const std::vector<log::Entry> told, NotDone(read.writes(), vault));
  if (read.writes().empty()) return true;
  if (!told.empty() && !tell) return false;
  std::vector<Record> records;
  for (const log::Entry& entry : told) records.push_back({&entry, {}, {}, {}});
  if (!records.empty()) {
    HIKAE_TRY(const auto ticket, log->Submit(records, WhenLogFails::kRefuse));
    HIKAE_CHECK(log->Wait(ticket, true));
  }
  HIKAE_CHECK(tables.SetPosition(read.end()));
  return true;
}

Result<std::vector<Gate::Disagreement>> Gate::CheckAgainstLog() {
  HIKAE_CHECK(rep_->SettleWrites());
  HIKAE_TRY(const LastWrites read, LastWrites::Read(*rep_->log, {}));
  std::map<std::pair<std::string, vault::SubjectNumber>, crypto::Digest> last;
  for (const LastWrite& write : read.writes()) {
    if (write.not_done) continue;
    HIKAE_TRY(const std::string subject, rep_->log->SubjectOf(write.subject));
    if (const auto number = NumberFrom(subject)) last[{write.file, *number}] = write.head;
  }
  std::vector<Disagreement> found;
  HIKAE_TRY(const auto files, rep_->writer->Read([&] { return vault::Vault(*rep_->writer, *rep_->keys).Files(); }));
  for (const std::string& file : files) HIKAE_CHECK(CheckFile(file, last, found));
  for (const auto& [place, head] : last) {
    found.push_back({place.first,
                     codec::Hex(place.second),
                     {"the log tells of a record that is not there, and not of its erasure",
                      "記録された書込みの記録がなく、消去の記録もない"}});
  }
  return found;
}

// Takes out of `last` what it has seen.
Result<void> Gate::CheckFile(const std::string& file,
                             std::map<std::pair<std::string, vault::SubjectNumber>, crypto::Digest>& last,
                             std::vector<Disagreement>& found) {
  constexpr size_t kAtOnce = 1'000;
  std::optional<vault::SubjectNumber> after;
  for (;;) {
    std::vector<vault::SealedRecord> records;
    std::vector<base::Text> faults;
    HIKAE_CHECK(rep_->writer->Read([&]() -> Result<void> {
      vault::Vault vault(*rep_->writer, *rep_->keys);
      HIKAE_TRY(records, vault.Scan(file, after, kAtOnce));
      faults.assign(records.size(), {});
      for (size_t i = 0; i < records.size(); ++i) {
        const auto items = vault.ItemsOf(file, records[i]);
        if (!items.ok()) faults[i] = items.error().text;
        HIKAE_TRY(const auto head, vault.HeadOf(file, records[i].subject));
        const auto told = last.find({file, records[i].subject});
        if (faults[i].empty() && told == last.end()) {
          faults[i] = {"the log does not tell who wrote it", "書込みがアクセス記録にない"};
        } else if (faults[i].empty() && head != told->second) {
          faults[i] = {"it is not the one that was last written, as the log tells",
                       "アクセス記録にある最後の書込みと一致しない"};
        }
        if (told != last.end()) last.erase(told);
      }
      return {};
    }));
    if (records.empty()) return {};
    after = records.back().subject;
    for (size_t i = 0; i < records.size(); ++i) {
      if (!faults[i].empty()) found.push_back({file, codec::Hex(records[i].subject), faults[i]});
    }
  }
}

}  // namespace hikae::gate
