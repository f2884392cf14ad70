// Writes a log as C2SP tlog-tiles, so that a file server can publish it and strangers' tools read it.
#ifndef HIKAE_LOG_PUBLISH_TILE_EXPORT_H_
#define HIKAE_LOG_PUBLISH_TILE_EXPORT_H_

#include <functional>
#include <string>
#include <vector>

#include "base/io.h"
#include "log/checkpoint.h"
#include "log/entry_source.h"
#include "log/publish/tile_tree.h"
#include "log/tile.h"

namespace hikae::log {

// Where the files go; paths are relative, parts separated by '/'.
class TileSink {
 public:
  virtual ~TileSink() = default;
  virtual base::Result<void> Put(const std::string& path, Bytes content) = 0;
};

// Below a directory, which is made. Tiles are written without a sync: they can always be made again. The checkpoint
// replaces the one before whole.
class DirectorySink : public TileSink {
 public:
  DirectorySink(base::Io* io, std::string directory) : io_(*io), directory_(std::move(directory)) {}
  base::Result<void> Put(const std::string& path, Bytes content) override;

 private:
  base::Io& io_;
  std::string directory_;
  std::string made_;  // the last directory that was made
};

// Takes leaves in order and puts each tile and bundle when it is full. Memory: 256 hashes per level and one bundle.
// One thread at a time.
class TileExporter {
 public:
  explicit TileExporter(TileSink* sink) : sink_(*sink) {}
  // Goes on behind `tree.size()` entries exported before.
  static base::Result<TileExporter> Resume(TileSink* sink, TileTree& tree);

  base::Result<void> Add(Bytes leaf);
  // The partial tiles of the tree as it is. More may be added afterwards.
  base::Result<void> PutPartials();
  uint64_t size() const { return size_; }
  Digest Root();

 private:
  base::Result<void> HashBundle();
  base::Result<void> PutFull(uint32_t level);

  TileSink& sink_;
  uint64_t size_ = 0;
  std::vector<uint8_t> bundle_;              // entries of the last, unfinished level-0 tile
  std::vector<std::vector<Digest>> levels_;  // hashes of each level's last, unfinished tile
};

// Exports the first checkpoint.head.size entries and the checkpoint. kTampered, and no checkpoint is put, when the
// entries do not give its root; kArgument when there are fewer. `progress` may be empty; false stops (kStopped).
base::Result<void> ExportTiles(EntrySource& entries, const SignedCheckpoint& checkpoint, TileSink& sink,
                               const std::function<bool(uint64_t done, uint64_t total)>& progress = {});

}  // namespace hikae::log

#endif  // HIKAE_LOG_PUBLISH_TILE_EXPORT_H_
