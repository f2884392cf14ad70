// A checkpoint, alone, signed, and in a list: what is read is written again byte for byte.
#include <cstdlib>

#include "log/checkpoint.h"

using namespace hikae;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto head = log::Checkpoint::Parse(text);
  if (head.ok() && head->ToString() != text) std::abort();
  const auto whole = log::SignedCheckpoint::Parse(text);
  if (whole.ok() && (whole->note.ToString() != text || whole->head.ToString() != whole->note.text)) std::abort();
  std::string again;
  for (log::NoteListReader list(text); !list.AtEnd();) {
    const auto note = list.Next();
    if (!note.ok()) {
      if (!list.AtEnd() || note.error().status != base::Status::kTampered) std::abort();
      break;
    }
    again = log::AppendToNoteList(std::move(again), std::string(*note));
  }
  if (!text.starts_with(again)) std::abort();
  return 0;
}
