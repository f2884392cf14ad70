#include "log/note.h"

#include <gtest/gtest.h>

#include "codec/base64.h"
#include "log/checkpoint.h"
#include "log/proof_bundle.h"

namespace hikae::log {
namespace {

crypto::SigningKey Key(uint8_t n) {
  crypto::Seed seed{};
  seed.fill(n);
  return crypto::SigningKey::FromSeed(seed);
}

Digest LeafOf(const std::string& entry) {
  return HashLeaf({reinterpret_cast<const uint8_t*>(entry.data()), entry.size()});
}

struct Signed {
  Note note;
  std::vector<VerifierKey> keys;
};

Signed Example() {
  const auto log_key = Key(1);
  const auto witness = Key(2);
  Checkpoint checkpoint{"hikae.example/江戸川/2021", 1, LeafOf("一"), {}};
  Signed out;
  out.note.text = checkpoint.ToString();
  out.keys = {{"hikae.example/江戸川/2021", KeyKind::kEd25519, log_key.public_key()},
              {"監査室", KeyKind::kCosignature, witness.public_key()}};
  out.note.signatures = {SignNote(out.note.text, out.keys[0].name, log_key),
                         Cosign(out.note.text, "監査室", witness, 1'621'468'800)};
  return out;
}

TEST(Note, RoundTripsAndVerifies) {
  const Signed example = Example();
  const auto parsed = ParseNote(example.note.ToString());
  ASSERT_TRUE(parsed.ok()) << parsed.error().ToString();
  EXPECT_EQ(parsed->ToString(), example.note.ToString());
  const auto signers = VerifyNote(*parsed, example.keys);
  ASSERT_TRUE(signers.ok());
  ASSERT_EQ(signers->size(), 2u);
  EXPECT_EQ((*signers)[1].seconds, 1'621'468'800u);
  EXPECT_EQ(Checkpoint::Parse(parsed->text)->ToString(), parsed->text);
  for (const auto& key : example.keys) EXPECT_EQ(VerifierKey::Parse(key.ToString())->ToString(), key.ToString());
}

TEST(Note, KnownKeyIdOfTheSpecificationsExample) {
  // The Go checksum database's key, published with its id.
  const auto key = VerifierKey::Parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->Id(), 0x033de0aeu);
  EXPECT_FALSE(VerifierKey::Parse("sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8").ok());
}

TEST(Note, EveryFlippedBitIsRefusedOrUnsigned) {
  const Signed example = Example();
  const std::string text = example.note.ToString();
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    const auto note = ParseNote(changed);
    if (!note.ok()) continue;
    const auto signers = VerifyNote(*note, example.keys);
    // A flipped name or key id makes the signature a stranger's; everything else must be refused.
    ASSERT_TRUE(!signers.ok() || signers->size() < 2) << "bit " << bit;
  }
}

TEST(Note, RefusesWhatIsNotCanonical) {
  const std::string good = Example().note.ToString();
  for (const std::string& bad :
       std::vector<std::string>{"", "\n", "a\n", "a\n\n", good.substr(0, good.size() - 1), good + "x", good + "\n",
                                "\r" + good, std::string("\0", 1) + good, "\xC0\x80" + good}) {
    EXPECT_EQ(ParseNote(bad).error().status, base::Status::kArgument) << bad;
  }
  for (const char* bad : {"o\n01\nAAAA\n", "o\n-1\n", "o\n1\nAAAA\n", "\n1\n", "o\n18446744073709551616\n",
                          "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                          "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"}) {
    EXPECT_FALSE(Checkpoint::Parse(bad).ok()) << bad;
  }
}

TEST(ProofBundle, RoundTripsAndRefusesFaults) {
  ProofBundle bundle{"裏付け", 5, {LeafOf("a"), LeafOf("b")}, Example().note.ToString()};
  const auto parsed = ProofBundle::Parse(bundle.ToString());
  ASSERT_TRUE(parsed.ok()) << parsed.error().ToString();
  EXPECT_EQ(parsed->ToString(), bundle.ToString());
  EXPECT_EQ(parsed->proof, bundle.proof);
  const std::string text = bundle.ToString();
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"@v1", "@v2"},
                                                                                 {"index 5", "index 05"},
                                                                                 {"index 5\n", ""},
                                                                                 {"\n\nhikae", "\nhikae"},
                                                                                 {"extra ", "extra  "}}) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    EXPECT_FALSE(ProofBundle::Parse(changed).ok()) << from;
  }
}

TEST(Base64, IsCanonicalOrNothing) {
  for (size_t size = 0; size < 70; ++size) {
    std::vector<uint8_t> bytes(size);
    for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 37 + size);
    EXPECT_EQ(codec::FromBase64(codec::Base64(bytes)), bytes);
  }
  for (const char* bad : {"A", "AA", "AAA", "A===", "AB==", "AAB=", "AA=A", "AAAA\n", " AAA", "A-A=", "===="})
    EXPECT_FALSE(codec::FromBase64(bad)) << bad;
}

}  // namespace
}  // namespace hikae::log
