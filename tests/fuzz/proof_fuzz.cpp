// A request to a witness is written again byte for byte; of a small tree, no proof holds but the one we make.
#include <cstdlib>
#include <cstring>

#include "log/witness/witness.h"

using namespace hikae;
using log::Digest;

namespace {

// 7 leaves: the hash of the byte 0, 1, …
Digest Leaf(uint64_t i) {
  const auto byte = static_cast<uint8_t>(i);
  return log::HashLeaf({&byte, 1});
}

log::Subtree Tree() {
  return [](uint32_t level, uint64_t index) -> base::Result<Digest> {
    log::Frontier part;
    for (uint64_t i = index << level; i < (index + 1) << level; ++i) part.Append(Leaf(i));
    return part.Root();
  };
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto request = log::WitnessRequest::Parse(text);
  if (request.ok() && request->ToString() != text) std::abort();

  if (size < 2) return 0;
  constexpr uint64_t kSize = 7;
  const Digest root = *log::RootAt(Tree(), kSize);
  log::Proof proof((size - 2) / 32);
  for (size_t i = 0; i < proof.size(); ++i) std::memcpy(proof[i].data(), data + 2 + 32 * i, 32);
  const uint64_t index = data[0];
  if (log::CheckInclusion(Leaf(data[1]), index, kSize, proof, root).ok() &&
      (data[1] != index || proof != *log::ProveInclusion(Tree(), index, kSize)))
    std::abort();
  const uint64_t old_size = data[1];
  const Digest old_root = *log::RootAt(Tree(), old_size % 8);
  if (log::CheckConsistency(old_size, old_root, kSize, root, proof).ok() &&
      proof != *log::ProveConsistency(Tree(), old_size, kSize))
    std::abort();
  return 0;
}
