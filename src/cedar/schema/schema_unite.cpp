#include "cedar/schema/schema_unite.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "cedar/schema/schema_rep.h"
#include "cedar/schema/schema_tree.h"

namespace hikae::cedar {
namespace {

// ---- alike: the same but for where it stands ---------------------------------------------------------------------

bool Alike(const RawName& a, const RawName& b) { return a.text == b.text; }
bool Alike(const RawActionRef& a, const RawActionRef& b) { return a.type == b.type && a.id.text == b.id.text; }
bool Alike(const RawAttribute& a, const RawAttribute& b);

template <class T>
bool Alike(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const T& x, const T& y) { return Alike(x, y); });
}

bool Alike(const RawType& a, const RawType& b) {
  if (a.kind != b.kind || !Alike(a.name, b.name) || !Alike(a.attributes, b.attributes)) return false;
  if ((a.element == nullptr) != (b.element == nullptr)) return false;
  return a.element == nullptr || Alike(*a.element, *b.element);
}

bool Alike(const std::optional<RawType>& a, const std::optional<RawType>& b) {
  return a.has_value() == b.has_value() && (!a || Alike(*a, *b));
}

bool Alike(const RawAttribute& a, const RawAttribute& b) {
  return Alike(a.name, b.name) && Alike(a.type, b.type) && a.required == b.required && a.annotations == b.annotations;
}

bool Alike(const RawCommonType& a, const RawCommonType& b) {
  return Alike(a.type, b.type) && a.annotations == b.annotations;
}

bool Alike(const RawEntityType& a, const RawEntityType& b) {
  return Alike(a.names, b.names) && Alike(a.member_of, b.member_of) && Alike(a.shape, b.shape) &&
         Alike(a.tags, b.tags) && Alike(a.enum_ids, b.enum_ids) && a.annotations == b.annotations;
}

bool Alike(const RawAction& a, const RawAction& b) {
  return Alike(a.names, b.names) && Alike(a.member_of, b.member_of) && Alike(a.principals, b.principals) &&
         Alike(a.resources, b.resources) && Alike(a.context, b.context) && a.annotations == b.annotations;
}

// ---- one fragment of many ----------------------------------------------------------------------------------------

class Uniter {
 public:
  explicit Uniter(const OpenNames& open) : open_(open) {}

  base::Result<void> Add(RawFragment fragment) {
    for (RawNamespace& space : fragment) {
      RawNamespace& into = SpaceOf(space);
      for (RawCommonType& raw : space.common_types) HIKAE_CHECK(AddCommon(std::move(raw), into));
      for (RawEntityType& raw : space.entity_types) HIKAE_CHECK(AddEntity(std::move(raw), into));
      for (RawAction& raw : space.actions) HIKAE_CHECK(AddAction(std::move(raw), into));
    }
    return {};
  }

  RawFragment Take() { return std::move(out_); }

 private:
  // Where a name was met first: in `entity_types` and the like of its namespace.
  using Known = std::map<std::string, size_t>;

  RawNamespace& SpaceOf(const RawNamespace& space) {
    for (RawNamespace& known : out_) {
      if (known.name.text == space.name.text) return known;
    }
    RawNamespace fresh;
    fresh.name = space.name;
    fresh.annotations = space.annotations;
    return out_.emplace_back(std::move(fresh));
  }

  bool IsOpen(const RawNamespace& space, const RawName& name) const {
    return open_.contains(Qualified(space.name.text, name.text));
  }

  static base::Error Differs(std::string_view what, const RawName& name, const RawName& known) {
    return SchemaError(name.where,
                       fmt::format("the {} {} is declared otherwise in {}", what, name.text, known.where.ToString()),
                       "packs of one office have to mean the same by a name");
  }

  // The index of the declaration that has one of the names; none: it is new. The first to be met keeps its place.
  static std::optional<size_t> Find(const std::vector<RawName>& names, const Known& known, const std::string& space) {
    for (const RawName& name : names) {
      const auto found = known.find(Qualified(space, name.text));
      if (found != known.end()) return found->second;
    }
    return std::nullopt;
  }

  base::Result<void> AddCommon(RawCommonType raw, RawNamespace& into) {
    const auto [at, fresh] = commons_.emplace(Qualified(into.name.text, raw.name.text), into.common_types.size());
    if (fresh) {
      into.common_types.push_back(std::move(raw));
      return {};
    }
    RawCommonType& known = into.common_types[at->second];
    if (IsOpen(into, raw.name)) {
      if (!Alike(known.type, raw.type)) known.type = RawType();
      return {};
    }
    if (!Alike(known, raw)) return Differs("type", raw.name, known.name);
    return {};
  }

  base::Result<void> AddEntity(RawEntityType raw, RawNamespace& into) {
    const auto at = Find(raw.names, entities_, into.name.text);
    if (!at) {
      for (const RawName& name : raw.names)
        entities_.emplace(Qualified(into.name.text, name.text), into.entity_types.size());
      into.entity_types.push_back(std::move(raw));
      return {};
    }
    RawEntityType& known = into.entity_types[*at];
    const bool enums = !known.enum_ids.empty() && !raw.enum_ids.empty() && Alike(known.names, raw.names);
    if (enums && IsOpen(into, raw.names.front())) {
      for (RawName& id : raw.enum_ids) {
        const auto same = [&id](const RawName& other) { return other.text == id.text; };
        if (std::none_of(known.enum_ids.begin(), known.enum_ids.end(), same)) known.enum_ids.push_back(std::move(id));
      }
      return {};
    }
    if (!Alike(known, raw)) return Differs("entity type", raw.names.front(), known.names.front());
    return {};
  }

  base::Result<void> AddAction(RawAction raw, RawNamespace& into) {
    const auto at = Find(raw.names, actions_, into.name.text);
    if (!at) {
      for (const RawName& name : raw.names) actions_.emplace(Qualified(into.name.text, name.text), into.actions.size());
      into.actions.push_back(std::move(raw));
      return {};
    }
    const RawAction& known = into.actions[*at];
    if (!Alike(known, raw)) return Differs("action", raw.names.front(), known.names.front());
    return {};
  }

  const OpenNames& open_;
  RawFragment out_;
  Known commons_, entities_, actions_;
};

}  // namespace

base::Result<Schema> UniteSchemas(const std::vector<std::vector<SourceText>>& schemas, const OpenNames& open) {
  Uniter uniter(open);
  for (const std::vector<SourceText>& fragments : schemas) {
    for (const SourceText& source : fragments) {
      HIKAE_TRY(RawFragment fragment, ParseSchemaText(source));
      HIKAE_CHECK(uniter.Add(std::move(fragment)));
    }
  }
  std::vector<RawFragment> one;
  one.push_back(uniter.Take());
  HIKAE_TRY(Schema::Rep rep, ResolveSchema(one));
  return Schema(std::make_shared<const Schema::Rep>(std::move(rep)));
}

}  // namespace hikae::cedar
