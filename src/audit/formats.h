// The formats of pack.yaml: how the items of a file are written, by name.
#ifndef HIKAE_AUDIT_FORMATS_H_
#define HIKAE_AUDIT_FORMATS_H_

#include <vector>

#include "audit/manifest.h"
#include "audit/pack.h"

namespace hikae::audit {

// In the order of the manifest. Strict: a key that is not one of a format's, a missing one, an empty pattern, a type
// that the enum ItemType does not have are errors. Whether the pattern is one is for who matches by it to say.
std::vector<Format> ReadFormats(const Manifest& manifest, const PackFiles& files, const cedar::Schema& schema,
                                LintReport& report);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_FORMATS_H_
