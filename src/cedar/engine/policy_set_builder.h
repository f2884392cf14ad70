// How trees become a policy set: named, described, compiled. Internal.
#ifndef HIKAE_CEDAR_ENGINE_POLICY_SET_BUILDER_H_
#define HIKAE_CEDAR_ENGINE_POLICY_SET_BUILDER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cedar/engine/policy_set_rep.h"

namespace hikae::cedar {

// One use: Add in the order of the set, then Finish.
class PolicySetBuilder {
 public:
  explicit PolicySetBuilder(bool id_from_annotation)
      : rep_(std::make_shared<PolicySet::Rep>()),
        program_(std::make_shared<Program>()),
        compiler_(*program_),
        id_from_annotation_(id_from_annotation) {}

  // The next policy of a text: its id is counted, or taken from @id.
  base::Result<void> AddFromText(PolicyTree tree, const SourceText& source);
  // A policy with an id of its own; where ids come from annotations, @id has to be the same.
  base::Result<void> AddNamed(PolicyTree tree, std::string id, const std::string& file);
  std::shared_ptr<PolicySet::Rep> Finish();

 private:
  void Add(PolicyTree tree, PolicyInfo info, const std::string& file);

  std::shared_ptr<PolicySet::Rep> rep_;
  std::shared_ptr<Program> program_;
  Compiler compiler_;
  bool id_from_annotation_;
  size_t count_ = 0;
  std::map<std::string, base::Place> taken_;  // where ids are given, not counted
};

// The set with these links as well. On failure `failed` is the index of the link at fault.
base::Result<std::shared_ptr<PolicySet::Rep>> LinkTemplates(const PolicySet::Rep& set,
                                                            const std::vector<TemplateLink>& links, size_t& failed);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_POLICY_SET_BUILDER_H_
