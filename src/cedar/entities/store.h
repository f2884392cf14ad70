// The inside of an entity store: entities and the entities they mention as numbered nodes, attributes in flat arrays
// ordered by the hash of their names, ancestors as sorted lists of numbers. Never changes after Create.
#ifndef HIKAE_CEDAR_ENTITIES_STORE_H_
#define HIKAE_CEDAR_ENTITIES_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "cedar/entities/entities.h"
#include "cedar/schema/schema.h"
#include "cedar/value/value_rep.h"

namespace hikae::cedar {

struct StoredAttribute {
  uint64_t hash;
  const std::string* name;
  Cell cell;
};

// A node is the Rep of its entity at once: whoever holds a reference that the store interned holds the node.
struct StoredNode : OwnedEntityRep {
  using OwnedEntityRep::OwnedEntityRep;  // its slot is the node's index
  const Entity* entity = nullptr;        // nullptr: mentioned only
  uint32_t attribute_begin = 0;
  uint32_t attribute_end = 0;
  uint32_t tag_begin = 0;
  uint32_t tag_end = 0;
  uint32_t ancestor_begin = 0;
  uint32_t ancestor_end = 0;
};

struct Entities::Rep {
  std::optional<Schema> schema;  // that the entities conform to
  std::vector<Entity> entities;  // ordered by uid
  std::vector<std::shared_ptr<StoredNode>> nodes;
  std::vector<uint64_t> hashes;           // of the nodes' uids
  std::unordered_set<std::string> names;  // of attributes and tags, each once
  std::vector<StoredAttribute> attributes;
  std::vector<uint32_t> ancestors;
  struct Bucket {
    uint64_t hash = 0;
    const StoredNode* node = nullptr;  // nullptr = free
  };
  std::vector<Bucket> table;  // open addressing, a power of two

  // nullptr when the store neither holds nor mentions it.
  const StoredNode* Find(uint64_t hash, const EntityUid& uid) const;
  const StoredNode* Resolve(const EntityRep& rep) const {
    if (rep.slot < nodes.size() && nodes[rep.slot].get() == &rep) return static_cast<const StoredNode*>(&rep);
    return Find(rep.hash, rep.uid);
  }
  const Cell* Attribute(const StoredNode& node, uint64_t hash, const std::string& name) const {
    return FindIn(node.attribute_begin, node.attribute_end, hash, name);
  }
  const Cell* Tag(const StoredNode& node, uint64_t hash, const std::string& name) const {
    return FindIn(node.tag_begin, node.tag_end, hash, name);
  }
  std::span<const uint32_t> AncestorsOf(const StoredNode& node) const {
    return {ancestors.data() + node.ancestor_begin, ancestors.data() + node.ancestor_end};
  }
  // Reflexive and transitive.
  bool IsIn(const EntityRep& descendant, const EntityRep& ancestor) const {
    return EqualReps(descendant, ancestor) || IsBelow(Resolve(descendant), ancestor);
  }
  // Transitive only; nothing is below anything when the store does not know it.
  bool IsBelow(const StoredNode* descendant, const EntityRep& ancestor) const {
    return IsBelow(descendant, ancestor.hash, ancestor);
  }
  bool IsBelow(const StoredNode* descendant, uint64_t ancestor_hash, const EntityRep& ancestor) const;

  // Hints that what Find, and then reading the node found, will touch is wanted soon.
  void Prefetch(uint64_t hash) const { __builtin_prefetch(&table[hash & (table.size() - 1)]); }
  void PrefetchNode(uint64_t hash) const {
    const auto* node = reinterpret_cast<const char*>(table[hash & (table.size() - 1)].node);
    for (size_t line = 0; line < sizeof(StoredNode); line += 64) __builtin_prefetch(node + line);
  }
  void PrefetchParts(const StoredNode& node) const {
    __builtin_prefetch(attributes.data() + node.attribute_begin);
    if (node.attribute_end - node.attribute_begin > 2) __builtin_prefetch(attributes.data() + node.attribute_begin + 2);
    __builtin_prefetch(ancestors.data() + node.ancestor_begin);
  }

 private:
  const Cell* FindIn(uint32_t begin, uint32_t end, uint64_t hash, const std::string& name) const;
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENTITIES_STORE_H_
