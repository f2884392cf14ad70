// Values as Cedar text.
#include <fmt/format.h>

#include "cedar/text/lexer.h"
#include "cedar/value/extension.h"
#include "cedar/value/value.h"
#include "cedar/value/value_rep.h"

namespace hikae::cedar {

std::string EntityUid::ToString() const { return type + "::" + Quote(id); }

std::string Value::ToString() const {
  switch (kind()) {
    case Kind::kBool:
      return boolean() ? "true" : "false";
    case Kind::kLong:
      return std::to_string(integer());
    case Kind::kString:
      return Quote(text());
    case Kind::kEntity:
      return entity().ToString();
    case Kind::kDecimal:
      return fmt::format("decimal(\"{}\")", DecimalText(integer()));
    case Kind::kIp:
      return fmt::format("ip(\"{}\")", IpText(AsIp(*rep_).network));
    case Kind::kDatetime:
      if (DatetimeText(integer()).empty()) {  // beyond the years that can be written
        return fmt::format("datetime(\"1970-01-01\").offset(duration(\"{}ms\"))", integer());
      }
      return fmt::format("datetime(\"{}\")", DatetimeText(integer()));
    case Kind::kDuration:
      return fmt::format("duration(\"{}\")", DurationText(integer()));
    case Kind::kSet:
    case Kind::kRecord:
      break;
  }
  std::string out;
  if (kind() == Kind::kSet) {
    for (const Value& element : elements()) out += (out.empty() ? "" : ", ") + element.ToString();
    return "[" + out + "]";
  }
  for (const auto& [name, value] : attributes()) {
    out += (out.empty() ? "" : ", ") + Quote(name) + ": " + value.ToString();
  }
  return "{" + out + "}";
}

}  // namespace hikae::cedar
