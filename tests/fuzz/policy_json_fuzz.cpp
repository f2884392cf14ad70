// One policy or template as JSON: what is read is written and read as the same policy, and its text is the same too.
#include "cedar/syntax/policy_json.h"

#include "cedar/engine/policy_set.h"
#include "cedar/syntax/compare.h"
#include "cedar/syntax/print.h"
#include "check.h"

using namespace hikae;
using namespace hikae::cedar;
using fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto json = codec::ReadJson(fuzz::TextOf(data, size), "p.json", PolicyJsonLimits());
  if (!json.ok()) return 0;
  const auto tree = PolicyFromJson(*json, "p.json");
  if (!tree.ok()) return fuzz::RequireGoodError(tree.error()), 0;
  const auto again = PolicyFromJson(PolicyToJson(*tree), "again.json");
  Require(again.ok(), "a written policy can be read", again.ok() ? "" : again.error().ToString());
  Require(SamePolicy(*tree, *again), "a policy comes back through JSON", PrintPolicy(*tree));
  return 0;
}
