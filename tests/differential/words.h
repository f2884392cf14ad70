// What names, strings and the texts of extension values are made of: pools with the edges of each format, valid and
// not.
#ifndef HIKAE_TESTS_DIFFERENTIAL_WORDS_H_
#define HIKAE_TESTS_DIFFERENTIAL_WORDS_H_

#include <string>
#include <string_view>

#include "differential/random.h"

namespace hikae::differential {

std::string AnyString(Random& random);                           // contents, not quoted
std::string AnyId(Random& random);                               // of an entity
std::string AttributeName(Random& random);                       // mostly an identifier
std::string Literal(Random& random, std::string_view contents);  // a string literal: quoted, escaped in one of the ways
std::string PatternLiteral(Random& random);                      // of `like`
std::string LongLiteral(Random& random);                         // within ±2^63, as policy text
int64_t JsonLong(Random& random);          // within ±2^53, which the official engine's JSON can carry
bool IsIdentifier(std::string_view text);  // of the policy language, reserved words excluded

// Texts of extension values: what their constructors accept, and what they refuse.
const std::vector<std::string>& DecimalTexts(bool valid);
const std::vector<std::string>& IpTexts(bool valid);
const std::vector<std::string>& DatetimeTexts(bool valid);
const std::vector<std::string>& DurationTexts(bool valid);

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_WORDS_H_
