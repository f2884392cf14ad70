// The inside of an entity store: entities and the entities they mention as numbered nodes, attributes in flat arrays
// ordered by the hash of their names, ancestors as sorted lists of numbers. Never changes after Create.
#ifndef HIKAE_CEDAR_STORE_H_
#define HIKAE_CEDAR_STORE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "cedar/entities.h"
#include "cedar/program.h"
#include "cedar/value_rep.h"

namespace hikae::cedar {

struct StoredAttribute {
  uint64_t hash;
  const std::string* name;
  Cell cell;
};

struct StoredNode {
  std::shared_ptr<const EntityRep> rep;  // its slot is the node's index
  const Entity* entity = nullptr;        // nullptr: mentioned only
  uint32_t attribute_begin = 0;
  uint32_t attribute_end = 0;
  uint32_t tag_begin = 0;
  uint32_t tag_end = 0;
  uint32_t ancestor_begin = 0;
  uint32_t ancestor_end = 0;
};

struct Entities::Rep {
  std::vector<Entity> entities;  // ordered by uid
  std::vector<StoredNode> nodes;
  std::vector<uint64_t> hashes;           // of the nodes' uids
  std::unordered_set<std::string> names;  // of attributes and tags, each once
  std::vector<StoredAttribute> attributes;
  std::vector<uint32_t> ancestors;
  struct Bucket {
    uint32_t hash = 0;
    uint32_t node = 0;  // index + 1; 0 = free
  };
  std::vector<Bucket> table;  // open addressing, a power of two

  // nullptr when the store neither holds nor mentions it.
  const StoredNode* Find(uint64_t hash, const EntityUid& uid) const;
  const StoredNode* Resolve(const EntityRep& rep) const {
    if (rep.slot < nodes.size() && nodes[rep.slot].rep.get() == &rep) return &nodes[rep.slot];
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
  bool IsIn(const EntityRep& descendant, const EntityRep& ancestor) const;

 private:
  const Cell* FindIn(uint32_t begin, uint32_t end, uint64_t hash, const std::string& name) const;
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_STORE_H_
