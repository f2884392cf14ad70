// What the registry's errors say: one sentence in two languages, at a place of a document.
#ifndef HIKAE_REGISTRY_WORDING_H_
#define HIKAE_REGISTRY_WORDING_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "codec/node.h"

namespace hikae::registry {

inline base::Error RefuseAt(const std::string& file, codec::Mark mark, base::Text text, base::Text hint = {}) {
  return base::Error(base::Status::kArgument, std::move(text), {file, mark.line, mark.column}, std::move(hint));
}

// The name, and in Japanese what people call it: items（情報の内容）.
base::Text Label(std::string_view name, const cedar::Annotations& annotations);
// What may be written for a value of the type: "a date, such as 2021-05-06 or 令和3年5月6日".
base::Text Expected(const cedar::Type& type);
// What stands there, by its kind, never by its content.
base::Text Found(const codec::Node& node);
// "the nearest known name is X", or, where none is near, `otherwise`.
base::Text NearestHint(std::string_view name, const std::vector<std::string>& known, base::Text otherwise);

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_WORDING_H_
