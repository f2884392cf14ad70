// Reads Cedar schema text into the raw tree: recursive descent, one token of look-ahead, the first error ends it.

#include <set>

#include "cedar/lexer.h"
#include "cedar/schema_tree.h"

namespace hikae::cedar {
namespace {

using base::Error;
using base::Result;

#define HIKAE_PARSE(expr)      \
  do {                         \
    if (!(expr)) return false; \
  } while (false)

class SchemaTextReader {
 public:
  SchemaTextReader(const Lexed& lexed, const std::string& file) : tokens_(lexed.tokens), file_(file) {}

  bool Read(std::vector<RawNamespace>& out) {
    out.emplace_back();  // declarations outside any namespace
    while (Peek().kind != TokenKind::kEnd) {
      Annotations annotations;
      HIKAE_PARSE(ReadAnnotations(annotations));
      if (Peek().Is("namespace")) {
        HIKAE_PARSE(Namespace(out));
      } else {
        HIKAE_PARSE(Declaration(out.front(), annotations));
      }
    }
    return true;
  }
  const Error& error() const { return *error_; }

 private:
  const Token& Peek() const { return tokens_[at_]; }
  const Token& Take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool TakeIf(std::string_view spelling) { return Peek().Is(spelling) ? (Take(), true) : false; }
  base::Place Here() const { return {file_, Peek().line, Peek().column}; }

  bool Fail(const Token& token, std::string text, std::string hint = {}) {
    if (!error_) error_ = ErrorAt(file_, token, std::move(text), std::move(hint));
    return false;
  }
  bool Unexpected(const std::string& expected) {
    return Fail(Peek(), "unexpected " + Describe(Peek()), "expected " + expected);
  }
  bool Expect(std::string_view spelling, const char* where) {
    return TakeIf(spelling) || Unexpected("'" + std::string(spelling) + "' " + where);
  }

  bool ReadAnnotations(Annotations& out) {
    while (Peek().Is("@")) {
      Take();
      const Token key = Peek();
      if (key.kind != TokenKind::kName) return Unexpected("an annotation's name");
      Take();
      std::string value;
      if (TakeIf("(")) {
        HIKAE_PARSE(String(value, "the annotation's text in quotes"));
        HIKAE_PARSE(Expect(")", "after the annotation's text"));
      }
      if (!out.emplace(std::string(key.text), std::move(value)).second) {
        return Fail(key, "annotation @" + std::string(key.text) + " stands twice", "keep one");
      }
    }
    return true;
  }

  bool String(std::string& out, const char* expected) {
    if (Peek().kind != TokenKind::kString) return Unexpected(expected);
    auto text = Unescape(Peek(), file_);
    if (!text.ok()) {
      error_ = text.error();
      return false;
    }
    out = *std::move(text);
    Take();
    return true;
  }

  bool Identifier(std::string& out, const char* expected) {
    if (Peek().kind != TokenKind::kName) return Unexpected(expected);
    if (IsReserved(Peek().text))
      return Fail(Peek(), "'" + std::string(Peek().text) + "' is a reserved word", "choose another name");
    out = Take().text;
    return true;
  }

  // A name or a text in quotes: attributes and action ids.
  bool Name(std::string& out, const char* expected) {
    if (Peek().kind == TokenKind::kString) return String(out, expected);
    if (Peek().kind != TokenKind::kName) return Unexpected(expected);
    out = Take().text;
    return true;
  }

  bool Path(std::string& out, const char* expected) {
    if (Peek().kind != TokenKind::kName) return Unexpected(expected);
    out = Take().text;
    while (Peek().Is("::") && tokens_[at_ + 1].kind == TokenKind::kName) {
      Take();
      out += "::" + std::string(Take().text);
    }
    return true;
  }

  bool Namespace(std::vector<RawNamespace>& out) {
    Take();
    RawNamespace space;
    HIKAE_PARSE(Path(space.name, "the namespace's name"));
    HIKAE_PARSE(Expect("{", "after the namespace's name"));
    while (!Peek().Is("}")) {
      if (Peek().kind == TokenKind::kEnd) return Unexpected("'}' at the end of the namespace");
      Annotations annotations;
      HIKAE_PARSE(ReadAnnotations(annotations));
      HIKAE_PARSE(Declaration(space, annotations));
    }
    Take();
    TakeIf(";");
    out.push_back(std::move(space));
    return true;
  }

  bool Declaration(RawNamespace& space, const Annotations& annotations) {
    if (TakeIf("entity")) return Entity(space, annotations);
    if (TakeIf("action")) return Action(space, annotations);
    if (TakeIf("type")) return Common(space, annotations);
    return Unexpected("'entity', 'action', 'type' or 'namespace'");
  }

  bool Entity(RawNamespace& space, const Annotations& annotations) {
    RawEntity entity;
    entity.annotations = annotations;
    std::vector<std::pair<std::string, base::Place>> names;
    do {
      const base::Place where = Here();
      std::string name;
      HIKAE_PARSE(Identifier(name, "an entity type's name"));
      names.emplace_back(std::move(name), where);
    } while (TakeIf(","));
    if (TakeIf("enum")) {
      HIKAE_PARSE(EnumIds(entity));
    } else {
      if (TakeIf("in")) HIKAE_PARSE(TypeNames(entity.member_of));
      const bool equals = TakeIf("=");
      if (equals || Peek().Is("{")) HIKAE_PARSE(Record(entity.shape, 0));
      if (TakeIf("tags")) HIKAE_PARSE(Type(entity.tags.emplace(), 0));
    }
    HIKAE_PARSE(Expect(";", "at the end of the entity type"));
    for (auto& [name, where] : names) {
      entity.name = name;
      entity.where = where;
      space.entities.push_back(entity);
    }
    return true;
  }

  bool EnumIds(RawEntity& entity) {
    HIKAE_PARSE(Expect("[", "after 'enum'"));
    std::set<std::string> seen;
    while (!Peek().Is("]")) {
      std::string id;
      HIKAE_PARSE(String(id, "an id in quotes"));
      if (seen.insert(id).second) entity.enum_ids.push_back(std::move(id));  // Cedar lets an id stand twice
      if (!TakeIf(",")) break;
    }
    if (entity.enum_ids.empty()) return Unexpected("at least one id");
    return Expect("]", "at the end of the ids");
  }

  bool TypeNames(std::vector<RawName>& out) {
    const bool list = TakeIf("[");
    if (!list) return TypeName(out);
    while (!Peek().Is("]")) {
      HIKAE_PARSE(TypeName(out));
      if (!TakeIf(",")) break;
    }
    return Expect("]", "at the end of the entity types");
  }
  bool TypeName(std::vector<RawName>& out) {
    RawName name;
    name.where = Here();
    HIKAE_PARSE(Path(name.name, "an entity type"));
    out.push_back(std::move(name));
    return true;
  }

  bool Action(RawNamespace& space, const Annotations& annotations) {
    RawAction action;
    action.annotations = annotations;
    std::vector<std::pair<std::string, base::Place>> ids;
    do {
      const base::Place where = Here();
      std::string id;
      HIKAE_PARSE(Name(id, "an action's name"));
      ids.emplace_back(std::move(id), where);
    } while (TakeIf(","));
    if (TakeIf("in")) HIKAE_PARSE(ActionRefs(action.member_of));
    if (TakeIf("appliesTo")) HIKAE_PARSE(AppliesTo(action));
    if (TakeIf("attributes")) {
      RawType ignored;
      const Token at = Peek();
      HIKAE_PARSE(Record(ignored, 0));
      if (!ignored.attributes.empty()) return Fail(at, "attributes of actions are not supported", "leave them out");
    }
    HIKAE_PARSE(Expect(";", "at the end of the action"));
    for (auto& [id, where] : ids) {
      action.id = id;
      action.where = where;
      space.actions.push_back(action);
    }
    return true;
  }

  bool ActionRefs(std::vector<RawName>& out) {
    if (!TakeIf("[")) return ActionRef(out);
    while (!Peek().Is("]")) {
      HIKAE_PARSE(ActionRef(out));
      if (!TakeIf(",")) break;
    }
    return Expect("]", "at the end of the actions");
  }
  bool ActionRef(std::vector<RawName>& out) {
    RawName ref;
    ref.where = Here();
    if (Peek().kind == TokenKind::kString) {
      HIKAE_PARSE(String(ref.name, "an action"));
    } else {
      HIKAE_PARSE(Path(ref.name, "an action"));
      if (TakeIf("::")) {  // Path::"id"
        ref.type = ref.name;
        HIKAE_PARSE(String(ref.name, "the action's id in quotes"));
      }
    }
    out.push_back(std::move(ref));
    return true;
  }

  bool AppliesTo(RawAction& action) {
    action.applies = true;
    HIKAE_PARSE(Expect("{", "after 'appliesTo'"));
    std::set<std::string> seen;
    while (!Peek().Is("}")) {
      const Token key = Peek();
      if (!key.Is("principal") && !key.Is("resource") && !key.Is("context"))
        return Unexpected("'principal', 'resource' or 'context'");
      Take();
      if (!seen.insert(std::string(key.text)).second)
        return Fail(key, "'" + std::string(key.text) + "' stands twice", "keep one");
      HIKAE_PARSE(Expect(":", "here"));
      if (key.text == "context") {
        HIKAE_PARSE(Type(action.context.emplace(), 0));
      } else {
        auto& names = key.text == "principal" ? action.principals : action.resources;
        HIKAE_PARSE(TypeNames(names));
        if (names.empty()) return Fail(key, "no entity type is named", "name at least one");
      }
      if (!TakeIf(",")) break;
    }
    if (!seen.contains("principal") || !seen.contains("resource")) return Unexpected("both a principal and a resource");
    return Expect("}", "at the end of 'appliesTo'");
  }

  bool Common(RawNamespace& space, const Annotations& annotations) {
    RawCommon common;
    common.annotations = annotations;
    common.where = Here();
    static const std::set<std::string_view> kBuiltIn = {"Bool", "Boolean", "Entity", "Extension",
                                                        "Long", "Record",  "Set",    "String"};
    if (kBuiltIn.contains(Peek().text))
      return Fail(Peek(), "'" + std::string(Peek().text) + "' is a built-in type", "choose another name");
    HIKAE_PARSE(Identifier(common.name, "a type's name"));
    HIKAE_PARSE(Expect("=", "after the type's name"));
    HIKAE_PARSE(Type(common.type, 0));
    HIKAE_PARSE(Expect(";", "at the end of the type"));
    space.commons.push_back(std::move(common));
    return true;
  }

  bool Type(RawType& out, size_t depth) {
    if (depth > kMaxTypeNesting)
      return Fail(Peek(), "types are nested deeper than " + std::to_string(kMaxTypeNesting),
                  "name the inner ones with 'type'");
    out.where = Here();
    if (Peek().Is("{")) return Record(out, depth);
    if (Peek().Is("Set") && tokens_[at_ + 1].Is("<")) {
      Take();
      Take();
      out.kind = RawType::Kind::kSet;
      out.element = std::make_shared<RawType>();
      HIKAE_PARSE(Type(*out.element, depth + 1));
      return Expect(">", "after the type of the set's elements");
    }
    out.kind = RawType::Kind::kName;
    return Path(out.name, "a type");
  }

  bool Record(RawType& out, size_t depth) {
    out.kind = RawType::Kind::kRecord;
    out.where = Here();
    HIKAE_PARSE(Expect("{", "before the attributes"));
    std::set<std::string> seen;
    while (!Peek().Is("}")) {
      RawAttribute attribute;
      HIKAE_PARSE(ReadAnnotations(attribute.annotations));
      attribute.where = Here();
      const Token at = Peek();
      HIKAE_PARSE(Name(attribute.name, "an attribute's name"));
      if (!seen.insert(attribute.name).second)
        return Fail(at, "attribute '" + attribute.name + "' stands twice", "keep one");
      attribute.required = !TakeIf("?");
      HIKAE_PARSE(Expect(":", "after the attribute's name"));
      HIKAE_PARSE(Type(attribute.type, depth + 1));
      out.attributes.push_back(std::move(attribute));
      if (!TakeIf(",")) break;
    }
    return Expect("}", "or ',' after the attribute");
  }

  const std::vector<Token>& tokens_;
  const std::string& file_;
  size_t at_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<RawNamespace>> ReadSchemaText(const SourceText& source) {
  HIKAE_TRY(const Lexed lexed, Lex(source.text, source.file));
  SchemaTextReader reader(lexed, source.file);
  std::vector<RawNamespace> namespaces;
  if (!reader.Read(namespaces)) return reader.error();
  return namespaces;
}

}  // namespace hikae::cedar
