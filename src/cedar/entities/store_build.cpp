#include "cedar/entities/store_build.h"

#include <fmt/format.h>

#include <bit>
#include <numeric>
#include <unordered_map>

namespace hikae::cedar {
namespace {

// Longer texts are seldom said twice.
constexpr size_t kPooledText = 64;

NameSet MakeNames(const std::map<std::string, Value>& values) {
  std::vector<std::pair<uint64_t, const std::string*>> order;
  for (const auto& [name, value] : values) order.emplace_back(HashText(name), &name);
  std::ranges::sort(order, {}, [](const auto& entry) { return entry.first; });
  NameSet out;
  for (const auto& [hash, name] : order) out.hashes.push_back(hash), out.names.push_back(*name);
  out.by_name.resize(out.names.size());
  std::iota(out.by_name.begin(), out.by_name.end(), 0);
  std::ranges::sort(out.by_name, {}, [&](uint32_t place) -> const std::string& { return out.names[place]; });
  return out;
}

bool HasNames(const NameSet& names, const std::map<std::string, Value>& values) {
  return std::ranges::equal(names.by_name, values, [&](uint32_t place, const auto& entry) {
    return SameText(names.names[place], entry.first);
  });
}

void AddCells(const NameSet& names, const std::map<std::string, Value>& values, std::vector<Cell>& out) {
  const size_t begin = out.size();
  out.resize(begin + values.size());
  auto place = names.by_name.begin();
  for (const auto& entry : values) out[begin + *place++] = Cell(entry.second);
}

// Values that are said over and over are kept once. It has few places, so that it stays in the cache whatever is put
// in: what is said once makes way for what comes after, while what was met again stays.
class ValuePool {
 public:
  // An equal value that was seen before, or this one.
  void Share(Value& value) {
    Place* const group = &places_[ValueAccess::Of(value).hash % kGroups * kWays];
    Place* weakest = group;
    for (Place* place = group; place < group + kWays; ++place) {
      if (place->hash == ValueAccess::Of(value).hash && place->value == value) {
        place->credit = static_cast<uint8_t>(std::min<uint32_t>(place->credit + kCredit, UINT8_MAX));
        value = place->value;
        return;
      }
      if (place->credit < weakest->credit) weakest = place;
    }
    if (weakest->credit > 0)
      --weakest->credit;
    else
      *weakest = {ValueAccess::Of(value).hash, value, 0};
  }

 private:
  static constexpr size_t kGroups = 1024;
  static constexpr size_t kWays = 4;
  static constexpr uint32_t kCredit = 16;
  struct Place {
    uint64_t hash = 0;
    Value value;
    uint8_t credit = 0;
  };
  std::vector<Place> places_ = std::vector<Place>(kGroups * kWays);
};

// Builds a base out of entities that are sorted, without duplicates.
class BaseBuilder {
 public:
  explicit BaseBuilder(StoreBase& base) : base_(base) {}

  base::Result<void> Run() {
    slots_.assign(std::bit_ceil(base_.entities.size() * 2 + 16), 0);
    base_.reps.reserve(base_.entities.size() + base_.entities.size() / 8);
    for (const Entity& entity : base_.entities) Intern(entity.uid);
    InternValues();
    LinkParents();
    HIKAE_CHECK(CloseAll());
    LayOut();
    FillTable();
    return {};
  }

 private:
  // The number of the node; a new one when nothing mentioned it yet.
  uint32_t Intern(const EntityUid& uid) {
    const uint64_t hash = HashUid(uid);
    size_t at = hash & (slots_.size() - 1);
    for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
      const EntityRep& rep = *base_.reps[slots_[at] - 1];
      if (rep.hash == hash && rep.uid == uid) return slots_[at] - 1;
    }
    const auto slot = static_cast<uint32_t>(base_.reps.size());
    base_.reps.push_back(std::make_shared<const OwnedEntityRep>(uid, slot));
    slots_[at] = slot + 1;
    if (base_.reps.size() * 2 > slots_.size()) Grow();
    return slot;
  }

  void Grow() {
    slots_.assign(slots_.size() * 2, 0);
    for (size_t i = 0; i < base_.reps.size(); ++i) {
      size_t at = base_.reps[i]->hash & (slots_.size() - 1);
      while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = static_cast<uint32_t>(i + 1);
    }
  }

  // One entity after the other, so that it is gone through once: references become the store's own, what entities have
  // in common is kept once (they say the same few purposes, classes and sets over and over), and the cells are made.
  void InternValues() {
    ValuePool pool;
    auto rep_of = [&](const EntityUid& uid) { return base_.reps[Intern(uid)]; };
    const auto intern = [&](Value& value) {
      value = InternEntities(value, rep_of);
      const bool pooled = value.kind() == Value::Kind::kSet || value.kind() == Value::Kind::kRecord ||
                          (value.kind() == Value::Kind::kString && value.text().size() <= kPooledText);
      if (pooled) pool.Share(value);
    };
    for (Entity& entity : base_.entities) {
      for (auto& [name, value] : entity.attributes) intern(value);
      for (auto& [name, value] : entity.tags) intern(value);
      entity_shapes_.push_back(ShapeOf(entity.uid, &entity));
      AppendCells(entity, *entity_shapes_.back(), cells_);
    }
  }

  void LinkParents() {
    for (const Entity& entity : base_.entities) {
      parent_begin_.push_back(static_cast<uint32_t>(parents_.size()));
      for (const EntityUid& parent : entity.parents) parents_.push_back(Intern(parent));
    }
    parent_begin_.resize(base_.reps.size() + 1, static_cast<uint32_t>(parents_.size()));
    base_.child_begin.assign(base_.reps.size() + 1, 0);
    for (uint32_t parent : parents_) ++base_.child_begin[parent + 1];
    for (size_t i = 1; i < base_.child_begin.size(); ++i) base_.child_begin[i] += base_.child_begin[i - 1];
    std::vector<uint32_t> next(base_.child_begin.begin(), base_.child_begin.end() - 1);
    base_.children.resize(parents_.size());
    for (uint32_t slot = 0; slot < base_.entities.size(); ++slot) {
      for (uint32_t parent : ParentsOf(slot)) base_.children[next[parent]++] = slot;
    }
  }

  std::span<const uint32_t> ParentsOf(uint32_t slot) const {
    return {parents_.data() + parent_begin_[slot], parents_.data() + parent_begin_[slot + 1]};
  }

  // Depth first without recursion: hierarchies may be as deep as there are entities.
  base::Result<void> CloseAll() {
    enum class State : uint8_t { kNew, kOpen, kDone };
    std::vector<State> states(base_.reps.size(), State::kNew);
    closures_.resize(base_.reps.size());
    std::vector<uint32_t> stack;
    for (uint32_t start = 0; start < states.size(); ++start) {
      if (states[start] != State::kNew) continue;
      stack.push_back(start);
      while (!stack.empty()) {
        const uint32_t at = stack.back();
        if (states[at] != State::kNew) {
          if (states[at] == State::kOpen) HIKAE_CHECK(Close(at));
          states[at] = State::kDone;
          stack.pop_back();
          continue;
        }
        states[at] = State::kOpen;
        for (uint32_t parent : ParentsOf(at)) {
          if (states[parent] == State::kOpen) return CycleError(base_.reps[parent]->uid);
          if (states[parent] == State::kNew) stack.push_back(parent);
        }
      }
    }
    return {};
  }

  // All parents are done: their ancestors and themselves are the node's.
  base::Result<void> Close(uint32_t at) {
    std::vector<Ancestor> found;
    for (uint32_t parent : ParentsOf(at)) {
      gathered_ += 1 + closures_[parent].count;
      if (gathered_ > kMaxAncestorPairs) return TooManyAncestors(base_.reps[at]->uid);
      found.push_back({base_.reps[parent]->hash, parent});
      const auto above = ClosureOf(parent);
      found.insert(found.end(), above.begin(), above.end());
    }
    SortAncestors(found);
    closures_[at] = {ancestors_.size(), found.size()};
    ancestors_.insert(ancestors_.end(), found.begin(), found.end());
    return {};
  }

  std::span<const Ancestor> ClosureOf(uint32_t slot) const {
    return {ancestors_.data() + closures_[slot].begin, closures_[slot].count};
  }

  const Shape* ShapeOf(const EntityUid& uid, const Entity* entity) {
    static const Entity kNothing;
    const Entity& named = entity != nullptr ? *entity : kNothing;
    uint64_t hash = HashText(uid.type);
    for (const auto& [name, value] : named.attributes) hash = MixHash(hash, HashText(name));
    hash = MixHash(hash, 1);
    for (const auto& [name, value] : named.tags) hash = MixHash(hash, HashText(name));
    std::vector<const Shape*>& same_hash = shapes_[hash];
    for (const Shape* shape : same_hash) {
      if (shape->type == uid.type && HasNames(shape->attributes, named.attributes) &&
          HasNames(shape->tags, named.tags)) {
        return shape;
      }
    }
    base_.shapes.push_back(
        std::make_unique<const Shape>(Shape{uid.type, MakeNames(named.attributes), MakeNames(named.tags)}));
    same_hash.push_back(base_.shapes.back().get());
    return same_hash.back();
  }

  void LayOut() {
    const size_t count = base_.reps.size();
    for (size_t slot = entity_shapes_.size(); slot < count; ++slot)
      entity_shapes_.push_back(ShapeOf(base_.reps[slot]->uid, nullptr));
    uint64_t size = 0;
    for (uint32_t slot = 0; slot < count; ++slot) {
      base_.offsets.push_back(static_cast<uint32_t>(size / sizeof(Node)));
      size += Node::SizeOf(base_.reps[slot]->uid, entity_shapes_[slot]->size(), ClosureOf(slot).size());
    }
    base_.arena.reset(
        static_cast<std::byte*>(::operator new (std::max(size, sizeof(Node)), std::align_val_t{alignof(Node)})));
    std::span<const Cell> cells = cells_;
    for (uint32_t slot = 0; slot < count; ++slot) {
      const Shape& shape = *entity_shapes_[slot];
      const Entity* entity = slot < base_.entities.size() ? &base_.entities[slot] : nullptr;
      Node::Make(base_.arena.get() + size_t{base_.offsets[slot]} * sizeof(Node), *base_.reps[slot], shape, entity,
                 cells.first(shape.size()), ClosureOf(slot));
      cells = cells.subspan(shape.size());
    }
  }

  void FillTable() {
    base_.table = TagTable(base_.reps.size());
    for (uint32_t slot = 0; slot < base_.reps.size(); ++slot) {
      base_.table.Add(base_.reps[slot]->hash, base_.offsets[slot]);
    }
  }

  struct Closure {
    size_t begin = 0;
    size_t count = 0;
  };
  StoreBase& base_;
  std::vector<uint32_t> slots_;  // open addressing while building: slot + 1
  std::vector<uint32_t> parents_;
  std::vector<uint32_t> parent_begin_;
  std::vector<Ancestor> ancestors_;
  size_t gathered_ = 0;  // ancestors looked at, one that several parents have counted for each
  std::vector<Closure> closures_;
  std::unordered_map<uint64_t, std::vector<const Shape*>> shapes_;
  std::vector<const Shape*> entity_shapes_;  // of the nodes, one by one
  std::vector<Cell> cells_;                  // of the entities, one after the other
};

}  // namespace

bool HasShape(const Shape& shape, const Entity& entity) {
  return shape.type == entity.uid.type && HasNames(shape.attributes, entity.attributes) &&
         HasNames(shape.tags, entity.tags);
}

Shape MakeShape(const Entity& entity) {
  return {entity.uid.type, MakeNames(entity.attributes), MakeNames(entity.tags)};
}

void AppendCells(const Entity& entity, const Shape& shape, std::vector<Cell>& out) {
  AddCells(shape.attributes, entity.attributes, out);
  AddCells(shape.tags, entity.tags, out);
}

void SortAncestors(std::vector<Ancestor>& ancestors) {
  std::ranges::sort(ancestors, [](const Ancestor& a, const Ancestor& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.slot < b.slot;
  });
  ancestors.erase(std::ranges::unique(ancestors, {}, &Ancestor::slot).begin(), ancestors.end());
}

base::Error TooManyAncestors(const EntityUid& uid) {
  return base::Error(base::Status::kArgument,
                     {fmt::format("{} is where the hierarchy passes {} pairs of entity and ancestor", uid.ToString(),
                                  kMaxAncestorPairs),
                      {}},
                     {}, {"make the hierarchy flatter: each entity has all ancestors of each of its parents", {}});
}

base::Error CycleError(const EntityUid& uid) {
  return base::Error(base::Status::kArgument, {fmt::format("{} is among its own ancestors", uid.ToString()), {}}, {},
                     {"the hierarchy has to be free of cycles", {}});
}

base::Error TwiceError(const EntityUid& uid) {
  return base::Error(base::Status::kArgument, fmt::format("{} is given twice", uid.ToString()));
}

base::Result<std::unique_ptr<Entities::Rep>> Entities::Rep::Build(std::vector<Entity> entities) {
  auto base = std::make_shared<StoreBase>();
  base->entities = std::move(entities);
  if (!std::ranges::is_sorted(base->entities, {}, &Entity::uid)) std::ranges::sort(base->entities, {}, &Entity::uid);
  const auto twice = std::ranges::adjacent_find(base->entities, {}, &Entity::uid);
  if (twice != base->entities.end()) return TwiceError(twice->uid);
  HIKAE_CHECK(BaseBuilder(*base).Run());
  auto rep = std::make_unique<Rep>();
  rep->size = base->entities.size();
  rep->base = std::move(base);
  return rep;
}

}  // namespace hikae::cedar
