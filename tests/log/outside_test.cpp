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

}  // namespace
}  // namespace hikae::log
