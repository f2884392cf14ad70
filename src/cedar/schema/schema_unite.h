// Schemas that were written apart, as one: what rows may say where several packs rule over them.
#ifndef HIKAE_CEDAR_SCHEMA_SCHEMA_UNITE_H_
#define HIKAE_CEDAR_SCHEMA_SCHEMA_UNITE_H_

#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "cedar/schema/schema.h"

namespace hikae::cedar {

using OpenNames = std::set<std::string, std::less<>>;

// All that any of the schemas declares (each a list of fragments), in the order in which it is met. What several
// declare is declared once, and has to be alike to the last annotation. But for the names in `open`, which each may
// fill in its own way: of an enumeration every member of any is one, under the annotations of the first; a common type,
// of which only its own schema can say what is in it, becomes the empty record. Errors (kRules): as Schema::Parse; of
// what is declared in two ways, both places.
base::Result<Schema> UniteSchemas(const std::vector<std::vector<SourceText>>& schemas, const OpenNames& open);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SCHEMA_SCHEMA_UNITE_H_
