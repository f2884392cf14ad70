#include "audit/transition.h"

#include <algorithm>

namespace hikae::audit {

std::vector<std::string> TransitionRules(const codec::Node& manifest) {
  std::vector<std::string> names;
  const codec::Node* transition = manifest.Find("transition");
  const codec::Node* rules = transition == nullptr ? nullptr : transition->Find("rules");
  if (rules == nullptr || !rules->IsList()) return names;
  for (const codec::Node& rule : rules->items()) {
    if (rule.IsText()) names.push_back(rule.text());
  }
  return names;
}

std::string TransitionSource(const codec::Node& manifest) {
  const codec::Node* transition = manifest.Find("transition");
  const codec::Node* source = transition == nullptr ? nullptr : transition->Find("source");
  return source != nullptr && source->IsText() ? source->text() : std::string();
}

bool GoesOn(const std::vector<std::string>& names, std::string_view rule) {
  return std::any_of(names.begin(), names.end(), [rule](std::string_view name) {
    return name.ends_with('*') ? rule.starts_with(name.substr(0, name.size() - 1)) : rule == name;
  });
}

}  // namespace hikae::audit
