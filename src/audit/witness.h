// What an audit judged, kept so that any finding can say what it rests on. Most findings are never asked, and the trace
// of a judgement takes several times as long as its outcome: it is made again for those that are.
#ifndef HIKAE_AUDIT_WITNESS_H_
#define HIKAE_AUDIT_WITNESS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit.h"
#include "audit/evidence.h"
#include "audit/fact_base.h"
#include "audit/finding.h"
#include "cedar/engine/judge.h"

namespace hikae::audit {

// The rules of a pack that hold on one day, and the actions at which things are judged by them.
class Program {
 public:
  Program(const Pack& pack, const AuditOptions& options);

  const std::vector<const Rule*>& rules() const { return rules_; }  // of each policy of policies()
  const cedar::PolicySet& policies() const { return *policies_; }
  struct Action {
    cedar::EntityUid uid;
    uint32_t number;
  };
  // By entity type, so in the order of uids.
  const std::map<std::string, std::vector<Action>>& ActionsAt(Moment moment) const;
  const cedar::EntityUid& action(uint32_t number) const;

 private:
  const cedar::Schema& schema_;  // an action's number is its place there
  std::vector<const Rule*> rules_;
  std::optional<cedar::PolicySet> policies_;
  std::map<Moment, std::map<std::string, std::vector<Action>>> actions_;
};

// Immutable; shareable between threads.
class JudgedWitness final : public Witness {
 public:
  JudgedWitness(std::shared_ptr<const Pack> pack, Facts facts, const AuditOptions& options);

  void Spell(const Brief& brief, Finding& finding) const override;
  // Judged again: the same facts, the same rules, the same day.
  Grounds GroundsOf(const Finding& finding) const override;
  Grounds WholeGroundsOf(const Finding& finding) const override;

  const Program& program() const { return program_; }
  const FactBase& base() const { return *facts_.base; }
  const cedar::Entities& entities() const { return *facts_.entities; }
  // Without principal, action and resource.
  const cedar::Request& request() const { return request_; }

 private:
  Grounds GroundsOf(const Finding& finding, size_t places) const;

  const std::shared_ptr<const Pack> pack_;  // the rest points into it
  const Facts facts_;
  const Program program_;
  const EvidenceMaker evidence_;
  cedar::Request request_;
};

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_WITNESS_H_
