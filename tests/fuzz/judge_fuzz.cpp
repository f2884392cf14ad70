// A policy set, a schema, entities and a request in one input, parted by lines of "---". Validation keeps its promise:
// a valid set, asked about data that conform, fails only where the language says that it may (sums past 64 bits, and
// entities that are not in the store). Each way to an answer gives the same one.
#include <array>
#include <optional>

#include "cedar/engine/judge.h"
#include "cedar/engine/policy_set.h"
#include "cedar/schema/request_json.h"
#include "check.h"

using namespace hikae;
using namespace hikae::cedar;
using fuzz::Require;

namespace {

std::array<std::string_view, 4> Parts(std::string_view text) {
  std::array<std::string_view, 4> out;
  for (std::string_view& part : out) {
    const size_t end = text.find("\n---\n");
    part = text.substr(0, end);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 5);
  }
  return out;
}

bool MayHappen(const std::string& message) {
  for (const char* fault : {"overflow", "beyond 64 bits", "does not exist"}) {
    if (message.find(fault) != std::string::npos) return true;
  }
  return false;
}

void CheckAnswers(const Request& request, const PolicySet& policies, const Entities& entities, bool valid) {
  const Response response = Authorize(request, policies, entities);
  Require(response.decision == Decision::kDeny || !response.reasons.empty(), "what allows is named");
  for (const PolicyError& error : response.errors) {
    Require(error.message.find('\n') == std::string::npos, "an error is one line", error.message);
    Require(!valid || MayHappen(error.message), "a valid policy set does not fail on data that conform", error.message);
  }
  Answer answer;
  Decide(request, policies, entities, answer);
  const Response again = ToResponse(answer, policies);
  Require(again.decision == response.decision && again.reasons == response.reasons &&
              again.errors.size() == response.errors.size(),
          "Decide and Authorize agree");
  const std::vector<Judgement> judged = Judge(request, policies, entities);
  Require(judged.size() <= policies.policies().size(), "one judgement for each policy");
  std::vector<Verdict> verdicts;
  JudgeOutcomes(request, policies, entities, verdicts);
  Require(verdicts.size() == judged.size(), "as many outcomes without a trace");
  for (size_t i = 0; i < judged.size(); ++i) {
    Require(verdicts[i].policy == judged[i].policy && verdicts[i].outcome == judged[i].outcome &&
                verdicts[i].missed == !judged[i].missing.empty() && verdicts[i].error == judged[i].error,
            "the trace changes no outcome", verdicts[i].error);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto [policy_text, schema_text, entities_text, request_text] = Parts(fuzz::TextOf(data, size));
  auto policies = PolicySet::Parse({{"p", std::string(policy_text)}});
  if (!policies.ok()) return fuzz::RequireGoodError(policies.error()), 0;
  const auto schema = Schema::Parse({{"s", std::string(schema_text)}});
  if (!schema.ok()) return fuzz::RequireGoodError(schema.error()), 0;
  const Validation found = Validate(*policies, *schema);
  for (const base::Error& error : found.errors) fuzz::RequireGoodError(error);
  const auto entities_json = codec::ReadJson(entities_text, "e");
  const auto request_json = codec::ReadJson(request_text, "r");
  if (!entities_json.ok() || !request_json.ok()) return 0;
  const auto entities = Entities::FromJson(*entities_json, "e", &*schema);
  const auto request = RequestFromJson(*request_json, "r", &*schema);
  if (entities.ok() && request.ok()) {
    CheckAnswers(*request, *policies, *entities, found.errors.empty());
    return 0;
  }
  const auto loose = Entities::FromJson(*entities_json, "e");
  const auto asked = RequestFromJson(*request_json, "r");
  if (loose.ok() && asked.ok()) CheckAnswers(*asked, *policies, *loose, false);
  return 0;
}
