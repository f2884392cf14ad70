// A parsed policy set, and the decision over it.
#ifndef HIKAE_CEDAR_ENGINE_POLICY_SET_H_
#define HIKAE_CEDAR_ENGINE_POLICY_SET_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cedar/entities/entities.h"
#include "cedar/schema/schema.h"

namespace hikae::cedar {

enum class Effect : uint8_t { kPermit, kForbid };
enum class Decision : uint8_t { kDeny, kAllow };

// A template with its slots filled: a policy of its own, by the name `new_id`.
struct PolicyTree;

struct TemplateLink {
  std::string template_id;
  std::string new_id;
  std::optional<EntityUid> principal;  // for ?principal; there exactly when the template has that slot
  std::optional<EntityUid> resource;   // for ?resource
  friend bool operator==(const TemplateLink&, const TemplateLink&) = default;
};

// One policy as read: what a lint or a report needs to know of it.
struct PolicyInfo {
  std::string id;                    // policy0, policy1 … in the order of the texts, or as `id_from_annotation` says
  std::optional<TemplateLink> link;  // of a linked policy, whose text, place and annotations are its template's
  Effect effect = Effect::kForbid;
  std::vector<std::pair<std::string, std::string>> annotations;  // in the order of the text
  size_t when_count = 0;
  size_t unless_count = 0;
  // Attribute paths the policy reads, from each variable ("principal.contractor.pmark"), in `when` and in `unless`.
  std::vector<std::string> when_paths;
  std::vector<std::string> unless_paths;
  std::string text;  // the policy's own text
  base::Place where;
  const std::string* Annotation(std::string_view key) const;  // nullptr when absent; "" for a key-only annotation
};

struct PolicyError {
  std::string policy_id;
  std::string message;
};

struct Response {
  Decision decision = Decision::kDeny;
  std::vector<std::string> reasons;  // ids of the determining policies, in the order of the set
  // Of the determining policies, one by one, each in the order of its text.
  std::vector<std::vector<std::pair<std::string, std::string>>> annotations;
  std::vector<PolicyError> errors;
  bool failed_shut = false;  // strict only: denied because a forbid could not be evaluated; `errors` says which
};

struct Validation {
  std::vector<base::Error> errors;
  std::vector<base::Error> warnings;
};

// Immutable once parsed; shareable between threads; copying shares.
class PolicySet {
 public:
  struct Options {
    bool id_from_annotation = false;  // @id("…") names the policy; absent or duplicate is an error
  };
  static base::Result<PolicySet> Parse(const std::vector<SourceText>& texts, Options options);
  static base::Result<PolicySet> Parse(const std::vector<SourceText>& texts) { return Parse(texts, Options{}); }

  // The official JSON of a set: {"staticPolicies": {id: policy}, "templates": {id: policy}, "templateLinks":
  // [{"templateId", "newId", "values": {"?principal": {"type", "id"}}}]}, each of the three optional. Read its text
  // with PolicyJsonLimits(). As strict as PolicyFromJson; the ids are the keys (with id_from_annotation, @id has to
  // agree).
  static base::Result<PolicySet> FromJson(const codec::Node& json, std::string_view file, Options options);
  static base::Result<PolicySet> FromJson(const codec::Node& json, std::string_view file) {
    return FromJson(json, file, Options{});
  }
  codec::Node ToJson() const;
  // The texts of policies and templates, in the order they were read, a blank line between two. Ids that came from JSON
  // are not in it. An error (kArgument) when there are links, which have no text.
  base::Result<std::string> ToText() const;

  // What decides: static policies in the order of the texts, then linked ones in the order of linking.
  const std::vector<PolicyInfo>& policies() const;
  // The schema it was found valid against by ValidateAndMark; nullptr when it was not.
  const Schema* validated_against() const { return schema_ ? &*schema_ : nullptr; }
  bool validated() const { return schema_.has_value(); }
  // What has a slot. A template alone never decides.
  const std::vector<PolicyInfo>& templates() const;
  // A new set that has these policies as well; it shares everything with this one. Errors name the link: kNotFound, no
  // such template; kExists, the new id is taken by a policy, a template or a link; kArgument, a slot without an entity,
  // an entity without a slot, a wrong name of an entity type.
  base::Result<PolicySet> Link(const std::vector<TemplateLink>& links) const;
  // What policies()[i] was parsed into, and the name of its text. Lives as long as the set.
  const PolicyTree& tree(size_t i) const;
  const std::string& file(size_t i) const;
  // The subset of policies() for which keep is true, sharing the parsed policies. All templates stay.
  PolicySet Filter(const std::vector<bool>& keep) const;

  struct Rep;
  const Rep& rep() const { return *rep_; }

 private:
  friend Validation ValidateAndMark(PolicySet& policies, const Schema& schema);
  explicit PolicySet(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}
  std::shared_ptr<const Rep> rep_;
  std::optional<Schema> schema_;  // what validated() is about
};

// Plain: Cedar's own answer, in which an erroring policy is skipped and listed. Strict: a forbid that cannot be
// evaluated denies (Answer::failed_shut), and a set that was not validated is refused (kRules) before anything is
// decided. A permit that cannot be evaluated allows in neither.
struct DecideOptions {
  bool strict = false;
};

Response Authorize(const Request& request, const PolicySet& policies, const Entities& entities);
base::Result<Response> Authorize(const Request& request, const PolicySet& policies, const Entities& entities,
                                 const DecideOptions& options);

// The same answer in a form that a caller keeps from decision to decision, so that deciding allocates nothing.
struct Answer {
  struct Failure {
    uint32_t policy;  // index into PolicySet::policies()
    std::string message;
  };
  Decision decision = Decision::kDeny;
  bool failed_shut = false;       // as in Response
  std::vector<uint32_t> reasons;  // indexes into PolicySet::policies(), rising
  std::vector<Failure> errors;    // in the order of the set
};
void Decide(const Request& request, const PolicySet& policies, const Entities& entities, Answer& out);
// Errors leave `out` as it is.
base::Result<void> Decide(const Request& request, const PolicySet& policies, const Entities& entities,
                          const DecideOptions& options, Answer& out);
// The answers to all requests, one by one, cheaper than so many calls. Keeps the room that `out` has.
base::Result<void> DecideMany(std::span<const Request> requests, const PolicySet& policies, const Entities& entities,
                              const DecideOptions& options, std::vector<Answer>& out);
// The same for requests that stand apart; `out` is as long as they are.
base::Result<void> DecideMany(std::span<const Request* const> requests, const PolicySet& policies,
                              const Entities& entities, const DecideOptions& options, std::span<Answer> out);
// The answer with ids, annotations and messages in place of indexes.
Response ToResponse(const Answer& answer, const PolicySet& policies);

// Strict validation against the schema; no errors = valid. Each error: kRules with the place in the policy text.
Validation Validate(const PolicySet& policies, const Schema& schema);
// The same; a set without errors is validated() from then on, as are its copies and filtered subsets.
Validation ValidateAndMark(PolicySet& policies, const Schema& schema);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_POLICY_SET_H_
