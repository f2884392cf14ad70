// Linking: policies made of templates. A link shares the conditions of its template, as a tree and as code; only the
// scope is its own.
#include <fmt/format.h>

#include <map>
#include <unordered_set>
#include <utility>

#include "cedar/engine/policy_set_builder.h"

namespace hikae::cedar {
namespace {

using base::Status;

// Makes the links of one set; knows every id in use, those of the links made so far included.
class Linker {
 public:
  explicit Linker(const PolicySet::Rep& set) {
    for (const auto& policy : set.templates) templates_.emplace(policy->info.id, policy);
    for (const PolicyInfo& info : set.infos) taken_.insert(info.id);
  }

  base::Result<std::shared_ptr<const LoadedPolicy>> Make(const TemplateLink& link) {
    HIKAE_TRY(const auto from, Template(link));
    if (templates_.contains(link.new_id)) return Taken(link, "a template");
    if (!taken_.insert(link.new_id).second) return Taken(link, "another policy");
    auto made = std::make_shared<LoadedPolicy>();
    made->info = from->info;
    made->info.id = link.new_id;
    made->info.link = link;
    made->file = from->file;
    made->tree = from->tree;
    made->compiled = from->compiled;
    made->compiled.places.clear();
    made->linked_from = from;
    HIKAE_CHECK(Fill(link, link.principal, "?principal", made->tree.principal, made->compiled.principal));
    HIKAE_CHECK(Fill(link, link.resource, "?resource", made->tree.resource, made->compiled.resource));
    return std::shared_ptr<const LoadedPolicy>(std::move(made));
  }

 private:
  base::Result<std::shared_ptr<const LoadedPolicy>> Template(const TemplateLink& link) const {
    const auto found = templates_.find(link.template_id);
    if (found != templates_.end()) return found->second;
    if (taken_.contains(link.template_id)) {
      return Bad(Status::kNotFound, link, fmt::format("{} has no slot to fill", Quote(link.template_id)),
                 "templates have ?principal or ?resource in their scope");
    }
    std::vector<std::string_view> known;
    for (const auto& [id, policy] : templates_) known.push_back(id);
    const std::string_view nearest = base::Nearest(link.template_id, known);
    return Bad(Status::kNotFound, link, fmt::format("there is no template {}", Quote(link.template_id)),
               nearest.empty() ? std::string() : fmt::format("did you mean {}?", Quote(nearest)));
  }

  // Puts the entity where the slot stands, in the tree and in the compiled scope alike.
  static base::Result<void> Fill(const TemplateLink& link, const std::optional<EntityUid>& entity,
                                 std::string_view slot, ScopeClause& clause, CompiledScope& scope) {
    if (!clause.slot && !entity) return {};
    if (!entity)
      return Bad(Status::kArgument, link, fmt::format("{} is not filled", slot), "every slot needs an entity");
    if (!clause.slot) {
      return Bad(Status::kArgument, link,
                 fmt::format("{} is filled, but the template {} has no such slot", slot, Quote(link.template_id)), {});
    }
    if (!IsTypeName(entity->type)) {
      return Bad(Status::kArgument, link,
                 fmt::format("{} is filled with an entity of type {}, which is no name", slot, Quote(entity->type)),
                 "names joined by '::'");
    }
    clause.entities = {*entity};
    clause.entity_spans = {clause.span};
    clause.slot.reset();
    scope.entities = {std::make_shared<const OwnedEntityRep>(*entity)};
    return {};
  }

  static base::Error Taken(const TemplateLink& link, std::string_view by) {
    return Bad(Status::kExists, link, fmt::format("the id is taken by {}", by), "ids are unique in a policy set");
  }
  static base::Error Bad(Status status, const TemplateLink& link, std::string text, std::string hint) {
    return base::Error(status, {fmt::format("the link {}: {}", Quote(link.new_id), text), {}}, {},
                       {std::move(hint), {}});
  }

  std::map<std::string, std::shared_ptr<const LoadedPolicy>> templates_;
  std::unordered_set<std::string> taken_;
};

}  // namespace

base::Result<std::shared_ptr<PolicySet::Rep>> LinkTemplates(const PolicySet::Rep& set,
                                                            const std::vector<TemplateLink>& links, size_t& failed) {
  auto rep = std::make_shared<PolicySet::Rep>();
  rep->program = set.program;
  rep->infos = set.infos;
  rep->loaded = set.loaded;
  rep->template_infos = set.template_infos;
  rep->templates = set.templates;
  Linker linker(set);
  for (failed = 0; failed < links.size(); ++failed) {
    HIKAE_TRY(auto made, linker.Make(links[failed]));
    rep->Add(std::move(made));
  }
  rep->MakeIndex();
  return rep;
}

base::Result<PolicySet> PolicySet::Link(const std::vector<TemplateLink>& links) const {
  size_t failed = 0;
  HIKAE_TRY(auto rep, LinkTemplates(*rep_, links, failed));
  return PolicySet(std::move(rep));
}

}  // namespace hikae::cedar
