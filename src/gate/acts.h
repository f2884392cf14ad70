// The acts of the gate: what the rules and the log call them.
#ifndef HIKAE_GATE_ACTS_H_
#define HIKAE_GATE_ACTS_H_

#include "gate/gate.h"
#include "log/entry.h"

namespace hikae::gate {

log::EntryType EntryTypeOf(Act act);
bool IsOfHandling(Act act);  // decided over a handling rather than a file
bool IsRelease(Act act);     // lets items of records out: read, print, export, transfer, provide
const char* Name(View view);

}  // namespace hikae::gate

#endif  // HIKAE_GATE_ACTS_H_
