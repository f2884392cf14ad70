#include "cedar/engine/explain.h"

#include <algorithm>

#include "cedar/engine/policy_set_rep.h"
#include "cedar/engine/reads.h"

namespace hikae::cedar {
namespace {

// The outcome comes from the plain machine alone. The judging machine runs beside it for its notes: up to the clause
// that settles the outcome it reads what the plain one reads, and where @evidence names what is absent, at most more.
class Explaining {
 public:
  Explaining(const PolicySet::Rep& set, const Entities::Rep& store, const Frame& frame)
      : set_(set),
        store_(store),
        frame_(frame),
        plain_(*set.program, store, frame),
        noting_(*set.program, store, frame) {}

  Explanation Run(size_t policy) {
    Explanation out;
    const CompiledPolicy& compiled = set_.loaded[policy]->compiled;
    if (!InScope(frame_, store_, compiled)) return out;
    noting_.Forget();
    out.outcome = Conditions(compiled.clauses);
    if (out.outcome == PolicyOutcome::kFailed) out.error = set_.ErrorText(policy, plain_.error_code(), plain_.error());
    Spell(out);
    return out;
  }

 private:
  PolicyOutcome Conditions(const std::vector<CompiledPolicy::Clause>& clauses) {
    for (const CompiledPolicy::Clause& clause : clauses) {
      noting_.Condition(clause.root);
      const Cell result = plain_.Condition(clause.root);
      if (result.tag == Cell::Tag::kError) return PolicyOutcome::kFailed;
      if (result.IsTrue() == clause.unless) return PolicyOutcome::kNotSatisfied;
    }
    return PolicyOutcome::kSatisfied;
  }

  void Spell(Explanation& out) const {
    const std::vector<RawRead>& raws = noting_.reads();
    std::vector<const RawRead*> first;
    for (const RawRead& raw : raws) {
      const auto same = [&](const RawRead* known) { return SameRead(*set_.program, *known, raw); };
      if (std::ranges::none_of(first, same)) first.push_back(&raw);
    }
    for (const RawRead* raw : first) {
      out.reads.push_back(SpellOut(*set_.program, *raw));
      out.reads.back().unknown = false;
    }
  }

  const PolicySet::Rep& set_;
  const Entities::Rep& store_;
  const Frame& frame_;
  Machine<Mode::kPlain> plain_;
  Machine<Mode::kTrace> noting_;
};

}  // namespace

std::vector<Explanation> Explain(const Request& request, const PolicySet& policies, const Entities& entities) {
  const PolicySet::Rep& set = policies.rep();
  const Frame frame(request, entities.rep());
  Explaining explaining(set, entities.rep(), frame);
  std::vector<Explanation> out;
  out.reserve(set.loaded.size());
  for (size_t i = 0; i < set.loaded.size(); ++i) out.push_back(explaining.Run(i));
  return out;
}

}  // namespace hikae::cedar
