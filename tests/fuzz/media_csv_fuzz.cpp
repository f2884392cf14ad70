// Records of an export in CSV.
#include "media_records.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hikae::fuzz::CheckRecords(hikae::vault::MediaForm::kCsv, hikae::fuzz::TextOf(data, size));
  return 0;
}
