// A set of packs with one more, or one less, and why it may not be so.
#ifndef HIKAE_OFFICE_PACK_CHANGES_H_
#define HIKAE_OFFICE_PACK_CHANGES_H_

#include <string>

#include "base/error.h"
#include "office/office_packs.h"
#include "registry/registry.h"

namespace hikae::office {

// kExists: it is there; kRules: they do not go together.
base::Result<PackSetPtr> With(const PackSet& set, const PackPtr& pack);
// kNotFound: it is not there; kArgument: it is the last one; kRules: the others do not go together without it.
base::Result<PackSetPtr> Without(const PackSet& set, const std::string& id);
// What rows say that only this pack has words for: kExists, with the types and words and how many rows.
base::Error StillUsed(const audit::Pack& pack, const registry::Registry::Unfit& unfit);

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_PACK_CHANGES_H_
