#include "log/verify/period_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace hikae::log::verify {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

PeriodCheck::PeriodCheck(Context context, std::string origin, std::vector<Head> others, KeyChain* keys,
                         Verdict* verdict, PeriodVerdict* counts)
    : context_(context),
      origin_(std::move(origin)),
      heads_(context.period.checkpoints, std::move(others)),
      keys_(*keys),
      verdict_(*verdict),
      counts_(*counts) {
  if (context_.input.witnesses != nullptr) witnesses_ = context_.input.witnesses->witness_keys();
  chunks_.resize(kChunksInFlight);
}

PeriodCheck::~PeriodCheck() {
  for (Chunk* chunk : chunks_begun_) context_.crew.Finish(chunk);
  for (const auto& check : checks_begun_) context_.crew.Finish(check.get());
}

Result<void> PeriodCheck::Run(uint64_t size) {
  while (heads_.Peek() != nullptr && heads_.Peek()->checkpoint.head.size == 0) BeginHead(Frontier());
  // One reading of the whole: a source need not find its place again for every chunk.
  const auto read =
      size == 0 ? Result<void>()
                : context_.period.entries->Read(0, size, [this](const StoredEntry& entry) { return Take(entry); });
  if (!stopped_ && (!read.ok() || read_ != size)) {
    broken_ = true;
    const Text why = read.ok() ? Text{"the source ends early", "途中で終わっている"} : read.error().text;
    Report(Fault::kEntry, read_, read_,
           {fmt::format("entry {} cannot be read: {}", read_, why.en),
            fmt::format("記録 {} 番を読めない: {}", read_, why.In(base::Language::kJapanese))});
  }
  if (filling_ != nullptr) StartChunk();
  if (stopped_) return Error(Status::kStopped, Text{"the check was stopped", "検証は中断された"});
  while (!chunks_begun_.empty()) MergeOldest();
  counts_.entries = read_;
  counts_.root = frontier_.Root();
  JudgeRest();
  return {};
}

void PeriodCheck::BeginChunk() {
  if (chunks_begun_.size() == kChunksInFlight) MergeOldest();
  std::unique_ptr<Chunk>& place = chunks_[read_ / Chunk::kEntries % kChunksInFlight];
  if (place == nullptr) place = std::make_unique<Chunk>();
  filling_ = place.get();
  filling_->Begin(read_);
}

void PeriodCheck::StartChunk() {
  chunks_begun_.push_back(filling_);
  context_.crew.Start(filling_);
  filling_ = nullptr;
  const auto& progress = context_.input.progress;
  stopped_ = progress && !progress(context_.done_before + read_, context_.total);
}

Result<void> PeriodCheck::Take(const StoredEntry& entry) {
  if (entry.index != read_) return Error(Status::kTampered, Text{"the source skips entries", "記録が飛んでいる"});
  if (entry.leaf.empty() || entry.leaf.size() > kMaxLeafBytes)
    return Error(Status::kTampered, Text{"a leaf has 1 to 65,535 bytes", "記録の長さが 1〜65,535 バイトでない"});
  if (filling_ == nullptr) BeginChunk();
  LookInto(entry);
  filling_->Add(entry.leaf);
  counts_.bytes += entry.leaf.size();
  ++read_;
  if (filling_->count() < Chunk::kEntries) return {};
  StartChunk();
  return stopped_ ? Result<void>(Error(Status::kStopped, "stopped")) : Result<void>();
}

void PeriodCheck::LookInto(const StoredEntry& entry) {
  LeafView leaf;
  const char* why = "";
  switch (ReadLeaf(entry.leaf, &leaf, &why)) {
    case LeafForm::kForeign:
      ++counts_.foreign;
      return;
    case LeafForm::kBad:
      return Report(Fault::kEntry, entry.index, entry.index,
                    {fmt::format("entry {} is not an entry: {}", entry.index, why),
                     fmt::format("記録 {} 番は記録の形式でない: {}", entry.index, why)});
    case LeafForm::kGood:
      break;
  }
  if (leaf.type == kPossibleLoss) ++counts_.losses;
  if (leaf.type == kPeriodBegun && entry.index != 0)
    Report(Fault::kPeriod, entry.index, entry.index,
           {fmt::format("entry {} begins a period, in the middle of one", entry.index),
            fmt::format("記録 {} 番が期間の途中で新しい期間を始めている", entry.index)});
  if (leaf.type == kKeyAnnounced && !keys_.Announce(entry.index, leaf.key))
    Report(Fault::kKey, entry.index, entry.index,
           {fmt::format("entry {} announces what is not a key of this log", entry.index),
            fmt::format("記録 {} 番の予告する鍵がこのログの鍵でない", entry.index)});
  if (leaf.time < time_before_ && counts_.times_back++ == 0) counts_.first_time_back = entry.index;
  time_before_ = leaf.time;
  CompareDetail(entry, leaf);
}

void PeriodCheck::CompareDetail(const StoredEntry& entry, const LeafView& leaf) {
  if (entry.detail.empty()) {
    counts_.details_absent += leaf.detail_digest.empty() ? 0 : 1;
    return;
  }
  const Digest digest = crypto::Sha256Of(entry.detail);
  if (std::equal(digest.begin(), digest.end(), leaf.detail_digest.begin(), leaf.detail_digest.end())) {
    ++counts_.details;
    return;
  }
  Report(Fault::kDetail, entry.index, entry.index,
         {fmt::format("the detail beside entry {} is not the one it names", entry.index),
          fmt::format("記録 {} 番に添えられた詳細が、記録の示すものと異なる", entry.index)});
}

void PeriodCheck::MergeOldest() {
  const Chunk* const chunk = chunks_begun_.front();
  context_.crew.Finish(chunks_begun_.front());
  chunks_begun_.pop_front();
  BeginHeads(*chunk);
  chunk->AppendTo(chunk->count(), &frontier_);
}

void PeriodCheck::BeginHeads(const Chunk& chunk) {
  for (const Head* head = heads_.Peek(); head != nullptr; head = heads_.Peek()) {
    const uint64_t size = head->checkpoint.head.size;
    if (size > chunk.first() + chunk.count()) return;
    Frontier at = frontier_;
    chunk.AppendTo(size - chunk.first(), &at);
    BeginHead(at);
  }
}

void PeriodCheck::BeginHead(const Frontier& at) {
  Head head = heads_.Pop();
  const Checkpoint& text = head.checkpoint.head;
  if (text.origin != origin_) {  // of the log's own list: others were chosen by their origin
    return Report(Fault::kCheckpoint, counts_.signed_until, text.size == 0 ? 0 : text.size - 1,
                  {fmt::format("the checkpoint of size {} is of another log", text.size),
                   fmt::format("大きさ {} のチェックポイントは別のログのもの", text.size)});
  }
  const auto epoch = keys_.EpochFor(text.size);
  // Without any key, nothing verifies: a key of zeros is nobody's.
  const VerifierKey key = epoch ? keys_.Key(*epoch) : VerifierKey{origin_, KeyKind::kEd25519, {}};
  if (checks_begun_.size() == kHeadsInFlight) JudgeOldest();
  std::vector<VerifierKey> earlier;
  for (size_t i = 0; epoch && i < *epoch; ++i) earlier.push_back(keys_.Key(i));
  checks_begun_.push_back(std::make_unique<HeadCheck>(std::move(head), at, key, std::move(earlier), witnesses_));
  checks_begun_.back()->epoch = epoch.value_or(0);
  context_.crew.Start(checks_begun_.back().get());
}

void PeriodCheck::JudgeOldest() {
  context_.crew.Finish(checks_begun_.front().get());
  const std::unique_ptr<HeadCheck> check = std::move(checks_begun_.front());
  checks_begun_.pop_front();
  Judge(*check);
}

void PeriodCheck::JudgeRest() {
  while (heads_.Peek() != nullptr) BeginHead(frontier_);
  while (!checks_begun_.empty()) JudgeOldest();
  if (root_fault_) ReportRoot(root_fault_->good, root_fault_->head);
  if (const auto& wrong = heads_.wrong()) {
    Report(Fault::kCheckpoint, wrong->after_size, std::max(wrong->after_size, read_ == 0 ? 0 : read_ - 1),
           {fmt::format("the list of checkpoints cannot be read behind size {}: {}", wrong->after_size, wrong->why),
            fmt::format("チェックポイントの一覧が大きさ {} より先で読めない: {}", wrong->after_size, wrong->why)});
  }
}

void PeriodCheck::Report(Fault fault, uint64_t first, uint64_t last, Text text) {
  verdict_.Add({fault, context_.period.name, first, last, std::move(text)});
}

}  // namespace hikae::log::verify
