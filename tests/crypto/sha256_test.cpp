#include "crypto/sha256.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <random>
#include <string>

namespace hikae::crypto {
namespace {

Digest Reference(Bytes bytes) {
  Digest out;
  crypto_hash_sha256(out.data(), bytes.data(), bytes.size());
  return out;
}

std::vector<uint8_t> Random(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> bytes(size);
  for (auto& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

std::string Hex(const Digest& digest) {
  char text[65];
  sodium_bin2hex(text, sizeof text, digest.data(), digest.size());
  return text;
}

TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(Hex(Sha256Of(Bytes{})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const std::string abc = "abc";
  EXPECT_EQ(Hex(Sha256Of(Bytes(reinterpret_cast<const uint8_t*>(abc.data()), 3))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, EveryWayEqualsLibsodiumAtEveryLength) {
  for (const Sha256Way way : Sha256Ways()) {
    for (size_t size = 0; size <= 400; ++size) {
      const auto bytes = Random(size, static_cast<uint32_t>(size));
      ASSERT_EQ(Sha256Of(way, bytes), Reference(bytes)) << "way " << static_cast<int>(way) << " size " << size;
    }
    const auto large = Random(1'000'003, 7);
    ASSERT_EQ(Sha256Of(way, large), Reference(large));
  }
}

TEST(Sha256, PiecesEqualTheWhole) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    const auto bytes = Random(random() % 1000, static_cast<uint32_t>(round));
    Sha256 running;
    for (size_t at = 0; at < bytes.size();) {
      const size_t take = std::min<size_t>(bytes.size() - at, random() % 130);
      running.Update(Bytes(bytes).subspan(at, take));
      at += take;
    }
    ASSERT_EQ(running.Finish(), Reference(bytes));
    ASSERT_EQ(running.Finish(), Reference({})) << "Finish must leave a new hash";
  }
}

TEST(Sha256, PrefixedEqualsConcatenated) {
  for (size_t size : {0, 1, 31, 64, 65, 500, 511, 512, 5000}) {
    const auto a = Random(size, 1);
    const auto b = Random(size / 3, 2);
    std::vector<uint8_t> all = {0x01};
    all.insert(all.end(), a.begin(), a.end());
    all.insert(all.end(), b.begin(), b.end());
    EXPECT_EQ(Sha256Of(0x01, a, b), Reference(all)) << size;
  }
}

}  // namespace
}  // namespace hikae::crypto
