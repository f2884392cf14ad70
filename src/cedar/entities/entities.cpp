#include "cedar/entities/entities.h"

#include <algorithm>
#include <utility>

#include "cedar/entities/store.h"
#include "cedar/schema/schema.h"

namespace hikae::cedar {

Entities::Entities(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Entities::Entities(Entities&&) noexcept = default;
Entities& Entities::operator=(Entities&&) noexcept = default;
Entities::~Entities() = default;

base::Result<Entities> Entities::Create(std::vector<Entity> entities, const Schema* schema) {
  if (schema != nullptr) {
    for (const Entity& entity : entities) HIKAE_CHECK(schema->CheckEntity(entity));
  }
  HIKAE_TRY(auto rep, Rep::Build(std::move(entities)));
  if (schema != nullptr) rep->schema = *schema;
  return Entities(std::move(rep));
}

const Entity* Entities::Find(const EntityUid& uid) const {
  const Node* node = rep_->Find(HashUid(uid), uid);
  return node != nullptr ? node->entity : nullptr;
}

std::vector<const Entity*> Entities::All() const {
  std::vector<const Entity*> all;
  all.reserve(rep_->size);
  for (uint32_t slot = 0; slot < rep_->slot_count(); ++slot) {
    if (const Entity* entity = rep_->OfSlot(slot)->entity) all.push_back(entity);
  }
  const auto before = [](const Entity* a, const Entity* b) { return a->uid < b->uid; };
  if (!std::ranges::is_sorted(all, before)) std::ranges::sort(all, before);
  return all;
}

bool Entities::IsIn(const EntityUid& descendant, const EntityUid& ancestor) const {
  const BorrowedEntityRep below(descendant), above(ancestor);
  return rep_->IsIn(Cell(&below), Cell(&above));
}

size_t Entities::size() const { return rep_->size; }

const Schema* Entities::checked_against() const { return rep_->schema ? &*rep_->schema : nullptr; }

}  // namespace hikae::cedar
