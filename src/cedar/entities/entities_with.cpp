// A new version of a store out of an old one: only what changed is made anew.
#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "cedar/entities/store_build.h"

namespace hikae::cedar {
namespace {

// Once this much has changed, a new base is cheaper to read than changes over the old one. Building it costs as much as
// the changes that led to it did, so that a change costs the same on average.
bool IsWorthANewBase(const StoreBase& base, const StoreChanges& changes) {
  constexpr size_t kSmall = 1024;
  return changes.changed > kSmall + base.count() / 2;
}

// One making of a version. Works on a copy of the changes; nothing is kept when it fails.
class Change {
 public:
  Change(const Entities::Rep& from, Entities::Rep& to) : from_(from), to_(to) {
    to_.base = from.base;
    to_.size = from.size;
    to_.changes =
        from.changes != nullptr ? std::make_unique<StoreChanges>(*from.changes) : std::make_unique<StoreChanges>();
    if (from.changes == nullptr) to_.changes->slot_count = static_cast<uint32_t>(from.base->count());
  }

  base::Result<void> Run(std::vector<Entity> put, const std::vector<EntityUid>& remove) {
    HIKAE_CHECK(CheckNames(put, remove));
    for (const EntityUid& uid : remove) {
      stated_[Intern(uid)->rep->slot] = nullptr;
      --to_.size;
    }
    for (Entity& entity : put) State(std::move(entity));
    HIKAE_CHECK(CloseAll());
    for (const auto& [slot, made] : made_) Install(slot, made);
    return {};
  }

 private:
  enum class Walked : uint8_t { kOpen, kDone };
  // A node in the making: what it will be made of.
  struct Draft {
    std::shared_ptr<const Entity> entity;
    std::vector<Ancestor> ancestors;
  };

  base::Result<void> CheckNames(const std::vector<Entity>& put, const std::vector<EntityUid>& remove) const {
    std::unordered_set<std::string> named;
    for (const Entity& entity : put) {
      if (!named.insert(entity.uid.ToString()).second) return TwiceError(entity.uid);
    }
    for (const EntityUid& uid : remove) {
      if (!named.insert(uid.ToString()).second) return TwiceError(uid);
      const Node* node = from_.Find(HashUid(uid), uid);
      if (node == nullptr || node->entity == nullptr) {
        return base::Error(base::Status::kNotFound, uid.ToString() + " is to be removed, but is not there");
      }
    }
    return {};
  }

  // The node of the uid, made now as one that is mentioned only when nothing knows it.
  const Node* Intern(const EntityUid& uid) {
    const uint64_t hash = HashUid(uid);
    if (const Node* known = to_.Find(hash, uid)) return known;
    StoreChanges& changes = *to_.changes;
    const uint32_t slot = changes.slot_count++;
    auto rep = std::make_shared<const OwnedEntityRep>(uid, slot);
    const auto at = static_cast<uint32_t>(hash >> (64 - StoreChanges::kHashBits));
    const auto others = changes.slots_by_hash.Get(at);
    auto slots = others != nullptr ? std::make_shared<std::vector<uint32_t>>(*others)
                                   : std::make_shared<std::vector<uint32_t>>();
    slots->push_back(slot);
    changes.slots_by_hash = changes.slots_by_hash.Set(at, std::move(slots));
    return Put(std::move(rep), nullptr, {});
  }

  std::shared_ptr<const EntityRep> RepOf(const EntityUid& uid) {
    return std::static_pointer_cast<const EntityRep>(Intern(uid)->rep->shared_from_this());
  }

  const Node* Put(std::shared_ptr<const EntityRep> rep, std::shared_ptr<const Entity> entity,
                  const std::vector<Ancestor>& ancestors) {
    auto changed = std::make_shared<ChangedNode>();
    Entity nothing;
    nothing.uid = rep->uid;
    const Entity& named = entity != nullptr ? *entity : nothing;
    changed->shape = ShapeFor(rep->slot, named);
    std::vector<Cell> cells;
    if (entity != nullptr) AppendCells(*entity, *changed->shape, cells);
    changed->memory.reset(static_cast<std::byte*>(
        ::operator new (Node::SizeOf(rep->uid, cells.size(), ancestors.size()), std::align_val_t{alignof(Node)})));
    changed->node = Node::Make(changed->memory.get(), *rep, *changed->shape, entity.get(), cells, ancestors);
    changed->entity = std::move(entity);
    changed->rep = std::move(rep);
    const Node* node = changed->node;
    to_.changes->nodes = to_.changes->nodes.Set(node->slot, std::move(changed));
    ++to_.changes->changed;
    return node;
  }

  // The shape of the node that is replaced, or one of the base; a new one where neither fits.
  std::shared_ptr<const Shape> ShapeFor(uint32_t slot, const Entity& entity) const {
    constexpr size_t kLookedAt = 64;  // shapes of the base
    const auto old = from_.changes != nullptr ? from_.changes->nodes.Get(slot) : nullptr;
    if (old != nullptr && HasShape(*old->shape, entity)) return old->shape;
    const auto& shapes = to_.base->shapes;
    for (size_t i = 0; i < std::min(shapes.size(), kLookedAt); ++i) {
      if (HasShape(*shapes[i], entity)) return {to_.base, shapes[i].get()};
    }
    return std::make_shared<const Shape>(MakeShape(entity));
  }

  void State(Entity entity) {
    const Node* node = Intern(entity.uid);
    const uint32_t slot = node->slot;
    if (node->entity == nullptr) ++to_.size;
    auto rep_of = [&](const EntityUid& uid) { return RepOf(uid); };
    for (auto& [name, value] : entity.attributes) value = InternEntities(value, rep_of);
    for (auto& [name, value] : entity.tags) value = InternEntities(value, rep_of);
    for (const EntityUid& parent : entity.parents) AddChild(Intern(parent)->slot, slot);
    stated_[slot] = std::make_shared<const Entity>(std::move(entity));
  }

  void AddChild(uint32_t parent, uint32_t child) {
    if (IsAmong(ParentsOf(from_, child), parent)) return;
    StoreChanges& changes = *to_.changes;
    changes.edges = changes.edges.Set(changes.edge_count, {child, changes.first_edges.Get(parent)});
    changes.first_edges = changes.first_edges.Set(parent, ++changes.edge_count);
  }

  static std::vector<uint32_t> SlotsOf(const Entities::Rep& store, const std::vector<EntityUid>& uids) {
    std::vector<uint32_t> out;
    for (const EntityUid& uid : uids) out.push_back(store.Find(HashUid(uid), uid)->slot);
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
  }
  static std::vector<uint32_t> ParentsOf(const Entities::Rep& store, uint32_t slot) {
    if (slot >= store.slot_count()) return {};
    const Entity* entity = store.OfSlot(slot)->entity;
    return entity != nullptr ? SlotsOf(store, entity->parents) : std::vector<uint32_t>();
  }
  static bool IsAmong(const std::vector<uint32_t>& sorted, uint32_t slot) {
    return std::ranges::binary_search(sorted, slot);
  }

  // As the new version has them.
  std::vector<uint32_t> NewParentsOf(uint32_t slot) const {
    const auto stated = stated_.find(slot);
    if (stated == stated_.end()) return ParentsOf(to_, slot);
    return stated->second != nullptr ? SlotsOf(to_, stated->second->parents) : std::vector<uint32_t>();
  }

  template <class Visit>
  void ForChildren(uint32_t slot, Visit visit) const {
    const StoreBase& base = *to_.base;
    if (slot < base.count()) {
      for (uint32_t i = base.child_begin[slot]; i < base.child_begin[slot + 1]; ++i) visit(base.children[i]);
    }
    for (uint32_t at = to_.changes->first_edges.Get(slot); at != 0;) {
      const StoreChanges::Edge edge = to_.changes->edges.Get(at - 1);
      visit(edge.child);
      at = edge.next;
    }
  }

  // Ancestors are made anew of those whose parents changed and of all below them: a cycle, if there is one now, is
  // among these.
  base::Result<void> CloseAll() {
    std::vector<uint32_t> open;
    for (const auto& [slot, entity] : stated_) {
      if (ParentsOf(from_, slot) == NewParentsOf(slot)) {
        made_[slot] = {entity, AncestorsOf(slot)};
      } else if (below_.insert(slot).second) {
        open.push_back(slot);
      }
    }
    while (!open.empty()) {
      const uint32_t slot = open.back();
      open.pop_back();
      ForChildren(slot, [&](uint32_t child) {
        if (!below_.contains(child) && IsAmong(NewParentsOf(child), slot)) below_.insert(child), open.push_back(child);
      });
    }
    for (uint32_t start : below_) HIKAE_CHECK(Close(start));
    return {};
  }

  std::vector<Ancestor> AncestorsOf(uint32_t slot) const {
    const Node* node = to_.OfSlot(slot);
    std::vector<Ancestor> out(node->ancestor_count);
    for (uint32_t i = 0; i < out.size(); ++i) out[i] = {node->ancestor_hashes()[i], node->ancestor_slots()[i]};
    return out;
  }

  // Depth first without recursion, as in building.
  base::Result<void> Close(uint32_t start) {
    std::vector<uint32_t> stack{start};
    while (!stack.empty()) {
      const uint32_t at = stack.back();
      const auto state = states_.find(at);
      if (state != states_.end()) {
        if (state->second == Walked::kOpen) HIKAE_CHECK(Finish(at));
        states_[at] = Walked::kDone;
        stack.pop_back();
        continue;
      }
      states_[at] = Walked::kOpen;
      for (uint32_t parent : NewParentsOf(at)) {
        if (!below_.contains(parent)) continue;
        const auto above = states_.find(parent);
        if (above == states_.end()) {
          stack.push_back(parent);
        } else if (above->second == Walked::kOpen) {
          return CycleError(to_.OfSlot(parent)->rep->uid);
        }
      }
    }
    return {};
  }

  base::Result<void> Finish(uint32_t slot) {
    Draft draft;
    for (uint32_t parent : NewParentsOf(slot)) {
      draft.ancestors.push_back({to_.OfSlot(parent)->hash, parent});
      const auto done = made_.find(parent);
      const std::vector<Ancestor> above = done != made_.end() ? done->second.ancestors : AncestorsOf(parent);
      gathered_ += 1 + above.size();
      if (gathered_ > kMaxAncestorPairs) return TooManyAncestors(to_.OfSlot(slot)->rep->uid);
      draft.ancestors.insert(draft.ancestors.end(), above.begin(), above.end());
    }
    SortAncestors(draft.ancestors);
    const auto stated = stated_.find(slot);
    draft.entity = stated != stated_.end() ? stated->second : EntityOf(slot);
    made_[slot] = std::move(draft);
    return {};
  }

  // Of a node whose ancestors alone change.
  std::shared_ptr<const Entity> EntityOf(uint32_t slot) const {
    if (const auto changed = to_.changes->nodes.Get(slot)) return changed->entity;
    return {to_.base, to_.base->OfSlot(slot).entity};
  }

  void Install(uint32_t slot, const Draft& draft) {
    auto rep = std::static_pointer_cast<const EntityRep>(to_.OfSlot(slot)->rep->shared_from_this());
    Put(std::move(rep), draft.entity, draft.ancestors);
  }

  const Entities::Rep& from_;
  Entities::Rep& to_;
  std::unordered_map<uint32_t, std::shared_ptr<const Entity>> stated_;  // by slot; nullptr: removed
  std::set<uint32_t> below_;                                            // those whose ancestors are made anew
  std::unordered_map<uint32_t, Walked> states_;
  std::unordered_map<uint32_t, Draft> made_;
  size_t gathered_ = 0;  // ancestors looked at in this change, as in building
};

}  // namespace

base::Result<Entities> Entities::With(std::vector<Entity> put, std::vector<EntityUid> remove,
                                      const Schema* schema) const {
  const Schema* checked = checked_against();
  if (schema == nullptr) schema = checked;
  if (schema != nullptr) {
    for (const Entity& entity : put) HIKAE_CHECK(schema->CheckEntity(entity));
  }
  auto rep = std::make_unique<Rep>();
  HIKAE_CHECK(Change(*rep_, *rep).Run(std::move(put), remove));
  if (IsWorthANewBase(*rep->base, *rep->changes)) {
    std::vector<Entity> all;
    const Entities changed(std::move(rep));
    for (const Entity* entity : changed.All()) all.push_back(*entity);
    HIKAE_TRY(rep, Rep::Build(std::move(all)));
  }
  // What did not change was found to conform before, to that schema.
  if (checked != nullptr && &schema->rep() == &checked->rep()) rep->schema = *checked;
  return Entities(std::move(rep));
}

}  // namespace hikae::cedar
