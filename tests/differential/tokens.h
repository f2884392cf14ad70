// Texts as tokens, loosely: what mutations and the shrinker cut and join. Not a lexer of the language: any text has
// tokens, and joining them gives the text back.
#ifndef HIKAE_TESTS_DIFFERENTIAL_TOKENS_H_
#define HIKAE_TESTS_DIFFERENTIAL_TOKENS_H_

#include <string>
#include <string_view>
#include <vector>

#include "differential/random.h"

namespace hikae::differential {

// Each with the blanks and comments before it.
std::vector<std::string> Tokens(std::string_view text);
std::string Join(const std::vector<std::string>& tokens);
std::string_view Bare(std::string_view token);  // without what stands before it

// One or two tokens dropped, doubled, swapped, replaced or put in; seldom a byte changed within one.
std::string Mutate(Random& random, std::string_view text, bool is_schema);

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_TOKENS_H_
