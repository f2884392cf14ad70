// Letting items of records out: decided per record, logged per record, opened while the log is flushed.
#ifndef HIKAE_GATE_RELEASE_H_
#define HIKAE_GATE_RELEASE_H_

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gate/gate_rep.h"

namespace hikae::gate {

// How records are let out that are asked for in the same words: decided once for records with the same marks, and what
// is entered of them laid out once. A session keeps the last one as long as it keeps its decisions.
struct ReleasePlans {
  // What is let out of records with the same marks, and how.
  struct Plan {
    std::shared_ptr<const Decision> decision;
    std::vector<std::string> items;                  // let out, where the record has them; never none
    std::map<std::string, View, std::less<>> views;  // of those not whole
  };
  // What is entered of records under one plan, but for the moment and the person.
  struct Told {
    log::Entry entry;
    std::string detail;
    Shape shape;
  };
  // In which words was asked, and of how many records.
  struct Words {
    Act act = Act::kRead;
    View view = View::kWhole;
    std::optional<bool> encrypted;
    uint64_t records = 0;
    std::string file, recipient, source, medium, ground, handover, medium_id;
    std::vector<std::string> items, approvals;
    Words() = default;
    Words(const Ask& ask, uint64_t count);
    bool Are(const Ask& ask, uint64_t count) const;
  } asked;
  std::vector<std::string> items;
  bool about_persons = false;         // rows are named that are about one person each
  std::map<std::string, Plan> plans;  // by marks, and then by the person too
  std::map<std::pair<const Plan*, bool>, Told> told;
};

// One call. Nothing of it is seen by the caller before the last step has gone well.
class ReleaseRun {
 public:
  // `total`: of the whole act, where this is a part of it.
  ReleaseRun(Session::Rep& session, const Ask& ask, std::optional<uint64_t> total = {})
      : session_(session), ask_(ask), total_(total) {}

  base::Result<void> Find(std::span<const std::string_view> subjects);
  base::Result<void> Fetch();
  // Instead of the two: records that were fetched already.
  void Take(std::vector<vault::SealedRecord> records);
  base::Result<void> Decide();
  base::Result<void> Submit();
  base::Result<void> Open();
  base::Result<std::vector<Released>> Finish();
  // At the end: the memory of what was fetched goes to the session's next release.
  void GiveBack() {
    if (records_.size() <= kMostLent) session_.fetched = std::move(records_);
  }
  // What was fetched, in the order of the subjects.
  const std::vector<vault::SealedRecord>& records() const { return records_; }
  const log::Position& position() const { return position_; }  // of the entries, once finished
  bool all_refused() const { return refused_ == records_.size() && !records_.empty(); }
  const std::shared_ptr<const Decision>& first_refusal() const { return first_refusal_; }

 private:
  static constexpr size_t kMostLent = 128;  // records whose memory a session keeps
  using Plan = ReleasePlans::Plan;
  using Told = ReleasePlans::Told;
  base::Result<void> MakePlans();
  Told& TellOf(const Plan& plan, bool there);
  base::Result<std::vector<vault::PlainItem>> OpenOne(vault::SealedRecord& record,
                                                      const std::vector<std::string>& items);
  base::Result<const Plan*> PlanFor(const vault::SealedRecord& record);
  base::Result<void> PlanWidest(Question question, Plan& plan);

  Session::Rep& session_;
  const Ask ask_;
  const std::optional<uint64_t> total_;
  std::shared_ptr<ReleasePlans> plans_;
  std::vector<std::optional<vault::SubjectNumber>> numbers_;
  std::vector<vault::SealedRecord> records_;
  std::vector<const Plan*> planned_;  // one for each record
  size_t refused_ = 0;
  std::shared_ptr<const Decision> first_refusal_;
  std::vector<std::string> subjects_;  // of the entries
  Recorder::Ticket ticket_;
  log::Position position_;
  std::vector<Released> released_;
};

}  // namespace hikae::gate

#endif  // HIKAE_GATE_RELEASE_H_
