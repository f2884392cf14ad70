// Packs: a body of law as data. Loading, lint, selection by date.
#ifndef HIKAE_AUDIT_PACK_H_
#define HIKAE_AUDIT_PACK_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/finding.h"
#include "cedar/policy_set.h"
#include "cedar/schema.h"
#include "codec/node.h"

namespace hikae::audit {

// A number the ward gave to a vague word, with the word kept.
struct Parameter {
  std::string name;
  cedar::Value value;
  std::string word;    // 直ちに
  std::string source;  // where the word stands
  std::string basis;   // "seed" (the text says it) or "ward" (chosen by the ward)
};

struct Control {
  std::string id;
  base::Text title;
};

struct Pack {
  std::string id;
  base::Text title;
  std::string from;   // ISO date
  std::string until;  // ISO date or "": open
  std::string digest;
  std::vector<cedar::SourceText> schema_texts;  // core first
  cedar::Schema schema;
  cedar::PolicySet policies;  // ids are @id
  std::vector<Rule> rules;    // one per forbid, in the order of the pack
  std::vector<Parameter> parameters;
  codec::Node manifest;       // pack.yaml
};

// The files of one pack, and of the core schema, by name: read from a folder or embedded.
struct PackFiles {
  std::string folder;  // where they come from, for messages
  std::map<std::string, std::string> files;  // "pack.yaml", "design.cedar", …
  std::string core_schema;
};

std::vector<std::string> EmbeddedPacks();                                // ids, ordered
base::Result<PackFiles> FindPack(std::string_view id_or_folder);         // an embedded id, or a folder
// Loads and lints. Errors are kRules with the place; the first is returned here, all of them by Lint.
base::Result<std::shared_ptr<const Pack>> LoadPack(const PackFiles& files);
struct LintReport {
  std::vector<base::Error> errors;
  std::vector<base::Error> warnings;
};
LintReport Lint(const PackFiles& files);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_PACK_H_
