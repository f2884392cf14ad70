#include "gate/seal_again.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "codec/hex.h"
#include "gate/intents.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr size_t kAtOnce = 100;
// While sessions of the same gate are at work, a lot is followed by a rest of so many times what it took: they keep
// four fifths of their rate even where the work would stop them altogether.
constexpr int kRest = 4;
constexpr std::chrono::seconds kMostRest{2};

class SealingAgain {
 public:
  SealingAgain(Session::Rep& session, const Ask& ask, std::shared_ptr<const Decision> decision, Anew what)
      : session_(session),
        ask_(ask),
        decision_(std::move(decision)),
        what_(what),
        writer_(*session.gate->writer),
        vault_(writer_, keys()),
        intents_(session) {}

  Result<void> Run(std::span<const std::string> files, const vault::Keys::Progress& progress) {
    for (const std::string& file : files) {
      HIKAE_TRY(const uint64_t records, writer_.Read([&] { return vault_.Count(file); }));
      total_ += records;
    }
    for (const std::string& file : files) {
      ask_.file = file;
      HIKAE_CHECK(OneFile(progress));
    }
    return {};
  }

 private:
  vault::Keys& keys() const { return *session_.gate->keys; }

  Result<void> OneFile(const vault::Keys::Progress& progress) {
    // Without what is declared of its items, their index values would be lost.
    const auto& faulty = session_.book->faulty_files;
    if (const auto fault = faulty.find(std::string(ask_.file)); fault != faulty.end()) return fault->second;
    std::optional<vault::SubjectNumber> after;
    for (;;) {
      HIKAE_TRY(const auto lot, writer_.Read([&] { return vault_.Scan(ask_.file, after, kAtOnce); }));
      if (lot.empty()) return {};
      after = lot.back().subject;
      const uint64_t acts = session_.gate->acts.load(std::memory_order_relaxed);
      const auto began = std::chrono::steady_clock::now();
      HIKAE_CHECK(what_ == Anew::kSubjectKeys ? UnderNewKeys(lot) : AsTheyAre(lot));
      done_ += lot.size();
      if (progress && !progress(done_, std::max(total_, done_))) {
        return Error(Status::kStopped, base::Text{"stopped; what is done stays", "中止した。済んだ分はそのまま残る"});
      }
      if (session_.gate->acts.load(std::memory_order_relaxed) != acts) {
        const auto took = std::chrono::steady_clock::now() - began;
        std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(kRest * took, kMostRest));
      }
    }
  }

  // New keys first: sealed under them or not, everything can be read. Old ones go when nothing is sealed under them.
  Result<void> UnderNewKeys(const std::vector<vault::SealedRecord>& lot) {
    std::vector<vault::SubjectNumber> numbers;
    for (const vault::SealedRecord& record : lot) numbers.push_back(record.subject);
    HIKAE_TRY(const std::vector<uint32_t> versions, keys().RotateSubjects(numbers, ask_.file));
    std::vector<vault::SubjectNumber> there;
    std::vector<vault::Keys::Kept> kept;
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (versions[i] == 0) continue;  // erased meanwhile
      there.push_back(numbers[i]);
      kept.push_back({numbers[i], versions[i]});
    }
    HIKAE_CHECK(intents_.Write([&] { return Reseal(there); }));
    return keys().RetireSubjects(kept, ask_.file);
  }

  Result<void> AsTheyAre(const std::vector<vault::SealedRecord>& lot) {
    std::vector<vault::SubjectNumber> numbers;
    for (const vault::SealedRecord& record : lot) numbers.push_back(record.subject);
    return intents_.Write([&] { return Reseal(numbers); });
  }

  Result<void> Reseal(const std::vector<vault::SubjectNumber>& numbers) {
    std::vector<vault::SealedRecord> records;
    HIKAE_CHECK(vault_.Fetch(ask_.file, numbers, records));
    const vault::FileSpec& spec = session_.SpecOf(ask_.file);
    std::vector<vault::Prepared> prepared;
    for (const vault::SealedRecord& record : records) {
      if (record.version == 0) continue;
      HIKAE_TRY(auto again, vault_.Reseal(spec, record));
      if (again) prepared.push_back(*std::move(again));
    }
    if (prepared.empty()) return {};
    HIKAE_CHECK(Submit(prepared));
    HIKAE_CHECK(vault_.Write(spec, prepared));
    return intents_.Await();
  }

  Result<void> Submit(const std::vector<vault::Prepared>& prepared) {
    std::vector<std::string> subjects;
    for (const vault::Prepared& one : prepared) subjects.push_back(codec::Hex(one.subject));
    std::vector<log::Entry> entries(prepared.size());
    std::vector<Record> records;
    for (size_t i = 0; i < prepared.size(); ++i) {
      entries[i] = session_.EntryOf(log::EntryType::kWriteIntended, ask_, *decision_);
      entries[i].key_version = prepared[i].key_version;
      entries[i].digest = prepared[i].head;
      records.push_back({&entries[i], session_.row.actor, subjects[i], {}});
    }
    return intents_.Submit(records, WhenLogFails::kRefuse);
  }

  Session::Rep& session_;
  Ask ask_;
  const std::shared_ptr<const Decision> decision_;
  const Anew what_;
  store::Database& writer_;
  vault::Vault vault_;
  Intents intents_;
  uint64_t done_ = 0, total_ = 0;
};

}  // namespace

Result<void> SealAgain(Session::Rep& session, const Ask& ask, std::shared_ptr<const Decision> decision,
                       std::span<const std::string> files, Anew what, const vault::Keys::Progress& progress) {
  return SealingAgain(session, ask, std::move(decision), what).Run(files, progress);
}

}  // namespace hikae::gate
