// Trees as Cedar text. Comments and the spelling of the original are gone; format.h keeps them.
#ifndef HIKAE_CEDAR_SYNTAX_PRINT_H_
#define HIKAE_CEDAR_SYNTAX_PRINT_H_

#include <string>

#include "cedar/syntax/ast.h"

namespace hikae::cedar {

// With no more parentheses than the grammar needs: parsing the text gives an equal tree (compare.h).
std::string PrintExpression(const Expr& expr);
// Annotations, the head and each condition on a line of its own, ending in ';' without a line's end.
std::string PrintPolicy(const PolicyTree& tree);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SYNTAX_PRINT_H_
