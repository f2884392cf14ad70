// The inside of a policy set: trees for those who walk over them, the compiled form for those who evaluate.
#ifndef HIKAE_CEDAR_ENGINE_POLICY_SET_REP_H_
#define HIKAE_CEDAR_ENGINE_POLICY_SET_REP_H_

#include <memory>
#include <string>
#include <vector>

#include "cedar/engine/index.h"
#include "cedar/engine/policy_set.h"
#include "cedar/engine/program.h"
#include "cedar/syntax/ast.h"

namespace hikae::cedar {

struct LoadedPolicy {
  PolicyInfo info;
  PolicyTree tree;
  CompiledPolicy compiled;  // of a template: empty
  std::string file;
};

struct PolicySet::Rep {
  std::vector<PolicyInfo> infos;                            // of `loaded`, one by one
  std::vector<std::shared_ptr<const LoadedPolicy>> loaded;  // in the order of the texts
  std::vector<std::shared_ptr<const LoadedPolicy>> templates;
  std::shared_ptr<const Program> program;    // of all compiled policies
  std::vector<HotPolicy> hot;                // of `loaded`, one by one
  std::unique_ptr<const PolicyIndex> index;  // over `loaded`

  // Once `loaded` is complete.
  void MakeIndex();
  // "file:3:14: what went wrong".
  std::string ErrorText(size_t policy, uint32_t code, const std::string& text) const {
    return loaded[policy]->compiled.PlaceText(code, loaded[policy]->file) + ": " + text;
  }
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_POLICY_SET_REP_H_
