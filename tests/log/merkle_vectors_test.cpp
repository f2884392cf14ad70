// The public vectors of transparency-dev/merkle: proofs that hold and, mostly, proofs that must not.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "codec/base64.h"
#include "codec/node.h"
#include "log/tree.h"
#include "places.h"

namespace hikae::log {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = fs::path(hikae::test::SharedData()) / "merkle/testdata";

bool ReadHash(const codec::Node& node, Digest* out) {
  const auto bytes = codec::FromBase64(node.text());
  if (!bytes || bytes->size() != out->size()) return false;
  std::copy(bytes->begin(), bytes->end(), out->begin());
  return true;
}

// False when a hash of it is not 32 bytes long: our types cannot hold such a proof, so it is refused where it is read.
bool ReadProof(const codec::Node& node, Proof* out) {
  if (node.IsNull()) return true;
  for (const codec::Node& item : node.items()) {
    if (!ReadHash(item, &out->emplace_back())) return false;
  }
  return true;
}

uint64_t Number(const codec::Node& node, const char* key) {
  const codec::Node& value = *node.Find(key);
  if (value.kind() == codec::Node::Kind::kInteger) return static_cast<uint64_t>(value.integer());
  return std::stoull(value.text());  // past int64
}

bool InclusionHolds(const codec::Node& vector) {
  Digest root, leaf;
  Proof proof;
  return ReadHash(*vector.Find("root"), &root) && ReadHash(*vector.Find("leafHash"), &leaf) &&
         ReadProof(*vector.Find("proof"), &proof) &&
         CheckInclusion(leaf, Number(vector, "leafIdx"), Number(vector, "treeSize"), proof, root).ok();
}

bool ConsistencyHolds(const codec::Node& vector) {
  Digest root1, root2;
  Proof proof;
  // "don't care" stands for a root in a few vectors; they differ in nothing else that counts, so equal stand-ins do.
  if (!ReadHash(*vector.Find("root1"), &root1)) root1.fill(vector.Find("root1")->text() == "ZG9uJ3QgY2FyZSAx" ? 1 : 2);
  if (!ReadHash(*vector.Find("root2"), &root2)) root2.fill(2);
  return ReadProof(*vector.Find("proof"), &proof) &&
         CheckConsistency(Number(vector, "size1"), root1, Number(vector, "size2"), root2, proof).ok();
}

size_t Judge(const char* folder, bool (*holds)(const codec::Node&), size_t* good) {
  size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const auto vector = codec::ReadJson(std::string{std::istreambuf_iterator<char>(file), {}}, entry.path().string());
    EXPECT_TRUE(vector.ok()) << entry.path();
    if (!vector.ok()) continue;
    const bool wanted = !vector->Find("wantErr")->boolean();
    EXPECT_EQ(holds(*vector), wanted) << entry.path() << ": " << vector->Find("desc")->text();
    ++count;
    *good += wanted ? 1 : 0;
  }
  return count;
}

TEST(MerkleVectors, AllInclusionProofsAreJudgedAsTheyShould) {
  if (!fs::exists(kRoot)) GTEST_SKIP() << "transparency-dev/merkle's vectors are not at " << kRoot;
  size_t good = 0;
  const size_t count = Judge("inclusion", InclusionHolds, &good);
  std::printf("%zu inclusion vectors, %zu of them good\n", count, good);
  EXPECT_GE(count, 40u);
  EXPECT_GT(good, 0u);
}

TEST(MerkleVectors, AllConsistencyProofsAreJudgedAsTheyShould) {
  if (!fs::exists(kRoot)) GTEST_SKIP() << "transparency-dev/merkle's vectors are not at " << kRoot;
  size_t good = 0;
  const size_t count = Judge("consistency", ConsistencyHolds, &good);
  std::printf("%zu consistency vectors, %zu of them good\n", count, good);
  EXPECT_GE(count, 40u);
  EXPECT_GT(good, 0u);
}

// The eight leaves that Certificate Transparency's implementations share, and the heads of the trees over them.
TEST(MerkleVectors, TreeHeadsOfTheSharedLeaves) {
  const std::vector<std::vector<uint8_t>> leaves = {
      {},
      {0x00},
      {0x10},
      {0x20, 0x21},
      {0x30, 0x31},
      {0x40, 0x41, 0x42, 0x43},
      {0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57},
      {0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f}};
  const std::vector<std::string> heads = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  const auto hex = [](const Digest& digest) {
    std::string text;
    for (const uint8_t byte : digest) text += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
    return text;
  };
  Frontier frontier;
  for (size_t n = 0; n < heads.size(); ++n) {
    EXPECT_EQ(hex(frontier.Root()), heads[n]) << n;
    if (n < leaves.size()) frontier.Append(HashLeaf(leaves[n]));
  }
}

}  // namespace
}  // namespace hikae::log
