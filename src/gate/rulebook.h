// What the gate decides by: rules and facts of one state of the registry and one day, handed in by the office.
#ifndef HIKAE_GATE_RULEBOOK_H_
#define HIKAE_GATE_RULEBOOK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cedar/engine/policy_set.h"
#include "cedar/entities/entities.h"
#include "vault/item.h"

namespace hikae::gate {

// How a rule is cited.
struct Citation {
  std::string article;
  base::Text title;
  base::Text remedy;
  std::string severity;    // "block", "error", "warn", "info"; "" for a ground
  std::string confidence;  // "seed", "derived", "G" …
  std::string evidence;    // paths, as the rule names them
  std::vector<std::string> controls;
};

// An approved departure from one rule for one thing, as the registry has it. Whether it holds is for a rule to say.
struct Departure {
  std::string exception;  // id of the Exception
  std::string thing;      // id of a thing, or Type::"id"
};

// What to do when the log cannot be written, as declared of a purpose.
enum class WhenLogFails : uint8_t { kRefuse, kSpool };

// Immutable; shareable between threads.
struct Rulebook {
  std::string pack;                       // id
  cedar::PolicySet deciding;              // grounds (permits), and the forbids that refuse; validated
  cedar::PolicySet warning;               // forbids that only warn
  cedar::PolicySet lifting;               // permits of kind "lift": which exceptions hold
  std::map<std::string, Citation> rules;  // by policy id, of both sets
  cedar::Value params;                    // context.params
  std::shared_ptr<const cedar::Entities> facts;
  std::map<std::string, vault::FileSpec> files;      // by file id
  std::map<std::string, base::Error> faulty_files;   // what is declared of them cannot be used, and why
  std::map<std::string, WhenLogFails> purposes;      // those that say something
  std::multimap<std::string, Departure> departures;  // by the rule departed from
  const cedar::Schema* schema = nullptr;             // lives as long as the rulebook
  std::shared_ptr<const void> keeps;                 // what the above points into

  WhenLogFails WhenLogFailsFor(const std::string& purpose) const {
    const auto said = purposes.find(purpose);
    return said == purposes.end() ? WhenLogFails::kRefuse : said->second;
  }
};

// Shareable between threads.
class RuleSource {
 public:
  virtual ~RuleSource() = default;
  // A number that changes whenever the registry does, read within the caller's statement order: a change that was
  // committed before the call is seen.
  virtual base::Result<int64_t> Version() = 0;
  // For that version and day (civil, Japan); kept by the source, so that asking again is cheap. kNotFound: no pack in
  // force on that day.
  virtual base::Result<std::shared_ptr<const Rulebook>> At(int64_t version, int32_t day) = 0;
};

}  // namespace hikae::gate

#endif  // HIKAE_GATE_RULEBOOK_H_
