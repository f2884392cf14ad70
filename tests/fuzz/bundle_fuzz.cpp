// A tlog-proof and a trust policy: what is read is written again, the bundle byte for byte, the policy in one form.
#include <cstdlib>

#include "log/proof_bundle.h"

using namespace hikae;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto bundle = log::ProofBundle::Parse(text);
  if (bundle.ok() && bundle->ToString() != text) std::abort();
  const auto policy = log::TrustPolicy::Parse(text, "policy");
  if (policy.ok()) {
    const std::string form = policy->ToString();
    const auto again = log::TrustPolicy::Parse(form, "again");
    if (!again.ok() || again->ToString() != form) std::abort();
    if (bundle.ok()) (void)log::CheckBundle(*bundle, {}, *policy).ok();
  } else if (policy.error().where.line == 0) {
    std::abort();
  }
  return 0;
}
