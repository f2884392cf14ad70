#include "log/publish/tile_tree.h"

#include <algorithm>

#include "crypto/sha256_many.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;

TileFetch FetchFrom(base::Io* io, std::string directory) {
  return [io, directory = std::move(directory)](const std::string& path) -> Result<std::vector<uint8_t>> {
    HIKAE_TRY(const std::string text, base::ReadWhole(*io, directory + "/" + path, kMaxBundleBytes));
    return std::vector<uint8_t>(text.begin(), text.end());
  };
}

Result<std::vector<Digest>> TileTree::Tile(uint32_t level, uint64_t index) {
  const TileId id{level, index, TileWidthAt(size_, level, index)};
  if (id.width == 0) return Error(Status::kArgument, "the tree has no such tile");
  const auto at = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.id == id; });
  if (at != kept_.end()) {
    std::rotate(at, at + 1, kept_.end());
    return kept_.back().hashes;
  }
  auto bytes = fetch_(id.Path());
  // A partial tile may be gone once the full one is there.
  if (!bytes.ok() && bytes.error().status == Status::kNotFound && id.width < kTileWidth) {
    HIKAE_TRY(auto full, fetch_(TileId{level, index, kTileWidth}.Path()));
    HIKAE_CHECK(DecodeTile(full, kTileWidth));
    full.resize(id.width * sizeof(Digest));
    bytes = std::move(full);
  }
  if (!bytes.ok()) return bytes.error();
  HIKAE_TRY(std::vector<Digest> hashes, DecodeTile(*bytes, id.width));
  if (kept_.size() == kKept) kept_.erase(kept_.begin());
  kept_.push_back({id, hashes});
  return hashes;
}

Result<Digest> TileTree::SubtreeHash(uint32_t level, uint64_t index) {
  const uint32_t tile_level = level / kTileHeight;
  const uint32_t above = level % kTileHeight;  // levels within the tile
  if (level >= 63 || index >= size_ >> level) return Error(Status::kArgument, "the tree has no such subtree");
  const uint64_t first = index << above;
  const uint64_t count = uint64_t{1} << above;
  HIKAE_TRY(const std::vector<Digest> tile, Tile(tile_level, first / kTileWidth));
  const uint64_t at = first % kTileWidth;
  if (at + count > tile.size()) return Error(Status::kArgument, "the tree has no such subtree");
  std::vector<Digest> hashes(tile.begin() + static_cast<ptrdiff_t>(at),
                             tile.begin() + static_cast<ptrdiff_t>(at + count));
  while (hashes.size() > 1) {
    crypto::Sha256Pairs(0x01, hashes, hashes);
    hashes.resize(hashes.size() / 2);
  }
  return hashes[0];
}

Result<std::vector<Digest>> TileTree::LeafHashes(uint64_t begin, uint64_t end) {
  if (begin > end || end > size_) return Error(Status::kArgument, "the tree has no such leaves");
  std::vector<Digest> out;
  while (begin < end) {
    HIKAE_TRY(const std::vector<Digest> tile, Tile(0, begin / kTileWidth));
    const uint64_t at = begin % kTileWidth;
    const uint64_t stop = std::min<uint64_t>(tile.size(), at + (end - begin));
    out.insert(out.end(), tile.begin() + static_cast<ptrdiff_t>(at), tile.begin() + static_cast<ptrdiff_t>(stop));
    begin += stop - at;
  }
  return out;
}

}  // namespace hikae::log
