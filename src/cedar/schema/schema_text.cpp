// Recursive descent over the tokens of one schema text.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "cedar/schema/schema_tree.h"
#include "cedar/text/lexer.h"

namespace hikae::cedar {
namespace {

constexpr std::array<std::string_view, 4> kDeclarations = {"entity", "action", "type", "namespace"};

// One text, one thread; its stack is bounded by kMaxTypeNesting.
class SchemaParser {
 public:
  SchemaParser(const std::vector<Token>& tokens, const std::string& file) : tokens_(tokens), file_(file) {}

  base::Result<RawFragment> Run() {
    RawFragment fragment;
    size_t bare = kNone;  // declarations outside of namespaces are one namespace
    while (Peek().kind != TokenKind::kEnd) {
      HIKAE_TRY(Annotations annotations, ReadAnnotations());
      if (Peek().Is("namespace")) {
        HIKAE_TRY(RawNamespace space, Namespace(std::move(annotations)));
        if (!namespaces_.insert(space.name.text).second) {
          return SchemaError(space.name.where, fmt::format("the namespace {} is declared twice", space.name.text),
                             "put its declarations into one block");
        }
        fragment.push_back(std::move(space));
        continue;
      }
      if (bare == kNone) bare = fragment.size(), fragment.emplace_back();
      HIKAE_CHECK(Declaration(fragment[bare], std::move(annotations)));
    }
    return fragment;
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  base::Result<RawNamespace> Namespace(Annotations annotations) {
    Take();
    RawNamespace out;
    out.annotations = std::move(annotations);
    HIKAE_TRY(out.name, Path());
    if (HasReservedPart(out.name.text)) return ReservedNamespace(out.name);
    HIKAE_CHECK(Expect("{", "after the namespace's name"));
    while (!TakeIf("}")) {
      HIKAE_TRY(Annotations inner, ReadAnnotations());
      if (Peek().Is("namespace")) {
        return Fail(Peek(), "a namespace cannot stand inside another one",
                    fmt::format("write 'namespace {}::… {{ … }}' beside it", out.name.text));
      }
      in_namespace_ = true;
      HIKAE_CHECK(Declaration(out, std::move(inner)));
      in_namespace_ = false;
    }
    return out;
  }

  base::Result<void> Declaration(RawNamespace& out, Annotations annotations) {
    if (Peek().Is("entity")) return Entity(out, std::move(annotations));
    if (Peek().Is("action")) return Action(out, std::move(annotations));
    if (Peek().Is("type")) return Common(out, std::move(annotations));
    const std::string_view nearest =
        Peek().kind == TokenKind::kName ? base::Nearest(Peek().text, kDeclarations) : std::string_view();
    std::string hint = nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest);
    if (Peek().Is("/")) hint = "a comment begins with //";
    return Unexpected(in_namespace_ ? "'entity', 'action', 'type' or '}'" : "'entity', 'action', 'type' or 'namespace'",
                      std::move(hint));
  }

  // entity A, B in [C] { … } tags T;   entity A enum ["x", "y"];
  base::Result<void> Entity(RawNamespace& out, Annotations annotations) {
    Take();
    RawEntityType entity;
    entity.annotations = std::move(annotations);
    HIKAE_TRY(entity.names, Names(&SchemaParser::Identifier));
    for (const RawName& name : entity.names) {
      if (HasReservedPart(name.text)) return ReservedNamespace(name);
    }
    if (TakeIf("enum")) {
      HIKAE_CHECK(Expect("[", "after 'enum'"));
      HIKAE_TRY(entity.enum_ids, Names(&SchemaParser::Text));
      HIKAE_CHECK(Expect("]", "after the ids"));
    } else {
      if (TakeIf("in")) {
        HIKAE_TRY(entity.member_of, EntityTypes());
      }
      const bool equals = TakeIf("=");
      entity.shape.name.where = PlaceOf(Peek());
      if (equals || Peek().Is("{")) HIKAE_CHECK(Record(entity.shape));
      if (TakeIf("tags")) {
        HIKAE_TRY(entity.tags, Type());
      }
    }
    out.entity_types.push_back(std::move(entity));
    return Expect(";", "after the entity type");
  }

  // action a, "b c" in ["group"] appliesTo { principal: A, resource: [B], context: { … } };
  base::Result<void> Action(RawNamespace& out, Annotations annotations) {
    Take();
    RawAction action;
    action.annotations = std::move(annotations);
    HIKAE_TRY(action.names, Names(&SchemaParser::IdentifierOrText));
    if (TakeIf("in")) {
      const bool list = TakeIf("[");
      do {
        HIKAE_TRY(action.member_of.emplace_back(), ActionRef());
      } while (list && TakeIf(","));
      if (list) HIKAE_CHECK(Expect("]", "after the action groups"));
    }
    if (TakeIf("appliesTo")) HIKAE_CHECK(AppliesTo(action));
    if (TakeIf("attributes")) {
      HIKAE_CHECK(Expect("{", "after 'attributes'"));
      HIKAE_CHECK(Expect("}", "because actions have no attributes"));
    }
    out.actions.push_back(std::move(action));
    return Expect(";", "after the action");
  }

  base::Result<void> AppliesTo(RawAction& action) {
    const Token& start = tokens_[at_ - 1];
    HIKAE_CHECK(Expect("{", "after 'appliesTo'"));
    bool principal = false;
    bool resource = false;
    do {
      const Token& key = Peek();
      const bool is_principal = key.Is("principal");
      if (!is_principal && !key.Is("resource") && !key.Is("context")) {
        return Unexpected("'principal', 'resource' or 'context'");
      }
      Take();
      const bool again = is_principal ? principal : key.Is("resource") ? resource : action.context.has_value();
      if (again) return Fail(key, fmt::format("'{}' stands twice in appliesTo", key.text));
      HIKAE_CHECK(Expect(":", fmt::format("after '{}'", key.text)));
      if (key.Is("context")) {
        HIKAE_CHECK(Context(action));
        continue;
      }
      (is_principal ? principal : resource) = true;
      HIKAE_TRY(std::vector<RawName> types, EntityTypes());
      if (types.empty()) return Fail(key, fmt::format("'{}' is an empty list", key.text), "leave appliesTo out");
      (is_principal ? action.principals : action.resources) = std::move(types);
    } while (TakeIf(",") && !Peek().Is("}"));
    HIKAE_CHECK(Expect("}", "to close appliesTo"));
    if (principal && resource) return {};
    return Fail(start, fmt::format("appliesTo has no '{}'", principal ? "resource" : "principal"));
  }

  base::Result<void> Context(RawAction& action) {
    action.context.emplace();
    if (Peek().Is("{")) return Record(*action.context);
    action.context->kind = RawType::Kind::kName;
    HIKAE_TRY(action.context->name, Path());
    return {};
  }

  base::Result<void> Common(RawNamespace& out, Annotations annotations) {
    Take();
    RawCommonType common;
    common.annotations = std::move(annotations);
    HIKAE_TRY(common.name, Identifier());
    if (HasReservedPart(common.name.text)) return ReservedNamespace(common.name);
    if (IsSchemaKeyword(common.name.text)) {
      return SchemaError(common.name.where, fmt::format("a common type cannot be called {}", common.name.text));
    }
    HIKAE_CHECK(Expect("=", "after the type's name"));
    HIKAE_TRY(common.type, Type());
    out.common_types.push_back(std::move(common));
    return Expect(";", "after the type");
  }

  base::Result<RawType> Type() {
    RawType type;
    type.name.where = PlaceOf(Peek());
    if (Peek().Is("{")) {
      HIKAE_CHECK(Record(type));
    } else if (Peek().Is("Set") && Peek(1).Is("<")) {
      if (++nesting_ > kMaxTypeNesting) return TooDeep();
      Take(), Take();
      type.kind = RawType::Kind::kSet;
      HIKAE_TRY(RawType element, Type());
      type.element = std::make_unique<RawType>(std::move(element));
      HIKAE_CHECK(Expect(">", "after the type of the set's elements"));
      --nesting_;
    } else {
      type.kind = RawType::Kind::kName;
      HIKAE_TRY(type.name, Path());
    }
    return type;
  }

  base::Result<void> Record(RawType& out) {
    if (++nesting_ > kMaxTypeNesting) return TooDeep();
    out.kind = RawType::Kind::kRecord;
    out.name.where = PlaceOf(Peek());
    HIKAE_CHECK(Expect("{", "to open the record"));
    while (!TakeIf("}")) {
      RawAttribute attribute;
      HIKAE_TRY(attribute.annotations, ReadAnnotations());
      HIKAE_TRY(attribute.name, IdentifierOrText());
      attribute.required = !TakeIf("?");
      HIKAE_CHECK(Expect(":", fmt::format("after the attribute {}", Quote(attribute.name.text))));
      HIKAE_TRY(attribute.type, Type());
      out.attributes.push_back(std::move(attribute));
      if (!Peek().Is("}") && !TakeIf(",")) return Unexpected("',' or '}'");
    }
    --nesting_;
    return {};
  }

  base::Result<Annotations> ReadAnnotations() {
    Annotations out;
    while (TakeIf("@")) {
      const Token& key = Peek();
      if (key.kind != TokenKind::kName) {
        return Unexpected("the name of an annotation", "names are ASCII letters, digits and '_'");
      }
      Take();
      std::string value;
      if (TakeIf("(")) {
        HIKAE_TRY(RawName text, Text());
        value = std::move(text.text);
        HIKAE_CHECK(Expect(")", "after the annotation's value"));
      }
      if (!out.emplace(key.text, std::move(value)).second) {
        return Fail(key, fmt::format("the annotation @{} stands twice on one declaration", key.text));
      }
    }
    return out;
  }

  // One or more, separated by commas.
  base::Result<std::vector<RawName>> Names(base::Result<RawName> (SchemaParser::*one)()) {
    std::vector<RawName> out;
    do {
      HIKAE_TRY(out.emplace_back(), (this->*one)());
    } while (TakeIf(","));
    return out;
  }

  base::Result<std::vector<RawName>> EntityTypes() {
    std::vector<RawName> out;
    if (!TakeIf("[")) {
      HIKAE_TRY(out.emplace_back(), Path());
      return out;
    }
    if (TakeIf("]")) return out;
    HIKAE_TRY(out, Names(&SchemaParser::Path));
    HIKAE_CHECK(Expect("]", "after the entity types"));
    return out;
  }

  // a   "a b"   Ns::Action::"a"
  base::Result<RawActionRef> ActionRef() {
    RawActionRef out;
    if (Peek().kind == TokenKind::kName && Peek(1).Is("::")) {
      const base::Place where = PlaceOf(Peek());
      HIKAE_TRY(RawName type, Path());
      HIKAE_CHECK(Expect("::", "and the id of an action in double quotes"));
      HIKAE_TRY(out.id, Text());
      out.type = std::move(type.text);
      out.id.where = where;
      return out;
    }
    HIKAE_TRY(out.id, IdentifierOrText());
    return out;
  }

  base::Result<RawName> Path() {
    RawName out;
    out.where = PlaceOf(Peek());
    while (true) {
      HIKAE_TRY(RawName part, Identifier());
      const bool last = !Peek().Is("::") || Peek(1).kind == TokenKind::kString;
      if (part.text == "__cedar" && (last || !out.text.empty())) return ReservedNamespace(part);
      out.text += part.text;
      if (last) return out;
      out.text += Take().text;
    }
  }

  base::Result<RawName> Identifier() {
    const Token& token = Peek();
    if (token.kind != TokenKind::kName) {
      return Unexpected("a name", token.kind == TokenKind::kString ? "this name is not quoted" : "");
    }
    if (IsReserved(token.text) && token.text != "__cedar")
      return Fail(token, fmt::format("'{}' is reserved", token.text));
    Take();
    return RawName{std::string(token.text), PlaceOf(token)};
  }

  base::Result<RawName> Text() {
    const Token& token = Peek();
    if (token.kind != TokenKind::kString) return Unexpected("text in double quotes");
    HIKAE_TRY(std::string text, Unescape(Take(), file_));
    return RawName{std::move(text), PlaceOf(token)};
  }

  base::Result<RawName> IdentifierOrText() {
    if (Peek().kind == TokenKind::kString) return Text();
    auto name = Identifier();
    if (!name.ok() && Peek().kind == TokenKind::kName) return Fail(Peek(), name.error().text.en, "quote it");
    return name;
  }

  static bool HasReservedPart(std::string_view path) {
    while (true) {
      const size_t end = path.find("::");
      if (path.substr(0, end) == "__cedar") return true;
      if (end == std::string_view::npos) return false;
      path.remove_prefix(end + 2);
    }
  }

  base::Error ReservedNamespace(const RawName& name) const {
    return SchemaError(name.where, "the namespace __cedar is reserved");
  }
  base::Error TooDeep() const {
    return Fail(Peek(), fmt::format("types are nested more than {} deep", kMaxTypeNesting),
                "give inner records names with 'type'");
  }

  const Token& Peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  const Token& Take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool TakeIf(std::string_view spelling) { return Peek().Is(spelling) && (Take(), true); }
  base::Result<void> Expect(std::string_view spelling, std::string_view where) {
    if (TakeIf(spelling)) return {};
    return Fail(Peek(), fmt::format("expected '{}' {}, found {}", spelling, where, Describe(Peek())));
  }
  base::Error Unexpected(std::string_view expected, std::string hint = {}) const {
    return Fail(Peek(), fmt::format("expected {}, found {}", expected, Describe(Peek())), std::move(hint));
  }
  base::Error Fail(const Token& token, std::string text, std::string hint = {}) const {
    return ErrorAt(file_, token, std::move(text), std::move(hint));
  }
  base::Place PlaceOf(const Token& token) const { return {file_, token.line, token.column}; }

  const std::vector<Token>& tokens_;
  const std::string& file_;
  size_t at_ = 0;
  uint32_t nesting_ = 0;
  bool in_namespace_ = false;
  std::unordered_set<std::string> namespaces_;
};

}  // namespace

base::Result<RawFragment> ParseSchemaText(const SourceText& source) {
  HIKAE_TRY(const Lexed lexed, Lex(source.text, source.file));
  return SchemaParser(lexed.tokens, source.file).Run();
}

bool IsSchemaKeyword(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kWords = {"Bool", "Boolean", "Entity", "Extension",
                                                             "Long", "Record",  "Set",    "String"};
  return std::ranges::find(kWords, name) != kWords.end();
}

std::string Qualified(std::string_view name_space, std::string_view name) {
  return name_space.empty() ? std::string(name) : fmt::format("{}::{}", name_space, name);
}

base::Error SchemaError(const base::Place& where, std::string text, std::string hint) {
  return base::Error(base::Status::kRules, {std::move(text), {}}, where, {std::move(hint), {}});
}

}  // namespace hikae::cedar
