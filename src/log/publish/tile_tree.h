// The tree of a log as its tiles tell it: what proofs are made from without reading the entries.
#ifndef HIKAE_LOG_PUBLISH_TILE_TREE_H_
#define HIKAE_LOG_PUBLISH_TILE_TREE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "log/tile.h"
#include "log/tree.h"

namespace hikae::log {

// The content of a path of the layout. kNotFound when it is not there.
using TileFetch = std::function<base::Result<std::vector<uint8_t>>(const std::string& path)>;
TileFetch FetchFrom(base::Io* io, std::string directory);

// Reads the tiles of a tree of `size` leaves, and keeps the last few. Nothing it says is checked here: a proof made
// from it is, against a checkpoint. One thread at a time.
class TileTree {
 public:
  static constexpr size_t kKept = 64;  // tiles, 8 KiB each

  TileTree(TileFetch fetch, uint64_t size) : fetch_(std::move(fetch)), size_(size) {}
  uint64_t size() const { return size_; }

  // The hash of the perfect subtree of 2^level leaves that begins at leaf index << level.
  base::Result<Digest> SubtreeHash(uint32_t level, uint64_t index);
  Subtree AsSubtree() {
    return [this](uint32_t level, uint64_t index) { return SubtreeHash(level, index); };
  }
  base::Result<std::vector<Digest>> LeafHashes(uint64_t begin, uint64_t end);

  base::Result<std::vector<Digest>> Tile(uint32_t level, uint64_t index);
  base::Result<std::vector<uint8_t>> Fetch(const TileId& id) const { return fetch_(id.Path()); }

 private:
  struct Kept {
    TileId id;
    std::vector<Digest> hashes;
  };
  TileFetch fetch_;
  uint64_t size_;
  std::vector<Kept> kept_;  // least recently used first
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_PUBLISH_TILE_TREE_H_
