// Runs one test of Cedar's public integration tests: whether the policies validate, and every request's decision,
// reasons and erring policies. The same format serves for tests of one's own policies.
//
//   {"policies": path, "entities": path, "schema": path, "shouldValidate": true, "requests": [
//      {"description": …, "principal": uid, "action": uid, "resource": uid, "context": {…}, "validateRequest": true,
//       "decision": "allow", "reason": ["policy0"], "errors": []}, …]}
#ifndef HIKAE_CEDAR_CONFORMANCE_RUN_TEST_H_
#define HIKAE_CEDAR_CONFORMANCE_RUN_TEST_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "codec/node.h"

namespace hikae::cedar {

// Something that is not as the test says.
struct Mismatch {
  std::string what;         // "validation", or "request 3" counted from 0
  std::string description;  // the request's own, may be empty
  std::string expected;     // "deny by policy0, failed: policy1"
  std::string got;
  base::Place where;  // in the test's file
};

// Gives the text of a file that a test names; it lives until the test has run.
using FileReader = std::function<base::Result<std::string_view>(const std::string& path)>;

// Empty: all is as the test says. Errors: the test or one of its files cannot be read; then nothing was compared.
base::Result<std::vector<Mismatch>> RunTest(const codec::Node& test, std::string_view file, const FileReader& read);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_CONFORMANCE_RUN_TEST_H_
