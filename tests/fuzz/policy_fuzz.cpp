// Policy texts: reading never crashes, and what is read is decided and judged without crashing either.
#include <cstdint>
#include <string>

#include "cedar/engine/judge.h"
#include "cedar/engine/policy_set.h"

using namespace hikae::cedar;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto policies = PolicySet::Parse({{"fuzz.cedar", text}});
  if (!policies.ok()) {
    // An error has one line and a place.
    if (policies.error().ToString().find('\n') != std::string::npos) __builtin_trap();
    return 0;
  }
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
