// Tiles, bundles of entries and their paths: what is read is written again byte for byte.
#include <algorithm>
#include <cstdlib>

#include "log/tile.h"

using namespace hikae;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto id = log::TileId::Parse(text);
  if (id.ok() && id->Path() != text) std::abort();
  if (size < 1) return 0;
  const uint32_t width = data[0] + 1u;  // 1 to 256
  const crypto::Bytes bytes(data + 1, size - 1);
  const auto tile = log::DecodeTile(bytes, width);
  if (tile.ok()) {
    const auto again = log::EncodeTile(*tile);
    if (tile->size() != width || !std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) std::abort();
  }
  const auto bundle = log::DecodeBundle(bytes, width);
  if (bundle.ok()) {
    std::vector<uint8_t> again;
    for (const auto& entry : *bundle) log::AppendToBundle(again, entry);
    if (bundle->size() != width || !std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) std::abort();
  }
  return 0;
}
