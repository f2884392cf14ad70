#include "vault/media/media_reader.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <type_traits>

#include "vault/media/decoder.h"
#include "vault/media/media_names.h"
#include "vault/media/secret_bytes.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;
using crypto::Digest;

constexpr size_t kBlock = size_t{1} << 20;
constexpr size_t kPlainStep = size_t{64} << 10;

Error Changed(base::Text text) { return {Status::kTampered, std::move(text)}; }
Error NotTheFile() {
  return Changed({"the age file is not the one its manifest is for, or was changed",
                  "age ファイルが目録のものではないか、改変されている"});
}

// The age file, of whose every MiB it is known what the hash up to there is.
class KnownFile {
 public:
  // Goes over the whole file: kTampered when it is not the one of the manifest.
  static Result<std::shared_ptr<const KnownFile>> Check(std::unique_ptr<base::File> file, const Manifest& manifest) {
    HIKAE_TRY(const uint64_t size, file->Size());
    if (size != manifest.age_bytes) return NotTheFile();
    auto known = std::make_shared<KnownFile>();
    known->file_ = std::move(file);
    known->size_ = size;
    crypto::Sha256 hash;
    std::vector<uint8_t> block;
    for (uint64_t at = 0; at < size; at += kBlock) {
      HIKAE_CHECK(known->Read(at, block));
      crypto::Sha256 so_far = hash.Update(block);
      known->prefixes_.push_back(so_far.Finish());
    }
    if (hash.Finish() != manifest.age_sha256) return NotTheFile();
    return std::shared_ptr<const KnownFile>(std::move(known));
  }

  // Gives its bytes from the first on, each only when its MiB is as it was.
  crypto::age::Pull Pull() const {
    struct State {
      crypto::Sha256 hash;
      std::vector<uint8_t> block;
      size_t used = 0;
      uint64_t at = 0;
    };
    return [this, state = std::make_shared<State>()](std::span<uint8_t> into) -> Result<size_t> {
      State& s = *state;
      if (s.used == s.block.size() && s.at < size_) {
        s.used = 0;
        HIKAE_CHECK(Read(s.at, s.block));
        crypto::Sha256 so_far = s.hash.Update(s.block);
        if (so_far.Finish() != prefixes_[s.at / kBlock]) {
          s.block.clear();
          return Changed({"the age file changed while it was read", "age ファイルが読み取り中に変わった"});
        }
        s.at += s.block.size();
      }
      const size_t count = std::min(into.size(), s.block.size() - s.used);
      std::copy_n(s.block.begin() + static_cast<std::ptrdiff_t>(s.used), count, into.begin());
      s.used += count;
      return count;
    };
  }

 private:
  Result<void> Read(uint64_t at, std::vector<uint8_t>& block) const {
    block.resize(static_cast<size_t>(std::min<uint64_t>(kBlock, size_ - at)));
    HIKAE_TRY(const size_t count, base::ReadAt(*file_, at, block));
    if (count == block.size()) return {};
    block.clear();
    return NotTheFile();
  }

  std::unique_ptr<base::File> file_;
  uint64_t size_ = 0;
  std::vector<Digest> prefixes_;  // SHA-256 of all up to the end of each block
};

// One way through the records.
class Stream {
 public:
  Stream(std::shared_ptr<const KnownFile> file, const Manifest& manifest)
      : file_(std::move(file)), manifest_(manifest), finder_(manifest.content.form), decoder_(manifest.content) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    static_assert(std::is_trivially_copyable_v<crypto::Sha256>);
    crypto::Wipe(static_cast<void*>(&hash_), sizeof hash_);  // it holds the last bytes of plaintext
  }

  Result<void> Open(const crypto::age::Reader::Secrets& secrets) {
    HIKAE_TRY(age_, crypto::age::Reader::Open(file_->Pull(), secrets));
    HIKAE_TRY(const size_t length, Line());
    return decoder_.Head({held_.data() + at_ - length, length});
  }

  Result<bool> Next(MediaRecord& record) {
    HIKAE_TRY(const size_t length, Line());
    if (length == 0) {
      if (records_ == manifest_.records && bytes_ == manifest_.plain_bytes && hash_.Finish() == manifest_.plain_sha256)
        return false;
      return Changed({"the age file holds other than its manifest says", "age ファイルの内容が目録と一致しない"});
    }
    if (++records_ > manifest_.records) {
      return Changed({"the age file holds more records than its manifest says", "age ファイルの件数が目録より多い"});
    }
    HIKAE_CHECK(decoder_.Decode({held_.data() + at_ - length, length}, record));
    return true;
  }

 private:
  // The length of the next line, which ends at at_; 0 when there is none.
  Result<size_t> Line() {
    for (;;) {
      if (const auto length = finder_.Find(held_.view().substr(at_))) {
        at_ += *length;
        return *length;
      }
      const size_t open = held_.size() - at_;
      if (open > kMaxMediaLine) {
        return Error(Status::kArgument,
                     base::Text{"a record of the export is longer than 64 MiB", "持ち出しの1件が 64 MiB を超えている"});
      }
      HIKAE_TRY(const bool more, Fill(open));
      if (more) continue;
      if (open == 0) return size_t{0};
      return Error(Status::kArgument,
                   base::Text{"the last line of the export does not end", "持ち出しの最後の行が終わっていない"});
    }
  }

  // More plaintext behind the `open` bytes of the line at hand; false at the end.
  Result<bool> Fill(size_t open) {
    // Moved at most once for each line, however long it is.
    if (at_ > 0 && open > 0) std::memmove(held_.data(), held_.data() + at_, open);
    at_ = 0;
    held_.resize(open + kPlainStep);
    const auto count = age_->Read({reinterpret_cast<uint8_t*>(held_.data()) + open, kPlainStep});
    held_.resize(open + (count.ok() ? *count : 0));
    if (!count.ok()) return count.error();
    hash_.Update({reinterpret_cast<const uint8_t*>(held_.data()) + open, *count});
    bytes_ += *count;
    return *count > 0;
  }

  const std::shared_ptr<const KnownFile> file_;
  const Manifest& manifest_;
  std::optional<crypto::age::Reader> age_;
  SecretBytes held_;
  size_t at_ = 0;  // what comes before is read
  LineFinder finder_;
  RecordDecoder decoder_;
  crypto::Sha256 hash_;
  uint64_t records_ = 0, bytes_ = 0;
};

}  // namespace

struct MediaReader::Rep {
  Manifest manifest;
  std::unique_ptr<Stream> stream;
  std::optional<Error> failed;
  bool broken = false;  // also when memory ran out
  bool ended = false;
};

MediaReader::MediaReader(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
MediaReader::MediaReader(MediaReader&&) noexcept = default;
MediaReader& MediaReader::operator=(MediaReader&&) noexcept = default;
MediaReader::~MediaReader() = default;

Result<MediaReader> MediaReader::Open(base::Io& io, const std::string& directory, const std::string& name,
                                      const std::vector<log::VerifierKey>& keys,
                                      const crypto::age::Reader::Secrets& secrets) {
  HIKAE_CHECK(CheckMediaName(name));
  HIKAE_TRY(const std::string note, base::ReadWhole(io, ManifestFileOf(directory, name), log::kMaxNoteBytes));
  auto rep = std::make_unique<Rep>();
  HIKAE_TRY(rep->manifest, OpenManifest(note, keys));
  HIKAE_TRY(auto file, io.Open(AgeFileOf(directory, name), base::OpenMode::kRead));
  HIKAE_TRY(const auto known, KnownFile::Check(std::move(file), rep->manifest));
  {
    Stream whole(known, rep->manifest);
    HIKAE_CHECK(whole.Open(secrets));
    for (MediaRecord record;;) {
      HIKAE_TRY(const bool more, whole.Next(record));
      if (!more) break;
    }
  }
  rep->stream = std::make_unique<Stream>(known, rep->manifest);
  HIKAE_CHECK(rep->stream->Open(secrets));
  return MediaReader(std::move(rep));
}

const Manifest& MediaReader::manifest() const { return rep_->manifest; }

Result<bool> MediaReader::Next(MediaRecord& record) {
  record = {};
  if (rep_->failed) return *rep_->failed;
  if (rep_->broken) throw std::bad_alloc();
  if (rep_->ended) return false;
  rep_->broken = true;
  auto more = rep_->stream->Next(record);
  if (!more.ok()) {
    record = {};
    rep_->failed = more.error();
  } else {
    rep_->ended = !*more;
  }
  rep_->broken = false;
  return more;
}

}  // namespace hikae::vault
