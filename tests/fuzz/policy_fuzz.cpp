// Policy texts: reading never crashes, and what is read is decided and judged without crashing either.
#include <cstdint>
#include <string>

#include "cedar/engine/judge.h"
#include "cedar/engine/policy_set.h"
#include "cedar/syntax/compare.h"
#include "cedar/syntax/format.h"
#include "cedar/syntax/print.h"

using namespace hikae::cedar;

namespace {

void Require(bool holds) {
  if (!holds) __builtin_trap();
}

// What was read has a text, a JSON and a layout of its own, and each of them is read again as the same.
void CheckForms(const std::string& text, const PolicySet& policies) {
  const auto formatted = FormatPolicies(text, "fuzz.cedar");
  Require(formatted.ok());
  const auto again = FormatPolicies(*formatted, "again.cedar");
  Require(again.ok() && *again == *formatted);
  const auto trees = ParsePolicies(text, "fuzz.cedar");
  Require(trees.ok());
  for (const PolicyTree& tree : *trees) {
    const auto printed = ParsePolicies(PrintPolicy(tree), "printed.cedar");
    Require(printed.ok() && printed->size() == 1 && SamePolicy((*printed)[0], tree));
  }
  const auto json = policies.ToJson();
  const auto read = PolicySet::FromJson(json, "fuzz.json");
  Require(read.ok() && read->ToJson() == json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto policies = PolicySet::Parse({{"fuzz.cedar", text}});
  if (!policies.ok()) {
    // An error has one line and a place.
    if (policies.error().ToString().find('\n') != std::string::npos) __builtin_trap();
    return 0;
  }
  CheckForms(text, *policies);
  Entity thing;
  thing.uid = {"User", "葛󠄀"};
  thing.attributes = {
      {"a", Value::Long(1)}, {"s", Value::Set({Value::String("氏名")})}, {"e", Value::Entity(thing.uid)}};
  const auto entities = Entities::Create({thing});
  const Request request{thing.uid, {"Action", "read"}, thing.uid, Value::Record({{"x", Value::Bool(true)}})};
  const Response plain = Authorize(request, *policies, *entities);
  const auto judged = Judge(request, *policies, *entities);
  if (plain.decision == Decision::kAllow && plain.reasons.empty()) __builtin_trap();
  return judged.size() > policies->policies().size() ? (__builtin_trap(), 0) : 0;
}
