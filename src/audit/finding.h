// The outcome of one rule on one thing at one date.
#ifndef HIKAE_AUDIT_FINDING_H_
#define HIKAE_AUDIT_FINDING_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

// What one finding rests on.
struct Grounds {
  std::vector<Evidence> evidence;    // in the order in which the rule read it
  std::vector<std::string> missing;  // what a containsAll did not find, as text
};

struct Brief;
struct Finding;
// Who can say what findings are about and what they rest on. Shareable between threads.
class Witness {
 public:
  virtual ~Witness() = default;
  // Fills in what the brief has by number: rule, thing, its title and the action.
  virtual void Spell(const Brief& brief, Finding& finding) const = 0;
  virtual Grounds GroundsOf(const Finding& finding) const = 0;
  // The same with every row behind its figures named, where the other counts what goes on for long.
  virtual Grounds WholeGroundsOf(const Finding& finding) const { return GroundsOf(finding); }
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

// An entity by views of its names.
struct ThingView {
  std::string_view type, id;
  ThingView() = default;
  ThingView(const cedar::EntityUid& uid) : type(uid.type), id(uid.id) {}
  operator cedar::EntityUid() const { return {std::string(type), std::string(id)}; }
  std::string ToString() const { return cedar::EntityUid(*this).ToString(); }
};

// Its texts are the witness's, who is kept.
struct Finding {
  std::string_view rule;  // Rule::id; its citation is looked up in Findings::rules
  Outcome outcome = Outcome::kNotShown;
  Moment moment = Moment::kDesign;
  bool lacks = false;         // its grounds name something that is missing
  std::string_view handling;  // id
  ThingView thing;
  std::string_view thing_title;  // what a person calls it: the entity's `title` or `name`, else its id
  std::string note;              // why not shown when evaluation failed; the exception ("id (file:line)") when excepted
  // Found anew at each call, which takes some microseconds: most findings are never asked. Empty without a witness.
  Grounds grounds() const { return witness != nullptr ? witness->GroundsOf(*this) : Grounds(); }
  Grounds whole_grounds() const { return witness != nullptr ? witness->WholeGroundsOf(*this) : Grounds(); }

  std::shared_ptr<const Witness> witness = {};  // holds all that the audit judged
  const cedar::EntityUid* action = nullptr;     // at which the thing was judged
};

// A finding as it is kept, because an audit of a large ledger has one for every rule and row: what it names are numbers
// that its witness knows.
struct Brief {
  uint32_t thing = 0;
  uint32_t rule = 0;
  uint32_t action : 24 = 0;
  uint32_t outcome : 6 = 0;  // Outcome
  uint32_t lacks : 1 = 0;
  uint32_t noted : 1 = 0;  // it has a note
};
static_assert(sizeof(Brief) == 12);

// Findings in order. Each is spelled out when it is read, and is then the reader's own.
class FindingList {
 public:
  // Those of one handling at one moment, by one witness.
  struct Group {
    std::shared_ptr<const Witness> witness;
    std::string_view handling;  // the witness's
    Moment moment = Moment::kDesign;
    std::vector<Brief> briefs;
    std::map<size_t, std::string> notes = {};  // by the place in briefs
  };
  class Iterator;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Finding operator[](size_t at) const;
  Iterator begin() const;
  Iterator end() const;

  void Add(Group group);  // at the end
  // Both are ordered by handling and moment; of the same, what this one has comes first.
  void Merge(FindingList more);
  FindingList Of(std::string_view handling) const;

 private:
  struct Placed {
    size_t begin;  // place of its first finding in the list
    std::shared_ptr<const Group> group;
  };
  void Place(std::shared_ptr<const Group> group);

  std::vector<Placed> groups_;  // none is empty
  size_t size_ = 0;
};

// Reads in order; what it gives is a value and not a place in the list.
class FindingList::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = Finding;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = Finding;

  Iterator(const std::vector<Placed>& groups, size_t group) : groups_(&groups), group_(group) {}
  Finding operator*() const;
  Iterator& operator++();
  Iterator operator++(int) {
    Iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.group_ == b.group_ && a.at_ == b.at_; }

 private:
  const std::vector<Placed>* groups_;
  size_t group_;
  size_t at_ = 0;  // in the group
};

inline FindingList::Iterator FindingList::begin() const { return {groups_, 0}; }
inline FindingList::Iterator FindingList::end() const { return {groups_, groups_.size()}; }

// Complete and stably ordered: by handling, moment, pack, rule (order of the pack), thing.
struct Findings {
  FindingList findings;
  std::map<std::string, Rule, std::less<>> rules;  // by id, every rule that was in force
  struct PackUsed {
    std::string id;
    base::Text title;
    std::string from, until;      // ISO dates; until "" = open
    std::string digest;           // of the pack's files, hex
    bool past = false;            // after its last day: only the rules that go on judged
    std::string transition = {};  // on what they go on
  };
  std::vector<PackUsed> packs;
  std::string as_of;  // ISO date
  struct Totals {
    size_t met = 0, violated = 0, not_shown = 0, not_applicable = 0, excepted = 0;
    void Count(Outcome outcome);
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
