#include "crypto/sha256_many.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <random>

namespace hikae::crypto {
namespace {

Digest Reference(uint8_t prefix, Bytes bytes) {
  std::vector<uint8_t> all = {prefix};
  all.insert(all.end(), bytes.begin(), bytes.end());
  Digest out;
  crypto_hash_sha256(out.data(), all.data(), all.size());
  return out;
}

TEST(Sha256Many, EqualsLibsodiumForEveryLengthInAnyOrder) {
  std::mt19937 random(3);
  for (int round = 0; round < 40; ++round) {
    std::vector<std::vector<uint8_t>> messages;
    for (size_t i = 0; i < 61; ++i) {
      messages.emplace_back(round < 10 ? 61 * static_cast<size_t>(round) + i : random() % 700);
      for (auto& byte : messages.back()) byte = static_cast<uint8_t>(random());
    }
    std::vector<Bytes> views(messages.begin(), messages.end());
    std::vector<Digest> out(views.size());
    Sha256Many(0x00, views, out);
    for (size_t i = 0; i < views.size(); ++i) ASSERT_EQ(out[i], Reference(0, views[i])) << views[i].size();
  }
}

TEST(Sha256Pairs, EqualsLibsodiumInPlaceAndElsewhere) {
  std::mt19937 random(4);
  for (size_t size = 0; size <= 33; ++size) {
    std::vector<Digest> digests(size);
    for (auto& digest : digests) {
      for (auto& byte : digest) byte = static_cast<uint8_t>(random());
    }
    std::vector<Digest> out(size / 2);
    Sha256Pairs(0x01, digests, out);
    for (size_t i = 0; i < size / 2; ++i) {
      std::vector<uint8_t> both(digests[2 * i].begin(), digests[2 * i].end());
      both.insert(both.end(), digests[2 * i + 1].begin(), digests[2 * i + 1].end());
      ASSERT_EQ(out[i], Reference(1, both));
    }
    Sha256Pairs(0x01, digests, digests);
    digests.resize(size / 2);
    ASSERT_EQ(digests, out);
  }
}

}  // namespace
}  // namespace hikae::crypto
