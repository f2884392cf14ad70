#include "registry/wording.h"

#include <fmt/format.h>

namespace hikae::registry {

using base::Text;
using codec::Node;

Text Label(std::string_view name, const cedar::Annotations& annotations) {
  Text label = {std::string(name), std::string(name)};
  if (const auto ja = annotations.find("ja"); ja != annotations.end()) label.ja += fmt::format("（{}）", ja->second);
  return label;
}

Text Expected(const cedar::Type& type) {
  using Kind = cedar::Type::Kind;
  switch (type.kind) {
    case Kind::kBool:
      return {"true or false", " true か false（はい・いいえ、有・無は不可）"};
    case Kind::kLong:
      return {"a whole number in digits, such as 1,200", "数字で書いた整数（例：1,200）"};
    case Kind::kString:
      return {"a text", "文字列"};
    case Kind::kEntity:
      return {fmt::format("the id of a {}", type.name), fmt::format("{} の識別名", type.name)};
    case Kind::kSet:
      return {fmt::format("a list, each of which is {}", Expected(*type.element).en),
              fmt::format("リスト（各要素は{}）", Expected(*type.element).ja)};
    case Kind::kRecord:
      return {"a map of named values", "名前と値の組"};
    case Kind::kDecimal:
      return {"a decimal number with up to four places, such as 1.5", "小数（小数点以下4桁まで。例：1.5）"};
    case Kind::kIp:
      return {"an IP address or range", "IP アドレスまたはその範囲"};
    case Kind::kDatetime:
      return {"a date, such as 2021-05-06 or 令和3年5月6日", "日付（例：2021-05-06、令和3年5月6日）"};
    case Kind::kDuration:
      return {"a duration, such as 14d or 24h", "期間（例：14d、24h）"};
  }
  return {};
}

Text Found(const Node& node) {
  switch (node.kind()) {
    case Node::Kind::kNull:
      return {"nothing", "空"};
    case Node::Kind::kBool:
      return {"a truth value", "真偽値"};
    case Node::Kind::kInteger:
    case Node::Kind::kReal:
      return {"a number", "数"};
    case Node::Kind::kString:
      return {"a quoted text", "引用符付きの文字列"};
    case Node::Kind::kPlain:
      return {"a text", "文字列"};
    case Node::Kind::kList:
      return {"a list", "リスト"};
    case Node::Kind::kMap:
      return {"a map", "マップ"};
  }
  return {};
}

Text NearestHint(std::string_view name, const std::vector<std::string>& known, Text otherwise) {
  const std::string_view nearest = base::Nearest(name, known);
  if (nearest.empty()) return otherwise;
  return {fmt::format("the nearest known name is \"{}\"", nearest), fmt::format("最も近い名前は「{}」", nearest)};
}

}  // namespace hikae::registry
