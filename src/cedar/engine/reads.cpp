#include "cedar/engine/reads.h"

namespace hikae::cedar {

bool SameRead(const Program& program, const RawRead& a, const RawRead& b) {
  if (a.owner != b.owner || a.tag != b.tag) return false;
  const uint32_t path = program.paths[a.code];
  return path != Code::kNone ? path == program.paths[b.code] : a.code == b.code;
}

Read SpellOut(const Program& program, const RawRead& raw) {
  const Code& code = program.codes[raw.code];
  Read read;
  if (raw.owner != nullptr) read.entity = raw.owner->uid;
  if (raw.value.IsValue()) read.value = raw.value.ToValue();
  read.unknown = raw.unknown;
  if (raw.tag != nullptr) {
    read.attribute = AsText(*raw.tag).text;
    const uint32_t object = program.paths[code.a];
    if (object != Code::kNone)
      read.path = program.names[object] + ".getTag(" + Value::String(AsText(*raw.tag).text).ToString() + ")";
    return read;
  }
  const uint32_t path = program.paths[raw.code];
  if (path != Code::kNone) read.path = program.names[path];
  read.attribute = AttributePath(program, code, raw.depth);
  return read;
}

}  // namespace hikae::cedar
