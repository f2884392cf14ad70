// What the gate decides by: the pack in force and the facts of the registry, as rulebooks.
#ifndef HIKAE_OFFICE_GATE_RULES_H_
#define HIKAE_OFFICE_GATE_RULES_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "audit/pack.h"
#include "gate/rulebook.h"
#include "office/office_packs.h"
#include "registry/registry.h"

namespace hikae::office {

// Rulebooks of one office. Shareable between threads: who asks for one that is being built waits for it. The newest few
// are kept; a rulebook lives on as long as somebody decides by it.
class GateRules : public gate::RuleSource {
 public:
  // The office's packs as they are now. Of them, the one in force on the day of an act decides (audit::DecidingOn);
  // what rows say in the words of the others is facts like any, in words that its rules do not have.
  using PacksNow = std::function<base::Result<PackSetPtr>()>;

  // The registry must outlive it.
  GateRules(const registry::Registry& registry, PacksNow packs_now);

  base::Result<int64_t> Version() override;
  // kBusy: the registry has another version by now; ask for that one. kNotFound: no pack is in force on the day.
  // kRules: what is registered does not fit the pack's schema.
  base::Result<std::shared_ptr<const gate::Rulebook>> At(int64_t version, int32_t day) override;

 private:
  struct Kept {
    int64_t version = 0;
    int32_t day = 0;
    PackSetPtr set;
    std::shared_ptr<const gate::Rulebook> rulebook;
  };
  // The pack's policies, checked once: they do not change with the registry.
  struct Checked {
    std::shared_ptr<const audit::Pack> pack;
    cedar::PolicySet policies;
  };
  base::Result<const Checked*> CheckedOf(const std::shared_ptr<const audit::Pack>& pack);  // under mutex_

  const registry::Registry& registry_;
  const PacksNow packs_now_;
  std::mutex mutex_;       // guards what follows
  std::deque<Kept> kept_;  // newest first
  std::deque<Checked> checked_;
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_GATE_RULES_H_
