// Are two trees the same policy? Everything counts but where it stood in its text.
#ifndef HIKAE_CEDAR_SYNTAX_COMPARE_H_
#define HIKAE_CEDAR_SYNTAX_COMPARE_H_

#include "cedar/syntax/ast.h"

namespace hikae::cedar {

bool SameExpression(const Expr& a, const Expr& b);
// The order of annotations, of conditions and of a record's keys counts too.
bool SamePolicy(const PolicyTree& a, const PolicyTree& b);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SYNTAX_COMPARE_H_
