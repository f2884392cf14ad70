// Two answers to one world, side by side.
#ifndef HIKAE_TESTS_DIFFERENTIAL_COMPARE_H_
#define HIKAE_TESTS_DIFFERENTIAL_COMPARE_H_

#include <map>
#include <string>
#include <vector>

#include "codec/node.h"

namespace hikae::differential {

struct Difference {
  std::string where;  // sets[3].answers[0].reasons
  std::string kind;   // the same without numbers
  std::string ours;   // as JSON; "" when absent
  std::string theirs;
  std::string why;  // the message of the side that refuses, where one has said why
  // What the shrinker keeps: the kind, which side has more, and the message without the names in it.
  std::string Class() const;
};

// The fixture of a difference that docs/design/cedar-differences.md lists and mutations of texts may reach; nullptr: it
// is none.
const char* DocumentedAs(const Difference& difference);

// Messages are not compared.
std::vector<Difference> Compare(const codec::Node& ours, const codec::Node& theirs);

// How often each outcome was reached, by its name, so that one sees what a run has covered.
using Tally = std::map<std::string, size_t>;
void Count(const codec::Node& world, const codec::Node& theirs, Tally& tally);

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_COMPARE_H_
