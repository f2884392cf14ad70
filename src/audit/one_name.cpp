#include "audit/one_name.h"

#include <array>
#include <map>
#include <set>
#include <utility>

namespace hikae::audit {
namespace {

constexpr std::string_view kItem = "Item";
constexpr std::string_view kAliasOf = "aliasOf";
constexpr std::array<std::string_view, 2> kMarks = {"sensitive", "secret"};

using Names = std::map<cedar::EntityUid, cedar::EntityUid>;  // by the alias: what it is called

Names NamesOf(const WorkingSet& set) {
  Names names;
  for (const Index item : set.OfType(kItem)) {
    const cedar::Entity& entity = set.entity(item);
    const auto same = entity.attributes.find(std::string(kAliasOf));
    if (same != entity.attributes.end()) names.emplace(entity.uid, same->second.entity());
  }
  return names;
}

// Each to its last name. In a circle there is none.
Names LastOf(const Names& names) {
  Names last;
  for (const auto& [alias, first] : names) {
    std::set<cedar::EntityUid> seen = {alias};
    cedar::EntityUid at = first;
    auto next = names.find(at);
    while (next != names.end() && seen.insert(at).second) {
      at = next->second;
      next = names.find(at);
    }
    if (next == names.end()) last.emplace(alias, at);
  }
  return last;
}

cedar::Value Renamed(const cedar::Value& value, const Names& names) {
  if (value.kind() == cedar::Value::Kind::kEntity) {
    const auto name = names.find(value.entity());
    return name == names.end() ? value : cedar::Value::Entity(name->second);
  }
  if (value.kind() != cedar::Value::Kind::kSet) return value;
  std::vector<cedar::Value> elements;
  elements.reserve(value.elements().size());
  for (const cedar::Value& element : value.elements()) elements.push_back(Renamed(element, names));
  return cedar::Value::Set(std::move(elements));
}

bool NamesAny(const cedar::Value& value, const Names& names) {
  bool any = false;
  ForEachEntity(value, [&](const cedar::EntityUid& uid) { any = any || (uid.type == kItem && names.contains(uid)); });
  return any;
}

// What is marked on one of the names is marked on the one that stays, or the mark would be lost.
void KeepMarks(WorkingSet& set, Index alias, Index item) {
  for (const std::string_view mark : kMarks) {
    const auto& marks = set.entity(alias).attributes;
    const auto marked = marks.find(std::string(mark));
    if (marked == marks.end() || marked->second != cedar::Value::Bool(true)) continue;
    const Origin origin{alias, mark};
    set.own(item).attributes.insert_or_assign(std::string(mark), marked->second);
    set.SetMeasured(item, mark, {&origin, 1});
  }
}

}  // namespace

void CallByOneName(WorkingSet& set) {
  const Names said = NamesOf(set);
  const Names names = LastOf(said);
  for (const auto& [alias, other] : said) {
    // Of a circle nothing can be made, at the gate as here.
    const std::optional<Index> item = names.contains(alias) ? std::nullopt : set.Find(alias);
    if (item) set.own(*item).attributes.erase(std::string(kAliasOf));
  }
  if (names.empty()) return;
  for (const auto& [alias, last] : names) {
    const std::optional<Index> item = set.Find(last);
    if (item) KeepMarks(set, *set.Find(alias), *item);
  }
  for (Index index = 0; index < set.size(); ++index) {
    for (auto& [attribute, value] : set.own(index).attributes) {
      if (NamesAny(value, names)) value = Renamed(value, names);
    }
  }
}

}  // namespace hikae::audit
