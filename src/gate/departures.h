// What approved exceptions lift of a refusal.
#ifndef HIKAE_GATE_DEPARTURES_H_
#define HIKAE_GATE_DEPARTURES_H_

#include <string>
#include <vector>

#include "base/error.h"
#include "cedar/engine/policy_set.h"
#include "gate/rulebook.h"

namespace hikae::gate {

struct Lifted {
  bool all = false;                     // every one of the rules asked about is lifted
  std::vector<std::string> exceptions;  // by which, in the order of the rules
  std::vector<std::string> grounds;     // policies of kind "lift" that said so, each once
};

// An exception is put to the rules that lift only where it names the refusing rule, and one of the things that the
// request is about: who acts, the file or handling, the terminal, the place. Whether it holds (who approved it, until
// when, of which rules there may be one) is theirs to say.
base::Result<Lifted> LiftedOf(const Rulebook& book, const cedar::Request& request,
                              const std::vector<std::string>& refusing);

}  // namespace hikae::gate

#endif  // HIKAE_GATE_DEPARTURES_H_
