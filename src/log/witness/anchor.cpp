#include "log/witness/anchor.h"

#include "log/whole_file.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;

Result<AnchorAnswer> AnchorCompare(const std::optional<SignedCheckpoint>& kept, const SignedCheckpoint& now,
                                   const Proof& proof, const TrustPolicy& policy) {
  HIKAE_CHECK(policy.Accept(now));
  if (!kept) return AnchorAnswer{AnchorVerdict::kFirst, 0};
  const Checkpoint& before = kept->head;
  const auto answer = [&](AnchorVerdict verdict) { return AnchorAnswer{verdict, before.size}; };
  if (before.origin != now.head.origin)
    return Error(Status::kArgument, base::Text{"the checkpoint kept is of another log", "控えは別のログのもの"});
  if (now.head.size < before.size) return answer(AnchorVerdict::kShrunk);
  if (now.head.size == before.size)
    return answer(now.head.root == before.root ? AnchorVerdict::kSame : AnchorVerdict::kForked);
  return answer(CheckGrowth(before, now.head, proof).ok() ? AnchorVerdict::kGrown : AnchorVerdict::kForked);
}

Result<std::optional<SignedCheckpoint>> AnchorFile::Kept() {
  const auto text = base::ReadWhole(io_, path_, kMaxNoteBytes);
  if (!text.ok() && text.error().status == Status::kNotFound) return std::optional<SignedCheckpoint>();
  if (!text.ok()) return text.error();
  HIKAE_TRY(SignedCheckpoint kept, SignedCheckpoint::Parse(*text));
  return std::optional(std::move(kept));
}

Result<AnchorAnswer> AnchorFile::Update(std::string_view note, const Proof& proof, const TrustPolicy& policy) {
  HIKAE_TRY(const auto lock, LockBeside(io_, path_));
  HIKAE_TRY(const auto kept, Kept());
  HIKAE_TRY(const SignedCheckpoint now, SignedCheckpoint::Parse(note));
  HIKAE_TRY(const AnchorAnswer answer, AnchorCompare(kept, now, proof, policy));
  if (answer.sound() && answer.verdict != AnchorVerdict::kSame) HIKAE_CHECK(ReplaceWhole(io_, path_, note));
  return answer;
}

}  // namespace hikae::log
