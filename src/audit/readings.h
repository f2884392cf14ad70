// The words of other packs that a pack reads as words of its own (読替え).
#ifndef HIKAE_AUDIT_READINGS_H_
#define HIKAE_AUDIT_READINGS_H_

#include "audit/manifest.h"

namespace hikae::audit {

// `reads: { source: …, Control: { OWN: [WORD, …] } }` of pack.yaml, added to what a pack below said. An element of a
// list is a word of another pack, or a list of those that only all together are read so.
void ReadReadings(const Manifest& manifest, const PackFiles& files, const cedar::Schema& schema, Readings& readings,
                  LintReport& report);

// Adds to the members of an enumeration those that they are read as. Nothing is taken out: a word stays what it is.
void AddReadings(const Readings& readings, std::vector<cedar::Value>& elements);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_READINGS_H_
