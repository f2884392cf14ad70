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
  CompiledPolicy compiled;  // of a template: without the entities of its slots
  std::string file;
  size_t order = 0;                                 // among the static policies and the templates, as they were read
  std::shared_ptr<const LoadedPolicy> linked_from;  // the template, which also keeps the places of the code
};

struct PolicySet::Rep {
  std::vector<PolicyInfo> infos;                            // of `loaded`, one by one
  std::vector<std::shared_ptr<const LoadedPolicy>> loaded;  // in the order of the texts, then of linking
  std::vector<PolicyInfo> template_infos;                   // of `templates`, one by one
  std::vector<std::shared_ptr<const LoadedPolicy>> templates;
  std::shared_ptr<const Program> program;    // of all compiled policies
  std::unique_ptr<const PolicyIndex> index;  // over `loaded`

  void Add(std::shared_ptr<const LoadedPolicy> policy);
  // Once `loaded` is complete.
  void MakeIndex();
  // "file:3:14: what went wrong".
  std::string ErrorText(size_t policy, uint32_t code, const std::string& text) const {
    const LoadedPolicy& one = *loaded[policy];
    const CompiledPolicy& written = one.linked_from ? one.linked_from->compiled : one.compiled;
    return written.PlaceText(code, one.file) + ": " + text;
  }
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_POLICY_SET_REP_H_
