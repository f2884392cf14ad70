// The inside of an entity store. Entities and the entities they mention are numbered nodes; what a decision reads of a
// node stands in one run of cache lines. A version is a base, built at once and shared by all versions that came out of
// it, and what changed since.
#ifndef HIKAE_CEDAR_ENTITIES_STORE_H_
#define HIKAE_CEDAR_ENTITIES_STORE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cedar/entities/entities.h"
#include "cedar/entities/persistent.h"
#include "cedar/schema/schema.h"
#include "cedar/value/tag_table.h"
#include "cedar/value/value_rep.h"

namespace hikae::cedar {

// Names of attributes, or of tags, in the order of their hashes.
struct NameSet {
  std::vector<uint64_t> hashes;
  std::vector<std::string> names;      // one by one
  std::vector<uint32_t> by_name = {};  // their places, in the order of the names themselves
  static constexpr size_t kNone = SIZE_MAX;
  static constexpr size_t kFew = 16;  // so many are searched one by one
  size_t Find(uint64_t hash, const std::string& name) const {
    size_t at = 0;
    if (hashes.size() > kFew) {
      at = static_cast<size_t>(std::ranges::lower_bound(hashes, hash) - hashes.begin());
    } else {
      while (at < hashes.size() && hashes[at] < hash) ++at;
    }
    for (; at < hashes.size() && hashes[at] == hash; ++at) {
      if (SameText(names[at], name)) return at;
    }
    return kNone;
  }
};

// The type and the names that nodes have in common. There are few, so that they stay in the cache.
struct Shape {
  std::string type;
  NameSet attributes;
  NameSet tags;
  size_t size() const { return attributes.hashes.size() + tags.hashes.size(); }
};

struct Ancestor {
  uint64_t hash;  // of its uid; ancestors are ordered by it
  uint32_t slot;
};

// Begins a run of memory: the node, cells of its attributes and then its tags in the order of the shape, hashes and
// then slots of its ancestors, and the id where it is too long to stand within.
struct alignas(64) Node {
  static constexpr size_t kShortId = 15;

  uint64_t hash;  // of the uid
  uint64_t type_hash;
  const EntityRep* rep;  // the value that refers to it, the same in all versions of a base
  const Shape* shape;
  const Entity* entity;  // nullptr: mentioned only
  uint32_t slot;
  uint32_t ancestor_count;
  uint8_t id_size;  // kShortId + 1: the id is at LongId()
  char id[kShortId];

  const Cell* cells() const { return reinterpret_cast<const Cell*>(this + 1); }
  size_t cell_count() const { return shape->size(); }
  const uint64_t* ancestor_hashes() const { return reinterpret_cast<const uint64_t*>(cells() + cell_count()); }
  const uint32_t* ancestor_slots() const {
    return reinterpret_cast<const uint32_t*>(ancestor_hashes() + ancestor_count);
  }
  const Cell* Attribute(uint64_t name_hash, const std::string& name) const {
    const size_t at = shape->attributes.Find(name_hash, name);
    return at != NameSet::kNone ? cells() + at : nullptr;
  }
  const Cell* Tag(uint64_t name_hash, const std::string& name) const {
    const size_t at = shape->tags.Find(name_hash, name);
    return at != NameSet::kNone ? cells() + shape->attributes.hashes.size() + at : nullptr;
  }
  bool Is(std::string_view type, std::string_view id) const;
  Cell ToCell() const { return {Cell::Tag::kEntity, static_cast<uint16_t>(hash), slot, rep}; }

  // How much memory a node takes, and the making of one in it; `cells` and `ancestors` as they are to stand there.
  static size_t SizeOf(const EntityUid& uid, size_t cell_count, size_t ancestor_count);
  static Node* Make(void* memory, const EntityRep& rep, const Shape& shape, const Entity* entity,
                    std::span<const Cell> cells, std::span<const Ancestor> ancestors);
};
static_assert(sizeof(Node) == 64);

// Nodes numbered from 0, of entities in the order of their uids and then of those that are mentioned only.
struct StoreBase {
  std::vector<Entity> entities;  // ordered by uid; references in them are the nodes' own reps
  std::vector<std::unique_ptr<const Shape>> shapes;
  std::vector<std::shared_ptr<const EntityRep>> reps;  // of the nodes, one by one
  struct AlignedDelete {
    void operator()(std::byte* memory) const { ::operator delete (memory, std::align_val_t{alignof(Node)}); }
  };
  std::unique_ptr<std::byte, AlignedDelete> arena;
  std::vector<uint32_t> offsets;  // of the nodes in the arena, in units of a node
  TagTable table;                 // of offsets, by the hashes of uids
  // Of node i: children[child_begin[i]] up to children[child_begin[i + 1]]: whom it is a parent of.
  std::vector<uint32_t> child_begin;
  std::vector<uint32_t> children;

  size_t count() const { return offsets.size(); }
  const Node& At(uint32_t offset) const { return reinterpret_cast<const Node*>(arena.get())[offset]; }
  const Node& OfSlot(uint32_t slot) const { return At(offsets[slot]); }
  const Node* Find(uint64_t hash, const EntityUid& uid) const;
};

// A node of a version that its base does not have, or has otherwise.
struct ChangedNode {
  std::shared_ptr<const Entity> entity;  // nullptr: mentioned only, or removed
  std::shared_ptr<const Shape> shape;
  std::shared_ptr<const EntityRep> rep;
  std::unique_ptr<std::byte, StoreBase::AlignedDelete> memory;
  const Node* node = nullptr;
};

// What changed since the base.
struct StoreChanges {
  PersistentArray<std::shared_ptr<const ChangedNode>> nodes;  // by slot
  // Of entities that the base does not know, by the upper bits of their hashes.
  static constexpr uint32_t kHashBits = 15;
  PersistentArray<std::shared_ptr<const std::vector<uint32_t>>> slots_by_hash;
  // Children that came to a node: `first` by slot, each edge with the number of the next, plus 1; 0 = none. One that is
  // no longer a child is known by its parents.
  struct Edge {
    uint32_t child = 0;
    uint32_t next = 0;
  };
  PersistentArray<uint32_t> first_edges;
  PersistentArray<Edge> edges;
  uint32_t edge_count = 0;
  uint32_t slot_count = 0;  // with those of the base
  size_t changed = 0;       // nodes made since the base, replaced ones counted again
};

struct Entities::Rep {
  std::shared_ptr<const StoreBase> base;
  std::unique_ptr<StoreChanges> changes;  // nullptr: none
  std::optional<Schema> schema;           // that the entities conform to
  size_t size = 0;

  static base::Result<std::unique_ptr<Rep>> Build(std::vector<Entity> entities);

  // nullptr when the store neither holds nor mentions it.
  const Node* Find(uint64_t hash, const EntityUid& uid) const {
    return changes == nullptr ? base->Find(hash, uid) : FindChanged(hash, uid);
  }
  const Node* OfSlot(uint32_t slot) const { return changes == nullptr ? &base->OfSlot(slot) : OfSlotChanged(slot); }
  size_t slot_count() const { return changes == nullptr ? base->count() : changes->slot_count; }
  const Node* Resolve(const Cell& entity) const {
    if (entity.slot < slot_count()) {
      const Node* node = OfSlot(entity.slot);
      if (node->rep == entity.rep) return node;
    }
    return Find(entity.rep->hash, AsEntity(*entity.rep).uid);
  }
  // Reflexive and transitive.
  bool IsIn(const Cell& descendant, const Cell& ancestor) const {
    return SameValue(descendant, ancestor) || IsBelow(Resolve(descendant), AsEntity(*ancestor.rep));
  }
  // Transitive only; nothing is below anything when the store does not know it.
  bool IsBelow(const Node* descendant, const EntityRep& ancestor) const {
    return descendant != nullptr && IsBelow(*descendant, ancestor.hash, ancestor.uid.type, ancestor.uid.id);
  }
  bool IsBelow(const Node& descendant, uint64_t hash, std::string_view type, std::string_view id) const;

  // Hints that Find, and then reading the node found, are wanted soon. They see the base only.
  void Prefetch(uint64_t hash) const { base->table.Prefetch(hash); }
  // Where the entity is, if it is there: a guess that Find takes.
  uint32_t PrefetchNode(uint64_t hash) const {
    const uint32_t offset = base->table.Find(hash, [](uint32_t) { return true; });
    if (offset == TagTable::kNone) return offset;
    const auto* node = reinterpret_cast<const char*>(&base->At(offset));
    for (size_t line = 0; line < 3 * sizeof(Node); line += 64) __builtin_prefetch(node + line);
    return offset;
  }
  const Node* Find(uint64_t hash, const EntityUid& uid, uint32_t guess) const {
    if (changes != nullptr || guess == TagTable::kNone) return Find(hash, uid);
    const Node& node = base->At(guess);
    return node.hash == hash && node.Is(uid.type, uid.id) ? &node : Find(hash, uid);
  }

 private:
  const Node* FindChanged(uint64_t hash, const EntityUid& uid) const;
  const Node* OfSlotChanged(uint32_t slot) const;
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENTITIES_STORE_H_
