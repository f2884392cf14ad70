// The layout of C2SP tlog-tiles: where which hashes and entries of a log stand. Pure; what fetches or writes is
// elsewhere.
#ifndef HIKAE_LOG_TILE_H_
#define HIKAE_LOG_TILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "log/tree.h"

namespace hikae::log {

constexpr uint32_t kTileHeight = 8;
constexpr uint32_t kTileWidth = 1u << kTileHeight;
constexpr uint32_t kMaxTileLevel = 63;
constexpr size_t kMaxEntryBytes = 65'535;  // what a bundle's 16 bits of length can say
constexpr size_t kMaxBundleBytes = kTileWidth * (kMaxEntryBytes + 2);

// One tile: hashes `index` · 256 and on at level 8 · `level` of the tree; or, with no level, the entries of a level-0
// tile.
struct TileId {
  std::optional<uint32_t> level;  // none: an entry bundle
  uint64_t index = 0;
  uint32_t width = kTileWidth;  // 1 … 256; less than 256 is a partial tile
  friend bool operator==(const TileId&, const TileId&) = default;
  std::string Path() const;  // "tile/0/x001/x234/067", "tile/entries/000.p/17"
  // kArgument: not the path of a tile, or not its canonical one.
  static base::Result<TileId> Parse(std::string_view path);
};

// How many hashes the tile has in a tree of `size` leaves; 0: it is not there.
uint32_t TileWidthAt(uint64_t size, uint32_t level, uint64_t index);

std::vector<uint8_t> EncodeTile(const std::vector<Digest>& hashes);
// kArgument: not exactly `width` hashes.
base::Result<std::vector<Digest>> DecodeTile(Bytes bytes, uint32_t width);

// Appends one entry to a bundle: its length in 16 bits, big endian, and its bytes. Invariant: at most kMaxEntryBytes.
void AppendToBundle(std::vector<uint8_t>& bundle, Bytes entry);
// Views into `bytes`. kArgument: not exactly `width` entries.
base::Result<std::vector<Bytes>> DecodeBundle(Bytes bytes, uint32_t width);

}  // namespace hikae::log

#endif  // HIKAE_LOG_TILE_H_
