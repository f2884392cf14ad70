// The JSON form of a schema: {"Ns": {"entityTypes": {…}, "actions": {…}, "commonTypes": {…}, "annotations": {…}}}.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "cedar/schema/schema_tree.h"
#include "cedar/text/lexer.h"

namespace hikae::cedar {
namespace {

using codec::Node;

constexpr const char* kNames = "names are ASCII letters, digits and '_', and no reserved words";

// One document, one thread. The reader bounded the depth of the document, and with it the stack.
class SchemaJson {
 public:
  explicit SchemaJson(std::string_view file) : file_(file) {}

  base::Result<RawFragment> Run(const Node& json) {
    HIKAE_CHECK(IsMap(json, "a schema"));
    RawFragment out;
    for (size_t i = 0; i < json.entries().size(); ++i) {
      const auto& [name, body] = json.entries()[i];
      RawName place{name, PlaceOf(json.KeyMark(i))};
      if (!name.empty()) HIKAE_CHECK(CheckPath(place, "a namespace"));
      HIKAE_TRY(RawNamespace space, Namespace(std::move(place), body));
      out.push_back(std::move(space));
    }
    return out;
  }

 private:
  base::Result<RawNamespace> Namespace(RawName name, const Node& body) {
    HIKAE_CHECK(OnlyKeys(body, {"entityTypes", "actions", "commonTypes", "annotations"}, "a namespace"));
    RawNamespace out;
    out.name = std::move(name);
    HIKAE_TRY(out.annotations, ReadAnnotations(body));
    const Node* entities = body.Find("entityTypes");
    const Node* actions = body.Find("actions");
    if (entities == nullptr || actions == nullptr) {
      return Fail(body.mark(),
                  fmt::format("a namespace needs \"{}\"", entities == nullptr ? "entityTypes" : "actions"));
    }
    if (const Node* common = body.Find("commonTypes")) {
      HIKAE_CHECK(IsMap(*common, "commonTypes"));
      for (size_t i = 0; i < common->entries().size(); ++i) HIKAE_CHECK(Common(*common, i, out));
    }
    HIKAE_CHECK(IsMap(*entities, "entityTypes"));
    for (size_t i = 0; i < entities->entries().size(); ++i) HIKAE_CHECK(Entity(*entities, i, out));
    HIKAE_CHECK(IsMap(*actions, "actions"));
    for (size_t i = 0; i < actions->entries().size(); ++i) HIKAE_CHECK(Action(*actions, i, out));
    return out;
  }

  base::Result<void> Common(const Node& map, size_t i, RawNamespace& out) {
    const auto& [key, body] = map.entries()[i];
    RawCommonType common;
    common.name = {key, PlaceOf(map.KeyMark(i))};
    HIKAE_CHECK(CheckIdentifier(common.name, "a common type"));
    if (IsSchemaKeyword(key)) return Fail(map.KeyMark(i), fmt::format("a common type cannot be called {}", key));
    HIKAE_TRY(common.annotations, ReadAnnotations(body));
    HIKAE_TRY(common.type, Type(body, {"annotations"}));
    out.common_types.push_back(std::move(common));
    return {};
  }

  base::Result<void> Entity(const Node& map, size_t i, RawNamespace& out) {
    const auto& [key, body] = map.entries()[i];
    RawEntityType entity;
    entity.names.push_back({key, PlaceOf(map.KeyMark(i))});
    HIKAE_CHECK(CheckIdentifier(entity.names.back(), "an entity type"));
    const bool is_enum = body.Find("enum") != nullptr;
    if (is_enum) {
      HIKAE_CHECK(OnlyKeys(body, {"enum", "annotations"}, "an enumerated entity type"));
      HIKAE_TRY(entity.enum_ids, Texts(*body.Find("enum"), "enum"));
      if (entity.enum_ids.empty()) return Fail(body.mark(), "\"enum\" is an empty list");
    } else {
      HIKAE_CHECK(OnlyKeys(body, {"memberOfTypes", "shape", "tags", "annotations"}, "an entity type"));
    }
    HIKAE_TRY(entity.annotations, ReadAnnotations(body));
    if (const Node* parents = body.Find("memberOfTypes")) {
      HIKAE_TRY(entity.member_of, Paths(*parents, "memberOfTypes"));
    }
    entity.shape.name.where = PlaceOf(body.mark());
    if (const Node* shape = body.Find("shape")) {
      HIKAE_TRY(entity.shape, Type(*shape, {}));
    }
    if (const Node* tags = body.Find("tags")) {
      HIKAE_TRY(entity.tags, Type(*tags, {}));
    }
    out.entity_types.push_back(std::move(entity));
    return {};
  }

  base::Result<void> Action(const Node& map, size_t i, RawNamespace& out) {
    const auto& [key, body] = map.entries()[i];
    RawAction action;
    action.names.push_back({key, PlaceOf(map.KeyMark(i))});
    HIKAE_CHECK(OnlyKeys(body, {"memberOf", "appliesTo", "attributes", "annotations"}, "an action"));
    HIKAE_TRY(action.annotations, ReadAnnotations(body));
    const Node* attributes = body.Find("attributes");
    if (attributes != nullptr && !attributes->IsNull() && !(attributes->IsMap() && attributes->entries().empty())) {
      return Fail(attributes->mark(), "actions have no attributes");
    }
    if (const Node* groups = body.Find("memberOf"); groups != nullptr && !groups->IsNull()) {
      if (!groups->IsList()) return Fail(groups->mark(), "\"memberOf\" is not a list");
      for (const Node& group : groups->items()) HIKAE_CHECK(Group(group, action));
    }
    if (const Node* applies = body.Find("appliesTo"); applies != nullptr && !applies->IsNull()) {
      HIKAE_CHECK(AppliesTo(*applies, action));
    }
    out.actions.push_back(std::move(action));
    return {};
  }

  base::Result<void> Group(const Node& node, RawAction& action) {
    HIKAE_CHECK(OnlyKeys(node, {"id", "type"}, "an action group"));
    const Node* id = node.Find("id");
    if (id == nullptr || !id->IsText()) return Fail(node.mark(), "an action group needs an \"id\"");
    RawActionRef ref;
    ref.id = {id->text(), PlaceOf(node.mark())};
    if (const Node* type = node.Find("type"); type != nullptr && !type->IsNull()) {
      HIKAE_TRY(RawName name, PathOf(*type, "the type of an action group"));
      ref.type = std::move(name.text);
    }
    action.member_of.push_back(std::move(ref));
    return {};
  }

  base::Result<void> AppliesTo(const Node& node, RawAction& action) {
    HIKAE_CHECK(OnlyKeys(node, {"principalTypes", "resourceTypes", "context"}, "appliesTo"));
    const Node* principals = node.Find("principalTypes");
    const Node* resources = node.Find("resourceTypes");
    if (principals == nullptr || resources == nullptr) {
      return Fail(node.mark(),
                  fmt::format("appliesTo needs \"{}\"", principals == nullptr ? "principalTypes" : "resourceTypes"));
    }
    HIKAE_TRY(action.principals, Paths(*principals, "principalTypes"));
    HIKAE_TRY(action.resources, Paths(*resources, "resourceTypes"));
    if (const Node* context = node.Find("context")) {
      HIKAE_TRY(action.context, Type(*context, {}));
    }
    return {};
  }

  // `extra`: keys beside those of the type itself.
  base::Result<RawType> Type(const Node& node, std::vector<std::string_view> extra) {
    HIKAE_CHECK(IsMap(node, "a type"));
    const Node* word = node.Find("type");
    if (word == nullptr || !word->IsText()) return Fail(node.mark(), "a type needs \"type\"", R"({"type": "Long"})");
    RawType out;
    out.name = {word->text(), PlaceOf(word->mark())};
    extra.push_back("type");
    if (word->text() == "Set") {
      extra.push_back("element");
      HIKAE_CHECK(OnlyKeys(node, extra, "a set type"));
      const Node* element = node.Find("element");
      if (element == nullptr) return Fail(node.mark(), "a set type needs \"element\"");
      out.kind = RawType::Kind::kSet;
      HIKAE_TRY(RawType inner, Type(*element, {}));
      out.element = std::make_unique<RawType>(std::move(inner));
      return out;
    }
    if (word->text() == "Record") return Record(node, std::move(extra), std::move(out));
    return Named(node, std::move(extra), std::move(out));
  }

  base::Result<RawType> Record(const Node& node, std::vector<std::string_view> extra, RawType out) {
    extra.insert(extra.end(), {"attributes", "additionalAttributes"});
    HIKAE_CHECK(OnlyKeys(node, extra, "a record type"));
    out.kind = RawType::Kind::kRecord;
    const Node* more = node.Find("additionalAttributes");
    if (more != nullptr && (more->kind() != Node::Kind::kBool || more->boolean())) {
      return Fail(more->mark(), "records with further attributes are not supported");
    }
    const Node* attributes = node.Find("attributes");
    if (attributes == nullptr) return Fail(node.mark(), "a record type needs \"attributes\"");
    HIKAE_CHECK(IsMap(*attributes, "attributes"));
    for (size_t i = 0; i < attributes->entries().size(); ++i) {
      const auto& [key, body] = attributes->entries()[i];
      RawAttribute attribute;
      attribute.name = {key, PlaceOf(attributes->KeyMark(i))};
      HIKAE_TRY(attribute.type, Type(body, {"required", "annotations"}));
      HIKAE_TRY(attribute.annotations, ReadAnnotations(body));
      if (const Node* required = body.Find("required")) {
        if (required->kind() != Node::Kind::kBool) return Fail(required->mark(), "\"required\" is true or false");
        attribute.required = required->boolean();
      }
      out.attributes.push_back(std::move(attribute));
    }
    return out;
  }

  // Everything but sets and records.
  base::Result<RawType> Named(const Node& node, std::vector<std::string_view> extra, RawType out) {
    static constexpr std::array<std::string_view, 3> kWithName = {"Entity", "Extension", "EntityOrCommon"};
    const std::string word = out.name.text;
    if (std::ranges::find(kWithName, word) == kWithName.end()) {
      HIKAE_CHECK(OnlyKeys(node, extra, "a type"));
      const bool primitive = word == "Boolean" || word == "Long" || word == "String";
      out.kind = primitive ? RawType::Kind::kBuiltIn : RawType::Kind::kCommon;
      if (word == "Boolean") out.name.text = "Bool";
      if (!primitive) HIKAE_CHECK(CheckPath(out.name, "a type"));
      return out;
    }
    extra.push_back("name");
    HIKAE_CHECK(OnlyKeys(node, extra, "a type"));
    const Node* name = node.Find("name");
    if (name == nullptr) return Fail(node.mark(), fmt::format("a type {} needs \"name\"", word));
    HIKAE_TRY(out.name, PathOf(*name, "a type's name"));
    out.kind = word == "Entity"      ? RawType::Kind::kEntity
               : word == "Extension" ? RawType::Kind::kBuiltIn
                                     : RawType::Kind::kName;
    if (out.kind != RawType::Kind::kBuiltIn) return out;
    static constexpr std::array<std::string_view, 4> kExtensions = {"ipaddr", "decimal", "datetime", "duration"};
    if (std::ranges::find(kExtensions, out.name.text) != kExtensions.end()) return out;
    const std::string_view nearest = base::Nearest(out.name.text, kExtensions);
    return Fail(name->mark(), fmt::format("unknown extension type {}", out.name.text),
                nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest));
  }

  base::Result<Annotations> ReadAnnotations(const Node& body) {
    Annotations out;
    const Node* node = body.Find("annotations");
    if (node == nullptr) return out;
    HIKAE_CHECK(IsMap(*node, "annotations"));
    for (const auto& [key, value] : node->entries()) {
      if (!IsName(key)) return Fail(node->mark(), fmt::format("{} is no name of an annotation", Quote(key)), kNames);
      if (!value.IsText() && !value.IsNull()) return Fail(value.mark(), "the value of an annotation is text");
      out.emplace(key, value.IsNull() ? std::string() : value.text());
    }
    return out;
  }

  base::Result<std::vector<RawName>> Texts(const Node& node, std::string_view what) {
    if (!node.IsList()) return Fail(node.mark(), fmt::format("\"{}\" is not a list", what));
    std::vector<RawName> out;
    for (const Node& item : node.items()) {
      if (!item.IsText()) return Fail(item.mark(), fmt::format("\"{}\" holds text only", what));
      out.push_back({item.text(), PlaceOf(item.mark())});
    }
    return out;
  }

  base::Result<std::vector<RawName>> Paths(const Node& node, std::string_view what) {
    HIKAE_TRY(std::vector<RawName> out, Texts(node, what));
    for (const RawName& name : out) HIKAE_CHECK(CheckPath(name, what));
    return out;
  }

  base::Result<RawName> PathOf(const Node& node, std::string_view what) {
    if (!node.IsText()) return Fail(node.mark(), fmt::format("{} is text", what));
    RawName out{node.text(), PlaceOf(node.mark())};
    HIKAE_CHECK(CheckPath(out, what));
    return out;
  }

  static bool IsName(std::string_view text) { return IsIdentifier(text) || IsReserved(text); }

  base::Result<void> CheckIdentifier(const RawName& name, std::string_view what) const {
    if (IsIdentifier(name.text)) return {};
    return SchemaError(name.where, fmt::format("{} is no name for {}", Quote(name.text), what), kNames);
  }

  // "A::B"; __cedar may stand first where a built-in type is meant.
  base::Result<void> CheckPath(const RawName& name, std::string_view what) const {
    std::string_view rest = name.text;
    bool first = what != "a namespace";
    while (true) {
      const size_t end = rest.find("::");
      const std::string_view part = rest.substr(0, end);
      if (!IsIdentifier(part) && !(first && part == "__cedar" && end != std::string_view::npos)) {
        return SchemaError(name.where, fmt::format("{} is no name for {}", Quote(name.text), what), kNames);
      }
      if (end == std::string_view::npos) return {};
      rest.remove_prefix(end + 2);
      first = false;
    }
  }

  base::Result<void> IsMap(const Node& node, std::string_view what) const {
    if (node.IsMap()) return {};
    return Fail(node.mark(), fmt::format("{} is a JSON object", what));
  }

  base::Result<void> OnlyKeys(const Node& node, const std::vector<std::string_view>& keys,
                              std::string_view what) const {
    HIKAE_CHECK(IsMap(node, what));
    for (size_t i = 0; i < node.entries().size(); ++i) {
      const std::string& key = node.entries()[i].first;
      if (std::ranges::find(keys, key) != keys.end()) continue;
      const std::string_view nearest = base::Nearest(key, keys);
      return Fail(node.KeyMark(i), fmt::format("unknown key {} in {}", Quote(key), what),
                  nearest.empty() ? fmt::format("known are {}", fmt::join(keys, ", "))
                                  : fmt::format("did you mean \"{}\"?", nearest));
    }
    return {};
  }

  base::Place PlaceOf(codec::Mark mark) const { return {file_, mark.line, mark.column}; }
  base::Error Fail(codec::Mark mark, std::string text, std::string hint = {}) const {
    return SchemaError(PlaceOf(mark), std::move(text), std::move(hint));
  }

  std::string file_;
};

}  // namespace

base::Result<RawFragment> ReadSchemaJson(const Node& json, std::string_view file) { return SchemaJson(file).Run(json); }

}  // namespace hikae::cedar
