// Policy sets as JSON and as text.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cedar/engine/policy_set_builder.h"
#include "cedar/syntax/json_fields.h"
#include "cedar/syntax/policy_json.h"

namespace hikae::cedar {
namespace {

using codec::Node;

// The policies of one map, each static or each a template.
base::Result<void> ReadPolicies(const Node& map, std::string_view file, bool templates, PolicySetBuilder& out) {
  if (!map.IsMap()) {
    return JsonError(map, file, fmt::format("policies are an object of id and policy, found {}", DescribeJson(map)),
                     R"({"policy0": {"effect": …}})");
  }
  for (const auto& [id, json] : map.entries()) {
    if (json.IsText()) {
      return JsonError(json, file, fmt::format("the policy {} is text, not JSON", Quote(id)),
                       "turn the text into JSON first");
    }
    HIKAE_TRY(PolicyTree tree, PolicyFromJson(json, file));
    if (tree.is_template() != templates) {
      return JsonError(
          json, file,
          templates ? fmt::format("the template {} has no slot", Quote(id))
                    : fmt::format("the static policy {} has a slot", Quote(id)),
          templates ? "policies without slots stand in \"staticPolicies\"" : "templates stand in \"templates\"");
    }
    HIKAE_CHECK(out.AddNamed(std::move(tree), id, std::string(file)));
  }
  return {};
}

base::Result<TemplateLink> ReadLink(const Node& json, std::string_view file) {
  HIKAE_CHECK(CheckFields(json, file, "a template link", {"templateId", "newId", "values"}));
  TemplateLink link;
  HIKAE_TRY(link.template_id, JsonText(*json.Find("templateId"), file, "\"templateId\""));
  HIKAE_TRY(link.new_id, JsonText(*json.Find("newId"), file, "\"newId\""));
  const Node& values = *json.Find("values");
  HIKAE_CHECK(CheckFields(values, file, "the values of a template link", {}, {"?principal", "?resource"}));
  for (const auto& [slot, value] : values.entries()) {
    HIKAE_TRY((slot == "?principal" ? link.principal : link.resource), JsonUid(value, file));
  }
  return link;
}

Node UidToJson(const EntityUid& uid) {
  return Node::Map({{"type", Node::String(uid.type)}, {"id", Node::String(uid.id)}});
}

Node LinkToJson(const TemplateLink& link) {
  Node values = Node::Map();
  if (link.principal) values.Set("?principal", UidToJson(*link.principal));
  if (link.resource) values.Set("?resource", UidToJson(*link.resource));
  return Node::Map({{"templateId", Node::String(link.template_id)},
                    {"newId", Node::String(link.new_id)},
                    {"values", std::move(values)}});
}

}  // namespace

base::Result<PolicySet> PolicySet::FromJson(const Node& json, std::string_view file, Options options) {
  HIKAE_CHECK(CheckFields(json, file, "a policy set", {}, {"staticPolicies", "templates", "templateLinks"}));
  PolicySetBuilder builder(options.id_from_annotation);
  for (std::string_view key : {"staticPolicies", "templates"}) {
    const Node* policies = json.Find(key);
    if (policies != nullptr) HIKAE_CHECK(ReadPolicies(*policies, file, key == "templates", builder));
  }
  std::shared_ptr<const Rep> rep = builder.Finish();
  const Node* list = json.Find("templateLinks");
  if (list == nullptr) return PolicySet(std::move(rep));
  if (!list->IsList()) {
    return JsonError(*list, file, fmt::format("\"templateLinks\" is a list, found {}", DescribeJson(*list)));
  }
  std::vector<TemplateLink> links;
  for (const Node& item : list->items()) {
    HIKAE_TRY(links.emplace_back(), ReadLink(item, file));
  }
  size_t failed = 0;
  auto linked = LinkTemplates(*rep, links, failed);
  if (linked.ok()) return PolicySet(std::move(*linked));
  return JsonError(list->items()[failed], file, linked.error().text.en, linked.error().hint.en);
}

Node PolicySet::ToJson() const {
  Node policies = Node::Map(), templates = Node::Map(), links = Node::List();
  for (const auto& policy : rep_->loaded) {
    if (policy->info.link) {
      links.Append(LinkToJson(*policy->info.link));
    } else {
      policies.AddEntry(policy->info.id, {}, PolicyToJson(policy->tree));
    }
  }
  for (const auto& policy : rep_->templates) templates.AddEntry(policy->info.id, {}, PolicyToJson(policy->tree));
  return Node::Map({{"staticPolicies", std::move(policies)},
                    {"templates", std::move(templates)},
                    {"templateLinks", std::move(links)}});
}

base::Result<std::string> PolicySet::ToText() const {
  std::vector<const LoadedPolicy*> policies;
  for (const auto& policy : rep_->loaded) {
    if (policy->info.link) {
      return base::Error(
          base::Status::kArgument,
          {fmt::format("the policy {} is linked from a template and has no text", Quote(policy->info.id)),
           fmt::format("ポリシー{}は雛形から作られており、本文を持たない", Quote(policy->info.id))},
          {}, {"write the set as JSON", "JSON で書き出す"});
    }
    policies.push_back(policy.get());
  }
  for (const auto& policy : rep_->templates) policies.push_back(policy.get());
  std::ranges::sort(policies, {}, &LoadedPolicy::order);
  std::string out;
  for (const LoadedPolicy* policy : policies) out += (out.empty() ? "" : "\n") + policy->info.text + "\n";
  return out;
}

}  // namespace hikae::cedar
