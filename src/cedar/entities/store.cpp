#include "cedar/entities/store.h"

#include <algorithm>
#include <cstring>

namespace hikae::cedar {
namespace {

// Up to this many ancestors are searched one by one.
constexpr size_t kFewAncestors = 16;

const char* LongIdOf(const Node& node) {
  return reinterpret_cast<const char*>(node.ancestors().data() + node.ancestor_count);
}

}  // namespace

bool Node::Is(std::string_view type, std::string_view text) const {
  if (id_size <= kShortId) return text == std::string_view(id, id_size) && type == shape->type;
  // The size of a long id stands before its text.
  uint64_t size = 0;
  const char* at = LongIdOf(*this);
  std::memcpy(&size, at, sizeof size);
  return text == std::string_view(at + sizeof size, size) && type == shape->type;
}

size_t Node::SizeOf(const EntityUid& uid, size_t cell_count, size_t ancestor_count) {
  size_t size = sizeof(Node) + cell_count * sizeof(Cell) + ancestor_count * sizeof(Ancestor);
  if (uid.id.size() > kShortId) size += sizeof(uint64_t) + uid.id.size();
  return (size + sizeof(Node) - 1) / sizeof(Node) * sizeof(Node);
}

Node* Node::Make(void* memory, const EntityRep& rep, const Shape& shape, const Entity* entity,
                 std::span<const Cell> cells, std::span<const Ancestor> ancestors) {
  auto* node = new (memory) Node{};
  node->hash = rep.hash;
  node->type_hash = rep.type_hash;
  node->rep = &rep;
  node->shape = &shape;
  node->entity = entity;
  node->slot = rep.slot;
  node->ancestor_count = static_cast<uint32_t>(ancestors.size());
  std::ranges::copy(cells, const_cast<Cell*>(node->cells()));
  std::ranges::copy(ancestors, const_cast<Ancestor*>(node->ancestors().data()));
  const std::string& id = rep.uid.id;
  if (id.size() <= kShortId) {
    node->id_size = static_cast<uint8_t>(id.size());
    std::ranges::copy(id, node->id);
  } else {
    node->id_size = kShortId + 1;
    const uint64_t size = id.size();
    char* at = const_cast<char*>(LongIdOf(*node));
    std::memcpy(at, &size, sizeof size);
    std::memcpy(at + sizeof size, id.data(), id.size());
  }
  return node;
}

const Node* StoreBase::Find(uint64_t hash, const EntityUid& uid) const {
  const size_t mask = table.size() - 1;
  const auto tag = static_cast<uint32_t>(hash >> 32);
  for (size_t at = hash & mask; table[at].offset != 0; at = (at + 1) & mask) {
    if (table[at].tag != tag) continue;
    const Node& node = At(table[at].offset - 1);
    if (node.hash == hash && node.Is(uid.type, uid.id)) return &node;
  }
  return nullptr;
}

const Node* Entities::Rep::OfSlotChanged(uint32_t slot) const {
  if (const auto changed = changes->nodes.Get(slot)) return changed->node;
  return &base->OfSlot(slot);
}

const Node* Entities::Rep::FindChanged(uint64_t hash, const EntityUid& uid) const {
  if (const Node* node = base->Find(hash, uid)) return OfSlotChanged(node->slot);
  const auto slots = changes->slots_by_hash.Get(static_cast<uint32_t>(hash >> (64 - StoreChanges::kHashBits)));
  if (slots == nullptr) return nullptr;
  for (uint32_t slot : *slots) {
    const Node* node = OfSlotChanged(slot);
    if (node->hash == hash && node->Is(uid.type, uid.id)) return node;
  }
  return nullptr;
}

bool Entities::Rep::IsBelow(const Node& descendant, uint64_t hash, std::string_view type, std::string_view id) const {
  const auto above = descendant.ancestors();
  const Ancestor* at = above.data();
  const Ancestor* end = at + above.size();
  if (above.size() > kFewAncestors) {
    at = std::lower_bound(at, end, hash, [](const Ancestor& a, uint64_t wanted) { return a.hash < wanted; });
  } else {
    while (at != end && at->hash != hash) ++at;
  }
  for (; at != end && at->hash == hash; ++at) {
    if (OfSlot(at->slot)->Is(type, id)) return true;
  }
  return false;
}

}  // namespace hikae::cedar
