// What stands behind the handles of cedar.h.
#ifndef HIKAE_CAPI_CEDAR_HANDLES_H_
#define HIKAE_CAPI_CEDAR_HANDLES_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "capi/boundary.h"
#include "cedar/engine/authorizer.h"
#include "cedar/engine/explain.h"
#include "cedar/engine/policy_set.h"
#include "cedar/entities/entities.h"
#include "cedar/schema/schema.h"
#include "hikae/cedar.h"

namespace hikae::capi {

HIKAE_FIRST_SIZE(hikae_cedar_policies_options, format);
HIKAE_FIRST_SIZE(hikae_cedar_format_options, indent);
HIKAE_FIRST_SIZE(hikae_cedar_policy, annotation_count);
HIKAE_FIRST_SIZE(hikae_cedar_answer, error_count);
HIKAE_FIRST_SIZE(hikae_cedar_outcome, read_count);

// A policy set with what views of it need. Immutable; shareable between threads.
class LoadedPolicies {
 public:
  explicit LoadedPolicies(cedar::PolicySet set);
  const cedar::PolicySet& set() const { return set_; }
  // Policies, then templates.
  size_t count() const { return annotations_.size(); }
  void Describe(size_t i, Out<hikae_cedar_policy>& out) const;

 private:
  const cedar::PolicyInfo& Info(size_t i) const;
  cedar::PolicySet set_;
  std::vector<std::vector<hikae_cedar_annotation>> annotations_;  // views into set_
};

// The views of the set that an authorizer answers by. Shareable; the lock is held only to look, or once per version.
class PolicyViews {
 public:
  std::shared_ptr<const LoadedPolicies> Of(const cedar::PolicySet& set);
  void Expect(std::shared_ptr<const LoadedPolicies> next);

 private:
  std::mutex mutex_;
  std::shared_ptr<const LoadedPolicies> last_;
};

using Version = cedar::Authorizer::Version;

}  // namespace hikae::capi

struct hikae_cedar_policies {
  std::shared_ptr<const hikae::capi::LoadedPolicies> impl;
};

struct hikae_cedar_schema {
  std::shared_ptr<const hikae::cedar::Schema> impl;
};

struct hikae_cedar_entities {
  std::shared_ptr<const hikae::cedar::Entities> impl;
};

struct hikae_cedar_request {
  hikae::cedar::Request request;
  hikae::cedar::EntityUid next[3];  // names on their way into the request: all three or none
};

// Shareable: the engine's authorizer is, and swaps that keep a part of the version take turns.
struct hikae_cedar_authorizer {
  std::mutex swapping;
  std::unique_ptr<hikae::cedar::Authorizer> impl;
  std::shared_ptr<hikae::capi::PolicyViews> views = std::make_shared<hikae::capi::PolicyViews>();
};

// `answers` keeps its room from call to call; the first `count` of them are answers.
struct hikae_cedar_answers {
  std::vector<hikae::cedar::Answer> answers;
  size_t count = 0;
  std::vector<const hikae::cedar::Request*> asked;      // by the call under way; kept for its room
  std::shared_ptr<const hikae::capi::Version> version;  // what they were decided by
  std::shared_ptr<hikae::capi::PolicyViews> views;
  mutable std::shared_ptr<const hikae::capi::LoadedPolicies> policies;  // of the version; made when first asked for
};

struct hikae_cedar_explanation {
  std::shared_ptr<const hikae::capi::Version> version;
  std::vector<hikae::cedar::Explanation> policies;
  std::vector<std::vector<hikae_cedar_read>> reads;  // by policy; views into `policies` and `texts`
  std::vector<std::unique_ptr<const std::string>> texts;
  size_t next = 0;
};

namespace hikae::capi {

// The name that the caller gave, as parts or as one text; throws kArgument. `name` is the parameter.
cedar::EntityUid UidOf(const hikae_cedar_uid& given, const char* name);
// The same into what is there, which keeps its room: names given in parts need no memory that is there already.
void ReadName(const hikae_cedar_uid& given, const char* name, cedar::EntityUid& out);

struct Given {
  std::string name;
  std::string_view text;
  bool json = false;
};
// A document and its form, by `format` or by its name. Its text is checked by its reader, which can say where.
Given DocumentOf(const hikae_document& document, int32_t format);
std::vector<Given> DocumentsOf(const hikae_document* documents, size_t count, int32_t format);
codec::Node ReadTree(const Given& document, const codec::Limits& limits = {});

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_CEDAR_HANDLES_H_
