// A declared document as a tree that a test may change at one place and write back as YAML.
#ifndef HIKAE_TESTS_CHANGES_DOCUMENT_H_
#define HIKAE_TESTS_CHANGES_DOCUMENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "codec/node.h"

namespace hikae::changes {

// What is done at the place. Each names something that must be there (or, for kSet, whose parent must be there), so
// that a case whose path has gone stale fails instead of testing nothing.
enum class Verb : uint8_t {
  kSet,     // gives the key a value, a new one or another than it had
  kRemove,  // takes the key and all below it away
  kAppend,  // adds a value to a list
  kTake,    // takes a value out of a list
};

struct Change {
  Verb verb = Verb::kSet;
  std::vector<std::string> path;
  codec::Node value;  // of kSet, kAppend, kTake
};

// The tree with the change made. Error (kArgument): the path leads nowhere, or the change changes nothing.
base::Result<codec::Node> Apply(const codec::Node& document, const Change& change);

// Block YAML that ReadYaml reads as an equal tree, tags and the difference of plain and quoted scalars kept.
std::string WriteYaml(const codec::Node& node);

}  // namespace hikae::changes

#endif  // HIKAE_TESTS_CHANGES_DOCUMENT_H_
