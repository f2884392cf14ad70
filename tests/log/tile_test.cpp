#include "log/tile.h"

#include <gtest/gtest.h>

#include <map>

#include "io/sim_io.h"
#include "log/publish/tile_export.h"
#include "log/publish/tile_tree.h"
#include "log/text.h"
#include "small_log.h"

namespace hikae::log {
namespace {

class MemorySink : public TileSink {
 public:
  base::Result<void> Put(const std::string& path, Bytes content) override {
    files[path].assign(content.begin(), content.end());
    order.push_back(path);
    return {};
  }
  TileFetch Fetch() const {
    return [this](const std::string& path) -> base::Result<std::vector<uint8_t>> {
      const auto at = files.find(path);
      if (at == files.end()) return base::Error(base::Status::kNotFound, path);
      return at->second;
    };
  }
  std::map<std::string, std::vector<uint8_t>> files;
  std::vector<std::string> order;
};

MemoryLog Plain(size_t size) {
  MemoryLog log;
  for (size_t i = 0; i < size; ++i) {
    const std::string text = "記録 " + std::to_string(i);
    log.leaves.emplace_back(text.begin(), text.end());
  }
  log.details.resize(size);
  return log;
}

SignedCheckpoint Head(uint64_t size, const Digest& root) {
  Note note{Checkpoint{"hikae.example/江戸川/2021", size, root, {}}.ToString(), {}};
  note.signatures.push_back(SignNote(note.text, "hikae.example/江戸川/2021", KeyOf(1)));
  return *SignedCheckpoint::Parse(note.ToString());
}

TEST(TilePath, IsCanonicalOrNothing) {
  for (const auto& [id, path] : std::vector<std::pair<TileId, std::string>>{
           {{0, 0, 256}, "tile/0/000"},
           {{3, 1'234'067, 256}, "tile/3/x001/x234/067"},
           {{63, 999, 1}, "tile/63/999.p/1"},
           {{std::nullopt, 1000, 255}, "tile/entries/x001/000.p/255"},
           {{0, 36'028'797'018'963'967, 256}, "tile/0/x036/x028/x797/x018/x963/967"}}) {
    EXPECT_EQ(id.Path(), path);
    const auto parsed = TileId::Parse(path);
    ASSERT_TRUE(parsed.ok()) << path;
    EXPECT_EQ(*parsed, id);
  }
  for (const char* bad : {"",
                          "tile",
                          "tile/0",
                          "tile/0/",
                          "tile/00/000",
                          "tile/64/000",
                          "tile/-1/000",
                          "tile/0/00",
                          "tile/0/0000",
                          "tile/0/x000/000",
                          "tile/0/x001",
                          "tile/0/001/000",
                          "tile/0/x001/x000",
                          "tile/0/000.p/0",
                          "tile/0/000.p/256",
                          "tile/0/000.p/01",
                          "tile/0/000.p",
                          "tile/0/000.p/1/2",
                          "tile/entries/",
                          "tile/Entries/000",
                          "/tile/0/000",
                          "tile/0/000 ",
                          "tile/0/x018/x446/x744/x073/x709/x551/615",
                          "tile/8/0/000"})
    EXPECT_FALSE(TileId::Parse(bad).ok()) << bad;
}

TEST(TileCodec, DecodesWhatIsExactlyAsWide) {
  const std::vector<Digest> hashes = {EmptyRoot(), HashLeaf({})};
  EXPECT_EQ(*DecodeTile(EncodeTile(hashes), 2), hashes);
  EXPECT_FALSE(DecodeTile(EncodeTile(hashes), 1).ok());
  EXPECT_FALSE(DecodeTile(EncodeTile(hashes), 3).ok());
  EXPECT_FALSE(DecodeTile({}, 0).ok());
  EXPECT_FALSE(DecodeTile(std::vector<uint8_t>(257 * 32), 257).ok());
  std::vector<uint8_t> bundle;
  AppendToBundle(bundle, {});
  AppendToBundle(bundle, std::vector<uint8_t>(65'535, 7));
  const auto entries = DecodeBundle(bundle, 2);
  ASSERT_TRUE(entries.ok());
  EXPECT_EQ((*entries)[1].size(), 65'535u);
  EXPECT_FALSE(DecodeBundle(bundle, 1).ok());
  EXPECT_FALSE(DecodeBundle(bundle, 3).ok());
  EXPECT_FALSE(DecodeBundle(Bytes(bundle).first(bundle.size() - 1), 2).ok());
  EXPECT_FALSE(DecodeBundle(std::vector<uint8_t>{0}, 1).ok());
}

TEST(TileExport, ProofsFromTilesEqualOurs) {
  for (const size_t size : {1u, 2u, 255u, 256u, 257u, 511u, 512u, 1000u, 2048u, 70'000u}) {
    const MemoryLog log = Plain(size);
    const auto hashes = HashesOf(log);
    const Digest root = FrontierOf(hashes, size).Root();
    MemorySource source(log);
    MemorySink sink;
    ASSERT_TRUE(ExportTiles(source, Head(size, root), sink).ok()) << size;
    EXPECT_EQ(sink.order.back(), "checkpoint");
    // Exactly the files that the specification counts, each as wide as it must be.
    size_t tiles = 0;
    for (const auto& [path, content] : sink.files) {
      if (path == "checkpoint") continue;
      const auto id = TileId::Parse(path);
      ASSERT_TRUE(id.ok()) << path;
      EXPECT_EQ(id->width, TileWidthAt(size, id->level.value_or(0), id->index)) << path;
      EXPECT_TRUE(id->level ? DecodeTile(content, id->width).ok() : DecodeBundle(content, id->width).ok()) << path;
      tiles += id->level ? 1 : 0;
    }
    if (size == 70'000) {
      EXPECT_EQ(tiles, 273u + 1 + 1 + 1 + 1);
      EXPECT_TRUE(sink.files.contains("tile/0/273.p/112") && sink.files.contains("tile/1/000") &&
                  sink.files.contains("tile/1/001.p/17") && sink.files.contains("tile/2/000.p/1"));
    }
    if (size == 256) {
      EXPECT_TRUE(sink.files.contains("tile/0/000") && sink.files.contains("tile/1/000.p/1"));
    }

    TileTree tree(sink.Fetch(), size);
    EXPECT_EQ(*RootAt(tree.AsSubtree(), size), root);
    const size_t step = std::max<size_t>(1, size / 23);
    for (size_t i = 0; i < size; i += step) {
      const auto proof = ProveInclusion(tree.AsSubtree(), i, size);
      ASSERT_TRUE(proof.ok()) << proof.error().ToString();
      ASSERT_EQ(*proof, *ProveInclusion(SubtreesOf(hashes), i, size));
      ASSERT_TRUE(CheckInclusion(hashes[i], i, size, *proof, root).ok());
      const auto growth = ProveConsistency(tree.AsSubtree(), i + 1, size);
      ASSERT_TRUE(growth.ok());
      ASSERT_EQ(*growth, *ProveConsistency(SubtreesOf(hashes), i + 1, size));
    }
    EXPECT_EQ(*tree.LeafHashes(0, size), hashes);
  }
}

TEST(TileExport, GoesOnFromWhereItWas) {
  const MemoryLog log = Plain(1500);
  MemorySink whole;
  TileExporter all(&whole);
  for (const Leaf& leaf : log.leaves) ASSERT_TRUE(all.Add(leaf).ok());
  ASSERT_TRUE(all.PutPartials().ok());
  MemorySink grown;
  uint64_t size = 0;
  for (const uint64_t next : {1, 200, 256, 257, 800, 1024, 1500}) {
    TileTree tree(grown.Fetch(), size);
    auto exporter = TileExporter::Resume(&grown, tree);
    ASSERT_TRUE(exporter.ok()) << exporter.error().ToString();
    for (uint64_t i = size; i < next; ++i) ASSERT_TRUE(exporter->Add(log.leaves[i]).ok());
    ASSERT_TRUE(exporter->PutPartials().ok());
    size = next;
    EXPECT_EQ(exporter->Root(), FrontierOf(HashesOf(log), next).Root());
  }
  for (const auto& [path, content] : whole.files) EXPECT_EQ(grown.files[path], content) << path;
}

TEST(TileExport, PutsNoCheckpointThatDoesNotFit) {
  const MemoryLog log = Plain(300);
  MemorySource source(log);
  MemorySink sink;
  EXPECT_EQ(ExportTiles(source, Head(300, EmptyRoot()), sink).error().status, base::Status::kTampered);
  EXPECT_EQ(ExportTiles(source, Head(301, EmptyRoot()), sink).error().status, base::Status::kArgument);
  EXPECT_EQ(ExportTiles(source, Head(300, EmptyRoot()), sink, [](uint64_t, uint64_t) { return false; }).error().status,
            base::Status::kStopped);
  EXPECT_FALSE(sink.files.contains("checkpoint"));
}

TEST(TileTree, RefusesWhatIsNotThereAndTakesFullTilesForPartialOnes) {
  const MemoryLog log = Plain(600);
  MemorySink sink;
  TileExporter exporter(&sink);
  for (const Leaf& leaf : log.leaves) ASSERT_TRUE(exporter.Add(leaf).ok());
  ASSERT_TRUE(exporter.PutPartials().ok());
  TileTree before(sink.Fetch(), 300);  // its partial tile 1 was never put, the full one is there
  const auto hashes = HashesOf(log);
  EXPECT_EQ(*before.LeafHashes(250, 300), std::vector<Digest>(hashes.begin() + 250, hashes.begin() + 300));
  EXPECT_EQ(before.SubtreeHash(0, 300).error().status, base::Status::kArgument);
  EXPECT_EQ(before.SubtreeHash(9, 0).error().status, base::Status::kArgument);
  EXPECT_EQ(before.SubtreeHash(64, 0).error().status, base::Status::kArgument);
  EXPECT_EQ(before.LeafHashes(299, 301).error().status, base::Status::kArgument);
  sink.files.erase("tile/0/000");
  TileTree gone(sink.Fetch(), 600);
  EXPECT_EQ(gone.SubtreeHash(0, 5).error().status, base::Status::kNotFound);
}

TEST(TileExport, ToADirectoryAndBack) {
  const MemoryLog log = Plain(700);
  const Digest root = FrontierOf(HashesOf(log), 700).Root();
  test::SimIo io;
  MemorySource source(log);
  DirectorySink sink(&io, "site");
  ASSERT_TRUE(ExportTiles(source, Head(700, root), sink).ok());
  TileTree tree(FetchFrom(&io, "site"), 700);
  EXPECT_EQ(*RootAt(tree.AsSubtree(), 700), root);
  EXPECT_TRUE(SignedCheckpoint::Parse(*base::ReadWhole(io, "site/checkpoint", kMaxNoteBytes)).ok());
}

}  // namespace
}  // namespace hikae::log
