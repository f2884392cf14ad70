// Two readers of leaves, made apart from one page, agree: what the log's own decoder takes, the checker takes, and sees
// the same in it.
#include <cstdlib>

#include "log/entry.h"
#include "log/verify/leaf_view.h"

using namespace hikae;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const crypto::Bytes leaf(data, size);
  const auto entry = log::DecodeEntry(leaf);
  log::verify::LeafView view;
  const char* why = nullptr;
  const auto form = log::verify::ReadLeaf(leaf, &view, &why);
  if (form == log::verify::LeafForm::kBad && why == nullptr) std::abort();
  if (!entry.ok()) return 0;
  if (form != log::verify::LeafForm::kGood) std::abort();
  if (view.type != static_cast<uint16_t>(entry->type) || view.time != entry->time || view.origin != entry->origin ||
      view.previous != entry->previous || view.key != entry->key ||
      view.detail_digest.empty() == entry->detail.has_value())
    std::abort();
  return 0;
}
