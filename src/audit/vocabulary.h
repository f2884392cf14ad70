// What the rows of an office may say: the schemas of all its packs, as one.
#ifndef HIKAE_AUDIT_VOCABULARY_H_
#define HIKAE_AUDIT_VOCABULARY_H_

#include <memory>
#include <span>

#include "audit/pack.h"
#include "base/error.h"
#include "cedar/schema/schema.h"

namespace hikae::audit {

using PackPtr = std::shared_ptr<const Pack>;

// The five names that the core leaves open (Article, Control, Clause, PolicyRow: their members are those of any pack;
// Parameters: each pack's own, here empty), and all types, actions and common types of the packs. Of one pack it is its
// schema. kRules, with both places, where two packs mean different things by one name.
base::Result<cedar::Schema> VocabularyOf(std::span<const PackPtr> packs);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_VOCABULARY_H_
