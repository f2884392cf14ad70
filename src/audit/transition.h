// What of a pack goes on after its last day: duties of before, under the law of before (経過措置).
#ifndef HIKAE_AUDIT_TRANSITION_H_
#define HIKAE_AUDIT_TRANSITION_H_

#include <string>
#include <string_view>
#include <vector>

#include "codec/node.h"

namespace hikae::audit {

// `transition: { rules: [ID, PREFIX.*], source: … }` of pack.yaml. Empty without the key.
std::vector<std::string> TransitionRules(const codec::Node& manifest);

// On what they go on, as the manifest says it; "" when it does not.
std::string TransitionSource(const codec::Node& manifest);

// Whether one of the names is the rule's id, or a prefix of it that ends in `*`.
bool GoesOn(const std::vector<std::string>& names, std::string_view rule);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_TRANSITION_H_
