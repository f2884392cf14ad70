// Approved departures from one rule for one thing.
#ifndef HIKAE_AUDIT_EXCEPTIONS_H_
#define HIKAE_AUDIT_EXCEPTIONS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "audit/working_set.h"
#include "registry/registry.h"

namespace hikae::audit {

// The exceptions in force on one day: approved by then (`on`, where it is stated) and not past their `until`. One
// without an end, a rule or a thing covers nothing.
class Exceptions {
 public:
  Exceptions(const WorkingSet& set, registry::Day as_of);
  // "id (file:line)" of the exception for this rule and thing; "" when there is none. A thing is named by its id, or by
  // Type::"id" where the id alone could mean another.
  std::string Covering(const std::string& rule, const cedar::EntityUid& thing) const;
  bool empty() const { return by_rule_.empty(); }

 private:
  std::map<std::string, std::map<std::string, std::string>> by_rule_;  // rule -> thing as named -> note
};

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_EXCEPTIONS_H_
