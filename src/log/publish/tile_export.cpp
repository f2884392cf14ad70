#include "log/publish/tile_export.h"

#include <algorithm>

#include "crypto/sha256_many.h"
#include "log/text.h"
#include "log/whole_file.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

namespace {

constexpr std::string_view kCheckpointPath = "checkpoint";
constexpr uint64_t kProgressEvery = 1u << 14;

// The root of a perfect tree over these hashes, whose number is a power of two.
Digest Fold(std::vector<Digest> hashes) {
  while (hashes.size() > 1) {
    crypto::Sha256Pairs(0x01, hashes, hashes);
    hashes.resize(hashes.size() / 2);
  }
  return hashes[0];
}

}  // namespace

Result<void> DirectorySink::Put(const std::string& path, Bytes content) {
  const std::string full = directory_ + "/" + path;
  const std::string folder = full.substr(0, full.rfind('/'));
  if (folder != made_) {
    for (size_t at = directory_.size(); at != std::string::npos; at = full.find('/', at + 1))
      HIKAE_CHECK(io_.MakeDirectory(full.substr(0, at)));
    made_ = folder;
  }
  if (path == kCheckpointPath)
    return ReplaceWhole(io_, full, {reinterpret_cast<const char*>(content.data()), content.size()});
  HIKAE_TRY(const auto file, io_.Open(full, base::OpenMode::kCreate));
  HIKAE_CHECK(file->Truncate(0));
  return base::WriteAt(*file, 0, content);
}

Result<TileExporter> TileExporter::Resume(TileSink* sink, TileTree& tree) {
  TileExporter exporter(sink);
  exporter.size_ = tree.size();
  for (uint32_t level = 0; level < 8 && tree.size() >> (kTileHeight * level) != 0; ++level) {
    exporter.levels_.emplace_back();
    const uint64_t index = tree.size() >> (kTileHeight * (level + 1));
    const uint32_t width = TileWidthAt(tree.size(), level, index);
    if (width == 0) continue;
    HIKAE_TRY(exporter.levels_.back(), tree.Tile(level, index));
    if (level == 0) {
      HIKAE_TRY(exporter.bundle_, tree.Fetch(TileId{std::nullopt, index, width}));
      HIKAE_CHECK(DecodeBundle(exporter.bundle_, width));
    }
  }
  return exporter;
}

Result<void> TileExporter::Add(Bytes leaf) {
  if (leaf.size() > kMaxEntryBytes) return Error(Status::kArgument, "an entry has at most 65,535 bytes");
  AppendToBundle(bundle_, leaf);
  ++size_;
  if (size_ % kTileWidth != 0) return {};
  HIKAE_CHECK(HashBundle());
  HIKAE_CHECK(sink_.Put(TileId{std::nullopt, size_ / kTileWidth - 1, kTileWidth}.Path(), bundle_));
  bundle_.clear();
  return PutFull(0);
}

// Level 0 of the last tile from its entries, all at once.
Result<void> TileExporter::HashBundle() {
  if (levels_.empty()) levels_.emplace_back();
  levels_[0].clear();
  if (bundle_.empty()) return {};
  const auto width = static_cast<uint32_t>((size_ - 1) % kTileWidth + 1);
  HIKAE_TRY(const std::vector<Bytes> entries, DecodeBundle(bundle_, width));
  levels_[0].resize(width);
  crypto::Sha256Many(0x00, entries, levels_[0]);
  return {};
}

// A tile of this level is full: it is put, and is one hash of the level above.
Result<void> TileExporter::PutFull(uint32_t level) {
  const uint64_t index = (size_ >> (kTileHeight * (level + 1))) - 1;
  HIKAE_CHECK(sink_.Put(TileId{level, index, kTileWidth}.Path(), EncodeTile(levels_[level])));
  if (levels_.size() == level + 1) levels_.emplace_back();
  levels_[level + 1].push_back(Fold(std::move(levels_[level])));
  levels_[level].clear();
  return levels_[level + 1].size() == kTileWidth ? PutFull(level + 1) : Result<void>();
}

Result<void> TileExporter::PutPartials() {
  HIKAE_CHECK(HashBundle());
  if (!bundle_.empty()) {
    const auto width = static_cast<uint32_t>(size_ % kTileWidth);
    HIKAE_CHECK(sink_.Put(TileId{std::nullopt, size_ / kTileWidth, width}.Path(), bundle_));
  }
  for (uint32_t level = 0; level < levels_.size(); ++level) {
    const auto width = static_cast<uint32_t>(levels_[level].size());
    if (width == 0) continue;
    const uint64_t index = size_ >> (kTileHeight * (level + 1));
    HIKAE_CHECK(sink_.Put(TileId{level, index, width}.Path(), EncodeTile(levels_[level])));
  }
  return {};
}

Digest TileExporter::Root() {
  (void)HashBundle();  // cannot fail: the bundle is our own
  Frontier frontier;
  for (uint32_t level = static_cast<uint32_t>(levels_.size()); level-- > 0;) {
    for (const Digest& hash : levels_[level]) frontier.AppendSubtree(kTileHeight * level, hash);
  }
  return frontier.Root();
}

Result<void> ExportTiles(EntrySource& entries, const SignedCheckpoint& checkpoint, TileSink& sink,
                         const std::function<bool(uint64_t done, uint64_t total)>& progress) {
  const uint64_t total = checkpoint.head.size;
  HIKAE_TRY(const uint64_t there, entries.Size());
  if (there < total)
    return Error(Status::kArgument, Text{"the log has fewer entries than the checkpoint tells of",
                                         "記録がチェックポイントの示す数より少ない"});
  TileExporter exporter(&sink);
  for (uint64_t at = 0; at < total; at += kProgressEvery) {
    HIKAE_CHECK(entries.Read(at, std::min(total, at + kProgressEvery),
                             [&](const StoredEntry& entry) { return exporter.Add(entry.leaf); }));
    if (progress && !progress(exporter.size(), total))
      return Error(Status::kStopped, Text{"the export was stopped", "書出しは中断された"});
  }
  HIKAE_CHECK(exporter.PutPartials());
  if (exporter.size() != total || exporter.Root() != checkpoint.head.root)
    return Error(Status::kTampered,
                 Text{"the entries do not give the root of the checkpoint", "記録がチェックポイントの根と一致しない"});
  return sink.Put(std::string(kCheckpointPath), AsBytes(checkpoint.note.ToString()));
}

}  // namespace hikae::log
