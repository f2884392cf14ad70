// A schema as written → its JSON form.
#include <fmt/format.h>

#include <unordered_set>
#include <utility>

#include "cedar/schema/schema_translate.h"
#include "cedar/schema/schema_tree.h"
#include "cedar/text/lexer.h"

namespace hikae::cedar {
namespace {

using codec::Node;

// A JSON object whose keys are names of one kind of declaration.
class NamedMap {
 public:
  explicit NamedMap(std::string_view what) : what_(what) {}

  base::Result<void> Add(const RawName& name, Node value) {
    if (!seen_.insert(name.text).second) {
      return SchemaError(name.where, fmt::format("the {} {} is declared twice", what_, Quote(name.text)),
                         "declare it once");
    }
    map_.AddEntry(name.text, {}, std::move(value));
    return {};
  }
  Node Take() { return std::move(map_); }

 private:
  std::string_view what_;
  std::unordered_set<std::string> seen_;
  Node map_ = Node::Map();
};

Node Texts(const std::vector<RawName>& names) {
  Node list = Node::List();
  for (const RawName& name : names) list.Append(Node::String(name.text));
  return list;
}

void AddAnnotations(const Annotations& annotations, Node& out) {
  if (annotations.empty()) return;
  Node map = Node::Map();
  for (const auto& [key, value] : annotations) map.AddEntry(key, {}, Node::String(value));
  out.AddEntry("annotations", {}, std::move(map));
}

Node Word(std::string_view type) { return Node::Map({{"type", Node::String(std::string(type))}}); }

Node NamedType(std::string_view type, const std::string& name) {
  Node out = Word(type);
  out.AddEntry("name", {}, Node::String(name));
  return out;
}

base::Result<Node> TypeJson(const RawType& type);

base::Result<Node> RecordJson(const RawType& type) {
  NamedMap attributes("attribute");
  for (const RawAttribute& attribute : type.attributes) {
    HIKAE_TRY(Node inner, TypeJson(attribute.type));
    if (!attribute.required) inner.AddEntry("required", {}, Node::Bool(false));
    AddAnnotations(attribute.annotations, inner);
    HIKAE_CHECK(attributes.Add(attribute.name, std::move(inner)));
  }
  Node out = Word("Record");
  out.AddEntry("attributes", {}, attributes.Take());
  return out;
}

// The depth is bounded by kMaxTypeNesting, which the parser keeps.
base::Result<Node> TypeJson(const RawType& type) {
  switch (type.kind) {
    case RawType::Kind::kRecord:
      return RecordJson(type);
    case RawType::Kind::kSet: {
      HIKAE_TRY(Node element, TypeJson(*type.element));
      Node out = Word("Set");
      out.AddEntry("element", {}, std::move(element));
      return out;
    }
    case RawType::Kind::kEntity:
      return NamedType("Entity", type.name.text);
    case RawType::Kind::kCommon:
      return Word(type.name.text);
    case RawType::Kind::kBuiltIn:
      if (type.name.text == "Bool") return Word("Boolean");
      return IsSchemaKeyword(type.name.text) ? Word(type.name.text) : NamedType("Extension", type.name.text);
    case RawType::Kind::kName:
      break;
  }
  return NamedType("EntityOrCommon", type.name.text);
}

base::Result<Node> EntityJson(const RawEntityType& entity) {
  Node out = Node::Map();
  if (!entity.enum_ids.empty()) {
    out.AddEntry("enum", {}, Texts(entity.enum_ids));
  } else {
    if (!entity.member_of.empty()) out.AddEntry("memberOfTypes", {}, Texts(entity.member_of));
    if (entity.shape.kind != RawType::Kind::kRecord || !entity.shape.attributes.empty()) {
      HIKAE_TRY(Node shape, TypeJson(entity.shape));
      out.AddEntry("shape", {}, std::move(shape));
    }
    if (entity.tags) {
      HIKAE_TRY(Node tags, TypeJson(*entity.tags));
      out.AddEntry("tags", {}, std::move(tags));
    }
  }
  AddAnnotations(entity.annotations, out);
  return out;
}

// Only a common type can be a context; the words of JSON itself are no names of one.
base::Result<Node> ContextJson(const RawType& context) {
  const bool named = context.kind == RawType::Kind::kName && !IsSchemaKeyword(context.name.text);
  return named ? base::Result<Node>(Word(context.name.text)) : TypeJson(context);
}

base::Result<Node> ActionJson(const RawAction& action) {
  Node applies = Node::Map();
  applies.AddEntry("principalTypes", {}, Texts(action.principals));
  applies.AddEntry("resourceTypes", {}, Texts(action.resources));
  const bool empty =
      !action.context || (action.context->kind == RawType::Kind::kRecord && action.context->attributes.empty());
  if (!empty) {
    HIKAE_TRY(Node context, ContextJson(*action.context));
    applies.AddEntry("context", {}, std::move(context));
  }
  Node out = Node::Map();
  out.AddEntry("appliesTo", {}, std::move(applies));
  if (!action.member_of.empty()) {
    Node groups = Node::List();
    for (const RawActionRef& group : action.member_of) {
      Node one = Node::Map({{"id", Node::String(group.id.text)}});
      if (group.type) one.AddEntry("type", {}, Node::String(*group.type));
      groups.Append(std::move(one));
    }
    out.AddEntry("memberOf", {}, std::move(groups));
  }
  AddAnnotations(action.annotations, out);
  return out;
}

// `entity A, B { … }` says its body twice in JSON, which has to stay as small as its reader wants it.
class Copies {
 public:
  base::Result<void> Take(const Node& body, size_t times, const RawName& first) {
    const size_t room = kSchemaJsonLimits.max_nodes - nodes_;
    const size_t size = SizeOf(body);
    if (size > room / times) {
      return SchemaError(first.where, fmt::format("the JSON form has more than {} values", kSchemaJsonLimits.max_nodes),
                         "declare less in one text");
    }
    nodes_ += size * times;
    return {};
  }

 private:
  static constexpr size_t kTextPerValue = 64;  // bytes of long texts that count as much as a value
  static size_t SizeOf(const Node& node) {
    size_t size = 1 + (node.IsText() ? node.text().size() / kTextPerValue : 0);
    for (const Node& item : node.items()) size += SizeOf(item);
    for (const auto& [key, value] : node.entries()) size += SizeOf(value) + key.size() / kTextPerValue;
    return size;
  }
  size_t nodes_ = 0;
};

base::Result<Node> NamespaceJson(const RawNamespace& space, Copies& copies) {
  NamedMap common_types("type");
  for (const RawCommonType& common : space.common_types) {
    HIKAE_TRY(Node type, TypeJson(common.type));
    AddAnnotations(common.annotations, type);
    HIKAE_CHECK(common_types.Add(common.name, std::move(type)));
  }
  NamedMap entity_types("entity type");
  for (const RawEntityType& entity : space.entity_types) {
    HIKAE_TRY(const Node body, EntityJson(entity));
    HIKAE_CHECK(copies.Take(body, entity.names.size(), entity.names.front()));
    for (const RawName& name : entity.names) HIKAE_CHECK(entity_types.Add(name, body));
  }
  NamedMap actions("action");
  for (const RawAction& action : space.actions) {
    HIKAE_TRY(const Node body, ActionJson(action));
    HIKAE_CHECK(copies.Take(body, action.names.size(), action.names.front()));
    for (const RawName& name : action.names) HIKAE_CHECK(actions.Add(name, body));
  }
  Node out = Node::Map();
  AddAnnotations(space.annotations, out);
  if (!space.common_types.empty()) out.AddEntry("commonTypes", {}, common_types.Take());
  out.AddEntry("entityTypes", {}, entity_types.Take());
  out.AddEntry("actions", {}, actions.Take());
  return out;
}

}  // namespace

base::Result<Node> SchemaTextToJson(std::string_view text, const std::string& file) {
  HIKAE_TRY(const RawFragment fragment, ParseSchemaText({file, std::string(text)}));
  Node out = Node::Map();
  Copies copies;
  for (const RawNamespace& space : fragment) {
    HIKAE_TRY(Node body, NamespaceJson(space, copies));
    out.AddEntry(space.name.text, {}, std::move(body));
  }
  return out;
}

}  // namespace hikae::cedar
