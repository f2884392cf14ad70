// Policies as JSON: the official policy format ("EST") of one static policy or template.
//   {"effect", "principal", "action", "resource", "conditions": [{"kind", "body"}], "annotations": {…}}
#ifndef HIKAE_CEDAR_SYNTAX_POLICY_JSON_H_
#define HIKAE_CEDAR_SYNTAX_POLICY_JSON_H_

#include <string_view>

#include "cedar/syntax/ast.h"
#include "codec/node.h"

namespace hikae::cedar {

// Limits to read a JSON text of policies with: deep enough for every policy that PolicyToJson writes.
codec::Limits PolicyJsonLimits();

// As the official engine (4.10) writes it, but for two shapes it has no bound for: && and || of so many operands that
// nesting them to the left would pass kMaxHeight are nested evenly, and `has` of more than kMaxSpelledOut names, or of
// a path below a path, is the list form of language 4.5 instead of a && chain. Both mean the same. Its depth stays
// within PolicyJsonLimits().
codec::Node PolicyToJson(const PolicyTree& tree);
inline constexpr size_t kMaxSpelledOut = 8;

// Strict: every key known and there, every type right, every name a name, methods with a receiver, no slot outside of
// the scope, no expression more than kMaxHeight deep. Values that are lists, records or extensions become the
// expressions that a text would have. Errors: kRules with the place in the JSON; places in the tree are those of the
// JSON too.
base::Result<PolicyTree> PolicyFromJson(const codec::Node& json, std::string_view file);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SYNTAX_POLICY_JSON_H_
