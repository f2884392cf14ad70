// Export to media and import from them: the one way records leave the office as files.
#include <algorithm>
#include <set>
#include <utility>

#include "crypto/aead.h"
#include "gate/release.h"
#include "vault/media/media_reader.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr size_t kAtOnce = 256;  // records in the clear at a time
constexpr size_t kWrittenAtOnce = 100;

Result<std::vector<crypto::age::Recipient>> RecipientsOf(const MediaTarget& target) {
  std::vector<crypto::age::Recipient> recipients;
  for (const std::string& text : target.recipients) {
    HIKAE_TRY(auto recipient, crypto::age::Recipient::Parse(text));
    recipients.push_back(recipient);
  }
  return recipients;
}

// One call of Export.
class ExportRun {
 public:
  ExportRun(Session::Rep& session, const Ask& ask, const MediaTarget& target)
      : session_(session), ask_(ask), target_(target), io_(base::PosixIo()) {
    ask_.encrypted = true;
    ask_.handover = target.handover;
    ask_.medium_id = target.medium;
  }

  Result<void> Find(std::span<const std::string_view> subjects) {
    if (subjects.empty()) return FindAll();
    std::set<std::string_view> once;
    for (const std::string_view subject : subjects) {
      if (once.insert(subject).second) subjects_.emplace_back(subject);
    }
    return {};
  }

  // Every record is decided before the first one is opened.
  Result<void> DecideAll() {
    for (size_t at = 0; at < subjects_.size(); at += kAtOnce) {
      HIKAE_TRY(auto run, Fetched(at));
      HIKAE_CHECK(run.Decide());
      if (run.first_refusal()) return session_.Refuse(ask_, run.first_refusal(), {});
    }
    return {};
  }

  Result<uint64_t> Write() {
    HIKAE_TRY(vault::MediaPlan plan, Plan());
    HIKAE_TRY(auto writer, vault::MediaWriter::Begin(io_, target_.directory, target_.name, plan));
    const Result<uint64_t> written = WriteAll(writer);
    if (!first_) return written;
    log::Entry ended;
    ended.type = log::EntryType::kWriteEnded;
    ended.time = session_.now;
    ended.intent = first_->first;
    if (entries_ > 1) ended.range_end = first_->first + entries_;
    ended.outcome = written.ok() ? log::Outcome::kDone : log::Outcome::kNotDone;
    const auto told = session_.Record(std::move(ended), {}, true);
    if (written.ok() && !told.ok()) return told.error();
    return written;
  }

 private:
  Result<void> FindAll() {
    std::optional<vault::SubjectNumber> after;
    for (;;) {
      HIKAE_TRY(const auto lot,
                session_.database->Read([&] { return session_.vault.Scan(ask_.file, after, kAtOnce); }));
      if (lot.empty()) return {};
      after = lot.back().subject;
      for (const vault::SealedRecord& record : lot) {
        HIKAE_TRY(std::string id, session_.gate->keys->IdOf(record.subject));
        subjects_.push_back(std::move(id));
      }
    }
  }

  Result<ReleaseRun> Fetched(size_t at) {
    const std::vector<std::string_view> lot(
        subjects_.begin() + static_cast<std::ptrdiff_t>(at),
        subjects_.begin() + static_cast<std::ptrdiff_t>(std::min(at + kAtOnce, subjects_.size())));
    ReleaseRun run(session_, ask_, subjects_.size());
    HIKAE_CHECK(run.Find(lot));
    HIKAE_CHECK(run.Fetch());
    HIKAE_CHECK(session_.Refresh(false));
    return run;
  }

  Result<vault::MediaPlan> Plan() {
    vault::MediaPlan plan;
    HIKAE_TRY(const auto signer, session_.gate->log->SignerOfMedia());
    plan.content.office = signer.key.name.substr(0, signer.key.name.rfind('/'));
    plan.content.handling = session_.row.handling;
    plan.content.file = ask_.file;
    plan.content.form = target_.form;
    HIKAE_TRY(const auto items, session_.ItemsOf(ask_));
    for (const std::string& item : items) {
      const vault::ItemSpec* spec = session_.SpecOf(ask_.file).Find(item);
      plan.content.items.push_back({item, spec != nullptr && spec->type == vault::ItemType::kBlob});
    }
    HIKAE_TRY(plan.recipients, RecipientsOf(target_));
    plan.passphrase = target_.passphrase;
    plan.armor = target_.armored ? crypto::age::Form::kArmored : crypto::age::Form::kBinary;
    plan.work_factor = target_.work_factor;
    plan.medium = target_.medium;
    plan.handover = target_.handover;
    if (!ask_.approvals.empty()) plan.approval = ask_.approvals.front();
    plan.made_at = session_.now;
    HIKAE_TRY(plan.actor, session_.gate->log->PseudonymOf(session_.row.actor));
    for (const vault::MediaItem& item : plan.content.items) {
      if (item.blob) blobs_.insert(item.item);
    }
    return plan;
  }

  Result<uint64_t> WriteAll(vault::MediaWriter& writer) {
    uint64_t written = 0;
    for (size_t at = 0; at < subjects_.size(); at += kAtOnce) {
      HIKAE_TRY(auto run, Fetched(at));
      HIKAE_CHECK(run.Decide());
      if (run.first_refusal()) return session_.Refuse(ask_, run.first_refusal(), {});
      HIKAE_CHECK(run.Submit());
      const Result<void> opened = run.Open();
      HIKAE_TRY(const auto released, run.Finish());
      if (!first_) first_ = run.position();
      entries_ = run.position().first + released.size() - first_->first;
      HIKAE_CHECK(opened);
      HIKAE_CHECK(Add(writer, at, released, written));
    }
    if (!first_) {
      return Error(Status::kNotFound, base::Text{"there is nothing to export", "書き出す記録がない"});
    }
    HIKAE_TRY(const auto signer, session_.gate->log->SignerOfMedia());
    HIKAE_CHECK(writer.Finish({first_->period, first_->first}, signer));
    return written;
  }

  Result<void> Add(vault::MediaWriter& writer, size_t at, const std::vector<Released>& released, uint64_t& written) {
    for (size_t i = 0; i < released.size(); ++i) {
      if (released[i].state != Released::State::kReleased) continue;
      vault::MediaRecord record{subjects_[at + i], released[i].version, {}};
      for (const Seen& seen : released[i].items) {
        record.items.push_back({seen.item, seen.value.view(), blobs_.contains(seen.item)});
      }
      HIKAE_CHECK(writer.Add(record));
      ++written;
    }
    return {};
  }

  Session::Rep& session_;
  Ask ask_;
  const MediaTarget& target_;
  base::Io& io_;
  std::vector<std::string> subjects_;
  std::set<std::string> blobs_;
  std::optional<log::Position> first_;
  uint64_t entries_ = 0;
};

// A record of a medium on its way into the file.
struct Incoming {
  std::string subject;
  std::vector<std::pair<std::string, vault::PlainText>> items;
};

class ImportRun {
 public:
  ImportRun(Session& session, Session::Rep& rep, const Ask& ask, const MediaOrigin& origin)
      : session_(session), rep_(rep), ask_(ask), origin_(origin) {}

  Result<void> Open() {
    std::vector<log::VerifierKey> keys;
    for (const std::string& text : origin_.signers) {
      HIKAE_TRY(auto key, log::VerifierKey::Parse(text));
      keys.push_back(std::move(key));
    }
    for (const std::string& text : origin_.identities) {
      HIKAE_TRY(auto identity, crypto::age::Identity::Parse(text));
      identities_.push_back(std::move(identity));
    }
    keys_ = std::move(keys);
    return {};
  }

  // The whole medium once, against what the file holds: nothing is written of one that does not fit.
  Result<uint64_t> Check() {
    HIKAE_CHECK(rep_.Refresh(false));
    HIKAE_TRY(auto reader, Reader());
    const vault::FileSpec& spec = rep_.SpecOf(ask_.file);
    uint64_t records = 0;
    for (vault::MediaRecord record;;) {
      HIKAE_TRY(const bool more, reader.Next(record));
      if (!more) return records;
      ++records;
      for (const vault::MediaValue& value : record.items) {
        const vault::ItemSpec text{.item = std::string(value.item)};
        const vault::ItemSpec* known = spec.Find(value.item);
        auto canonical = vault::Canonical(known == nullptr ? text : *known, value.value);
        if (canonical.ok()) continue;
        Error error = canonical.error();
        error.text.en = "record " + std::to_string(records) + " of the medium: " + error.text.en;
        error.text.ja = "媒体の" + std::to_string(records) + "件目: " + error.text.ja;
        return error;
      }
    }
  }

  Result<uint64_t> Write() {
    HIKAE_TRY(auto reader, Reader());
    uint64_t written = 0;
    std::vector<Incoming> lot;
    for (vault::MediaRecord record;;) {
      HIKAE_TRY(const bool more, reader.Next(record));
      if (more) {
        Incoming& incoming = lot.emplace_back();
        incoming.subject = record.subject;
        for (const vault::MediaValue& value : record.items) {
          incoming.items.emplace_back(std::string(value.item), vault::PlainText(value.value));
        }
      }
      if (lot.size() == kWrittenAtOnce || (!more && !lot.empty())) {
        HIKAE_CHECK(Put(lot));
        written += lot.size();
        lot.clear();
      }
      if (!more) return written;
    }
  }

 private:
  Result<vault::MediaReader> Reader() const {
    return vault::MediaReader::Open(base::PosixIo(), origin_.directory, origin_.name, keys_,
                                    {.identities = identities_, .passphrase = origin_.passphrase});
  }

  Result<void> Put(const std::vector<Incoming>& lot) {
    std::vector<gate::Put> puts;
    puts.reserve(lot.size());
    for (const Incoming& incoming : lot) {
      gate::Put put;
      put.subject = incoming.subject;
      for (const auto& [item, value] : incoming.items) put.set.push_back({item, value.view()});
      puts.push_back(std::move(put));
    }
    HIKAE_CHECK(session_.Write(ask_, puts));
    return {};
  }

  Session& session_;
  Session::Rep& rep_;
  const Ask& ask_;
  const MediaOrigin& origin_;
  std::vector<log::VerifierKey> keys_;
  std::vector<crypto::age::Identity> identities_;
};

}  // namespace

Result<uint64_t> Session::Export(const Ask& ask, std::span<const std::string_view> subjects,
                                 const MediaTarget& target) {
  if (ask.act != Act::kExport && ask.act != Act::kTransfer && ask.act != Act::kProvide) {
    return Error(Status::kArgument, base::Text{"this act writes no medium", "この行為では媒体に書き出せない"});
  }
  if (ask.view != View::kWhole) {
    return Error(Status::kArgument, base::Text{"a medium holds whole items", "媒体には項目をそのまま書き出す"});
  }
  HIKAE_CHECK(rep_->CheckAsk(ask));
  HIKAE_CHECK(rep_->Refresh(false));
  ExportRun run(*rep_, ask, target);
  HIKAE_CHECK(run.Find(subjects));
  HIKAE_CHECK(run.DecideAll());
  return run.Write();
}

Result<uint64_t> Session::Import(const Ask& ask, const MediaOrigin& origin) {
  HIKAE_CHECK(rep_->CheckAsk(ask));
  ImportRun run(*this, *rep_, ask, origin);
  HIKAE_CHECK(run.Open());
  HIKAE_CHECK(run.Check());
  return run.Write();
}

}  // namespace hikae::gate
