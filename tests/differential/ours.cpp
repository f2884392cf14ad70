#include "differential/ours.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "cedar/engine/policy_set.h"
#include "differential/tokens.h"

namespace hikae::differential {
namespace {

using cedar::Entities;
using cedar::EntityUid;
using cedar::PolicySet;
using cedar::Request;
using cedar::Schema;
using codec::Node;

Node Ids(const std::set<std::string>& ids) {
  Node out = Node::List();
  for (const std::string& id : ids) out.Append(Node::String(id));
  return out;
}

base::Result<Schema> ReadSchema(const Node& json) {
  if (json.IsText()) return Schema::Parse({{"schema", json.text()}});
  return Schema::FromJson(json, "schema");
}

base::Result<Request> ReadRequest(const Node& json, const Schema* schema) {
  Request request;
  HIKAE_TRY(request.principal, cedar::ReadUid(*json.Find("principal"), "request"));
  HIKAE_TRY(request.action, cedar::ReadUid(*json.Find("action"), "request"));
  HIKAE_TRY(request.resource, cedar::ReadUid(*json.Find("resource"), "request"));
  const cedar::ActionType* action = schema != nullptr ? schema->FindAction(request.action) : nullptr;
  const Node& context = *json.Find("context");
  HIKAE_TRY(request.context, action != nullptr ? schema->ReadValue(context, action->context, "context")
                                               : cedar::Value::FromJson(context, "context"));
  if (schema != nullptr) HIKAE_CHECK(schema->CheckRequest(request));
  return request;
}

class SetAnswerer {
 public:
  SetAnswerer(const Node& set, const Schema* schema, const Entities* entities)
      : set_(set), schema_(schema), entities_(entities) {}

  Node Answer() {
    base::Result<PolicySet> policies = PolicySet::Parse({{"policies", set_.Find("policies")->text()}});
    out_.Set("policies", Node::Bool(policies.ok()));
    if (!policies.ok()) {
      out_.Set("why", Node::String(policies.error().ToString()));
      return std::move(out_);
    }
    if (schema_ != nullptr) Validated(*policies);
    if (entities_ != nullptr) Answers(*policies);
    return std::move(out_);
  }

 private:
  // Errors have places; a policy's id follows from where it stands.
  static std::string PolicyAt(const PolicySet& policies, const base::Place& place) {
    std::string id = "?";
    for (const cedar::PolicyInfo& info : policies.policies()) {
      if (std::pair(info.where.line, info.where.column) <= std::pair(place.line, place.column)) id = info.id;
    }
    return id;
  }

  void Validated(const PolicySet& policies) {
    const cedar::Validation found = Validate(policies, *schema_);
    std::set<std::string> errors;
    std::set<std::string> warnings;
    Node why = Node::List();
    for (const base::Error& error : found.errors) {
      errors.insert(PolicyAt(policies, error.where));
      why.Append(Node::String(error.ToString()));
    }
    for (const base::Error& warning : found.warnings) warnings.insert(PolicyAt(policies, warning.where));
    out_.Set("errors", Ids(errors));
    out_.Set("warnings", Ids(warnings));
    if (!errors.empty()) out_.Set("why", std::move(why));
  }

  void Answers(const PolicySet& policies) {
    Node answers = Node::List();
    Node why = Node::List();
    for (const Node& json : set_.Find("requests")->items()) {
      const base::Result<Request> request = ReadRequest(json, schema_);
      if (!request.ok()) {
        answers.Append(Node::Null());
        why.Append(Node::String(request.error().ToString()));
        continue;
      }
      const cedar::Response response = Authorize(*request, policies, *entities_);
      std::set<std::string> errors;
      std::string messages;
      for (const cedar::PolicyError& error : response.errors) {
        errors.insert(error.policy_id);
        messages += error.message + "; ";
      }
      why.Append(Node::String(messages));
      answers.Append(Node::Map({{"allow", Node::Bool(response.decision == cedar::Decision::kAllow)},
                                {"reasons", Ids({response.reasons.begin(), response.reasons.end()})},
                                {"errors", Ids(errors)}}));
    }
    out_.Set("answers", std::move(answers));
    out_.Set("why_answers", std::move(why));
  }

  const Node& set_;
  const Schema* schema_;
  const Entities* entities_;
  Node out_ = Node::Map();
};

template <class T>
Node Verdict(const base::Result<T>& result) {
  return result.ok() ? Node::Bool(true) : Node::Map({{"why", Node::String(result.error().ToString())}});
}

}  // namespace

Node OurAnswers(const Node& world) {
  Node out = Node::Map();
  std::optional<Schema> schema;
  const Node& given = *world.Find("schema");
  bool refused = false;
  if (!given.IsNull()) {
    base::Result<Schema> read = ReadSchema(given);
    out.Set("schema", Verdict(read));
    refused = !read.ok();
    if (read.ok()) schema = *read;
  }
  const Schema* used = schema ? &*schema : nullptr;
  std::optional<Entities> entities;
  if (!refused) {
    base::Result<Entities> read = Entities::FromJson(*world.Find("entities"), "entities", used);
    out.Set("entities", Verdict(read));
    if (read.ok()) entities.emplace(std::move(read).value());
  }
  Node sets = Node::List();
  for (const Node& set : world.Find("sets")->items()) {
    sets.Append(SetAnswerer(set, used, entities ? &*entities : nullptr).Answer());
  }
  out.Set("sets", std::move(sets));
  Node schemas = Node::List();
  for (const Node& other : world.Find("schemas")->items()) schemas.Append(Verdict(ReadSchema(other)));
  out.Set("schemas", std::move(schemas));
  Node stores = Node::List();
  if (!refused) {
    for (const Node& other : world.Find("stores")->items()) {
      stores.Append(Verdict(Entities::FromJson(other, "entities", used)));
    }
  }
  return out.Set("stores", std::move(stores));
}

Node WithFault(Node world) {
  Node sets = Node::List();
  for (Node set : world.Find("sets")->items()) {
    std::vector<std::string> tokens = Tokens(set.Find("policies")->text());
    for (std::string& token : tokens) {
      if (Bare(token) == "<") token += "=";
    }
    set.Set("policies", Node::String(Join(tokens)));
    sets.Append(std::move(set));
  }
  return world.Set("sets", std::move(sets));
}

}  // namespace hikae::differential
