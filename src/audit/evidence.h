// From the trace of a judgement to evidence: values as text, the rows behind them, or why there is none.
#ifndef HIKAE_AUDIT_EVIDENCE_H_
#define HIKAE_AUDIT_EVIDENCE_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audit/fact_base.h"
#include "audit/finding.h"
#include "cedar/engine/judge.h"

namespace hikae::audit {

// Makes evidence for the things of one handling after the other, keeping what several rules read. One thread.
class EvidenceMaker {
 public:
  EvidenceMaker(const Pack& pack, const FactBase& base);
  // The trace of the thing that BeginThing named.
  EvidenceList Make(const cedar::Judgement& judgement);
  void BeginHandling() { shared_.clear(); }
  void BeginThing() { own_.clear(); }

 private:
  using Known = std::unordered_map<std::string, EvidenceList::Shared>;
  Evidence MakeOne(const cedar::Read& read) const;
  void ExplainAbsence(const cedar::EntityUid& uid, std::string_view attribute, Evidence& evidence) const;

  const FactBase& base_;
  std::map<std::string, std::string, std::less<>> parameters_;  // where each word stands
  Known shared_;                                                // of resource and context: the same for every thing
  Known own_;                                                   // of the principal
};

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_EVIDENCE_H_
