// Expressions of policy JSON. Internal; policy_json.h has the entry points.
#ifndef HIKAE_CEDAR_SYNTAX_JSON_EXPRESSION_H_
#define HIKAE_CEDAR_SYNTAX_JSON_EXPRESSION_H_

#include <string_view>

#include "cedar/syntax/ast.h"
#include "codec/node.h"

namespace hikae::cedar {

base::Result<ExprPtr> ExpressionFromJson(const codec::Node& json, std::string_view file);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SYNTAX_JSON_EXPRESSION_H_
