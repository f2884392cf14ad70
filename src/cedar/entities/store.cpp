#include "cedar/entities/store.h"

#include <algorithm>
#include <cstring>

namespace hikae::cedar {
namespace {

// Up to this many ancestors are searched one by one.
constexpr size_t kFewAncestors = 64;

const char* LongIdOf(const Node& node) {
  return reinterpret_cast<const char*>(node.ancestor_slots() + node.ancestor_count);
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
  size_t size = sizeof(Node) + cell_count * sizeof(Cell) + ancestor_count * (sizeof(uint64_t) + sizeof(uint32_t));
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
  std::ranges::transform(ancestors, const_cast<uint64_t*>(node->ancestor_hashes()), &Ancestor::hash);
  std::ranges::transform(ancestors, const_cast<uint32_t*>(node->ancestor_slots()), &Ancestor::slot);
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
  const uint32_t offset = table.Find(hash, [&](uint32_t at) {
    const Node& node = At(at);
    return node.hash == hash && node.Is(uid.type, uid.id);
  });
  return offset != TagTable::kNone ? &At(offset) : nullptr;
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
  const uint64_t* hashes = descendant.ancestor_hashes();
  const size_t count = descendant.ancestor_count;
  size_t at = 0;
  if (count > kFewAncestors) {
    at = static_cast<size_t>(std::lower_bound(hashes, hashes + count, hash) - hashes);
  } else {
    while (at < count && hashes[at] != hash) ++at;
  }
  for (; at < count && hashes[at] == hash; ++at) {
    if (OfSlot(descendant.ancestor_slots()[at])->Is(type, id)) return true;
  }
  return false;
}

}  // namespace hikae::cedar
