#include "cedar/entities/entities.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "cedar/entities/store.h"
#include "cedar/schema/schema.h"

namespace hikae::cedar {
namespace {

// Nodes with up to this many attributes are searched one by one.
constexpr uint32_t kFewAttributes = 12;
constexpr size_t kFewAncestors = 24;

// Builds the inside of a store out of entities that are sorted, without duplicates.
class StoreBuilder {
 public:
  explicit StoreBuilder(Entities::Rep& rep) : rep_(rep) {}

  base::Result<void> Run() {
    Rehash(std::bit_ceil(rep_.entities.size() * 2 + 16));
    for (Entity& entity : rep_.entities) rep_.nodes[Intern(entity.uid)]->entity = &entity;
    for (Entity& entity : rep_.entities) {
      for (auto& [name, value] : entity.attributes) value = Interned(value);
      for (auto& [name, value] : entity.tags) value = Interned(value);
    }
    for (const Entity& entity : rep_.entities) AddAttributes(entity);
    return AddAncestors();
  }

 private:
  uint32_t Intern(const EntityUid& uid) {
    const uint64_t hash = HashUid(uid);
    if (const StoredNode* node = rep_.Find(hash, uid)) return node->slot;
    const auto index = static_cast<uint32_t>(rep_.nodes.size());
    rep_.nodes.push_back(std::make_shared<StoredNode>(uid, index));
    rep_.hashes.push_back(hash);
    if (rep_.nodes.size() * 2 > rep_.table.size()) {
      Rehash(rep_.table.size() * 2);
    } else {
      Insert(index);
    }
    return index;
  }

  void Rehash(size_t size) {
    rep_.table.assign(size, {});
    for (uint32_t i = 0; i < rep_.nodes.size(); ++i) Insert(i);
  }

  void Insert(uint32_t index) {
    const StoredNode& node = *rep_.nodes[index];
    size_t at = node.hash & (rep_.table.size() - 1);
    while (rep_.table[at].node != nullptr) at = (at + 1) & (rep_.table.size() - 1);
    rep_.table[at] = {node.hash, &node};
  }

  // The same value, in which every entity is the node's own, so that following a reference needs no search.
  Value Interned(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::kEntity:
        return ValueAccess::Make(rep_.nodes[Intern(value.entity())]);
      case Value::Kind::kSet: {
        if (!MentionsEntity(value)) return value;
        std::vector<Value> elements;
        elements.reserve(value.elements().size());
        for (const Value& element : value.elements()) elements.push_back(Interned(element));
        return ValueAccess::Make(std::make_shared<const SetRep>(std::move(elements)));
      }
      case Value::Kind::kRecord: {
        if (!MentionsEntity(value)) return value;
        std::map<std::string, Value> attributes;
        for (const auto& [name, inside] : value.attributes()) attributes.emplace(name, Interned(inside));
        return Value::Record(std::move(attributes));
      }
      default:
        return value;
    }
  }

  static bool MentionsEntity(const Value& value) {
    if (value.kind() == Value::Kind::kEntity) return true;
    if (value.kind() == Value::Kind::kSet) return std::ranges::any_of(value.elements(), MentionsEntity);
    if (value.kind() != Value::Kind::kRecord) return false;
    return std::ranges::any_of(value.attributes(), [](const auto& entry) { return MentionsEntity(entry.second); });
  }

  std::pair<uint32_t, uint32_t> Flatten(const std::map<std::string, Value>& values) {
    const auto begin = static_cast<uint32_t>(rep_.attributes.size());
    for (const auto& [name, value] : values)
      rep_.attributes.push_back({HashText(name), &*rep_.names.insert(name).first, Cell(value)});
    std::sort(rep_.attributes.begin() + begin, rep_.attributes.end(),
              [](const StoredAttribute& a, const StoredAttribute& b) { return a.hash < b.hash; });
    return {begin, static_cast<uint32_t>(rep_.attributes.size())};
  }

  void AddAttributes(const Entity& entity) {
    StoredNode& node = *rep_.nodes[Intern(entity.uid)];
    std::tie(node.attribute_begin, node.attribute_end) = Flatten(entity.attributes);
    std::tie(node.tag_begin, node.tag_end) = Flatten(entity.tags);
  }

  // Depth first without recursion: hierarchies may be as deep as there are entities.
  base::Result<void> AddAncestors() {
    for (const Entity& entity : rep_.entities) {
      for (const EntityUid& parent : entity.parents) Intern(parent);
    }
    enum class State : uint8_t { kNew, kOpen, kDone };
    std::vector<State> states(rep_.nodes.size(), State::kNew);
    std::vector<uint32_t> stack;
    for (uint32_t start = 0; start < rep_.nodes.size(); ++start) {
      if (states[start] != State::kNew) continue;
      stack.push_back(start);
      while (!stack.empty()) {
        const uint32_t at = stack.back();
        if (states[at] != State::kNew) {
          if (states[at] == State::kOpen) Close(at);
          states[at] = State::kDone;
          stack.pop_back();
          continue;
        }
        states[at] = State::kOpen;
        if (rep_.nodes[at]->entity == nullptr) continue;
        for (const EntityUid& parent : rep_.nodes[at]->entity->parents) {
          const uint32_t next = Intern(parent);
          if (states[next] == State::kOpen) return Cycle(parent);
          if (states[next] == State::kNew) stack.push_back(next);
        }
      }
    }
    return {};
  }

  // All parents are done: their ancestors and themselves are the node's.
  void Close(uint32_t at) {
    StoredNode& node = *rep_.nodes[at];
    std::vector<uint32_t> found;
    if (node.entity != nullptr) {
      for (const EntityUid& parent : node.entity->parents) {
        const uint32_t index = Intern(parent);
        const StoredNode& above = *rep_.nodes[index];
        found.push_back(index);
        found.insert(found.end(), rep_.ancestors.begin() + above.ancestor_begin,
                     rep_.ancestors.begin() + above.ancestor_end);
      }
    }
    std::ranges::sort(found);
    found.erase(std::ranges::unique(found).begin(), found.end());
    node.ancestor_begin = static_cast<uint32_t>(rep_.ancestors.size());
    rep_.ancestors.insert(rep_.ancestors.end(), found.begin(), found.end());
    node.ancestor_end = static_cast<uint32_t>(rep_.ancestors.size());
  }

  static base::Error Cycle(const EntityUid& uid) {
    return base::Error(base::Status::kArgument, {fmt::format("{} is among its own ancestors", uid.ToString()), {}}, {},
                       {"the hierarchy has to be free of cycles", {}});
  }

  Entities::Rep& rep_;
};

}  // namespace

const StoredNode* Entities::Rep::Find(uint64_t hash, const EntityUid& uid) const {
  const size_t mask = table.size() - 1;
  for (size_t at = hash & mask; table[at].node != nullptr; at = (at + 1) & mask) {
    if (table[at].hash == hash && table[at].node->uid == uid) return table[at].node;
  }
  return nullptr;
}

const Cell* Entities::Rep::FindIn(uint32_t begin, uint32_t end, uint64_t hash, const std::string& name) const {
  const StoredAttribute* at = attributes.data() + begin;
  const StoredAttribute* last = attributes.data() + end;
  if (end - begin > kFewAttributes) {
    at = std::lower_bound(at, last, hash, [](const StoredAttribute& a, uint64_t h) { return a.hash < h; });
  } else {
    while (at != last && at->hash != hash) ++at;
  }
  for (; at != last && at->hash == hash; ++at) {
    if (*at->name == name) return &at->cell;
  }
  return nullptr;
}

bool Entities::Rep::IsBelow(const StoredNode* descendant, uint64_t ancestor_hash, const EntityRep& ancestor) const {
  if (descendant == nullptr) return false;
  const auto above = AncestorsOf(*descendant);
  if (above.size() > kFewAncestors) {
    const StoredNode* node = Resolve(ancestor);
    return node != nullptr && std::ranges::binary_search(above, node->slot);
  }
  // Few: comparing hashes beats looking the other one up.
  return std::ranges::any_of(
      above, [&](uint32_t index) { return hashes[index] == ancestor_hash && nodes[index]->uid == ancestor.uid; });
}

Entities::Entities(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Entities::Entities(Entities&&) noexcept = default;
Entities& Entities::operator=(Entities&&) noexcept = default;
Entities::~Entities() = default;

base::Result<Entities> Entities::Create(std::vector<Entity> entities, const Schema* schema) {
  auto rep = std::make_unique<Rep>();
  rep->entities = std::move(entities);
  std::ranges::sort(rep->entities, {}, &Entity::uid);
  const auto twice = std::ranges::adjacent_find(rep->entities, {}, &Entity::uid);
  if (twice != rep->entities.end()) {
    return base::Error(base::Status::kArgument, fmt::format("{} is given twice", twice->uid.ToString()));
  }
  if (schema != nullptr) {
    for (const Entity& entity : rep->entities) HIKAE_CHECK(schema->CheckEntity(entity));
    rep->schema = *schema;
  }
  HIKAE_CHECK(StoreBuilder(*rep).Run());
  return Entities(std::move(rep));
}

const Entity* Entities::Find(const EntityUid& uid) const {
  const StoredNode* node = rep_->Find(HashUid(uid), uid);
  return node != nullptr ? node->entity : nullptr;
}

std::vector<const Entity*> Entities::All() const {
  std::vector<const Entity*> all;
  all.reserve(rep_->entities.size());
  for (const Entity& entity : rep_->entities) all.push_back(&entity);
  return all;
}

bool Entities::IsIn(const EntityUid& descendant, const EntityUid& ancestor) const {
  return rep_->IsIn(BorrowedEntityRep(descendant), BorrowedEntityRep(ancestor));
}

size_t Entities::size() const { return rep_->entities.size(); }

const Schema* Entities::checked_against() const { return rep_->schema ? &*rep_->schema : nullptr; }

}  // namespace hikae::cedar
