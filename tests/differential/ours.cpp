#include "differential/ours.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "cedar/engine/policy_set.h"
#include "cedar/schema/request_json.h"
#include "cedar/schema/schema_translate.h"
#include "cedar/syntax/format.h"
#include "cedar/syntax/policy_json.h"
#include "cedar/syntax/print.h"
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

// The set that the official driver makes: static policies, templates under ids that go on counting, links.
base::Result<PolicySet> ReadPolicies(const Node& set) {
  std::vector<cedar::SourceText> texts{{"policies", set.Find("policies")->text()}};
  HIKAE_TRY(PolicySet policies, PolicySet::Parse(texts));
  if (!policies.templates().empty()) return base::Error(base::Status::kRules, "a template among static policies");
  if (set.Find("templates") == nullptr) return policies;
  const size_t first = policies.policies().size();
  for (const Node& text : set.Find("templates")->items()) texts.push_back({"templates", text.text()});
  HIKAE_TRY(policies, PolicySet::Parse(texts));
  if (policies.policies().size() != first || policies.templates().size() != texts.size() - 1) {
    return base::Error(base::Status::kRules, "not one template");
  }
  std::vector<cedar::TemplateLink> links;
  for (const Node& json : set.Find("links")->items()) {
    cedar::TemplateLink link{json.Find("templateId")->text(), json.Find("newId")->text(), {}, {}};
    for (const auto& [slot, uid] : json.Find("values")->entries()) {
      HIKAE_TRY((slot == "?principal" ? link.principal : link.resource), cedar::ReadUid(uid, "link"));
    }
    links.push_back(std::move(link));
  }
  return policies.Link(links);
}

// Long integers lose digits in JavaScript.
bool FitsJavaScript(std::string_view text) {
  size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 15) return false;
  }
  return true;
}

// The policies of a set and its templates, each as a tree; nothing when one of them is no policy.
std::vector<cedar::PolicyTree> TreesOf(const Node& set) {
  std::vector<cedar::PolicyTree> out;
  const auto add = [&](const std::string& text) {
    base::Result<std::vector<cedar::PolicyTree>> trees = cedar::ParsePolicies(text, "policies");
    if (trees.ok()) std::ranges::move(*trees, std::back_inserter(out));
    return trees.ok();
  };
  if (!FitsJavaScript(set.Find("policies")->text()) || !add(set.Find("policies")->text())) return {};
  if (set.Find("templates") == nullptr) return out;
  for (const Node& text : set.Find("templates")->items()) {
    if (!FitsJavaScript(text.text()) || !add(text.text())) return {};
  }
  return out;
}

// A policy that went to JSON and back, as text. An error's text is no policy, which will be noticed.
std::string RoundTrip(const cedar::PolicyTree& tree) {
  const base::Result<Node> json =
      codec::ReadJson(codec::WriteJson(cedar::PolicyToJson(tree)), "json", cedar::PolicyJsonLimits());
  if (!json.ok()) return json.error().ToString();
  const base::Result<cedar::PolicyTree> back = cedar::PolicyFromJson(*json, "json");
  return back.ok() ? cedar::PrintPolicy(*back) : back.error().ToString();
}

// The error's text is no policy either.
std::string Formatted(const std::string& text) {
  const base::Result<std::string> out = cedar::FormatPolicies(text, "policies");
  return out.ok() ? *out : out.error().ToString();
}

class SetAnswerer {
 public:
  SetAnswerer(const Node& set, const Schema* schema, const Entities* entities)
      : set_(set), schema_(schema), entities_(entities) {}

  Node Answer() {
    base::Result<PolicySet> policies = ReadPolicies(set_);
    out_.Set("policies", Node::Bool(policies.ok()));
    if (!policies.ok()) {
      out_.Set("why", Node::String(policies.error().ToString()));
      return std::move(out_);
    }
    if (set_.Find("made") != nullptr) Made();
    if (schema_ != nullptr) Validated(*policies);
    if (entities_ != nullptr) Answers(*policies);
    return std::move(out_);
  }

 private:
  void Made() {
    Node json = Node::List();
    for (const cedar::PolicyTree& tree : TreesOf(set_)) json.Append(cedar::PolicyToJson(tree));
    out_.Set("json", std::move(json));
    out_.Set("made", Node::Bool(true));
    const std::string& formatted = set_.Find("formatted")->text();
    out_.Set("formatted", Node::Bool(Formatted(formatted) == formatted));
  }

  // Errors have places; a policy's id follows from where it stands.
  static std::string PolicyAt(const PolicySet& policies, const base::Place& place) {
    std::string id = "?";
    for (const cedar::PolicyInfo& info : policies.policies()) {
      if (info.where.file == place.file &&
          std::pair(info.where.line, info.where.column) <= std::pair(place.line, place.column))
        id = info.id;
    }
    return id;
  }

  void Validated(const PolicySet& policies) {
    const cedar::Validation found = Validate(policies, *schema_);
    std::set<std::string> errors;
    std::set<std::string> warnings;
    Node why = Node::List();
    bool templates = true;
    for (const base::Error& error : found.errors) {
      if (error.where.file == "policies") {
        errors.insert(PolicyAt(policies, error.where));
      } else {
        templates = false;
      }
      why.Append(Node::String(error.ToString()));
    }
    for (const base::Error& warning : found.warnings) {
      if (warning.where.file != "policies") continue;
      const std::string id = PolicyAt(policies, warning.where);
      if (!errors.contains(id)) warnings.insert(id);  // as in driver.mjs
    }
    out_.Set("errors", Ids(errors));
    out_.Set("warnings", Ids(warnings));
    if (set_.Find("templates") != nullptr) out_.Set("templates", Node::Bool(templates));
    if (!found.errors.empty()) out_.Set("why", std::move(why));
  }

  void Answers(const PolicySet& policies) {
    Node answers = Node::List();
    Node why = Node::List();
    for (const Node& json : set_.Find("requests")->items()) {
      const base::Result<Request> request = cedar::RequestFromJson(json, "request", schema_);
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
    if (read.ok() && world.Find("schema_text") != nullptr) out.Set("schema_text", Node::Bool(true));
    if (read.ok() && given.IsText()) {
      const base::Result<Node> json = cedar::SchemaTextToJson(given.text(), "schema");
      out.Set("schema_json", json.ok() ? *json : Node::String(json.error().ToString()));
    }
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
  if (world.Find("policy_jsons") != nullptr) {
    Node verdicts = Node::List();
    for (const Node& json : world.Find("policy_jsons")->items()) {
      verdicts.Append(Verdict(cedar::PolicyFromJson(json, "json")));
    }
    out.Set("policy_jsons", std::move(verdicts));
  }
  Node stores = Node::List();
  if (!refused) {
    for (const Node& other : world.Find("stores")->items()) {
      stores.Append(Verdict(Entities::FromJson(other, "entities", used)));
    }
  }
  return out.Set("stores", std::move(stores));
}

Node WithMade(Node world) {
  if (world.Find("schema")->IsMap()) {
    const base::Result<std::string> text = cedar::SchemaJsonToText(*world.Find("schema"), "schema");
    if (text.ok()) world.Set("schema_text", Node::String(*text));
  }
  std::vector<Node> sets = world.Find("sets")->items();
  for (size_t i = 0; i < sets.size(); i += 6) {
    Node made = Node::List();
    for (const cedar::PolicyTree& tree : TreesOf(sets[i])) made.Append(Node::String(RoundTrip(tree)));
    if (made.items().empty()) continue;
    sets[i].Set("made", std::move(made));
    sets[i].Set("formatted", Node::String(Formatted(sets[i].Find("policies")->text())));
  }
  return world.Set("sets", Node::List(std::move(sets)));
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
