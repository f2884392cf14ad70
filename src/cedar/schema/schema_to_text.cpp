// A schema as written in JSON → its text.
#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "cedar/schema/schema_translate.h"
#include "cedar/schema/schema_tree.h"
#include "cedar/text/lexer.h"

namespace hikae::cedar {
namespace {

constexpr size_t kIndent = 2;

std::string NameText(std::string_view name) { return IsIdentifier(name) ? std::string(name) : Quote(name); }

// One fragment. Text has one spelling for what JSON tells apart (an entity type, a common type, a built-in one), so the
// writer looks at what the fragment declares, and refuses a name that text would read as something else.
class SchemaText {
 public:
  explicit SchemaText(const RawFragment& fragment) : fragment_(fragment) {
    for (const RawNamespace& space : fragment) {
      for (const RawCommonType& common : space.common_types) {
        common_.emplace(Qualified(space.name.text, common.name.text), &common);
      }
      for (const RawEntityType& entity : space.entity_types) {
        for (const RawName& name : entity.names) entities_.insert(Qualified(space.name.text, name.text));
      }
    }
  }

  base::Result<std::string> Run() {
    for (const RawNamespace& space : fragment_) {
      space_ = home_ = space.name.text;
      if (space_.empty() && !space.annotations.empty()) {
        return SchemaError(space.name.where, "text has no place for annotations of what stands in no namespace",
                           "annotate the declarations themselves");
      }
      if (!space_.empty()) {
        Separate();
        AddAnnotations(space.annotations);
        Line("namespace " + space_ + " {");
        ++depth_;
        first_ = true;
      }
      HIKAE_CHECK(Declarations(space));
      if (!space_.empty()) --depth_, Line("}");
    }
    return std::move(out_);
  }

 private:
  base::Result<void> Declarations(const RawNamespace& space) {
    for (const RawCommonType& common : space.common_types) HIKAE_CHECK(Common(common));
    for (const RawEntityType& entity : space.entity_types) HIKAE_CHECK(Entity(entity));
    for (const RawAction& action : space.actions) HIKAE_CHECK(Action(action));
    return {};
  }

  base::Result<void> Common(const RawCommonType& common) {
    Separate();
    AddAnnotations(common.annotations);
    Begin("type " + common.name.text + " = ");
    HIKAE_CHECK(AddType(common.type));
    End();
    return {};
  }

  base::Result<void> Entity(const RawEntityType& entity) {
    for (const RawName& name : entity.names) {
      Separate();
      AddAnnotations(entity.annotations);
      Begin("entity " + name.text);
      if (!entity.enum_ids.empty()) {
        out_ += " enum [" + List(entity.enum_ids, [](const RawName& id) { return Quote(id.text); }) + "]";
      } else {
        HIKAE_CHECK(EntityBody(entity, name));
      }
      End();
      if (out_.size() <= kMaxSourceBytes) continue;  // shapes written out grow
      return SchemaError(name.where, fmt::format("the text form is larger than {} bytes", kMaxSourceBytes),
                         "declare less in one document");
    }
    return {};
  }

  base::Result<void> EntityBody(const RawEntityType& entity, const RawName& name) {
    if (!entity.member_of.empty()) out_ += " in [" + Paths(entity.member_of) + "]";
    HIKAE_TRY(const Shape shape, ShapeOf(entity, name));
    if (!shape.record->attributes.empty()) {
      out_ += ' ';
      home_ = shape.home;
      HIKAE_CHECK(AddRecord(*shape.record));
      home_ = space_;
    }
    if (entity.tags) {
      out_ += " tags ";
      HIKAE_CHECK(AddType(*entity.tags));
    }
    return {};
  }

  struct Shape {
    const RawType* record;
    std::string home;  // the namespace it is declared in
  };

  // A shape that names a common type is written out: text has records only here.
  base::Result<Shape> ShapeOf(const RawEntityType& entity, const RawName& name) const {
    const RawType* shape = &entity.shape;
    std::string home = space_;
    std::set<const RawType*> passed;
    while (shape->kind == RawType::Kind::kCommon || shape->kind == RawType::Kind::kName) {
      const auto found = common_.find(Qualified(home, shape->name.text));
      if (found == common_.end() || !passed.insert(shape).second) {
        return SchemaError(shape->name.where,
                           fmt::format("the shape of {} is {}, no record of this namespace, and text has no words for "
                                       "that",
                                       name.text, shape->name.text),
                           "write its attributes out");
      }
      shape = &found->second->type;
      home = SpaceOf(found->first);
    }
    if (shape->kind == RawType::Kind::kRecord) return Shape{shape, home};
    return SchemaError(shape->name.where, fmt::format("the shape of {} is not a record", name.text));
  }

  base::Result<void> Action(const RawAction& action) {
    for (const RawName& name : action.names) {
      Separate();
      AddAnnotations(action.annotations);
      Begin("action " + NameText(name.text));
      if (!action.member_of.empty()) {
        out_ += " in [" +
                List(action.member_of,
                     [](const RawActionRef& group) {
                       return group.type ? *group.type + "::" + Quote(group.id.text) : NameText(group.id.text);
                     }) +
                "]";
      }
      if (!action.principals.empty() && !action.resources.empty()) HIKAE_CHECK(AppliesTo(action));
      End();
    }
    return {};
  }

  base::Result<void> AppliesTo(const RawAction& action) {
    out_ += " appliesTo {\n";
    ++depth_;
    Line("principal: [" + Paths(action.principals) + "],");
    Begin("resource: [" + Paths(action.resources) + "]");
    if (action.context) {
      const RawType& context = *action.context;
      if (context.kind != RawType::Kind::kRecord && context.kind != RawType::Kind::kName &&
          context.kind != RawType::Kind::kCommon) {
        return SchemaError(context.name.where, fmt::format("the context of the action {} is not a record",
                                                           Quote(action.names.front().text)));
      }
      out_ += ",\n";
      Begin("context: ");
      HIKAE_CHECK(AddType(context));
    }
    out_ += '\n';
    --depth_;
    Begin("}");
    return {};
  }

  // ---- types ----
  base::Result<void> AddType(const RawType& type) {
    switch (type.kind) {
      case RawType::Kind::kRecord:
        return AddRecord(type);
      case RawType::Kind::kSet:
        out_ += "Set<";
        HIKAE_CHECK(AddType(*type.element));
        out_ += '>';
        return {};
      case RawType::Kind::kBuiltIn:
        out_ += "__cedar::" + type.name.text;
        return {};
      case RawType::Kind::kEntity:
      case RawType::Kind::kCommon:
      case RawType::Kind::kName:
        break;
    }
    HIKAE_TRY(const std::string name, FromHere(type));
    if (type.kind != RawType::Kind::kName) HIKAE_CHECK(MeansTheSame(type, name));
    out_ += name;
    return {};
  }

  bool Declares(const std::string& name) const { return common_.contains(name) || entities_.contains(name); }
  static std::string SpaceOf(const std::string& name) {
    const size_t at = name.rfind("::");
    return at == std::string::npos ? std::string() : name.substr(0, at);
  }

  // The name as it has to stand in the namespace being written, of a type that stands in home_.
  base::Result<std::string> FromHere(const RawType& type) const {
    const std::string& name = type.name.text;
    if (home_ == space_ || name.find("::") != std::string::npos) return name;
    if (Declares(Qualified(home_, name))) {
      // Text has no way to say "of no namespace" where the namespace has the name too.
      if (!home_.empty() || !Declares(Qualified(space_, name))) return Qualified(home_, name);
    } else if (Declares(name) && !Declares(Qualified(space_, name))) {
      return name;
    }
    return SchemaError(type.name.where,
                       fmt::format("{}, as it stands in {}, has no name in {} that text could use", name,
                                   home_.empty() ? "no namespace" : home_, space_.empty() ? "no namespace" : space_),
                       "write the attributes of the shape out where the entity type is");
  }

  // In text a name is, in its own namespace and then in none, a common type or else an entity type.
  base::Result<void> MeansTheSame(const RawType& type, const std::string& name) const {
    const bool entity = type.kind == RawType::Kind::kEntity;
    const auto refuse = [&](std::string_view other) {
      return SchemaError(type.name.where,
                         fmt::format("{} means the {} type here, but in text it would be the {} type of this name",
                                     name, entity ? "entity" : "common", other),
                         "rename one of them");
    };
    if (entity && name.starts_with("__cedar::")) return refuse("built-in");
    const bool qualified = space_.empty() || name.find("::") != std::string::npos;
    for (const std::string& candidate : {Qualified(qualified ? "" : space_, name), name}) {
      if (common_.contains(candidate)) return entity ? base::Result<void>(refuse("common")) : base::Result<void>();
      if (entities_.contains(candidate)) return entity ? base::Result<void>() : base::Result<void>(refuse("entity"));
    }
    return {};
  }

  base::Result<void> AddRecord(const RawType& type) {
    if (type.attributes.empty()) {
      out_ += "{}";
      return {};
    }
    out_ += "{\n";
    ++depth_;
    for (const RawAttribute& attribute : type.attributes) {
      AddAnnotations(attribute.annotations);
      Begin(NameText(attribute.name.text) + (attribute.required ? ": " : "?: "));
      HIKAE_CHECK(AddType(attribute.type));
      out_ += ",\n";
    }
    --depth_;
    Begin("}");
    return {};
  }

  // ---- lines ----
  void AddAnnotations(const Annotations& annotations) {
    for (const auto& [key, value] : annotations) Line(value.empty() ? "@" + key : "@" + key + "(" + Quote(value) + ")");
  }
  template <class Items, class Spell>
  static std::string List(const Items& items, Spell spell) {
    std::string out;
    for (const auto& item : items) out += (out.empty() ? "" : ", ") + spell(item);
    return out;
  }
  static std::string Paths(const std::vector<RawName>& names) {
    return List(names, [](const RawName& name) { return name.text; });
  }
  void Separate() {
    if (!first_) out_ += '\n';
    first_ = false;
  }
  void Begin(std::string_view text) { out_.append(depth_ * kIndent, ' ').append(text); }
  void Line(std::string_view text) { Begin(text), out_ += '\n'; }
  void End() { out_ += ";\n"; }

  const RawFragment& fragment_;
  std::map<std::string, const RawCommonType*> common_;
  std::set<std::string> entities_;
  std::string space_;  // the namespace being written
  std::string home_;   // the one that the type being written stands in; another than space_ in a shape written out
  std::string out_;
  size_t depth_ = 0;
  bool first_ = true;
};

}  // namespace

base::Result<std::string> SchemaJsonToText(const codec::Node& json, std::string_view file) {
  HIKAE_TRY(const RawFragment fragment, ReadSchemaJson(json, file));
  return SchemaText(fragment).Run();
}

}  // namespace hikae::cedar
