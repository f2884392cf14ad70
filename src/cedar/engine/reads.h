// What a machine noted while evaluating, spelled out. Internal to the engine.
#ifndef HIKAE_CEDAR_ENGINE_READS_H_
#define HIKAE_CEDAR_ENGINE_READS_H_

#include "cedar/engine/judge.h"
#include "cedar/engine/machine.h"

namespace hikae::cedar {

// The same attribute of the same entity, before either is spelled out.
bool SameRead(const Program& program, const RawRead& a, const RawRead& b);

Read SpellOut(const Program& program, const RawRead& raw);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_READS_H_
