// Project Wycheproof's vectors against our wrappers: known answers, and the forgeries and odd keys that others let
// pass.
#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "codec/node.h"
#include "crypto/aead.h"
#include "crypto/age/bech32.h"
#include "crypto/age/file_key.h"
#include "crypto/signature.h"
#include "crypto/suite.h"
#include "places.h"

namespace hikae::crypto {
namespace {

namespace fs = std::filesystem;
using codec::Node;

const std::string& TextOf(const Node& node, const char* key) {
  static const std::string kNone;
  const Node* found = node.Find(key);
  return found != nullptr ? found->text() : kNone;
}

std::vector<uint8_t> Unhex(const std::string& text) {
  std::vector<uint8_t> bytes;
  for (size_t at = 0; at + 1 < text.size(); at += 2) {
    bytes.push_back(static_cast<uint8_t>(std::stoi(text.substr(at, 2), nullptr, 16)));
  }
  return bytes;
}

template <class Array>
bool Fill(Array& into, const std::vector<uint8_t>& bytes) {
  if (bytes.size() != into.size()) return false;
  std::copy(bytes.begin(), bytes.end(), into.begin());
  return true;
}

class Wycheproof : public testing::Test {
 protected:
  // Calls test(group, vector, valid) for each; counts those it says it could run.
  template <class Test>
  void ForEach(const char* file, size_t at_least, Test test) {
    const fs::path path = fs::path(hikae::test::SharedData()) / "wycheproof" / "testvectors_v1" / file;
    if (!fs::is_regular_file(path)) GTEST_SKIP() << path << " is not here";
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto root = codec::ReadJson(text, file);
    ASSERT_TRUE(root.ok()) << root.error().ToString();
    std::map<std::string, size_t> results;
    size_t passed_over = 0;
    for (const Node& group : root->Find("testGroups")->items()) {
      for (const Node& one : group.Find("tests")->items()) {
        SCOPED_TRACE(std::to_string(one.Find("tcId")->integer()) + " " + TextOf(one, "comment"));
        const std::string& result = TextOf(one, "result");
        if (test(group, one, result)) {
          ++results[result];
        } else {
          ++passed_over;
        }
      }
    }
    std::printf("%s: %zu valid, %zu invalid, %zu acceptable, %zu of sizes we do not offer\n", file, results["valid"],
                results["invalid"], results["acceptable"], passed_over);
    EXPECT_GE(results["valid"] + results["invalid"] + results["acceptable"], at_least);
  }
};

// The parts of a vector for authenticated encryption.
struct Aead {
  std::vector<uint8_t> key, nonce, bound, plain, sealed;
  explicit Aead(const Node& one)
      : key(Unhex(TextOf(one, "key"))),
        nonce(Unhex(TextOf(one, "iv"))),
        bound(Unhex(TextOf(one, "aad"))),
        plain(Unhex(TextOf(one, "msg"))),
        sealed(Unhex(TextOf(one, "ct"))) {
    const auto tag = Unhex(TextOf(one, "tag"));
    sealed.insert(sealed.end(), tag.begin(), tag.end());
  }
};

// By the functions that records are sealed with.
bool RunSuite(SealSuite suite, const Node& group, const Node& one, const std::string& result) {
  const Aead given(one);
  if (given.key.size() != 32 || given.nonce.size() != NonceBytes(suite) || group.Find("tagSize")->integer() != 128)
    return false;
  std::vector<uint8_t> sealed(given.plain.size() + kSealTagBytes), opened(given.sealed.size() - kSealTagBytes, 0x55);
  SealInto(suite, given.key.data(), given.nonce, given.bound, given.plain, sealed);
  EXPECT_EQ(sealed == given.sealed, result == "valid");
  const bool good = UnsealInto(suite, given.key.data(), given.nonce, given.bound, given.sealed, opened);
  EXPECT_EQ(good, result == "valid");
  EXPECT_EQ(opened, good ? given.plain : std::vector<uint8_t>(opened.size(), 0));
  return true;
}

TEST_F(Wycheproof, XChaCha20Poly1305) {
  ForEach("xchacha20_poly1305_test.json", 306, [](const Node& group, const Node& one, const std::string& result) {
    const Aead given(one);
    SealKey key;
    SealNonce nonce;
    if (!Fill(key, given.key) || !Fill(nonce, given.nonce)) {
      EXPECT_EQ(result, "invalid");
      return false;
    }
    const auto opened = Unseal(key, nonce, given.bound, given.sealed);
    EXPECT_EQ(opened.has_value(), result == "valid");
    EXPECT_EQ(Seal(key, nonce, given.bound, given.plain) == given.sealed, result == "valid");
    if (opened) {
      EXPECT_EQ(*opened, given.plain);
    }
    return RunSuite(SealSuite::kXChaCha20Poly1305, group, one, result);
  });
}

TEST_F(Wycheproof, Aes256Gcm) {
  if (!Available(SealSuite::kAes256Gcm)) GTEST_SKIP() << "the processor does not do it";
  ForEach("aes_gcm_test.json", 60, [](const Node& group, const Node& one, const std::string& result) {
    return RunSuite(SealSuite::kAes256Gcm, group, one, result);
  });
}

// What age's stream and stanzas are sealed with; their nonces are never given from outside, so it is asked itself.
TEST_F(Wycheproof, ChaCha20Poly1305) {
  ForEach("chacha20_poly1305_test.json", 316, [](const Node&, const Node& one, const std::string& result) {
    const Aead given(one);
    if (given.nonce.size() != crypto_aead_chacha20poly1305_ietf_NPUBBYTES) {
      EXPECT_EQ(result, "invalid");
      return false;
    }
    std::vector<uint8_t> sealed(given.plain.size() + kSealTagBytes), opened(given.plain.size());
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, given.plain.data(), given.plain.size(),
                                              given.bound.data(), given.bound.size(), nullptr, given.nonce.data(),
                                              given.key.data());
    EXPECT_EQ(sealed == given.sealed, result == "valid");
    const int failed = crypto_aead_chacha20poly1305_ietf_decrypt(
        opened.data(), nullptr, nullptr, given.sealed.data(), given.sealed.size(), given.bound.data(),
        given.bound.size(), given.nonce.data(), given.key.data());
    EXPECT_EQ(failed == 0, result == "valid");
    if (failed == 0) {
      EXPECT_EQ(opened, given.plain);
    }
    return true;
  });
}

// What age's header and its keys are made with.
TEST_F(Wycheproof, HmacSha256) {
  ForEach("hmac_sha256_test.json", 174, [](const Node&, const Node& one, const std::string& result) {
    const auto key = Unhex(TextOf(one, "key")), text = Unhex(TextOf(one, "msg")), tag = Unhex(TextOf(one, "tag"));
    crypto_auth_hmacsha256_state state;
    std::vector<uint8_t> made(crypto_auth_hmacsha256_BYTES);
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    crypto_auth_hmacsha256_update(&state, text.data(), text.size());
    crypto_auth_hmacsha256_final(&state, made.data());
    made.resize(tag.size());  // half of the vectors are cut short
    EXPECT_EQ(made == tag, result == "valid");
    return true;
  });
}

TEST_F(Wycheproof, Ed25519) {
  ForEach("ed25519_test.json", 139, [](const Node& group, const Node& one, const std::string& result) {
    PublicKey key;
    Signature signature;
    const bool sized = Fill(signature, Unhex(TextOf(one, "sig")));
    if (!Fill(key, Unhex(TextOf(*group.Find("publicKey"), "pk"))) || !sized) {
      EXPECT_EQ(result, "invalid");
      return false;
    }
    EXPECT_EQ(Verify(key, Unhex(TextOf(one, "msg")), signature), result == "valid");
    return true;
  });
}

// Shares of low order must be refused; other odd ones are computed with.
TEST_F(Wycheproof, X25519) {
  ForEach("x25519_test.json", 500, [](const Node&, const Node& one, const std::string& result) {
    age::X25519Key share, expected, secret{};
    if (!Fill(share, Unhex(TextOf(one, "public"))) || !Fill(expected, Unhex(TextOf(one, "shared")))) return false;
    const auto identity = age::Identity::Parse(age::ToBech32("age-secret-key-", Unhex(TextOf(one, "private"))));
    if (!identity.ok()) return false;
    const bool zero = expected == age::X25519Key{};
    EXPECT_EQ(identity->Agree(share, secret), !zero);
    if (!zero) {
      EXPECT_EQ(secret, expected);
    }
    EXPECT_NE(result, "invalid");
    return true;
  });
}

// We make 32 bytes; of a vector that has more or fewer, as many as there are of both.
TEST_F(Wycheproof, HkdfSha256) {
  ForEach("hkdf_sha256_test.json", 83, [](const Node&, const Node& one, const std::string& result) {
    const auto info = Unhex(TextOf(one, "info"));
    const age::DerivedKey key = age::Hkdf(Unhex(TextOf(one, "ikm")), Unhex(TextOf(one, "salt")),
                                          {reinterpret_cast<const char*>(info.data()), info.size()});
    auto expected = Unhex(TextOf(one, "okm"));
    expected.resize(std::min(expected.size(), key.bytes.size()));
    if (expected.empty()) {
      EXPECT_EQ(result, "invalid");  // more than can be made at all
      return false;
    }
    EXPECT_EQ(result, "valid");
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), key.bytes.begin()));
    return true;
  });
}

}  // namespace
}  // namespace hikae::crypto
