// Writes what independent Go programs read, and lets them judge. See go_verifier_test.py.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "codec/base64.h"
#include "log/proof_bundle.h"
#include "log/publish/tile_export.h"
#include "log/publish/tile_tree.h"
#include "log/text.h"
#include "log/witness/witness.h"
#include "small_log.h"

namespace hikae::log {
namespace {

constexpr char kName[] = "hikae.example/江戸川/2021";

// A log of the office's own kind; its leaves are real entries, and it has been cosigned by a witness that saw it grow.
class Outside : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("HIKAE_VECTOR_DIR");
    if (folder == nullptr) GTEST_SKIP() << "HIKAE_VECTOR_DIR is not set: this test writes files for Go programs";
    folder_ = folder;
    std::filesystem::create_directories(folder_);
  }
  static std::string List(const Proof& proof) {
    std::string out;
    for (const Digest& hash : proof) out += (out.empty() ? "" : ",") + codec::Base64(hash);
    return out;
  }
  std::filesystem::path folder_;
};

TEST_F(Outside, VectorsOfManySizes) {
  const crypto::SigningKey witness_key = KeyOf(101);
  const WitnessIdentity witness{"witness.example", &witness_key};
  std::ofstream(folder_ / "keys") << LogMaker(kName, 1).VKey(1).ToString() << "\n"
                                  << witness.Public().ToString() << "\n";
  for (const auto& [old_size, size] : std::vector<std::pair<uint64_t, uint64_t>>{
           {1, 1}, {1, 2}, {3, 7}, {6, 8}, {5, 300}, {256, 257}, {1000, 4096}, {777, 5000}}) {
    LogMaker maker(kName, 1);
    std::string old_note = maker.Checkpoint();
    while (maker.size() < size) {
      maker.Read(static_cast<uint32_t>(maker.size()));
      if (maker.size() == old_size) old_note = maker.Checkpoint();
    }
    const std::string note = maker.Checkpoint();
    const auto hashes = HashesOf(maker.log());
    const auto subtree = SubtreesOf(hashes);
    const Proof growth = *ProveConsistency(subtree, old_size, size);
    WitnessState state;
    state.log_key = maker.VKey(1);
    const auto first = WitnessCosign(state, {0, {}, old_note}, witness, 1'621'468'800);
    ASSERT_EQ(first->verdict, WitnessVerdict::kCosigned);
    const auto second = WitnessCosign(first->state, {old_size, growth, note}, witness, 1'621'468'860);
    ASSERT_EQ(second->verdict, WitnessVerdict::kCosigned);

    std::ofstream file(folder_ / (std::to_string(old_size) + "-" + std::to_string(size)));
    for (const uint64_t index : std::set<uint64_t>{0, size / 2, size - 1}) {
      file << "leaf " << index << " " << codec::Base64(maker.log().leaves[index]) << "\n";
      file << "incl " << index << " " << List(*ProveInclusion(subtree, index, size)) << "\n";
    }
    file << "cons " << List(growth) << "\n";
    file << "old\n" << old_note << first->line << "END\nnew\n" << note << second->line << "END\n";
  }
}

TEST_F(Outside, Tiles) {
  for (const uint64_t size : {1u, 2u, 255u, 256u, 257u, 1000u, 66'000u}) {
    LogMaker maker(kName, 1);
    while (maker.size() < size) maker.Read(static_cast<uint32_t>(maker.size()));
    const std::string note = maker.Checkpoint({101});
    const auto site = folder_ / "tiles" / std::to_string(size);
    std::filesystem::create_directories(site);
    base::Io& io = base::PosixIo();
    DirectorySink sink(&io, site.string());
    MemorySource source(maker.log());
    ASSERT_TRUE(ExportTiles(source, *SignedCheckpoint::Parse(note), sink).ok());

    TileTree tree(FetchFrom(&io, site.string()), size);
    std::ofstream ask(site / "ask");
    std::ofstream ours(site / "ours");
    for (const uint64_t index : std::set<uint64_t>{0, size / 3, size / 2, size - 1}) {
      const Proof proof = *ProveInclusion(tree.AsSubtree(), index, size);
      const Proof growth = *ProveConsistency(tree.AsSubtree(), index + 1, size);
      ask << "i" << index << " c" << index + 1 << "\n";
      ours << "i" << index << " " << List(proof) << "\nc" << index + 1 << " " << List(growth) << "\n";
      std::ofstream(site / ("bundle-" + std::to_string(index)))
          << ProofBundle{index == 0 ? "" : "開示請求 12", index, proof, note}.ToString();
    }
  }
}

// What tests/fuzz/seeds holds for the formats of the log; copied there when a format gains something.
TEST_F(Outside, FuzzSeeds) {
  const auto put = [&](const std::string& name, std::string_view content) {
    const auto path = folder_ / "seeds" / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  };
  const auto text = [](Bytes bytes) { return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()); };
  LogMaker maker(kName, 1);
  for (uint32_t n = 1; n < 6; ++n) maker.Read(n);
  const std::string note = maker.Checkpoint({101, 102});
  put("note/cosigned", note);
  put("note/key", maker.VKey(1).ToString());
  put("note/witness-key", LogMaker::WitnessKey(101).ToString());
  put("note/foreign", "text\n\nmore\n\n\u2014 quasimodo.example/a AAAAAQI=\n");
  put("checkpoint/signed", note);
  put("checkpoint/text", SignedCheckpoint::Parse(note)->note.text + "extension\n");
  put("checkpoint/list", AppendToNoteList(AppendToNoteList("", maker.Sign(1, 0, EmptyRoot())), note));
  const Checkpoint empty{"hikae.example/2021", 0, EmptyRoot(), {}};
  put("cosignature/line", SignatureLine(Cosign(empty.ToString(), "witness.example/101", KeyOf(101), 1'621'468'800)));
  WitnessState state;
  state.log_key = maker.VKey(1);
  put("cosignature/state-new", state.ToString());
  const crypto::SigningKey key = KeyOf(101);
  const WitnessIdentity witness{"witness.example/101", &key};
  const auto hashes = HashesOf(maker.log());
  const auto first = WitnessCosign(state, {0, {}, note}, witness, 1);
  ASSERT_EQ(first->verdict, WitnessVerdict::kCosigned);
  put("cosignature/state", first->state.ToString());
  put("proof/request", WitnessRequest{3, *ProveConsistency(SubtreesOf(hashes), 3, 6), note}.ToString());
  std::vector<Digest> seven;
  for (uint8_t i = 0; i < 7; ++i) seven.push_back(HashLeaf({&i, 1}));
  for (uint8_t i = 0; i < 7; ++i) {
    const auto inclusion = EncodeTile(*ProveInclusion(SubtreesOf(seven), i, 7));
    const auto growth = EncodeTile(*ProveConsistency(SubtreesOf(seven), i, 7));
    put("proof/inclusion-" + std::to_string(i),
        std::string{static_cast<char>(i), static_cast<char>(i)} + text(inclusion));
    put("proof/consistency-" + std::to_string(i), std::string{'\xff', static_cast<char>(i)} + text(growth));
  }
  put("bundle/plain", ProofBundle{"", 2, *ProveInclusion(SubtreesOf(hashes), 2, 6), note}.ToString());
  put("bundle/extra", ProofBundle{"\x01開示", 5, *ProveInclusion(SubtreesOf(hashes), 5, 6), note}.ToString());
  put("bundle/policy", "# 江戸川\nlog " + maker.VKey(1).ToString() + " https://a\nwitness a " +
                           LogMaker::WitnessKey(101).ToString() + "\nwitness b " +
                           LogMaker::WitnessKey(102).ToString() + "\ngroup g 1 a b\ngroup h all g\nquorum h\n");
  put("bundle/policy-none", "quorum none\n");
  put("tile/path", TileId{2, 1'234'067, 256}.Path());
  put("tile/entries-path", TileId{std::nullopt, 0, 17}.Path());
  put("tile/hashes", std::string{'\x05'} + text(EncodeTile(hashes)));
  std::vector<uint8_t> bundle;
  for (const Leaf& leaf : maker.log().leaves) AppendToBundle(bundle, leaf);
  put("tile/entries", std::string{'\x05'} + text(bundle));
  for (size_t i = 0; i < maker.log().leaves.size(); i += 2)
    put("leaf/" + std::to_string(i), text(maker.log().leaves[i]));
  maker.Announce(2);
  put("leaf/key", text(maker.log().leaves.back()));
  put("leaf/next-period", text(LogMaker("hikae.example/江戸川/2022", 1, note).log().leaves[0]));
}

}  // namespace
}  // namespace hikae::log
