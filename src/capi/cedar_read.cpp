#include "capi/cedar_handles.h"
#include "cedar/syntax/ast.h"
#include "cedar/text/lexer.h"

namespace hikae::capi {

namespace {

[[noreturn]] void FailName(const char* name, std::string_view given) {
  const std::string shown = "\"" + Shown(given) + "\"";
  Fail(base::Status::kArgument,
       {std::string(name) + ": " + shown + " is not the name of an entity (expected Type::\"id\")",
        std::string(name) + ": " + shown + " は実体の名前ではありません（Type::\"id\" の形で指定してください）"});
}

}  // namespace

void ReadName(const hikae_cedar_uid& given, const char* name, cedar::EntityUid& out) {
  const std::string_view type = Text(given.type, name);
  const std::string_view id = Text(given.id, name);
  if (!type.empty()) {
    if (!cedar::IsTypeName(type)) FailName(name, type);
    out.type.assign(type);
    out.id.assign(id);
    return;
  }
  const base::Result<cedar::ExprPtr> read = cedar::ParseExpression(id, name);
  if (!read.ok() || (*read)->kind != cedar::ExprKind::kLiteral ||
      (*read)->value.kind() != cedar::Value::Kind::kEntity) {
    FailName(name, id);
  }
  out = (*read)->value.entity();
}

cedar::EntityUid UidOf(const hikae_cedar_uid& given, const char* name) {
  cedar::EntityUid out;
  ReadName(given, name, out);
  return out;
}

Given DocumentOf(const hikae_document& document, int32_t format) {
  CheckRange(format, HIKAE_CEDAR_JSON, "format");
  if (document.text.ptr == nullptr && document.text.len != 0) FailArgument("a document's text is NULL with a length");
  Given given;
  given.name = Text(document.name, "a document's name");
  if (document.text.len != 0) given.text = {document.text.ptr, document.text.len};
  given.json = format == HIKAE_CEDAR_JSON || (format == HIKAE_CEDAR_BY_NAME && given.name.ends_with(".json"));
  return given;
}

std::vector<Given> DocumentsOf(const hikae_document* documents, size_t count, int32_t format) {
  if (count != 0) Checked(documents, "documents");
  CheckRange(format, HIKAE_CEDAR_JSON, "format");
  std::vector<Given> all;
  for (size_t i = 0; i < count; ++i) {
    all.push_back(DocumentOf(documents[i], format));
    if (all.back().json && count != 1)
      Fail(base::Status::kArgument,
           {all.back().name + " is JSON, which stands alone, among " + std::to_string(count) + " documents", {}});
  }
  return all;
}

codec::Node ReadTree(const Given& document, const codec::Limits& limits) {
  return Unwrap(codec::ReadJson(document.text, document.name, limits));
}

}  // namespace hikae::capi
