// The chain of periods; period_check.cpp has what is inside one.
#include "log/verify/verifier.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/verify/period_check.h"

namespace hikae::log::verify {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

namespace {

constexpr size_t kMaxThreads = 64;

// What is known of a period before its entries are hashed.
struct Opened {
  uint64_t size = 0;
  bool readable = false;  // size is known
  std::optional<Opening> opening;
  std::optional<SignedCheckpoint> previous;
};

// "…/2021" is of the office "…/".
std::string_view OfficeOf(std::string_view origin) { return origin.substr(0, origin.rfind('/') + 1); }

class Verification {
 public:
  explicit Verification(const VerifyInput& input) : input_(input) {}
  Result<Verdict> Run();

 private:
  Result<void> CheckInput();
  void Open(const PeriodInput& period, Opened* out);
  void CheckOpening(size_t i);
  void CheckLink(size_t i);
  Result<void> CheckPeriod(size_t i);
  Result<void> AssignAnchors();
  std::optional<crypto::PublicKey> FirstKey(size_t i);
  void Conclude();
  void Report(Fault fault, size_t period, uint64_t first, uint64_t last, Text text) {
    verdict_.Add({fault, input_.periods[period].name, first, last, std::move(text)});
  }

  const VerifyInput& input_;
  Verdict verdict_;
  std::vector<Opened> opened_;              // by period
  std::vector<std::vector<Head>> outside_;  // by period: anchors, and what the next period says
  std::vector<SignedCheckpoint> anchors_;
  std::optional<crypto::PublicKey> key_;  // in force at the end of the period before, when that was checked
  std::string office_;                    // what all origins begin with
  uint64_t done_ = 0;
  uint64_t total_ = 0;
};

Result<void> Verification::CheckInput() {
  if (input_.periods.empty())
    return Error(Status::kArgument, Text{"there is no period to check", "検証する期間がない"});
  for (size_t i = 1; i < input_.periods.size(); ++i) {
    if (input_.periods[i].name <= input_.periods[i - 1].name)
      return Error(Status::kArgument, Text{"periods are given oldest first", "期間は古い順に与える"});
  }
  for (size_t i = 0; i < input_.anchors.size(); ++i) {
    auto anchor = SignedCheckpoint::Parse(input_.anchors[i]);
    if (!anchor.ok())
      return Error(Status::kArgument, Text{fmt::format("anchor {} is no checkpoint: {}", i + 1, anchor.error().text.en),
                                           fmt::format("控え {} はチェックポイントの形式でない", i + 1)});
    anchors_.push_back(*std::move(anchor));
  }
  return {};
}

void Verification::Open(const PeriodInput& period, Opened* out) {
  const size_t i = static_cast<size_t>(&period - input_.periods.data());
  const auto size = period.entries->Size();
  if (!size.ok()) {
    return Report(Fault::kEntry, i, 0, 0,
                  {fmt::format("the period cannot be read: {}", size.error().text.en),
                   fmt::format("期間を読めない: {}", size.error().text.In(base::Language::kJapanese))});
  }
  out->readable = true;
  out->size = *size;
  total_ += *size;
  if (*size == 0) return;
  // A failure to read shows again, and is reported, when the entries are hashed.
  (void)period.entries->Read(0, 1, [&](const StoredEntry& entry) -> Result<void> {
    LeafView leaf;
    const char* why = nullptr;
    if (ReadLeaf(entry.leaf, &leaf, &why) == LeafForm::kGood && leaf.type == kPeriodBegun)
      out->opening = Opening{std::string(leaf.origin), std::string(leaf.previous), std::string(leaf.key)};
    return {};
  });
}

void Verification::CheckOpening(size_t i) {
  const PeriodInput& period = input_.periods[i];
  Opened& opened = opened_[i];
  PeriodVerdict& counts = verdict_.periods[i];
  if (!opened.opening) {
    if (opened.readable)
      Report(Fault::kPeriod, i, 0, 0, {"the period has no entry that begins it", "期間を開始する記録がない"});
    // What the list of checkpoints says is as good as any: signatures decide.
    if (auto first = NoteListReader(period.checkpoints).Next(); first.ok()) {
      if (auto parsed = SignedCheckpoint::Parse(*first); parsed.ok()) counts.origin = parsed->head.origin;
    }
    return;
  }
  counts.origin = opened.opening->origin;
  if (office_.empty()) office_ = OfficeOf(counts.origin);
  if (!counts.origin.ends_with("/" + period.name) || OfficeOf(counts.origin) != office_) {
    Report(Fault::kPeriod, i, 0, 0,
           {fmt::format("the log is that of {}, of another office or period", counts.origin),
            fmt::format("別の機関または期間のログ({})である", counts.origin)});
  }
  if (opened.opening->previous.empty()) return;
  auto previous = SignedCheckpoint::Parse(opened.opening->previous);
  if (!previous.ok() || OfficeOf(previous->head.origin) != OfficeOf(counts.origin)) {
    return Report(Fault::kPeriod, i, 0, 0,
                  {"the first entry does not hold a checkpoint of the period before",
                   "最初の記録が前の期間のチェックポイントを含まない"});
  }
  opened.previous = *std::move(previous);
}

// The link from period i to the one before it.
void Verification::CheckLink(size_t i) {
  const Opened& opened = opened_[i];
  if (!opened.opening) return;  // reported
  const bool first = i == 0;
  const PeriodInput* const before = first ? nullptr : &input_.periods[i - 1];
  if (!opened.previous) {
    if (!first && opened.opening->previous.empty())
      Report(Fault::kPeriod, i, 0, 0,
             {"the first entry names no period before, and there is one", "最初の記録が前の期間を示していない"});
    return;
  }
  const Checkpoint& head = opened.previous->head;
  if (before != nullptr && before->entries != nullptr) {
    if (head.origin == verdict_.periods[i - 1].origin) {
      outside_[i - 1].push_back({HeadFrom::kNext, *opened.previous});
    } else {
      Report(Fault::kPeriod, i, 0, 0,
             {fmt::format("the first entry names {} as the period before", head.origin),
              fmt::format("最初の記録が前の期間として {} を示している", head.origin)});
    }
    return;
  }
  if (before == nullptr) return;
  verdict_.periods[i - 1].origin = head.origin;
  const auto kept = SignedCheckpoint::Parse(before->checkpoints);
  if (!before->checkpoints.empty() && (!kept.ok() || kept->note.text != opened.previous->note.text))
    Report(Fault::kPeriod, i, 0, 0,
           {"the certificate of the dropped period is not the checkpoint that the first entry names",
            "廃棄した期間の証明が、最初の記録の示すチェックポイントと異なる"});
}

Result<void> Verification::AssignAnchors() {
  for (const SignedCheckpoint& anchor : anchors_) {
    bool known = false;
    for (size_t i = 0; i < input_.periods.size(); ++i) {
      const auto& previous = opened_[i].previous;
      if (verdict_.periods[i].origin == anchor.head.origin && !verdict_.periods[i].dropped) {
        outside_[i].push_back({HeadFrom::kAnchor, anchor});
        known = true;
      } else if (previous && previous->head.origin == anchor.head.origin &&
                 (i == 0 || verdict_.periods[i - 1].dropped)) {
        known = true;
        if (previous->head.size < anchor.head.size ||
            (previous->head.size == anchor.head.size && previous->head.root != anchor.head.root))
          Report(Fault::kFork, i, 0, 0,
                 {fmt::format("the dropped period {} was another when it was seen outside", anchor.head.origin),
                  fmt::format("廃棄した期間 {} が外部の控えと一致しない", anchor.head.origin)});
      }
    }
    if (!known)
      return Error(Status::kArgument,
                   Text{fmt::format("a checkpoint seen outside is of another log: {}", anchor.head.origin),
                        fmt::format("外部の控えが別のログのもの: {}", anchor.head.origin)});
  }
  return {};
}

// The key the period begins with; what does not fit is reported.
std::optional<crypto::PublicKey> Verification::FirstKey(size_t i) {
  const std::string& origin = verdict_.periods[i].origin;
  std::optional<crypto::PublicKey> named;
  if (opened_[i].opening && !opened_[i].opening->key.empty()) {
    const auto key = VerifierKey::Parse(opened_[i].opening->key);
    if (key.ok() && key->kind == KeyKind::kEd25519 && key->name == origin) {
      named = key->key;
    } else {
      Report(Fault::kKey, i, 0, 0,
             {"the first entry names what is not a key of this log", "最初の記録の鍵がこのログの鍵でない"});
    }
  }
  if (key_) {
    if (named && *named != *key_)
      Report(Fault::kKey, i, 0, 0,
             {"the period begins with another key than the one before ended with",
              "前の期間の最後の鍵と異なる鍵で始まっている"});
    return key_;
  }
  if (named) return named;
  for (const VerifierKey& key : input_.trusted) {
    if (key.name == origin) return key.key;
  }
  return std::nullopt;
}

Result<void> Verification::CheckPeriod(size_t i) {
  PeriodVerdict& counts = verdict_.periods[i];
  if (counts.dropped || !opened_[i].readable) {
    key_.reset();
    return {};
  }
  KeyChain keys(counts.origin, FirstKey(i));
  Crew crew(std::clamp<size_t>(input_.threads, 1, kMaxThreads));
  PeriodCheck check({input_, input_.periods[i], crew, done_, total_}, counts.origin, std::move(outside_[i]), &keys,
                    &verdict_, &counts);
  HIKAE_CHECK(check.Run(opened_[i].size));
  done_ += opened_[i].size;
  counts.keys = keys.count();
  // The last key that the key before vouched for goes on into the next period.
  auto epoch = keys.EpochFor(counts.entries + 1);
  while (epoch && *epoch > 0 && !keys.IsVouched(*epoch)) --*epoch;
  key_ = epoch ? std::optional(keys.raw(*epoch)) : std::nullopt;
  return {};
}

void Verification::Conclude() {
  const PeriodVerdict& last = verdict_.periods.back();
  const uint64_t end = last.entries == 0 ? 0 : last.entries - 1;
  if (!input_.trusted.empty() && !verdict_.trusted_key_seen)
    Report(Fault::kKey, input_.periods.size() - 1, 0, end,
           {"no key known from outside signed this log", "外部で確認した鍵による署名がない"});
  const TrustPolicy* const witnesses = input_.witnesses;
  if (witnesses == nullptr || witnesses->HasQuorum(std::vector<bool>(witnesses->witness_keys().size()))) return;
  for (size_t i = 0; i < verdict_.periods.size(); ++i) {
    const PeriodVerdict& counts = verdict_.periods[i];
    if (!counts.dropped && counts.witnessed_until == 0)
      Report(Fault::kWitness, i, 0, counts.entries == 0 ? 0 : counts.entries - 1,
             {"no checkpoint is cosigned by as many witnesses as asked",
              "必要な数の立会人の副署があるチェックポイントがない"});
  }
}

Result<Verdict> Verification::Run() {
  HIKAE_CHECK(CheckInput());
  const size_t count = input_.periods.size();
  verdict_.periods.resize(count);
  opened_.resize(count);
  outside_.resize(count);
  for (size_t i = 0; i < count; ++i) {
    verdict_.periods[i].name = input_.periods[i].name;
    verdict_.periods[i].dropped = input_.periods[i].entries == nullptr;
    if (!verdict_.periods[i].dropped) {
      Open(input_.periods[i], &opened_[i]);
      CheckOpening(i);
    }
  }
  for (size_t i = 0; i < count; ++i) CheckLink(i);
  HIKAE_CHECK(AssignAnchors());
  for (size_t i = 0; i < count; ++i) HIKAE_CHECK(CheckPeriod(i));
  Conclude();
  return std::move(verdict_);
}

}  // namespace

Result<Verdict> Verify(const VerifyInput& input) { return Verification(input).Run(); }

}  // namespace hikae::log::verify
