// Checkpoints, proofs and tiles.
#include <algorithm>
#include <cstring>

#include "base/civil_date.h"
#include "capi/log_proofs.h"
#include "codec/base64.h"
#include "log/publish/tile_export.h"
#include "log/text.h"

using namespace hikae;
using namespace hikae::capi;

namespace hikae::capi {

ProofAsked AskedOf(const hikae_log& log, const hikae_log_proof_options& given) {
  ProofAsked asked;
  asked.period = Unwrap(log.folder->Find(Text(given.period, "period")));
  asked.tiles = std::string(Text(given.tiles, "tiles"));
  asked.policy = PolicyOf(given.policy);
  asked.size = given.size;
  asked.progress = ProgressOf(given.progress, given.progress_ctx);
  return asked;
}

log::SignedCheckpoint CheckpointOf(const hikae_log& log, const ProofAsked& asked, log::EntrySource& entries) {
  log::SignedCheckpoint checkpoint = asked.size == 0 ? Unwrap(log::LatestSigned(*log.folder, asked.period, entries))
                                                     : Unwrap(log.folder->OfSize(asked.period.name, asked.size));
  if (asked.policy) Unwrap(asked.policy->Accept(checkpoint));
  return checkpoint;
}

namespace {

log::SignedCheckpoint NoteOf(hikae_str text, const char* name) {
  base::Result<log::SignedCheckpoint> checkpoint = log::SignedCheckpoint::Parse(Text(text, name));
  if (checkpoint.ok()) return *std::move(checkpoint);
  base::Error error = std::move(checkpoint).error();
  error.text = base::OneLine({std::string(name) + " is no checkpoint: " + error.text.en,
                              "チェックポイントの形式でない: " + error.text.In(base::Language::kJapanese)});
  throw base::Failure{std::move(error)};
}

std::string Lines(const log::Proof& proof) {
  std::string lines;
  for (const log::Digest& hash : proof) lines += codec::Base64(hash) + "\n";
  return lines;
}

log::Proof ProofOf(std::string_view text) {
  log::Proof proof;
  std::string_view line;
  while (!text.empty()) {
    log::Digest hash{};
    if (!log::NextLine(&text, &line) || !log::ReadDigest(line, &hash) || proof.size() == log::kMaxProofHashes)
      Fail(base::Status::kArgument, {"a proof is at most 63 lines, a hash of 32 bytes in base64 each",
                                     "証明は 63 行以下で、各行は 32 バイトのハッシュの base64 であること"});
    proof.push_back(hash);
  }
  return proof;
}

void SayShown(const log::Shown& shown, hikae_list& list) {
  hikae_list::Entry of_log;
  of_log.id = shown.head.origin;
  list.entries.push_back(std::move(of_log));
  constexpr uint64_t kLastSecond = 253'402'300'799;  // of year 9999
  for (const log::Cosigned& witness : shown.witnesses) {
    hikae_list::Entry entry;
    entry.id = witness.witness;
    if (witness.seconds <= kLastSecond)
      entry.from = base::FormatIso(base::DayInJapan(static_cast<int64_t>(witness.seconds) * 1'000'000));
    entry.detail = std::to_string(witness.seconds);
    list.entries.push_back(std::move(entry));
  }
}

// An export goes where nothing else is.
void CheckExport(base::Io& io, const std::string& directory) {
  const auto names = io.List(directory);
  if (!names.ok() && names.error().status == base::Status::kNotFound) return;
  for (const std::string& name : Unwrap(names))
    if (name != "tile" && name != "checkpoint" && name != "checkpoint.new")
      throw base::Failure{base::Error(base::Status::kExists,
                                      {"the folder holds other files", "フォルダーに別のファイルがある"},
                                      {directory, 0, 0}, {"give a new or empty one", "新しいフォルダーを指定する"})};
}

}  // namespace
}  // namespace hikae::capi

extern "C" {

hikae_status hikae_log_checkpoint(const hikae_log* l, const hikae_log_proof_options* opt, hikae_buffer* out,
                                  hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const hikae_log& log = Checked(l, "log");
    const ProofAsked asked = AskedOf(log, Read(opt));
    const log::SignedCheckpoint checkpoint = Unwrap(
        asked.size == 0 ? log.folder->Latest(asked.period.name) : log.folder->OfSize(asked.period.name, asked.size));
    Copy(checkpoint.note.ToString(), *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_log_head_read(hikae_str note, hikae_log_head* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_log_head> head(out);
    const log::SignedCheckpoint checkpoint = NoteOf(note, "note");
    head->origin = {note.ptr, checkpoint.head.origin.size()};  // the note's first line
    head->size = checkpoint.head.size;
    head->signature_count = checkpoint.note.signatures.size();
    std::memcpy(head->root, checkpoint.head.root.data(), checkpoint.head.root.size());
    return head.Give();
  });
}

hikae_status hikae_log_keys(const hikae_log* l, const hikae_log_proof_options* opt, hikae_list** out,
                            hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const hikae_log& log = Checked(l, "log");
    const ProofAsked asked = AskedOf(log, Read(opt));
    const auto entries = Unwrap(log.folder->Entries(asked.period.name));
    auto list = std::make_unique<hikae_list>();
    for (const log::KeyInTurn& key : Unwrap(log::KeysOf(*entries, asked.period.origin))) {
      hikae_list::Entry entry;
      entry.id = key.key.ToString();
      entry.detail = std::to_string(key.above);
      list->entries.push_back(std::move(entry));
    }
    *out = list.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_log_prove(const hikae_log* l, uint64_t index, const hikae_log_proof_options* opt,
                             hikae_buffer* bundle, hikae_buffer* leaf, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (leaf != nullptr) *leaf = HIKAE_BUFFER_INIT;
    Checked(bundle, "bundle") = HIKAE_BUFFER_INIT;
    const hikae_log& log = Checked(l, "log");
    const ProofAsked asked = AskedOf(log, Read(opt));
    const auto entries = Unwrap(log.folder->Entries(asked.period.name));
    const log::SignedCheckpoint checkpoint = CheckpointOf(log, asked, *entries);
    log::EntryProof proof;
    if (asked.tiles.empty()) {
      proof = Unwrap(log::ProveEntry(*entries, checkpoint, index, asked.progress));
    } else {
      log::TileTree tiles(log::FetchFrom(&base::PosixIo(), asked.tiles), checkpoint.head.size);
      proof = Unwrap(log::ProveEntryFromTiles(tiles, checkpoint, index));
    }
    hikae_buffer text = HIKAE_BUFFER_INIT;
    Copy(proof.bundle.ToString(), text);
    if (leaf != nullptr) {
      try {
        Copy({reinterpret_cast<const char*>(proof.leaf.data()), proof.leaf.size()}, *leaf);
      } catch (...) {
        hikae_buffer_free(&text);
        throw;
      }
    }
    *bundle = text;
    return HIKAE_OK;
  });
}

hikae_status hikae_log_check_proof(hikae_str bundle, const uint8_t* leaf, size_t leaf_len, hikae_str policy,
                                   hikae_log_shown* out, hikae_list** signers, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (signers != nullptr) *signers = nullptr;
    Out<hikae_log_shown> shown(out);
    if (leaf == nullptr && leaf_len != 0) FailArgument("leaf is NULL with a length");
    if (leaf_len > log::kMaxLeafBytes)
      Fail(base::Status::kArgument, {"an entry has at most 65,535 bytes, not " + std::to_string(leaf_len),
                                     "記録は 65,535 バイト以下であること(" + std::to_string(leaf_len) + " バイト)"});
    constexpr size_t kMaxBundle = log::kMaxNoteBytes + 2 * log::kMaxExtraBytes + log::kMaxProofHashes * 64;
    if (bundle.len > kMaxBundle)
      Fail(base::Status::kArgument, {"a proof has at most " + std::to_string(kMaxBundle) + " bytes",
                                     "証明は " + std::to_string(kMaxBundle) + " バイト以下であること"});
    const std::optional<log::TrustPolicy> trust = PolicyOf(policy);
    if (!trust) FailArgument("a policy is needed: whose signature counts");
    const log::ProofBundle proof = Unwrap(log::ProofBundle::Parse(Text(bundle, "bundle")));
    const log::Shown seen = Unwrap(log::CheckBundle(proof, {leaf, leaf_len}, *trust));
    auto list = std::make_unique<hikae_list>();
    SayShown(seen, *list);
    shown->index = proof.index;
    shown->size = seen.head.size;
    std::memcpy(shown->root, seen.head.root.data(), seen.head.root.size());
    if (signers != nullptr) *signers = list.release();
    return shown.Give();
  });
}

hikae_status hikae_log_prove_growth(const hikae_log* l, uint64_t old_size, const hikae_log_proof_options* opt,
                                    hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const hikae_log& log = Checked(l, "log");
    const ProofAsked asked = AskedOf(log, Read(opt));
    const auto entries = Unwrap(log.folder->Entries(asked.period.name));
    const log::SignedCheckpoint checkpoint = CheckpointOf(log, asked, *entries);
    if (asked.tiles.empty()) {
      Copy(Lines(Unwrap(log::ProveGrowth(*entries, checkpoint.head, old_size, asked.progress)).proof), *out);
    } else {
      log::TileTree tiles(log::FetchFrom(&base::PosixIo(), asked.tiles), checkpoint.head.size);
      const log::Subtree subtree = tiles.AsSubtree();
      if (Unwrap(log::RootAt(subtree, checkpoint.head.size)) != checkpoint.head.root)
        Fail(base::Status::kTampered,
             {"the tiles do not give the root of the checkpoint", "タイルがチェックポイントの根と一致しない"});
      Copy(Lines(Unwrap(log::ProveConsistency(subtree, old_size, checkpoint.head.size))), *out);
    }
    return HIKAE_OK;
  });
}

hikae_status hikae_log_check_growth(hikae_str older, hikae_str newer, hikae_str proof, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const log::SignedCheckpoint before = NoteOf(older, "older");
    const log::SignedCheckpoint after = NoteOf(newer, "newer");
    Unwrap(log::CheckGrowth(before.head, after.head, ProofOf(Text(proof, "proof"))));
    return HIKAE_OK;
  });
}

hikae_status hikae_log_export(const hikae_log* l, hikae_str directory, const hikae_log_proof_options* opt,
                              hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const hikae_log& log = Checked(l, "log");
    const ProofAsked asked = AskedOf(log, Read(opt));
    const std::string where = Path(directory, "directory");
    CheckExport(base::PosixIo(), where);
    const auto entries = Unwrap(log.folder->Entries(asked.period.name));
    const log::SignedCheckpoint checkpoint = CheckpointOf(log, asked, *entries);
    log::DirectorySink sink(&base::PosixIo(), where);
    Unwrap(log::ExportTiles(*entries, checkpoint, sink, asked.progress));
    return HIKAE_OK;
  });
}

}  // extern "C"
