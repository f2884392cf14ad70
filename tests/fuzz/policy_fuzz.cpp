// Policy texts: what is read is decided and judged without crashing, and comes back through its JSON, its text and its
// layout.
#include <algorithm>
#include <string>

#include "cedar/engine/judge.h"
#include "cedar/engine/policy_set.h"
#include "cedar/syntax/compare.h"
#include "cedar/syntax/format.h"
#include "cedar/syntax/policy_json.h"
#include "cedar/syntax/print.h"
#include "check.h"

using namespace hikae;
using namespace hikae::cedar;
using fuzz::Require;

namespace {

void ComesBack(const PolicySet& policies) {
  const codec::Node json = policies.ToJson();
  const auto from_json = PolicySet::FromJson(json, "again.json");
  Require(from_json.ok(), "written policies can be read", from_json.ok() ? "" : from_json.error().ToString());
  Require(from_json->ToJson() == json, "policies come back through JSON", codec::WriteJson(json));
  const auto text = policies.ToText();
  Require(text.ok(), "policies without links have a text");
  const auto from_text = PolicySet::Parse({{"again.cedar", *text}});
  Require(from_text.ok(), "printed policies can be parsed", *text);
  Require(from_text->policies().size() == policies.policies().size(), "no policy is lost in print", *text);
}

// What was read has a layout and a text of its own, and each of them is read again as the same.
void KeepsItsMeaning(const std::string& text) {
  const auto formatted = FormatPolicies(text, "fuzz.cedar");
  Require(formatted.ok(), "what is read can be formatted", text);
  const auto again = FormatPolicies(*formatted, "again.cedar");
  Require(again.ok() && *again == *formatted, "formatting twice is formatting once", *formatted);
  const auto trees = ParsePolicies(text, "fuzz.cedar");
  Require(trees.ok(), "what is read can be parsed", text);
  for (const PolicyTree& tree : *trees) {
    const auto printed = ParsePolicies(PrintPolicy(tree), "printed.cedar");
    Require(printed.ok() && printed->size() == 1 && SamePolicy((*printed)[0], tree), "print keeps the tree", text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(fuzz::TextOf(data, size));
  const auto policies = PolicySet::Parse({{"fuzz.cedar", text}});
  if (!policies.ok()) return fuzz::RequireGoodError(policies.error()), 0;
  ComesBack(*policies);
  KeepsItsMeaning(text);
  Entity thing;
  thing.uid = {"User", "葛󠄀"};
  thing.attributes = {
      {"a", Value::Long(1)}, {"s", Value::Set({Value::String("氏名")})}, {"e", Value::Entity(thing.uid)}};
  const auto entities = Entities::Create({thing});
  const Request request{thing.uid, {"Action", "read"}, thing.uid, Value::Record({{"x", Value::Bool(true)}})};
  const Response plain = Authorize(request, *policies, *entities);
  Require(plain.decision == Decision::kDeny || !plain.reasons.empty(), "what allows is named");
  Require(Judge(request, *policies, *entities).size() <= policies->policies().size(), "one judgement for each policy");
  return 0;
}
