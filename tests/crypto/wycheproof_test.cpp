// Project Wycheproof's vectors against our wrappers: known answers, and the forgeries and odd keys that others let
// pass.
#include <gtest/gtest.h>

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

TEST_F(Wycheproof, XChaCha20Poly1305) {
  ForEach("xchacha20_poly1305_test.json", 300, [](const Node&, const Node& one, const std::string& result) {
    SealKey key;
    SealNonce nonce;
    if (!Fill(key, Unhex(TextOf(one, "key"))) || !Fill(nonce, Unhex(TextOf(one, "iv")))) {
      EXPECT_EQ(result, "invalid");
      return false;
    }
    const auto bound = Unhex(TextOf(one, "aad")), plain = Unhex(TextOf(one, "msg"));
    auto sealed = Unhex(TextOf(one, "ct"));
    const auto tag = Unhex(TextOf(one, "tag"));
    sealed.insert(sealed.end(), tag.begin(), tag.end());
    const auto opened = Unseal(key, nonce, bound, sealed);
    EXPECT_EQ(opened.has_value(), result == "valid");
    EXPECT_EQ(Seal(key, nonce, bound, plain) == sealed, result == "valid");
    if (opened) {
      EXPECT_EQ(*opened, plain);
    }
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

TEST_F(Wycheproof, HkdfSha256) {
  ForEach("hkdf_sha256_test.json", 12, [](const Node&, const Node& one, const std::string& result) {
    if (one.Find("size")->integer() != 32) return false;
    const auto info = Unhex(TextOf(one, "info"));
    const age::DerivedKey key = age::Hkdf(Unhex(TextOf(one, "ikm")), Unhex(TextOf(one, "salt")),
                                          {reinterpret_cast<const char*>(info.data()), info.size()});
    EXPECT_EQ(std::vector<uint8_t>(key.bytes.begin(), key.bytes.end()) == Unhex(TextOf(one, "okm")), result == "valid");
    return true;
  });
}

}  // namespace
}  // namespace hikae::crypto
