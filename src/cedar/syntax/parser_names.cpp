// Names: attributes, entity types, entities, and the text of strings.
#include <fmt/format.h>

#include "cedar/syntax/parser.h"

namespace hikae::cedar {

bool Parser::StringText(std::string& out, Span& span) {
  const Token& token = Take();
  span = SpanOf(token);
  auto text = Unescape(token, file_);
  if (!text.ok()) {
    if (!error_) error_ = text.error();
    return false;
  }
  out = std::move(*text);
  return true;
}

bool Parser::AttributeName(std::string& out, Span& span) {
  const Token& token = Peek();
  if (token.kind != TokenKind::kName) return Unexpected("an attribute name");
  if (IsReserved(token.text)) {
    return Fail(token, fmt::format("{} is reserved", Describe(token)),
                fmt::format("quote it: [\"{0}\"], has \"{0}\", or {{\"{0}\": …}}", token.text));
  }
  out = token.text;
  span = SpanOf(Take());
  return true;
}

bool Parser::TypeName(std::string& out, Span& span) {
  span = SpanOf(Peek());
  out.clear();
  while (true) {
    const Token& token = Peek();
    if (token.kind != TokenKind::kName) {
      return Unexpected("the name of an entity type", token.kind == TokenKind::kString ? "types are not quoted" : "");
    }
    if (IsReserved(token.text)) return Fail(token, fmt::format("{} is reserved", Describe(token)));
    out += Take().text;
    if (!Peek().Is("::") || Peek(1).kind == TokenKind::kString) break;
    out += Take().text;
  }
  span = SpanFrom(span);
  return true;
}

bool Parser::EntityName(EntityUid& out, Span& span) {
  if (Peek().kind != TokenKind::kName || !Peek(1).Is("::")) {
    return Unexpected("an entity", "entities are written Type::\"id\"");
  }
  if (!TypeName(out.type, span)) return false;
  if (Peek().Is("(")) return Fail(Peek(), fmt::format("unknown function '{}'", out.type));
  if (!TakeIf("::")) {
    return Fail(
        Peek(),
        fmt::format("expected '::' and an id in double quotes after '{}', found {}", out.type, Describe(Peek())),
        "entities are written Type::\"id\"");
  }
  Span id_span;
  if (!StringText(out.id, id_span)) return false;
  span = SpanFrom(span);
  return true;
}

}  // namespace hikae::cedar
