#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <utility>

#include "cedar/engine/judge.h"
#include "cedar/engine/machine.h"
#include "cedar/engine/policy_set.h"
#include "cedar/engine/policy_set_rep.h"

namespace hikae::cedar {
namespace {

// && over every `when` and the negation of every `unless`, in the order of the text.
template <class ClauseAt>
Cell ConditionsHold(Machine<Mode::kPlain>& machine, size_t count, ClauseAt clause_at) {
  for (size_t i = 0; i < count; ++i) {
    const CompiledPolicy::Clause clause = clause_at(i);
    const Cell result = machine.Condition(clause.root);
    if (result.tag == Cell::Tag::kError) return result;
    if (result.IsTrue() == clause.unless) return Cell::Bool(false);
  }
  return Cell::Bool(true);
}

void DecideFrame(const Frame& frame, const PolicySet::Rep& set, const Entities::Rep& store, bool strict, Answer& out) {
  Machine<Mode::kPlain> machine(*set.program, store, frame);
  out.reasons.clear();
  out.errors.clear();
  bool forbidden = false, failed_shut = false;
  set.index->Candidates(frame, store, [&](const Candidate& policy) {
    // Permits no longer count once something is forbidden, but their errors do.
    const Cell result =
        ConditionsHold(machine, policy.clause_count, [&](size_t i) { return set.index->clause(policy, i); });
    if (result.tag == Cell::Tag::kError) {
      out.errors.push_back({policy.policy, set.ErrorText(policy.policy, machine.error_code(), machine.error())});
      failed_shut = failed_shut || (strict && policy.forbid());
    } else if (result.IsTrue() && (policy.forbid() || !forbidden)) {
      // What a denial rests on is forbids only.
      if (policy.forbid() && !forbidden) out.reasons.clear(), forbidden = true;
      out.reasons.push_back(policy.policy);
    }
  });
  if (failed_shut && !forbidden) out.reasons.clear();
  // A policy that lists several actions may have come more than once.
  if (out.reasons.size() > 1) {
    std::ranges::sort(out.reasons);
    out.reasons.erase(std::ranges::unique(out.reasons).begin(), out.reasons.end());
  }
  if (out.errors.size() > 1) {
    std::ranges::sort(out.errors, {}, &Answer::Failure::policy);
    out.errors.erase(std::ranges::unique(out.errors, {}, &Answer::Failure::policy).begin(), out.errors.end());
  }
  out.failed_shut = failed_shut;
  // Anything but a permit without a forbid denies.
  out.decision = !forbidden && !failed_shut && !out.reasons.empty() ? Decision::kAllow : Decision::kDeny;
}

void DecideOne(const Request& request, const PolicySet::Rep& set, const Entities::Rep& store, bool strict,
               Answer& out) {
  DecideFrame(Frame(request, store), set, store, strict, out);
}

// The entities of the requests to come are on their way while one is decided: first where they are, then they.
template <class RequestAt>
void DecideAll(size_t count, RequestAt request_at, const PolicySet::Rep& set, const Entities::Rep& store, bool strict,
               Answer* out) {
  std::array<std::optional<RequestHashes>, 4> ahead;
  const auto look_for = [&](size_t i) {
    if (i >= count) return;
    for (uint64_t hash : ahead[i % ahead.size()].emplace(request_at(i)).uids) store.Prefetch(hash);
  };
  const auto fetch = [&](size_t i) {
    if (i >= count) return;
    for (uint64_t hash : ahead[i % ahead.size()]->uids) store.PrefetchNode(hash);
  };
  look_for(0), look_for(1), fetch(0);
  for (size_t i = 0; i < count; ++i) {
    look_for(i + 2), fetch(i + 1);
    const Frame frame(request_at(i), store, *ahead[i % ahead.size()]);
    DecideFrame(frame, set, store, strict, out[i]);
  }
}

base::Error NotValidated() {
  return base::Error(
      base::Status::kRules,
      {"the policy set was not validated against a schema, so strict decisions refuse it",
       "規則集がスキーマに照らして検証されていないため、厳格な判断には使えません"},
      {}, {"validate it first, and correct what validation reports", "先に検証し、報告された誤りを直してください"});
}

}  // namespace

void Decide(const Request& request, const PolicySet& policies, const Entities& entities, Answer& out) {
  DecideOne(request, policies.rep(), entities.rep(), false, out);
}

base::Result<void> Decide(const Request& request, const PolicySet& policies, const Entities& entities,
                          const DecideOptions& options, Answer& out) {
  if (options.strict && !policies.validated()) return NotValidated();
  DecideOne(request, policies.rep(), entities.rep(), options.strict, out);
  return {};
}

base::Result<void> DecideMany(std::span<const Request> requests, const PolicySet& policies, const Entities& entities,
                              const DecideOptions& options, std::vector<Answer>& out) {
  if (options.strict && !policies.validated()) return NotValidated();
  out.resize(requests.size());
  DecideAll(
      requests.size(), [&](size_t i) -> const Request& { return requests[i]; }, policies.rep(), entities.rep(),
      options.strict, out.data());
  return {};
}

base::Result<void> DecideMany(std::span<const Request* const> requests, const PolicySet& policies,
                              const Entities& entities, const DecideOptions& options, std::span<Answer> out) {
  assert(out.size() == requests.size());
  if (options.strict && !policies.validated()) return NotValidated();
  DecideAll(
      requests.size(), [&](size_t i) -> const Request& { return *requests[i]; }, policies.rep(), entities.rep(),
      options.strict, out.data());
  return {};
}

Response ToResponse(const Answer& answer, const PolicySet& policies) {
  Response out;
  out.decision = answer.decision;
  out.failed_shut = answer.failed_shut;
  const std::vector<PolicyInfo>& infos = policies.policies();
  for (uint32_t i : answer.reasons) {
    out.reasons.push_back(infos[i].id);
    out.annotations.push_back(infos[i].annotations);
  }
  for (const Answer::Failure& error : answer.errors) out.errors.push_back({infos[error.policy].id, error.message});
  return out;
}

Response Authorize(const Request& request, const PolicySet& policies, const Entities& entities) {
  Answer answer;
  Decide(request, policies, entities, answer);
  return ToResponse(answer, policies);
}

base::Result<Response> Authorize(const Request& request, const PolicySet& policies, const Entities& entities,
                                 const DecideOptions& options) {
  Answer answer;
  HIKAE_CHECK(Decide(request, policies, entities, options, answer));
  return ToResponse(answer, policies);
}

bool Satisfied(const Request& request, const PolicySet& policies, size_t policy, const Entities& entities) {
  const PolicySet::Rep& set = policies.rep();
  const CompiledPolicy& compiled = set.loaded[policy]->compiled;
  const Frame frame(request, entities.rep());
  if (!InScope(frame, entities.rep(), compiled)) return false;
  Machine<Mode::kPlain> machine(*set.program, entities.rep(), frame);
  return ConditionsHold(machine, compiled.clauses.size(), [&](size_t i) { return compiled.clauses[i]; }).IsTrue();
}

}  // namespace hikae::cedar
