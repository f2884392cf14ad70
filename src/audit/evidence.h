// From the trace of a judgement to evidence: values as text, the rows behind them, or why there is none.
#ifndef HIKAE_AUDIT_EVIDENCE_H_
#define HIKAE_AUDIT_EVIDENCE_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "audit/fact_base.h"
#include "audit/finding.h"
#include "cedar/engine/judge.h"

namespace hikae::audit {

// Immutable; shareable between threads. The base outlives it.
class EvidenceMaker {
 public:
  EvidenceMaker(const Pack& pack, const FactBase& base);
  // At most so many places are listed of a figure.
  std::vector<Evidence> Make(const cedar::Judgement& judgement, size_t places) const;

 private:
  Evidence MakeOne(const cedar::Read& read, size_t places) const;
  void ExplainAbsence(const cedar::EntityUid& uid, std::string_view attribute, Evidence& evidence) const;

  const FactBase& base_;
  std::map<std::string, std::string, std::less<>> parameters_;  // where each word stands
};

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_EVIDENCE_H_
