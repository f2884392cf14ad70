// The table of single changes: what is declared, what is changed, and which findings the change moves.
#ifndef HIKAE_TESTS_CHANGES_BENCH_H_
#define HIKAE_TESTS_CHANGES_BENCH_H_

#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "audit/audit.h"
#include "changes/document.h"

namespace hikae::changes {

// One row of the table, as README.md beside it explains.
struct Case {
  std::string name;
  std::string says;                    // in words, for whom it fails
  std::string system;                  // the folder below examples/
  std::string as_of;                   // ISO date
  std::vector<std::string> documents;  // of that folder, in the order they are declared
  std::string document;                // the one changed, or
  std::optional<Change> change;
  std::optional<codec::Node> later;  // what is declared after them
  std::set<std::string> moves;       // "rule Type::"id": before -> after"
  std::set<std::string> gone;        // things all of whose findings disappear
  base::Place where;
};

inline void PrintTo(const Case& row, std::ostream* out) { *out << row.where.ToString(); }  // for messages of tests

base::Result<std::vector<Case>> ReadCases(const std::string& folder);

// What the findings differ in. A thing that has findings before and none after is in `gone` and not in `moves`; that a
// rule does not concern a thing that comes or goes is no move.
struct Moved {
  std::set<std::string> moves;
  std::set<std::string> gone;
};
Moved Compare(const audit::Findings& before, const audit::Findings& after);

// Declares documents in an empty registry and audits; keeps what it found for a set of unchanged documents.
class Bench {
 public:
  static base::Result<Bench> Create(std::string examples);

  base::Result<audit::Findings> Before(const Case& row);
  base::Result<audit::Findings> After(const Case& row);
  // Declares `documents` one after another, a minute apart, and audits as of the ISO date.
  base::Result<audit::Findings> Audit(const std::vector<registry::Document>& documents, const std::string& as_of);
  // The documents of a case, the shared vocabulary first.
  base::Result<std::vector<registry::Document>> Documents(const Case& row) const;

  const audit::Pack& pack() const { return *pack_; }

 private:
  explicit Bench(std::string examples, std::shared_ptr<const audit::Pack> pack)
      : examples_(std::move(examples)), pack_(std::move(pack)) {}
  std::string examples_;
  std::shared_ptr<const audit::Pack> pack_;
  std::map<std::string, audit::Findings> known_;
};

}  // namespace hikae::changes

#endif  // HIKAE_TESTS_CHANGES_BENCH_H_
