// The outcome of one rule on one thing at one date.
#ifndef HIKAE_AUDIT_FINDING_H_
#define HIKAE_AUDIT_FINDING_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cedar/entities/entities.h"

namespace hikae::audit {

enum class Outcome : uint8_t { kMet, kViolated, kNotShown, kNotApplicable, kExcepted };
enum class Severity : uint8_t { kBlock, kError, kWarn, kInfo };
enum class Moment : uint8_t { kDesign, kContract, kRun, kEvent, kPeriodic, kEnd };

// One fact that the outcome rests on.
struct Evidence {
  std::string entity;     // Type::"id"; "context" for the judgement's own inputs
  std::string attribute;  // "" for the existence of the entity itself
  std::optional<std::string>
      value;  // Cedar text; absent = no value; the gap word (blank, none, unknown) stands in source
  // "file:line" of the row(s) it was measured from, "; " between. Without a value, why comes first, as one of the words
  // blank, none, unknown, not stated, no row, not registered: "blank; paper.yaml:12".
  std::string source;
  std::string path;        // as the rule spells it
  base::Text reason = {};  // without a value: the same word for people
};

// The evidence of one finding, in the order in which the rule read it. What several rules read of one thing is the same
// evidence and is kept once: most of an audit's memory would be copies of it. Elements cannot be changed.
class EvidenceList {
 public:
  using Shared = std::shared_ptr<const Evidence>;
  class const_iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Evidence;
    using difference_type = std::ptrdiff_t;
    using pointer = const Evidence*;
    using reference = const Evidence&;
    const_iterator() = default;
    explicit const_iterator(std::vector<Shared>::const_iterator at) : at_(at) {}
    reference operator*() const { return **at_; }
    pointer operator->() const { return at_->get(); }
    const_iterator& operator++() { return ++at_, *this; }
    const_iterator operator++(int) { return const_iterator(at_++); }
    friend bool operator==(const const_iterator&, const const_iterator&) = default;

   private:
    std::vector<Shared>::const_iterator at_;
  };

  EvidenceList() = default;
  EvidenceList(std::initializer_list<Evidence> list) {
    for (const Evidence& evidence : list) push_back(evidence);
  }
  void reserve(size_t size) { list_.reserve(size); }
  void push_back(Evidence evidence) { list_.push_back(std::make_shared<const Evidence>(std::move(evidence))); }
  void push_back(Shared evidence) { list_.push_back(std::move(evidence)); }
  void clear() { list_.clear(); }
  size_t size() const { return list_.size(); }
  bool empty() const { return list_.empty(); }
  const Evidence& operator[](size_t i) const { return *list_[i]; }
  const_iterator begin() const { return const_iterator(list_.begin()); }
  const_iterator end() const { return const_iterator(list_.end()); }

 private:
  std::vector<Shared> list_;  // none is null
};

// A rule as its pack states it.
struct Rule {
  std::string id;
  std::vector<std::string> controls;
  std::string article;
  base::Text title;
  base::Text remedy;  // remedy_en may be empty
  Severity severity = Severity::kWarn;
  std::string confidence;
  std::string pack;
  std::vector<Moment> moments;
  std::map<std::string, std::string> annotations;  // all of them, as written
  base::Place where;
  std::string text;  // the policy
};

struct Finding {
  std::string rule;  // Rule::id; its citation is looked up in Findings::rules
  Outcome outcome = Outcome::kNotShown;
  Moment moment = Moment::kDesign;
  std::string handling;  // id
  cedar::EntityUid thing;
  std::string thing_title;  // what a person calls it: the entity's `title` or `name`, else its id
  EvidenceList evidence;
  std::vector<std::string> missing;  // what a containsAll did not find, as text
  std::string note;  // why not shown when evaluation failed; the exception ("id (file:line)") when excepted
};

// Complete and stably ordered: by handling, moment, rule (order of the pack), thing.
struct Findings {
  std::vector<Finding> findings;
  std::map<std::string, Rule> rules;  // by id, every rule that was in force
  struct PackUsed {
    std::string id;
    base::Text title;
    std::string from, until;  // ISO dates; until "" = open
    std::string digest;       // of the pack's files, hex
  };
  std::vector<PackUsed> packs;
  std::string as_of;  // ISO date
  struct Totals {
    size_t met = 0, violated = 0, not_shown = 0, not_applicable = 0, excepted = 0;
  };
  Totals totals;
};

const char* Name(Outcome outcome);    // "met", "violated", "not shown", "not applicable", "excepted"
const char* Name(Severity severity);  // "block", "error", "warn", "info"
const char* Name(Moment moment);      // "design" …
base::Text Label(Outcome outcome);    // 充足, 違反, 未提示, 非該当, 例外承認
base::Text Label(Severity severity);
base::Text Label(Moment moment);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_FINDING_H_
