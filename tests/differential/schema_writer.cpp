// The text and the JSON of a model. Names are shortened and declarations joined where the language allows it, at
// random.
#include <fmt/format.h>

#include <algorithm>

#include "differential/model.h"
#include "differential/words.h"

namespace hikae::differential {
namespace {

using codec::Node;

class TextWriter {
 public:
  TextWriter(Random& random, const Model& model) : random_(random), model_(model) {}

  std::string Write() {
    for (const std::string& space : model_.namespaces) {
      space_ = space;
      if (!space.empty()) out_ += Doc() + "namespace " + space + " {\n";
      Declarations();
      if (!space.empty()) out_ += "}\n";
    }
    return std::move(out_);
  }

 private:
  void Declarations() {
    for (const CommonDecl& common : model_.commons) {
      if (NamespaceOf(common.name) != space_) continue;
      out_ += Concat({Doc(), "type ", BaseName(common.name), " = ", TypeText(common.type), ";\n"});
    }
    for (const EntityDecl& entity : model_.entities) {
      if (NamespaceOf(entity.name) == space_) EntityText(entity);
    }
    for (const ActionDecl& action : model_.actions) {
      if (NamespaceOf(action.uid.type) == space_) ActionText(action);
    }
  }

  std::string Doc() {
    if (!random_.Chance(10)) return {};
    return random_.Chance(30) ? "@note " : fmt::format("@doc({})\n", Literal(random_, AnyString(random_)));
  }

  std::string Name(const std::string& name) {
    return NamespaceOf(name) == space_ && random_.Chance(75) ? BaseName(name) : name;
  }

  std::string Names(const std::vector<std::string>& names) {
    if (names.size() == 1 && random_.Chance(60)) return Name(names.front());
    std::string out = "[";
    for (size_t i = 0; i < names.size(); ++i) out += (i > 0 ? ", " : "") + Name(names[i]);
    return out + (!names.empty() && random_.Chance(1) ? ",]" : "]");
  }

  std::string Primitive(const char* name) { return random_.Chance(4) ? fmt::format("__cedar::{}", name) : name; }

  std::string TypeText(const Type& type) {
    switch (type.kind) {
      case Kind::kBool:
        return Primitive("Bool");
      case Kind::kLong:
        return Primitive("Long");
      case Kind::kString:
        return Primitive("String");
      case Kind::kDecimal:
        return Primitive("decimal");
      case Kind::kIp:
        return Primitive("ipaddr");
      case Kind::kDatetime:
        return Primitive("datetime");
      case Kind::kDuration:
        return Primitive("duration");
      case Kind::kSet:
        return fmt::format("Set<{}>", TypeText(type.element.front()));
      case Kind::kRecord:
        return RecordText(type.fields);
      case Kind::kEntity:
      case Kind::kCommon:
        return Name(type.name);
    }
    return {};
  }

  std::string AttributeText(const std::string& name) {
    return IsIdentifier(name) && !random_.Chance(10) ? name : Literal(random_, name);
  }

  std::string RecordText(const std::vector<Field>& fields) {
    std::string out = "{";
    for (size_t i = 0; i < fields.size(); ++i) {
      out += Concat({i > 0 ? ", " : "", Doc(), AttributeText(fields[i].name),
                     fields[i].required ? ": " : "?: ", TypeText(fields[i].type)});
    }
    return out + (!fields.empty() && random_.Chance(10) ? ",}" : "}");
  }

  void EntityText(const EntityDecl& entity) {
    out_ += Doc() + "entity " + BaseName(entity.name);
    if (!entity.enum_ids.empty()) {
      out_ += " enum [";
      for (size_t i = 0; i < entity.enum_ids.size(); ++i)
        out_ += (i > 0 ? ", " : "") + Literal(random_, entity.enum_ids[i]);
      out_ += "];\n";
      return;
    }
    if (!entity.parents.empty()) out_ += " in " + Names(entity.parents);
    const bool empty = entity.shape.kind == Kind::kRecord && entity.shape.fields.empty();
    if (!empty || random_.Chance(30))
      out_ += Concat({random_.Chance(50) || entity.shape.kind == Kind::kCommon ? " = " : " ", TypeText(entity.shape)});
    if (entity.tags) out_ += " tags " + TypeText(*entity.tags);
    out_ += ";\n";
  }

  std::string ActionName(const std::string& id) {
    return IsIdentifier(id) && !random_.Chance(15) ? id : Literal(random_, id);
  }

  void ActionText(const ActionDecl& action) {
    out_ += Concat({Doc(), "action ", ActionName(action.uid.id)});
    for (size_t i = 0; i < action.groups.size(); ++i) {
      out_ += i == 0 ? " in [" : ", ";
      const Uid& group = action.groups[i];
      const bool near = NamespaceOf(group.type) == space_;
      out_ += near && random_.Chance(80) ? ActionName(group.id) : group.type + "::" + Literal(random_, group.id);
    }
    if (!action.groups.empty()) out_ += "]";
    if (action.applies) {
      out_ += Concat({" appliesTo { principal: ", Names(action.principals), ", resource: ", Names(action.resources)});
      const bool empty = action.context.kind == Kind::kRecord && action.context.fields.empty();
      if (!empty || random_.Chance(30)) out_ += ", context: " + TypeText(action.context);
      out_ += " }";
    }
    out_ += ";\n";
  }

  Random& random_;
  const Model& model_;
  std::string space_;
  std::string out_;
};

class JsonWriter {
 public:
  JsonWriter(Random& random, const Model& model) : random_(random), model_(model) {}

  Node Write() {
    Node out = Node::Map();
    for (const std::string& space : model_.namespaces) {
      space_ = space;
      out.Set(space, Namespace());
    }
    return out;
  }

 private:
  Node Namespace() {
    Node commons = Node::Map();
    Node entities = Node::Map();
    Node actions = Node::Map();
    for (const CommonDecl& common : model_.commons) {
      if (NamespaceOf(common.name) == space_) commons.Set(BaseName(common.name), TypeJson(common.type));
    }
    for (const EntityDecl& entity : model_.entities) {
      if (NamespaceOf(entity.name) == space_) entities.Set(BaseName(entity.name), EntityJson(entity));
    }
    for (const ActionDecl& action : model_.actions) {
      if (NamespaceOf(action.uid.type) == space_) actions.Set(action.uid.id, ActionJson(action));
    }
    Node out = Node::Map();
    if (!commons.entries().empty() || random_.Chance(20)) out.Set("commonTypes", std::move(commons));
    out.Set("entityTypes", std::move(entities));
    out.Set("actions", std::move(actions));
    return out;
  }

  std::string Name(const std::string& name) {
    return NamespaceOf(name) == space_ && random_.Chance(75) ? BaseName(name) : name;
  }
  Node Names(const std::vector<std::string>& names) {
    Node list = Node::List();
    for (const std::string& name : names) list.Append(Node::String(Name(name)));
    return list;
  }
  static Node Named(const char* type) { return Node::Map({{"type", Node::String(type)}}); }
  static Node Named(const char* type, std::string name) {
    return Node::Map({{"type", Node::String(type)}, {"name", Node::String(std::move(name))}});
  }

  Node Primitive(const char* name) {
    if (random_.Chance(90)) return Named(name);
    return Named("EntityOrCommon", std::string(name) == "Boolean" ? "Bool" : name);
  }
  Node Extension(const char* name) { return Named(random_.Chance(80) ? "Extension" : "EntityOrCommon", name); }

  Node TypeJson(const Type& type) {
    switch (type.kind) {
      case Kind::kBool:
        return Primitive("Boolean");
      case Kind::kLong:
        return Primitive("Long");
      case Kind::kString:
        return Primitive("String");
      case Kind::kDecimal:
        return Extension("decimal");
      case Kind::kIp:
        return Extension("ipaddr");
      case Kind::kDatetime:
        return Extension("datetime");
      case Kind::kDuration:
        return Extension("duration");
      case Kind::kSet:
        return Node::Map({{"type", Node::String("Set")}, {"element", TypeJson(type.element.front())}});
      case Kind::kRecord:
        return RecordJson(type.fields);
      case Kind::kEntity:
        return Named(random_.Chance(70) ? "Entity" : "EntityOrCommon", Name(type.name));
      case Kind::kCommon:
        return random_.Chance(60) ? Node::Map({{"type", Node::String(Name(type.name))}})
                                  : Named("EntityOrCommon", Name(type.name));
    }
    return {};
  }

  Node RecordJson(const std::vector<Field>& fields) {
    Node attributes = Node::Map();
    for (const Field& field : fields) {
      Node type = TypeJson(field.type);
      if (!field.required) type.Set("required", Node::Bool(false));
      if (field.required && random_.Chance(20)) type.Set("required", Node::Bool(true));
      attributes.Set(field.name, std::move(type));
    }
    return Node::Map({{"type", Node::String("Record")}, {"attributes", std::move(attributes)}});
  }

  Node EntityJson(const EntityDecl& entity) {
    Node out = Node::Map();
    if (!entity.enum_ids.empty()) {
      Node ids = Node::List();
      for (const std::string& id : entity.enum_ids) ids.Append(Node::String(id));
      return out.Set("enum", std::move(ids));
    }
    if (!entity.parents.empty() || random_.Chance(30)) out.Set("memberOfTypes", Names(entity.parents));
    const bool empty = entity.shape.kind == Kind::kRecord && entity.shape.fields.empty();
    if (!empty || random_.Chance(30)) out.Set("shape", TypeJson(entity.shape));
    if (entity.tags) out.Set("tags", TypeJson(*entity.tags));
    return out;
  }

  Node ActionJson(const ActionDecl& action) {
    Node out = Node::Map();
    if (!action.groups.empty()) {
      Node groups = Node::List();
      for (const Uid& group : action.groups) {
        Node item = Node::Map({{"id", Node::String(group.id)}});
        if (NamespaceOf(group.type) != space_ || random_.Chance(30)) item.Set("type", Node::String(group.type));
        groups.Append(std::move(item));
      }
      out.Set("memberOf", std::move(groups));
    }
    if (!action.applies) return out;
    Node applies = Node::Map();
    applies.Set("principalTypes", Names(action.principals));
    applies.Set("resourceTypes", Names(action.resources));
    const bool empty = action.context.kind == Kind::kRecord && action.context.fields.empty();
    if (!empty || random_.Chance(30)) applies.Set("context", TypeJson(action.context));
    return out.Set("appliesTo", std::move(applies));
  }

  Random& random_;
  const Model& model_;
  std::string space_;
};

}  // namespace

std::string SchemaText(Random& random, const Model& model) { return TextWriter(random, model).Write(); }
Node SchemaJson(Random& random, const Model& model) { return JsonWriter(random, model).Write(); }

}  // namespace hikae::differential
