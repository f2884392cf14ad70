// The table of single changes: what is declared, what is changed, and which findings the change moves.
#ifndef HIKAE_TESTS_CHANGES_BENCH_H_
#define HIKAE_TESTS_CHANGES_BENCH_H_

#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "audit/joint.h"
#include "audit/vocabulary.h"
#include "changes/document.h"

namespace hikae::changes {

// One row of the table, as README.md beside it explains.
struct Case {
  std::string name;
  std::string says;                    // in words, for whom it fails
  std::string system;                  // whose papers: the folder below examples/, or the base of tests/violations
  std::string as_of;                   // ISO date
  std::string day;                     // of the audit after the change; mostly the same
  std::vector<std::string> documents;  // paths below the root of the source, in the order they are declared
  std::vector<std::string> packs = {"edogawa-2021"};  // ids, in the order of the office
  std::string document;  // the one changed; "" = the last in which the path leads somewhere; or
  std::optional<Change> change;
  std::optional<codec::Node> later;  // what is declared after them
  std::set<std::string> controls;    // whose keeping the case is about
  std::set<std::string> rules;       // ids, or prefixes that end in `*`: the case asks of these alone; none = of all
  std::set<std::string> moves;       // "rule Type::"id": before -> after"
  std::set<std::string> gone;        // things all of whose findings disappear
  std::set<std::string> keeps;       // "rule Type::"id": outcome": what nothing moves of, where nothing at all does
  base::Place where;
};

inline void PrintTo(const Case& row, std::ostream* out) { *out << row.where.ToString(); }  // for messages of tests

// What cases begin with that name it as their `base`.
struct Base {
  std::string as_of;
  std::vector<std::string> documents;
  std::vector<std::string> packs = {"edogawa-2021"};
};
using Bases = std::map<std::string, Base>;

// The cases of every YAML file directly in the folder.
base::Result<std::vector<Case>> ReadCases(const std::string& folder, const Bases& bases = {});

// What the findings differ in. A thing that has findings before and none after is in `gone` and not in `moves`; that a
// rule does not concern a thing that comes or goes is no move.
struct Moved {
  std::set<std::string> moves;
  std::set<std::string> gone;
};
Moved Compare(const audit::Findings& before, const audit::Findings& after);

// Whether the case asks of the rule.
bool AsksOf(const Case& row, const std::string& rule);

// What of it the case asks: all, or the moves of the rules it names.
Moved Asked(Moved moved, const Case& row);

// What the table has wrong of a case, line by line as a row spells them; "" when nothing.
std::string Differences(const Moved& moved, const Case& row);

// "rule Type::"id": outcome" of every finding.
std::set<std::string> Standing(const audit::Findings& findings);

// The lines of `keeps` that do not stand so among the findings; "" when all do.
std::string NotKept(const audit::Findings& findings, const Case& row);

// Declares documents in an empty registry and audits; keeps what it found for a set of unchanged documents.
class Bench {
 public:
  static base::Result<Bench> Create(std::string root);  // of the source

  base::Result<audit::Findings> Before(const Case& row);
  base::Result<audit::Findings> After(const Case& row);
  // Declares `documents` one after another, a minute apart, and audits as of the ISO date by the packs of the case.
  base::Result<audit::Findings> Audit(const std::vector<registry::Document>& documents, const Case& row,
                                      const std::string& as_of);
  base::Result<std::vector<registry::Document>> Documents(const Case& row) const;

  const audit::Pack& pack() const { return *pack_; }  // edogawa-2021
  // Loaded when first asked for, and kept.
  base::Result<std::vector<audit::PackPtr>> Packs(const std::vector<std::string>& ids);

 private:
  explicit Bench(std::string root, std::shared_ptr<const audit::Pack> pack)
      : root_(std::move(root)), pack_(std::move(pack)) {}
  std::string root_;
  std::shared_ptr<const audit::Pack> pack_;
  std::map<std::string, audit::PackPtr> packs_;
  std::map<std::vector<std::string>, cedar::Schema> vocabularies_;  // by ids of packs
  std::map<std::string, audit::Findings> known_;
};

}  // namespace hikae::changes

#endif  // HIKAE_TESTS_CHANGES_BENCH_H_
