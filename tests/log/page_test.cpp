// The worked examples of docs/formats/checkpoint.md and proof-bundle.md, made again.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "log/format_page.h"
#include "log/proof_bundle.h"
#include "log/witness/witness.h"
#include "places.h"
#include "small_log.h"

namespace hikae::log {
namespace {

// The block ```text NAME of docs/formats/PAGE; empty when the page has no such block.
std::string TextOfPage(const std::string& page, const std::string& name) {
  std::ifstream in(hikae::test::SourceDir() + "/docs/formats/" + page);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::string open = "```text " + name + "\n";
  const size_t begin = text.find(open);
  if (begin == std::string::npos) return {};
  return text.substr(begin + open.size(), text.find("```", begin + open.size()) - begin - open.size());
}

class Pages : public testing::Test {
 protected:
  Pages() : log_key_(KeyOf(1)), witness_key_(KeyOf(2)), witness_{"witness.example/監査室", &witness_key_} {
    log_.Insert(0, LeafMaker(0x0001, 0).Field(0x20, kOrigin).Take());
    log_.Insert(1, HexOfPage("log-entry.md", "leaf"));
    hashes_ = HashesOf(log_);
    log_vkey_ = {kOrigin, KeyKind::kEd25519, log_key_.public_key()};
  }
  std::string Sign(uint64_t size) const {
    Note note{Checkpoint{kOrigin, size, FrontierOf(hashes_, size).Root(), {}}.ToString(), {}};
    note.signatures.push_back(SignNote(note.text, kOrigin, log_key_));
    return note.ToString();
  }
  void Compare(const std::string& page, const std::string& name, const std::string& made) {
    EXPECT_EQ(TextOfPage(page, name), made) << page << ", " << name;
  }

  static constexpr char kOrigin[] = "hikae.example/江戸川/2021";
  crypto::SigningKey log_key_, witness_key_;
  WitnessIdentity witness_;
  VerifierKey log_vkey_;
  MemoryLog log_;
  std::vector<Digest> hashes_;
};

TEST_F(Pages, ShowWhatWeMake) {
  ASSERT_EQ(hashes_.size(), 2u);
  WitnessState state;
  state.log_key = log_vkey_;
  state = WitnessCosign(state, {0, {}, Sign(1)}, witness_, 1'621'472'400)->state;
  const WitnessRequest request{1, *ProveConsistency(SubtreesOf(hashes_), 1, 2), Sign(2)};
  const auto answer = WitnessCosign(state, request, witness_, 1'621'472'460);
  ASSERT_EQ(answer->verdict, WitnessVerdict::kCosigned);
  const std::string cosigned = Sign(2) + answer->line;
  const std::string policy =
      "log " + log_vkey_.ToString() + "\nwitness 監査室 " + witness_.Public().ToString() + "\nquorum 監査室\n";
  Compare("checkpoint.md", "checkpoint", cosigned);
  Compare("checkpoint.md", "keys", log_vkey_.ToString() + "\n" + witness_.Public().ToString() + "\n");
  Compare("checkpoint.md", "request", request.ToString());
  Compare("checkpoint.md", "state", answer->state.ToString());
  Compare("checkpoint.md", "policy", policy);
  const ProofBundle bundle{"", 1, *ProveInclusion(SubtreesOf(hashes_), 1, 2), cosigned};
  Compare("proof-bundle.md", "bundle", bundle.ToString());
}

// And from the page alone: the bundle shows the leaf of the other page, by the policy of the third.
TEST_F(Pages, VerifyByThemselves) {
  const auto policy = TrustPolicy::Parse(TextOfPage("checkpoint.md", "policy"), "checkpoint.md");
  ASSERT_TRUE(policy.ok()) << policy.error().ToString();
  const auto bundle = ProofBundle::Parse(TextOfPage("proof-bundle.md", "bundle"));
  ASSERT_TRUE(bundle.ok()) << bundle.error().ToString();
  const auto shown = CheckBundle(*bundle, HexOfPage("log-entry.md", "leaf"), *policy);
  ASSERT_TRUE(shown.ok()) << shown.error().ToString();
  EXPECT_EQ(shown->witnesses.size(), 1u);
}

}  // namespace
}  // namespace hikae::log
