#include "log/proof_bundle.h"

#include "codec/base64.h"
#include "log/text.h"

namespace hikae::log {
namespace {

using base::Result;

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";

}  // namespace

std::string ProofBundle::ToString() const {
  std::string out = std::string(kHeader) + "\n";
  if (!extra.empty()) out += "extra " + codec::Base64(AsBytes(extra)) + "\n";
  out += "index " + std::to_string(index) + "\n";
  for (const Digest& hash : proof) out += codec::Base64(hash) + "\n";
  return out + "\n" + checkpoint;
}

Result<ProofBundle> ProofBundle::Parse(std::string_view text) {
  ProofBundle bundle;
  std::string_view line;
  if (!NextLine(&text, &line) || line != kHeader) return Malformed("a proof begins with c2sp.org/tlog-proof@v1");
  if (!NextLine(&text, &line)) return Malformed("a proof ends too early");
  if (line.starts_with("extra ")) {
    if (line.size() > kMaxExtraBytes * 4 / 3 + 16) return Malformed("the extra data of a proof is at most 64 KiB");
    const auto bytes = codec::FromBase64(line.substr(6));
    if (!bytes || bytes->empty() || bytes->size() > kMaxExtraBytes)
      return Malformed("the extra line of a proof is base64, of at most 64 KiB");
    bundle.extra.assign(bytes->begin(), bytes->end());
    if (!NextLine(&text, &line)) return Malformed("a proof ends too early");
  }
  if (!line.starts_with("index ") || !ReadDecimal(line.substr(6), &bundle.index))
    return Malformed("a proof names its index, in decimal");
  for (;;) {
    if (!NextLine(&text, &line)) return Malformed("an empty line parts the proof from its checkpoint");
    if (line.empty()) break;
    Digest hash;
    if (bundle.proof.size() == kMaxProofHashes || !ReadDigest(line, &hash))
      return Malformed("a proof has at most 63 hashes, 32 bytes in base64 each");
    bundle.proof.push_back(hash);
  }
  HIKAE_CHECK(SignedCheckpoint::Parse(text));
  bundle.checkpoint = text;
  return bundle;
}

Result<Shown> CheckBundle(const ProofBundle& bundle, Bytes entry, const TrustPolicy& policy) {
  HIKAE_TRY(const SignedCheckpoint checkpoint, SignedCheckpoint::Parse(bundle.checkpoint));
  Shown shown;
  // Signatures first: what nobody vouches for is not looked at.
  HIKAE_TRY(shown.witnesses, policy.Accept(checkpoint));
  HIKAE_CHECK(CheckInclusion(HashLeaf(entry), bundle.index, checkpoint.head.size, bundle.proof, checkpoint.head.root));
  shown.head = checkpoint.head;
  return shown;
}

}  // namespace hikae::log
