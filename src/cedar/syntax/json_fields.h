// Strict reading of the objects that policy JSON is made of. Internal.
#ifndef HIKAE_CEDAR_SYNTAX_JSON_FIELDS_H_
#define HIKAE_CEDAR_SYNTAX_JSON_FIELDS_H_

#include <initializer_list>
#include <string>
#include <string_view>

#include "cedar/syntax/ast.h"
#include "codec/node.h"

namespace hikae::cedar {

// What stands at a node, for messages: "a list", "the text \"x\"".
std::string DescribeJson(const codec::Node& node);
// kRules at the node's place.
base::Error JsonError(const codec::Node& at, std::string_view file, std::string text, std::string hint = {});

// `node` is an object with each key of `needed`, maybe some of `allowed`, and no other. `what` names it in messages.
base::Result<void> CheckFields(const codec::Node& node, std::string_view file, std::string_view what,
                               std::initializer_list<std::string_view> needed,
                               std::initializer_list<std::string_view> allowed = {});
base::Result<std::string> JsonText(const codec::Node& node, std::string_view file, std::string_view what);
base::Result<std::string> JsonTypeName(const codec::Node& node, std::string_view file);
// {"type": …, "id": …}, also within {"__entity": …}.
base::Result<EntityUid> JsonUid(const codec::Node& node, std::string_view file);
// Places of a tree that was read from JSON.
inline Span SpanOf(const codec::Node& node) { return {0, 0, node.mark().line, node.mark().column}; }

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SYNTAX_JSON_FIELDS_H_
