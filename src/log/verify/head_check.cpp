// How a checkpoint is judged, once its root is computed.
#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "log/verify/period_check.h"

namespace hikae::log::verify {

using base::Result;
using base::Text;

namespace {

constexpr uint64_t kLocateBlock = 1u << 16;  // entries: bounds memory

}  // namespace

void HeadCheck::Run() noexcept {
  try {
    const auto log = VerifyNote(head.checkpoint.note, {key_});
    by_log = !log.ok() ? Signed::kBad : log->empty() ? Signed::kNo : Signed::kYes;
    if (by_log == Signed::kNo) {
      const auto earlier = VerifyNote(head.checkpoint.note, earlier_keys_);
      if (earlier.ok() && !earlier->empty()) by_earlier = earlier->front().key;
    }
    auto others = VerifyNote(head.checkpoint.note, witnesses_);
    by_witnesses = others.ok() ? Signed::kYes : Signed::kBad;
    if (others.ok()) cosigners = *std::move(others);
  } catch (const std::bad_alloc&) {
    by_log = Signed::kNoMemory;
  }
}

void PeriodCheck::Judge(const HeadCheck& check) {
  if (check.by_log == HeadCheck::Signed::kNoMemory) throw std::bad_alloc();
  if (check.by_log == HeadCheck::Signed::kBad) {
    return ReportHead(Fault::kSignature, check, {"has a signature that is not valid", "の署名が正しくない"});
  }
  const bool by_key_in_force = check.by_log == HeadCheck::Signed::kYes;
  if (by_key_in_force || check.by_earlier) {
    const auto& key = keys_.raw(by_key_in_force ? check.epoch : *check.by_earlier);
    verdict_.trusted_key_seen = verdict_.trusted_key_seen || IsTrusted(key);
  }
  if (by_key_in_force && keys_.IsVouched(check.epoch)) return JudgeRoot(check);
  // Entries taken out or put in move the change of keys. What an earlier key signed and the entries do not give shows
  // that, and says more than that the key is not in force.
  const bool shorter = check.head.checkpoint.head.size > read_;
  if (check.by_earlier && (shorter || check.root != check.head.checkpoint.head.root)) return JudgeRoot(check);
  if (root_fault_ || broken_ || missing_) {  // the keys behind a fault cannot be told
    ++counts_.unjudged;
    return;
  }
  if (check.head.from == HeadFrom::kAnchor && shorter && !by_key_in_force) return JudgeRoot(check);
  if (!by_key_in_force)
    return ReportHead(Fault::kSignature, check,
                      {"is not signed by the key in force", "がその時点の鍵で署名されていない"});
  unvouched_.resize(keys_.count());
  if (!unvouched_[check.epoch])
    ReportHead(
        Fault::kKey, check,
        {"is signed by a key that the key before never vouched for", "が、前の鍵の認めていない鍵で署名されている"});
  unvouched_[check.epoch] = true;
}

bool PeriodCheck::IsTrusted(const crypto::PublicKey& key) const {
  const auto& trusted = context_.input.trusted;
  return std::any_of(trusted.begin(), trusted.end(), [&](const VerifierKey& known) { return known.key == key; });
}

void PeriodCheck::ReportHead(Fault fault, const HeadCheck& check, const Text& what) {
  const uint64_t size = check.head.checkpoint.head.size;
  const uint64_t last = size == 0 ? 0 : size - 1;
  const bool anchor = check.head.from == HeadFrom::kAnchor;
  Report(fault, std::min(counts_.signed_until, last), last,
         {fmt::format("the {} of size {} {}", anchor ? "checkpoint seen outside" : "checkpoint", size, what.en),
          fmt::format("{}(大きさ {}){}", anchor ? "外部で控えたチェックポイント" : "チェックポイント", size, what.ja)});
}

void PeriodCheck::JudgeRoot(const HeadCheck& check) {
  const Checkpoint& head = check.head.checkpoint.head;
  if (head.size > read_) {
    if (broken_ || missing_) {
      ++counts_.unjudged;
      return;
    }
    missing_ = true;
    return ReportMissing(head);
  }
  if (check.root == head.root) return Accept(check);
  if (check.head.from == HeadFrom::kAnchor) {
    return Report(
        Fault::kFork, counts_.anchored_until, head.size - 1,
        {fmt::format("the checkpoint of size {} seen outside is not of this history: it was written anew since",
                     head.size),
         fmt::format("外部で控えた大きさ {} のチェックポイントと一致しない(後から書き直されている)", head.size)});
  }
  // The entries are those of a good checkpoint as large: whoever has the key signed two histories.
  if (counts_.signed_until >= head.size) {
    return Report(Fault::kFork, 0, head.size - 1,
                  {fmt::format("two signed checkpoints of size {} contradict each other", head.size),
                   fmt::format("大きさ {} の署名済みチェックポイントが二つあり、互いに矛盾する", head.size)});
  }
  if (root_fault_) {
    ++counts_.unjudged;
    return;
  }
  root_fault_ = RootFault{good_, head};
}

void PeriodCheck::ReportMissing(const Checkpoint& head) {
  // Without kept hashes nobody can tell an end cut off from an entry taken out before.
  const uint64_t first = Locate(good_, head.size, head.root).value_or(good_.size());
  Report(Fault::kMissing, first, head.size - 1,
         {fmt::format("a signed checkpoint tells of {} entries, only {} are here; the first that is missing or another "
                      "is {} or after it",
                      head.size, read_, first),
          fmt::format("署名済みチェックポイントは記録 {} 件を示すが {} 件しかない(最初の欠落または相違は {} 番以降)",
                      head.size, read_, first)});
}

void PeriodCheck::ReportRoot(const Frontier& good, const Checkpoint& head) {
  const auto at = Locate(good, head.size, head.root);
  if (at) {
    return Report(Fault::kRoot, *at, *at,
                  {fmt::format("entry {} is not the one that was signed", *at),
                   fmt::format("記録 {} 番が署名された記録と異なる", *at)});
  }
  Report(Fault::kRoot, good.size(), head.size - 1,
         {fmt::format("entries {} to {} are not those that were signed: the first difference lies among them",
                      good.size(), head.size - 1),
          fmt::format("記録 {}〜{} 番が署名されたものと異なる(最初の相違はこの中にある)", good.size(), head.size - 1)});
}

std::optional<uint64_t> PeriodCheck::Locate(const Frontier& good, uint64_t size, const Digest& root) {
  if (!context_.period.stored_hashes) return std::nullopt;
  // Only hashes that give the signed root are worth more than the entries.
  Frontier frontier = good;
  for (uint64_t at = good.size(); at < size; at += kLocateBlock) {
    const uint64_t end = std::min(size, at + kLocateBlock);
    const auto kept = context_.period.stored_hashes(at, end);
    if (!kept.ok() || kept->size() != end - at) return std::nullopt;
    for (const Digest& hash : *kept) frontier.Append(hash);
  }
  if (frontier.Root() != root) return std::nullopt;
  std::optional<uint64_t> first;
  const uint64_t there = std::min(size, read_);
  for (uint64_t at = good.size(); at < there && !first; at += kLocateBlock) {
    const uint64_t end = std::min(there, at + kLocateBlock);
    const auto kept = context_.period.stored_hashes(at, end);
    if (!kept.ok() || kept->size() != end - at) return std::nullopt;
    const auto read = context_.period.entries->Read(at, end, [&](const StoredEntry& entry) -> Result<void> {
      if (!first && HashLeaf(entry.leaf) != (*kept)[entry.index - at]) first = entry.index;
      return {};
    });
    if (!read.ok()) return std::nullopt;
  }
  return first || there == size ? first : there;  // all that is there is as signed: the end is missing
}

void PeriodCheck::Accept(const HeadCheck& check) {
  const uint64_t size = check.head.checkpoint.head.size;
  keys_.Confirm(size);
  ++counts_.checkpoints;
  counts_.signed_until = std::max(counts_.signed_until, size);
  if (check.frontier.size() >= good_.size()) good_ = check.frontier;
  if (check.head.from == HeadFrom::kAnchor) counts_.anchored_until = std::max(counts_.anchored_until, size);
  if (IsTrusted(keys_.raw(check.epoch))) verdict_.key_trusted = true;
  if (check.head.from == HeadFrom::kNext && size != read_)
    Report(Fault::kPeriod, size, read_ - 1,
           {fmt::format("{} entries stand behind the end that the next period names", read_ - size),
            fmt::format("次の期間が示す終わりより後に記録が {} 件ある", read_ - size)});
  CountWitnesses(check);
}

void PeriodCheck::CountWitnesses(const HeadCheck& check) {
  const uint64_t size = check.head.checkpoint.head.size;
  if (check.by_witnesses == HeadCheck::Signed::kBad) {
    return Report(Fault::kWitness, std::min(counts_.witnessed_until, size == 0 ? 0 : size - 1),
                  size == 0 ? 0 : size - 1,
                  {fmt::format("a cosignature of a known witness at size {} is not valid", size),
                   fmt::format("大きさ {} の立会人の副署が正しくない", size)});
  }
  if (check.cosigners.empty()) return;
  counts_.cosignatures += check.cosigners.size();
  std::vector<bool> by(witnesses_.size());
  for (const Signer& signer : check.cosigners) by[signer.key] = true;
  if (context_.input.witnesses->HasQuorum(by)) counts_.witnessed_until = std::max(counts_.witnessed_until, size);
}

}  // namespace hikae::log::verify
