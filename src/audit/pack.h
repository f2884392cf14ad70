// Packs: a body of law as data. Loading, lint, selection by date.
#ifndef HIKAE_AUDIT_PACK_H_
#define HIKAE_AUDIT_PACK_H_

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/fact_plan.h"
#include "audit/finding.h"
#include "base/civil_date.h"
#include "cedar/engine/policy_set.h"
#include "cedar/schema/schema.h"
#include "codec/node.h"

namespace hikae::audit {

// A number the ward gave to a vague word, with the word kept.
struct Parameter {
  std::string name;
  cedar::Value value;
  std::string word;    // 直ちに
  std::string source;  // where the word stands
  std::string basis;   // "seed" (the text says it) or "ward" (chosen by the ward)
  base::Place where = {};
  std::string tighter = {};  // which way a pack laid over this one may move it: less, more, superset; "" = not at all
};

struct Control {
  std::string id;
  base::Text title;
};

// How an item of a file is written.
struct Format {
  std::string name;
  std::string type;     // one of the enum ItemType
  std::string pattern;  // RE2; the whole value matches
  size_t most_bytes = 0;
  base::Text title;
};

// When something is in force.
struct Interval {
  base::Day from = std::numeric_limits<base::Day>::min();
  std::optional<base::Day> until;  // last day; none: open
  bool Contains(base::Day day) const { return from <= day && (!until || day <= *until); }
};

// A permit of kind "expectation": where it is satisfied, an entity of type `expects` should exist.
struct Expectation {
  size_t policy = 0;      // index in Pack::policies
  std::string principal;  // the entity type that is asked
  std::string expects;
  std::string by;       // attribute of `expects` that points to the principal
  std::string per, as;  // one for each element of principal.per, in attribute `as`; "" = one in all
  base::Text title;
};

// A pack that another is laid over.
struct LowerPack {
  std::string id;
  base::Text title;
  std::string from, until;  // as of Pack
  std::string digest;
};

// Immutable once loaded; shareable between threads. A pack that tightens another holds both: the schema, the rules and
// the parameters of all layers, to be judged together. What is laid over may only add prohibitions and narrow numbers.
struct Pack {
  std::string id;
  base::Text title;
  std::string from;                             // ISO date
  std::string until;                            // ISO date or "": open
  Interval effective;                           // the same two dates
  std::string digest;                           // SHA-256 of its files, hex
  std::vector<cedar::SourceText> schema_texts;  // core first
  cedar::Schema schema;
  cedar::PolicySet policies;  // ids are @id
  std::vector<Rule> rules;    // one per forbid, in the order of the pack
  std::vector<Parameter> parameters;
  std::vector<Control> controls = {};  // those pack.yaml titles, in its order
  std::vector<Format> formats = {};    // in the order of pack.yaml
  std::vector<Expectation> expectations = {};
  FactPlan facts = {};
  std::vector<LowerPack> below = {};       // what it is laid over, the lowest first
  std::vector<std::string> going_on = {};  // names of `transition`, of all layers: GoesOn of audit/transition.h
  std::string going_on_source = {};        // on what they go on
  codec::Node manifest;                    // pack.yaml, its own
};

// The files of one pack, and of the core schema, by name: read from a folder or embedded.
struct PackFiles {
  std::string folder;                        // where they come from, for messages
  std::map<std::string, std::string> files;  // "pack.yaml", "design.cedar", …
  std::string core_schema;
  std::shared_ptr<const PackFiles> below = {};  // of the pack that this one tightens
};

std::vector<std::string> EmbeddedPacks();  // ids, ordered
// An embedded id, or a folder. The pack it tightens is found too: beside the folder, else embedded.
base::Result<PackFiles> FindPack(std::string_view id_or_folder);
// Loads and lints. Errors are kRules with the place; the first is returned here, all of them by Lint.
base::Result<std::shared_ptr<const Pack>> LoadPack(const PackFiles& files);
struct LintReport {
  std::vector<base::Error> errors;
  std::vector<base::Error> warnings;
};
LintReport Lint(const PackFiles& files);

// Those of the ids or folders whose effective interval holds on that day, in the given order; unreadable ones are
// passed over. Reads manifests only.
std::vector<std::string> PacksInForce(const std::vector<std::string>& ids_or_folders, base::Day day);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_PACK_H_
