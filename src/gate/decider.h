// A decision over one act: the request as the rules see it, the engine's answer, and the answer in words.
#ifndef HIKAE_GATE_DECIDER_H_
#define HIKAE_GATE_DECIDER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/civil_date.h"
#include "base/error.h"
#include "gate/decision.h"
#include "gate/gate.h"
#include "gate/rulebook.h"

namespace hikae::gate {

// Marks of a subject that are no restriction: the purposes it consents to, those for which it consents to providing
// abroad, and of which class of a paper it is.
inline constexpr std::string_view kConsentMark = "consent", kAbroadMark = "consent-abroad",
                                  kClassMark = "subject-class";

// What is measured of who asks.
struct Standing {
  cedar::EntityUid actor;  // Staff or Worker
  std::string handling, purpose, terminal, place;
  std::vector<std::string> terminal_factors, system_factors;
  int64_t begun_at = 0, used_at = 0;  // microseconds since 1970
  std::optional<int64_t> revoked_at;
  std::optional<int64_t> elsewhere_at;  // of a login: last use of the actor's sessions at other terminals that go on
  struct Password {
    std::optional<int64_t> changed_at;
    uint64_t failures = 0;
    std::optional<int64_t> failed_at;
  } password;
};

// What is asked.
struct Question {
  std::string action;     // of the rules: "read", "change-password"
  std::string_view file;  // "": the handling itself
  std::span<const std::string> items;
  View view = View::kWhole;
  uint64_t records = 0;
  std::string_view marks;    // of the subject, encoded; "" = none
  std::string_view subject;  // its id, where AboutPersons; never seen by a rule. "" = of no one
  std::span<const std::string> approvals;
  std::string_view recipient, source, medium, medium_id, handover;
  std::optional<bool> encrypted;
  std::string_view what;
  std::optional<uint64_t> password_length, password_reused;
};

// Whether one of these rows is about one person: then it is decided for each person by itself.
bool AboutPersons(const Rulebook& book, std::span<const std::string> approvals);

// Pure: the same for the same arguments. `now` counts by the second. kNotFound: handling, file, approval or party that
// the registry does not know; kArgument: two approvals of one kind, a word that is none of the rules'.
base::Result<Decision> Decide(const Rulebook& book, const Standing& standing, const Question& question, int64_t now);

// The engine's answer to a request with its warnings: what Decide does once it has built the request. Strict: what
// cannot be evaluated is refused. Approved exceptions lift what the rules of kind "lift" say they may.
base::Result<void> Answer(const Rulebook& book, const cedar::Request& request, Decision& decision);

// The names of an enumeration of the schema that are not among its ids: kArgument with the nearest one.
base::Result<void> CheckNames(const Rulebook& book, const char* type, std::span<const std::string> names);

}  // namespace hikae::gate

#endif  // HIKAE_GATE_DECIDER_H_
