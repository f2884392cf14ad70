#include "log/sign/epoch_signer.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

Result<EpochSigner> EpochSigner::Create(std::string origin, KeyRing ring, KeyKeeper* keeper,
                                        const std::optional<Checkpoint>& last, const RootAt& root_at) {
  if (last) {
    if (last->origin != origin)
      return Error(Status::kArgument,
                   Text{"the last checkpoint is of another log", "最後のチェックポイントが別のログのもの"});
    const auto root = root_at(last->size);
    if (!root.ok() && root.error().status != Status::kArgument) return root.error();
    if (!root.ok() || *root != last->root)
      return Error(Status::kTampered,
                   Text{"the log is not the one that was signed last", "最後に署名したログと一致しない"});
  }
  return EpochSigner(std::move(origin), std::move(ring), keeper, last);
}

Result<std::string> EpochSigner::SignHead(uint64_t size, const Digest& root) {
  if (size > kMaxTreeSize) return Error(Status::kArgument, "no log is that large");
  if (last_ && (size < last_->size || (size == last_->size && root != last_->root)))
    return Error(Status::kTampered,
                 Text{"the checkpoint would contradict one signed before", "先に署名したチェックポイントと矛盾する"});
  const Checkpoint head{origin_, size, root, {}};
  Note note{head.ToString(), {}};
  note.signatures.push_back(SignNote(note.text, origin_, ring_.current));
  last_ = head;
  return note.ToString();
}

Result<std::string> EpochSigner::Sign(uint64_t size, const Digest& root) {
  if (changing()) return Error(Status::kBusy, Text{"a change of keys is not finished", "鍵の交替が終わっていない"});
  return SignHead(size, root);
}

Result<std::string> EpochSigner::BeginChange() {
  if (!changing()) {
    crypto::SigningKey next = crypto::SigningKey::Generate();
    HIKAE_CHECK(keeper_->Store(ring_.epoch, ring_.current, &next));
    ring_.next = std::move(next);
    handed_over_ = false;
  }
  return VerifierKey{origin_, KeyKind::kEd25519, ring_.next->public_key()}.ToString();
}

Result<void> EpochSigner::GiveUpChange() {
  if (!changing() || handed_over_) return Error(Status::kArgument, "no change of keys can be given up");
  HIKAE_CHECK(keeper_->Store(ring_.epoch, ring_.current, nullptr));
  ring_.next.reset();
  return {};
}

Result<std::string> EpochSigner::HandOver(uint64_t index, const Digest& root) {
  if (!changing()) return Error(Status::kArgument, "no change of keys was begun");
  HIKAE_TRY(std::string note, SignHead(index + 1, root));
  handed_over_ = true;
  return note;
}

Result<void> EpochSigner::Retire() {
  if (!changing() || !handed_over_) return Error(Status::kArgument, "the old key has not vouched for the new one");
  HIKAE_CHECK(keeper_->Store(ring_.epoch + 1, *ring_.next, nullptr));
  ring_.current = *std::move(ring_.next);  // the old key's memory is wiped as it goes
  ring_.next.reset();
  ++ring_.epoch;
  handed_over_ = false;
  return {};
}

}  // namespace hikae::log
