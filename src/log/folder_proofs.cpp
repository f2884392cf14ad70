#include "log/folder_proofs.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/sign/checkpoint_file.h"
#include "log/verify/leaf_view.h"
#include "log/whole_file.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

namespace {

Error NotSigned(const std::string& place) {
  return {Status::kTampered,
          Text{"the latest checkpoint is not signed by the key in force",
               "最新のチェックポイントが有効な鍵で署名されていない"},
          {place, 0, 0}};
}

Error NotAWitness() {
  return {Status::kArgument, Text{"this is the key of a log, expected that of a witness",
                                  "ログの鍵が指定された。立会人の検証鍵を指定する"}};
}

bool SignedBy(const SignedCheckpoint& checkpoint, const VerifierKey& key) {
  const auto signers = VerifyNote(checkpoint.note, {key});
  return signers.ok() && !signers->empty();
}

// The leaf at `index`.
Result<std::vector<uint8_t>> LeafAt(EntrySource& entries, uint64_t index) {
  std::vector<uint8_t> leaf;
  HIKAE_CHECK(entries.Read(index, index + 1, [&](const StoredEntry& entry) -> Result<void> {
    leaf.assign(entry.leaf.begin(), entry.leaf.end());
    return {};
  }));
  return leaf;
}

// The checkpoint of the period before that a period begins with; nothing for the first of all.
Result<std::optional<SignedCheckpoint>> PreviousOf(EntrySource& entries) {
  HIKAE_TRY(const std::vector<uint8_t> leaf, LeafAt(entries, 0));
  verify::LeafView view;
  const char* why = nullptr;
  if (verify::ReadLeaf(leaf, &view, &why) != verify::LeafForm::kGood || view.previous.empty())
    return std::optional<SignedCheckpoint>();
  HIKAE_TRY(SignedCheckpoint previous, SignedCheckpoint::Parse(view.previous));
  return std::optional(std::move(previous));
}

// How a checkpoint that was kept stands to one of the same log.
Result<AnchorVerdict> Compare(const Checkpoint& kept, const Checkpoint& now, EntrySource& entries,
                              const ProofProgress& progress) {
  if (now.size < kept.size) return AnchorVerdict::kShrunk;
  HIKAE_TRY(const GrowthProof growth, ProveGrowth(entries, now, kept.size, progress));
  if (growth.old_root != kept.root) return AnchorVerdict::kForked;
  return now.size == kept.size ? AnchorVerdict::kSame : AnchorVerdict::kGrown;
}

// The walk of an anchor from the period it was of to the current one.
class AnchorWalk {
 public:
  AnchorWalk(const LogFolder& folder, std::vector<Period> periods, const ProofProgress& progress)
      : folder_(folder), periods_(std::move(periods)), progress_(progress) {}

  Result<AnchorKept> From(const std::optional<Checkpoint>& kept) {
    AnchorKept answer{AnchorVerdict::kFirst, kept, {}};
    size_t at = periods_.size() - 1;
    if (kept) {
      HIKAE_TRY(at, IndexOf(*kept));
    }
    for (bool first = true;; first = false, ++at) {
      HIKAE_TRY(const auto entries, folder_.Entries(periods_[at].name));
      HIKAE_TRY(latest_, LatestSigned(folder_, periods_[at], *entries));
      answer.now = latest_->head;
      const bool compared = first && kept && kept->origin == answer.now.origin;
      if (compared) {
        HIKAE_TRY(answer.verdict, Compare(*kept, answer.now, *entries, progress_));
      } else {
        // Nothing to compare with but itself: its own entries must give it.
        HIKAE_CHECK(ProveGrowth(*entries, answer.now, answer.now.size, progress_));
        if (kept) answer.verdict = AnchorVerdict::kGrown;
      }
      if (answer.verdict == AnchorVerdict::kShrunk || answer.verdict == AnchorVerdict::kForked) return answer;
      if (at + 1 == periods_.size()) return answer;
      HIKAE_CHECK(Step(at, &answer));
      if (answer.verdict == AnchorVerdict::kForked) return answer;
    }
  }
  const SignedCheckpoint& latest() const { return *latest_; }

 private:
  // The period the checkpoint is of, or the one that begins with it when that is all that is left.
  Result<size_t> IndexOf(const Checkpoint& kept) {
    for (size_t i = 0; i < periods_.size(); ++i) {
      if (periods_[i].origin == kept.origin) return i;
    }
    HIKAE_TRY(const auto entries, folder_.Entries(periods_.front().name));
    HIKAE_TRY(const auto previous, PreviousOf(*entries));
    if (previous && previous->head.origin == kept.origin && previous->head.size == kept.size &&
        previous->head.root == kept.root)
      return 0;
    const std::string office = kept.origin.substr(0, kept.origin.rfind('/') + 1);
    const bool ours = periods_.front().origin.starts_with(office);
    if (!ours) return Error(Status::kArgument, Text{"the checkpoint kept is of another log", "控えは別のログのもの"});
    return Error(Status::kNotFound, Text{"the period of the checkpoint kept is not here any more",
                                         "控えの期間のアクセス記録がここにない"});
  }
  // Whether the period behind `at` begins with the checkpoint that `answer` ends with.
  Result<void> Step(size_t at, AnchorKept* answer) {
    HIKAE_TRY(const auto entries, folder_.Entries(periods_[at + 1].name));
    HIKAE_TRY(const auto previous, PreviousOf(*entries));
    if (!previous || previous->head.origin != answer->now.origin || previous->head.size != answer->now.size ||
        previous->head.root != answer->now.root)
      answer->verdict = AnchorVerdict::kForked;
    return {};
  }

  const LogFolder& folder_;
  const std::vector<Period> periods_;
  const ProofProgress& progress_;
  std::optional<SignedCheckpoint> latest_;
};

// The size of the last checkpoint of a list that the witness cosigned; 0: none.
Result<uint64_t> LastCosigned(const std::string& list, const VerifierKey& witness) {
  uint64_t size = 0;
  for (NoteListReader reader(list); !reader.AtEnd();) {
    HIKAE_TRY(const std::string_view text, reader.Next());
    HIKAE_TRY(const SignedCheckpoint checkpoint, SignedCheckpoint::Parse(text));
    if (SignedBy(checkpoint, witness)) size = checkpoint.head.size;
  }
  return size;
}

}  // namespace

Result<SignedCheckpoint> LatestSigned(const LogFolder& folder, const Period& period, EntrySource& entries) {
  HIKAE_TRY(SignedCheckpoint latest, folder.Latest(period.name));
  HIKAE_TRY(const std::vector<KeyInTurn> keys, KeysOf(entries, period.origin));
  const std::optional<VerifierKey> key = KeyFor(keys, latest.head.size);
  if (latest.head.origin != period.origin || (key && !SignedBy(latest, *key)))
    return NotSigned(folder.PathOf(period.name));
  return latest;
}

Result<AnchorKept> KeepAnchor(base::Io& io, const LogFolder& folder, const std::string& file, const TrustPolicy* policy,
                              const ProofProgress& progress) {
  HIKAE_TRY(std::vector<Period> periods, folder.Periods());
  AnchorFile anchor(&io, file);
  HIKAE_TRY(const auto lock, LockBeside(io, file));
  HIKAE_TRY(const auto kept, anchor.Kept());
  AnchorWalk walk(folder, std::move(periods), progress);
  HIKAE_TRY(AnchorKept answer, walk.From(kept ? std::optional(kept->head) : std::nullopt));
  const bool newer = answer.verdict == AnchorVerdict::kFirst || answer.verdict == AnchorVerdict::kGrown;
  if (newer && policy != nullptr) HIKAE_CHECK(policy->Accept(walk.latest()));
  if (newer) HIKAE_CHECK(ReplaceWhole(io, file, walk.latest().note.ToString()));
  return answer;
}

Result<RequestMade> MakeRequest(const LogFolder& folder, const Period& period,
                                const std::optional<VerifierKey>& witness, uint64_t old_size,
                                const ProofProgress& progress) {
  if (witness && witness->kind != KeyKind::kCosignature) return NotAWitness();
  if (witness) {
    HIKAE_TRY(const std::string list, folder.Checkpoints(period.name));
    HIKAE_TRY(old_size, LastCosigned(list, *witness));
  }
  HIKAE_TRY(const auto entries, folder.Entries(period.name));
  HIKAE_TRY(SignedCheckpoint target, LatestSigned(folder, period, *entries));
  HIKAE_TRY(const std::vector<KeyInTurn> keys, KeysOf(*entries, period.origin));
  RequestMade made;
  for (const KeyInTurn& key : keys) {
    if (key.above == 0) continue;
    if (key.above == old_size) {
      HIKAE_TRY(const SignedCheckpoint handover, folder.OfSize(period.name, old_size));
      HIKAE_TRY(EntryProof proof, ProveEntry(*entries, handover, old_size - 1, progress));
      proof.bundle.extra.assign(proof.leaf.begin(), proof.leaf.end());
      made.key_change = std::move(proof.bundle);
    } else if (key.above > old_size && key.above < target.head.size) {
      HIKAE_TRY(target, folder.OfSize(period.name, key.above));
      made.more = true;
      break;
    }
  }
  HIKAE_TRY(const GrowthProof growth, ProveGrowth(*entries, target.head, old_size, progress));
  made.request.old_size = old_size;
  if (old_size != 0) made.request.proof = growth.proof;
  made.request.checkpoint = target.note.ToString();
  return made;
}

namespace {

// The checkpoints of a period that an answer could be for, with its lines below them.
Result<std::optional<SignedCheckpoint>> MatchLines(const LogFolder& folder, const std::vector<Period>& periods,
                                                   std::string_view lines, const std::vector<VerifierKey>& witnesses,
                                                   std::string* period) {
  std::optional<SignedCheckpoint> match;
  for (const Period& each : periods) {
    HIKAE_TRY(const std::string list, folder.Checkpoints(each.name));
    for (NoteListReader reader(list); !reader.AtEnd();) {
      HIKAE_TRY(const std::string_view text, reader.Next());
      auto with_lines = SignedCheckpoint::Parse(std::string(text) + std::string(lines));
      if (!with_lines.ok()) continue;
      const auto signers = VerifyNote(with_lines->note, witnesses);
      if (!signers.ok() || signers->empty()) continue;
      match = *std::move(with_lines);
      *period = each.name;
    }
  }
  return match;
}

// The signatures of `from` that are of a key given and that `to` has not.
size_t AddSignatures(const Note& from, const std::vector<VerifierKey>& keys, Note* to) {
  size_t added = 0;
  for (const NoteSignature& signature : from.signatures) {
    const bool known = std::any_of(keys.begin(), keys.end(), [&](const VerifierKey& key) {
      return key.name == signature.name && key.Id() == signature.key_id;
    });
    const bool there = std::any_of(to->signatures.begin(), to->signatures.end(), [&](const NoteSignature& own) {
      return own.name == signature.name && own.key_id == signature.key_id && own.bytes == signature.bytes;
    });
    if (!known || there) continue;
    to->signatures.push_back(signature);
    ++added;
  }
  return added;
}

}  // namespace

Result<size_t> AttachCosignatures(base::Io& io, const LogFolder& folder, std::string_view answer,
                                  const std::vector<VerifierKey>& witnesses, const ProofProgress& progress) {
  if (answer.size() > kMaxNoteBytes)
    return Error(Status::kArgument, Text{"an answer of a witness has at most 1 MiB", "立会人の回答は 1 MiB 以下"});
  for (const VerifierKey& key : witnesses) {
    if (key.kind != KeyKind::kCosignature) return NotAWitness();
  }
  HIKAE_TRY(const std::vector<Period> periods, folder.Periods());
  std::string name;
  std::optional<SignedCheckpoint> given;
  if (answer.starts_with("\u2014 ")) {
    HIKAE_TRY(given, MatchLines(folder, periods, answer, witnesses, &name));
    if (!given)
      return Error(Status::kArgument,
                   Text{"these lines are no cosignature, by the witnesses given, of a checkpoint kept",
                        "残っているチェックポイントに対する、この立会人の副署でない"});
  } else {
    HIKAE_TRY(given, SignedCheckpoint::Parse(answer));
    HIKAE_TRY(const auto signers, VerifyNote(given->note, witnesses));
    if (signers.empty())
      return Error(Status::kArgument, Text{"no witness of those given cosigned", "指定した立会人の副署がない"});
  }
  const auto of = std::find_if(periods.begin(), periods.end(),
                               [&](const Period& period) { return period.origin == given->head.origin; });
  if (of == periods.end())
    return Error(Status::kArgument, Text{"the checkpoint is of another log: " + given->head.origin,
                                         "別のログのチェックポイントである: " + given->head.origin});
  HIKAE_TRY(const auto entries, folder.Entries(of->name));
  HIKAE_CHECK(ProveGrowth(*entries, given->head, given->head.size, progress));  // the entries give its root
  HIKAE_TRY(const std::vector<KeyInTurn> keys, KeysOf(*entries, of->origin));
  const std::optional<VerifierKey> key = KeyFor(keys, given->head.size);
  if (key && !SignedBy(*given, *key)) return NotSigned(folder.PathOf(of->name));
  size_t added = 0;
  const auto merge = [&](const std::optional<Note>& kept) {
    Note note = kept ? *kept : Note{given->note.text, {}};
    if (!kept && key) AddSignatures(given->note, {*key}, &note);
    added = AddSignatures(given->note, witnesses, &note);
    return note;
  };
  HIKAE_CHECK(CosignedFile::Put(io, folder.PathOf(of->name), *given, merge));
  return added;
}

}  // namespace hikae::log
