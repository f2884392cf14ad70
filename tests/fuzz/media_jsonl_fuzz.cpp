// Records of an export in JSON Lines.
#include "media_records.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hikae::fuzz::CheckRecords(hikae::vault::MediaForm::kJsonLines, hikae::fuzz::TextOf(data, size));
  return 0;
}
