#include "vault/media/media_writer.h"

#include <type_traits>

#include "crypto/random.h"
#include "vault/media/encoder.h"
#include "vault/media/media_names.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;
using crypto::Bytes;

constexpr size_t kBuffer = size_t{1} << 20;

Bytes AsBytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

// Takes the bytes of the age file: hashed and written a MiB at a time.
class SealedFile {
 public:
  explicit SealedFile(std::unique_ptr<base::File> file) : file_(std::move(file)) { held_.reserve(kBuffer); }
  Result<void> Put(Bytes bytes) {
    while (!bytes.empty()) {
      const size_t count = std::min(bytes.size(), kBuffer - held_.size());
      held_.insert(held_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      bytes = bytes.subspan(count);
      if (held_.size() == kBuffer) HIKAE_CHECK(Flush());
    }
    return {};
  }
  Result<void> Finish(uint64_t& size, crypto::Digest& digest) {
    HIKAE_CHECK(Flush());
    HIKAE_CHECK(file_->Sync());
    size = size_;
    digest = hash_.Finish();
    return {};
  }
  base::File& file() { return *file_; }

 private:
  Result<void> Flush() {
    hash_.Update(held_);
    HIKAE_CHECK(base::WriteAt(*file_, size_, held_));
    size_ += held_.size();
    held_.clear();
    return {};
  }

  std::unique_ptr<base::File> file_;
  std::vector<uint8_t> held_;  // ciphertext
  crypto::Sha256 hash_;
  uint64_t size_ = 0;
};

Result<void> MustBeFree(base::Io& io, const std::string& path) {
  const auto file = io.Open(path, base::OpenMode::kRead);
  if (!file.ok()) return file.error().status == Status::kNotFound ? Result<void>() : file.error();
  return Error(Status::kExists,
               base::Text{"there is a file of this name on the medium", "媒体に同じ名前のファイルがある"}, {path, 0, 0},
               {"choose another name; an age file without a manifest is what an export that was cut off has left",
                "別の名前にする。目録のない age ファイルは、途中で終わった持ち出しの残りである"});
}

Error Broken() {
  return {Status::kArgument,
          base::Text{"the export is over, or failed before", "持ち出しは終わったか、既に失敗している"}};
}

}  // namespace

struct MediaWriter::Rep {
  Rep(base::Io& io, std::string directory, const std::string& name, const MediaPlan& plan, const MediaSalt& salt)
      : io(io),
        directory(std::move(directory)),
        age_path(AgeFileOf(this->directory, name)),
        age_making(age_path + ".new"),
        manifest_path(ManifestFileOf(this->directory, name)),
        manifest_making(manifest_path + ".new"),
        encoder(plan.content, salt) {
    manifest.content = plan.content;
    manifest.recipients = plan.recipients;
    manifest.medium = plan.medium;
    manifest.handover = plan.handover;
    manifest.approval = plan.approval;
    manifest.made_at = plan.made_at;
    manifest.actor = plan.actor;
  }
  ~Rep() {
    static_assert(std::is_trivially_copyable_v<crypto::Sha256>);
    crypto::Wipe(static_cast<void*>(&plain_hash), sizeof plain_hash);  // it holds the last bytes of plaintext
    if (!whole) Undo();
  }

  // The manifest goes first, so that it is never there without its file. What fails here stays failed: it is sealed,
  // and nobody takes it for an export.
  void Undo() noexcept {
    if (!owned) return;
    // Also where memory has run out: telling that a file is not there may take some, removing one does not.
    const auto attempt = [](const auto& act) {
      try {
        static_cast<void>(act().ok());
      } catch (...) {
      }
    };
    if (renaming) {
      attempt([&] { return io.Remove(manifest_path); });
      attempt([&] { return io.Remove(age_path); });
    }
    attempt([&] { return io.Remove(manifest_making); });
    attempt([&] { return io.Remove(age_making); });
    attempt([&] { return io.SyncDirectory(directory); });
  }

  Result<void> Begin(const MediaPlan& plan) {
    HIKAE_TRY(auto file, io.Open(age_making, base::OpenMode::kCreate));
    HIKAE_TRY(const bool got, file->TryLock(0, base::LockKind::kExclusive));
    if (!got)
      return Error(Status::kBusy, base::Text{"another program writes this export", "他のプログラムが書き出し中"});
    owned = true;
    HIKAE_CHECK(MustBeFree(io, age_path));
    HIKAE_CHECK(MustBeFree(io, manifest_path));
    HIKAE_CHECK(file->Truncate(0));
    sealed = std::make_unique<SealedFile>(std::move(file));
    const auto sink = [out = sealed.get()](Bytes bytes) { return out->Put(bytes); };
    auto made = plan.passphrase
                    ? crypto::age::Writer::ForPassphrase(sink, *plan.passphrase, plan.armor, plan.work_factor)
                    : crypto::age::Writer::ForRecipients(sink, plan.recipients, plan.armor);
    if (!made.ok()) return std::move(made).error();
    age = *std::move(made);
    return Put(encoder.Head());
  }

  Result<void> Put(std::string_view text) {
    plain_hash.Update(AsBytes(text));
    manifest.plain_bytes += text.size();
    return age->Write(AsBytes(text));
  }

  Result<void> Add(const MediaRecord& record) {
    line.clear();
    HIKAE_CHECK(encoder.Encode(record, line));
    return Put(line.view());
  }

  // The signed note.
  Result<std::string> Signed(const MediaSigner& signer) {
    log::Note note;
    HIKAE_TRY(note.text, manifest.ToText());
    HIKAE_TRY(log::NoteSignature signature, signer.sign(note.text));
    note.signatures.push_back(std::move(signature));
    std::string text = note.ToString();
    // A manifest no receiver would take is found out here, not there.
    HIKAE_TRY(const Manifest read, OpenManifest(text, {signer.key}));
    if (read == manifest) return text;
    return Error(Status::kInternal, "the manifest is read as something else");
  }

  Result<void> WriteManifest(const std::string& text) {
    HIKAE_TRY(const auto file, io.Open(manifest_making, base::OpenMode::kCreate));
    HIKAE_CHECK(file->Truncate(0));
    HIKAE_CHECK(base::WriteAt(*file, 0, AsBytes(text)));
    return file->Sync();
  }

  Result<void> Finish(const LogPlace& log, const MediaSigner& signer) {
    HIKAE_CHECK(age->Finish());
    HIKAE_CHECK(sealed->Finish(manifest.age_bytes, manifest.age_sha256));
    manifest.records = encoder.records();
    manifest.plain_sha256 = plain_hash.Finish();
    manifest.log = log;
    HIKAE_TRY(const std::string text, Signed(signer));
    HIKAE_CHECK(WriteManifest(text));
    // The file's name is on the disk before the manifest's is changed: whatever order a file system has of its own, a
    // manifest is never there without its file.
    renaming = true;
    HIKAE_CHECK(io.Rename(age_making, age_path));
    HIKAE_CHECK(io.SyncDirectory(directory));
    HIKAE_CHECK(io.Rename(manifest_making, manifest_path));
    HIKAE_CHECK(io.SyncDirectory(directory));
    return {};
  }

  base::Io& io;
  const std::string directory, age_path, age_making, manifest_path, manifest_making;
  bool owned = false;     // age_making is ours
  bool renaming = false;  // the final names may be ours
  bool whole = false;
  bool broken = false;  // a call began and did not end well
  Manifest manifest;
  RecordEncoder encoder;
  SecretBytes line;
  crypto::Sha256 plain_hash;
  std::unique_ptr<SealedFile> sealed;  // outlives `age`, which pushes into it
  std::optional<crypto::age::Writer> age;
};

MediaWriter::MediaWriter(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
MediaWriter::MediaWriter(MediaWriter&&) noexcept = default;
MediaWriter& MediaWriter::operator=(MediaWriter&&) noexcept = default;
MediaWriter::~MediaWriter() = default;

Result<MediaWriter> MediaWriter::Begin(base::Io& io, const std::string& directory, const std::string& name,
                                       const MediaPlan& plan) {
  HIKAE_CHECK(CheckMediaName(name));
  if (plan.passphrase.has_value() != plan.recipients.empty()) {
    return Error(Status::kArgument, base::Text{"an export is for recipients, or for a passphrase",
                                               "持ち出しの宛先は受信者の公開鍵か、パスフレーズかの一方である"});
  }
  MediaSalt salt;
  crypto::FillRandom(salt);
  auto rep = std::make_unique<Rep>(io, directory, name, plan, salt);
  Manifest sample = rep->manifest;  // a plan that no manifest can tell is refused before anything is written
  sample.log = {"period", 0};
  HIKAE_CHECK(sample.ToText());
  HIKAE_CHECK(rep->Begin(plan));
  return MediaWriter(std::move(rep));
}

Result<void> MediaWriter::Add(const MediaRecord& record) {
  if (rep_->broken || rep_->whole) return Broken();
  rep_->broken = true;  // also when memory runs out
  HIKAE_CHECK(rep_->Add(record));
  rep_->broken = false;
  return {};
}

Result<Manifest> MediaWriter::Finish(const LogPlace& log, const MediaSigner& signer) {
  if (rep_->broken || rep_->whole) return Broken();
  rep_->broken = true;
  Manifest told;
  auto done = rep_->Finish(log, signer);
  if (!done.ok()) {
    rep_->Undo();
    rep_->owned = false;
    return std::move(done).error();
  }
  rep_->whole = true;
  told = std::move(rep_->manifest);
  return told;
}

}  // namespace hikae::vault
