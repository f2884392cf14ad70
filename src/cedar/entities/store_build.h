// What the building of a store and the changing of one have in common.
#ifndef HIKAE_CEDAR_ENTITIES_STORE_BUILD_H_
#define HIKAE_CEDAR_ENTITIES_STORE_BUILD_H_

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cedar/entities/store.h"

namespace hikae::cedar {

inline bool MentionsEntity(const Value& value) {
  if (value.kind() == Value::Kind::kEntity) return true;
  if (value.kind() == Value::Kind::kSet) return std::ranges::any_of(value.elements(), MentionsEntity);
  if (value.kind() != Value::Kind::kRecord) return false;
  return std::ranges::any_of(value.attributes(), [](const auto& entry) { return MentionsEntity(entry.second); });
}

// The same value, in which every entity is the store's own rep, so that following a reference needs no search.
// rep_of(uid) gives a std::shared_ptr<const EntityRep>.
template <class RepOf>
Value InternEntities(const Value& value, RepOf& rep_of) {
  if (value.kind() == Value::Kind::kEntity) return ValueAccess::Make(rep_of(value.entity()));
  if (!MentionsEntity(value)) return value;
  if (value.kind() == Value::Kind::kSet) {
    std::vector<Value> elements;
    elements.reserve(value.elements().size());
    for (const Value& element : value.elements()) elements.push_back(InternEntities(element, rep_of));
    return ValueAccess::Make(std::make_shared<const SetRep>(std::move(elements)));
  }
  std::map<std::string, Value> attributes;
  for (const auto& [name, inside] : value.attributes()) attributes.emplace(name, InternEntities(inside, rep_of));
  return Value::Record(std::move(attributes));
}

bool HasShape(const Shape& shape, const Entity& entity);
Shape MakeShape(const Entity& entity);
// In the order of the shape, attributes first.
void AppendCells(const Entity& entity, const Shape& shape, std::vector<Cell>& out);
// Orders ancestors as a node has them, each once.
void SortAncestors(std::vector<Ancestor>& ancestors);

base::Error TooManyAncestors(const EntityUid& uid);  // more than kMaxAncestorPairs
base::Error CycleError(const EntityUid& uid);
base::Error TwiceError(const EntityUid& uid);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENTITIES_STORE_BUILD_H_
