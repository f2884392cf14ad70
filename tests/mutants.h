// Faulty copies of rules, which tests/violations/mutate.py puts beside the rules of a pack: "RULE~1", "RULE~2" … Tests
// that hold what rules come to against a table write down which of the copies they would have failed for. One run of a
// test then tries all of them.
#ifndef HIKAE_TESTS_MUTANTS_H_
#define HIKAE_TESTS_MUTANTS_H_

#include <set>
#include <string>

namespace hikae::test {

// Where tests of rules find the packs: src/packs, or what HIKAE_TEST_PACKS names.
std::string PacksDir();

// Whether there are copies: HIKAE_TEST_MUTANTS names a file of their ids, one in a line. A test then asserts nothing
// more, and its outcome says nothing.
bool HasMutants();

// The rule of a line as tables spell it, "RULE Type::"id": …", with the rule in place of its copy.
std::string AsOriginal(const std::string& line);

// `lines` is what a test holds against its table, of rules and of copies. Copies whose lines are not those of their
// rule are written down, by the name of the test, in the file HIKAE_TEST_MUTANTS names, with ".caught" behind. An
// exception names the rule and not its copies, so where a rule's lines tell of one, nothing follows.
void HoldMutants(const std::set<std::string>& lines, const std::string& by);

// Those of `all` that say, of a rule or of its copies, something of a thing that `of` says something of.
std::set<std::string> LinesOf(const std::set<std::string>& all, const std::set<std::string>& of);

}  // namespace hikae::test

#endif  // HIKAE_TESTS_MUTANTS_H_
