#include "cedar/syntax/json_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace hikae::cedar {

using codec::Node;

std::string DescribeJson(const Node& node) {
  switch (node.kind()) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kBool:
      return node.boolean() ? "true" : "false";
    case Node::Kind::kInteger:
      return fmt::format("the number {}", node.integer());
    case Node::Kind::kReal:
      return fmt::format("the number {}", node.text().substr(0, 40));
    case Node::Kind::kString:
    case Node::Kind::kPlain:
      return "a string";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      break;
  }
  return "an object";
}

base::Error JsonError(const Node& at, std::string_view file, std::string text, std::string hint) {
  return base::Error(base::Status::kRules, {std::move(text), {}}, {std::string(file), at.mark().line, at.mark().column},
                     {std::move(hint), {}});
}

base::Result<void> CheckFields(const Node& node, std::string_view file, std::string_view what,
                               std::initializer_list<std::string_view> needed,
                               std::initializer_list<std::string_view> allowed) {
  if (!node.IsMap()) return JsonError(node, file, fmt::format("{} is an object, found {}", what, DescribeJson(node)));
  std::vector<std::string_view> known(needed);
  known.insert(known.end(), allowed.begin(), allowed.end());
  for (size_t i = 0; i < node.entries().size(); ++i) {
    const std::string& key = node.entries()[i].first;
    if (std::ranges::find(known, key) != known.end()) continue;
    const std::string_view nearest = base::Nearest(key, known);
    const codec::Mark mark = node.KeyMark(i);
    return base::Error(base::Status::kRules, {fmt::format("unknown key {} in {}", Quote(key), what), {}},
                       {std::string(file), mark.line, mark.column},
                       {nearest.empty() ? fmt::format("known are {}", fmt::join(known, ", "))
                                        : fmt::format("did you mean {}?", Quote(nearest)),
                        {}});
  }
  for (std::string_view key : needed) {
    if (node.Find(key) == nullptr) return JsonError(node, file, fmt::format("{} needs {}", what, Quote(key)));
  }
  return {};
}

base::Result<std::string> JsonText(const Node& node, std::string_view file, std::string_view what) {
  if (node.IsText()) return node.text();
  return JsonError(node, file, fmt::format("{} is a string, found {}", what, DescribeJson(node)));
}

base::Result<std::string> JsonTypeName(const Node& node, std::string_view file) {
  HIKAE_TRY(std::string name, JsonText(node, file, "the name of an entity type"));
  if (!IsTypeName(name)) {
    return JsonError(node, file, fmt::format("{} is not an entity type", Quote(name)), "names joined by '::'");
  }
  return name;
}

base::Result<EntityUid> JsonUid(const Node& node, std::string_view file) {
  auto uid = ReadUid(node, file);
  if (uid.ok()) return uid;
  base::Error error = std::move(uid).error();
  error.status = base::Status::kRules;
  return error;
}

}  // namespace hikae::cedar
