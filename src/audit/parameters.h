// What pack.yaml says beside who the pack is: the numbers a ward gave to vague words, and what controls are called.
#ifndef HIKAE_AUDIT_PARAMETERS_H_
#define HIKAE_AUDIT_PARAMETERS_H_

#include <vector>

#include "audit/manifest.h"
#include "audit/pack.h"

namespace hikae::audit {

// Missing, unknown and ill-typed parameters are reported. In the order of the manifest.
std::vector<Parameter> ReadParameters(const Manifest& manifest, const PackFiles& files, const cedar::Schema& schema,
                                      LintReport& report);

// What a pack laid over another says of the numbers of the lower ones: each may be moved the way that is tighter, by
// the lower pack's word (`tighter: less | more | superset`), and no other.
void TightenParameters(const Manifest& manifest, const PackFiles& files, const cedar::Schema& schema,
                       std::vector<Parameter>& parameters, LintReport& report);

// The titles of controls. Every id must be one of the enum Control; a title needs both languages.
std::vector<Control> ReadControls(const Manifest& manifest, const PackFiles& files, const cedar::Schema& schema,
                                  LintReport& report);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_PARAMETERS_H_
