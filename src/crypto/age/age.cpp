#include "crypto/age/age.h"

#include <sodium.h>

#include <algorithm>
#include <cassert>

#include "crypto/age/file_key.h"
#include "crypto/age/header.h"
#include "crypto/random.h"
#include "crypto/sodium.h"

namespace hikae::crypto::age {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr size_t kNonceBytes = 16;
constexpr size_t kTagBytes = crypto_aead_chacha20poly1305_ietf_ABYTES;
constexpr size_t kSealedBytes = kChunkBytes + kTagBytes;

// The number of a chunk and whether it is the last: no chunk can be left out, moved, or passed off as the last.
class ChunkNonce {
 public:
  const uint8_t* For(bool last) {
    bytes_.back() = last ? 1 : 0;
    return bytes_.data();
  }
  void Next() {
    for (size_t i = bytes_.size() - 1; i-- > 0;) {
      if (++bytes_[i] != 0) return;
    }
  }
  bool first() const {
    return std::all_of(bytes_.begin(), bytes_.end() - 1, [](uint8_t byte) { return byte == 0; });
  }

 private:
  std::array<uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> bytes_{};
};

// Plaintext that is wiped when it goes.
struct Chunk {
  std::vector<uint8_t> bytes;
  Chunk() { bytes.reserve(kSealedBytes); }
  ~Chunk() { sodium_memzero(bytes.data(), bytes.capacity()); }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
};

Error Changed(base::Text text) { return Error(Status::kTampered, std::move(text)); }

}  // namespace

struct Writer::Rep {
  Result<void> Put(Bytes bytes) { return armor ? armor->Write(bytes) : sink(bytes); }

  Result<void> Seal(bool last) {
    std::vector<uint8_t> sealed(held.bytes.size() + kTagBytes);
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, held.bytes.data(), held.bytes.size(), nullptr, 0,
                                              nullptr, nonce.For(last), key.bytes.data());
    nonce.Next();
    held.bytes.clear();
    return Put(sealed);
  }

  Push sink;
  std::optional<ArmorWriter> armor;
  FileKey file_key;
  std::vector<Stanza> stanzas;
  DerivedKey key;
  ChunkNonce nonce;
  Chunk held;
  bool finished = false;
};

Writer::Writer(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

namespace {

// `Rep` is the writer's.
template <class Rep>
std::unique_ptr<Rep> Made(Push sink, Form form) {
  Ready();
  auto rep = std::make_unique<Rep>();
  rep->sink = std::move(sink);
  if (form == Form::kArmored) rep->armor.emplace(rep->sink);
  FillRandom(rep->file_key.bytes);
  return rep;
}

}  // namespace

Result<Writer> Writer::ForRecipients(Push sink, std::span<const Recipient> recipients, Form form) {
  if (recipients.empty() || recipients.size() > kMaxRecipients) {
    return Error(Status::kArgument,
                 {"an age file needs recipients, and not too many", "age ファイルには受取人が要り、多すぎてもならない"},
                 {}, {"1 to 64", "1から64まで"});
  }
  auto rep = Made<Rep>(std::move(sink), form);
  for (const Recipient& recipient : recipients) rep->stanzas.push_back(WrapForRecipient(rep->file_key, recipient));
  return Begin(std::move(rep));
}

Result<Writer> Writer::ForPassphrase(Push sink, std::string_view passphrase, Form form, uint32_t work_factor) {
  if (passphrase.empty())
    return Error(Status::kArgument, base::Text{"the passphrase is empty", "パスフレーズが空である"});
  auto rep = Made<Rep>(std::move(sink), form);
  HIKAE_TRY(Stanza stanza, WrapForPassphrase(rep->file_key, passphrase, work_factor));
  rep->stanzas.push_back(std::move(stanza));
  return Begin(std::move(rep));
}

Result<Writer> Writer::Begin(std::unique_ptr<Rep> rep) {
  const std::string covered = CoveredText(rep->stanzas);
  const std::string text = covered + MacLine(HeaderMac(rep->file_key, covered));
  HIKAE_CHECK(rep->Put({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
  std::array<uint8_t, kNonceBytes> nonce;
  FillRandom(nonce);
  rep->key = Hkdf(rep->file_key.bytes, nonce, "payload");
  HIKAE_CHECK(rep->Put(nonce));
  return Writer(std::move(rep));
}

Result<void> Writer::Write(Bytes plain) {
  assert(!rep_->finished);
  std::vector<uint8_t>& held = rep_->held.bytes;
  while (!plain.empty()) {
    // A full chunk is sealed only when more comes: the last one must not be empty.
    if (held.size() == kChunkBytes) HIKAE_CHECK(rep_->Seal(false));
    const size_t count = std::min(plain.size(), kChunkBytes - held.size());
    held.insert(held.end(), plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(count));
    plain = plain.subspan(count);
  }
  return {};
}

Result<void> Writer::Finish() {
  assert(!rep_->finished);
  rep_->finished = true;
  HIKAE_CHECK(rep_->Seal(true));
  if (rep_->armor) return rep_->armor->Finish();
  return {};
}

struct Reader::Rep {
  explicit Rep(Pull source, bool armored)
      : armor(armored ? std::make_unique<ArmorReader>(std::move(source)) : nullptr),
        in(armored ? Pull([this](std::span<uint8_t> into) { return armor->Read(into); }) : std::move(source)) {}

  Result<FileKey> FindKey(const Header& header, const Secrets& secrets) {
    if (secrets.passphrase) {
      HIKAE_TRY(const auto found, UnwrapWithPassphrase(header, *secrets.passphrase, secrets.max_work_factor));
      if (found) return *found;
    }
    for (const Identity& identity : secrets.identities) {
      HIKAE_TRY(const auto found, UnwrapWithIdentity(header, identity));
      if (found) return *found;
    }
    return Error(Status::kSecret,
                 base::Text{"none of the given secrets opens the age file", "与えられた鍵では age ファイルを開けない"});
  }

  Result<void> Begin(const Secrets& secrets) {
    HIKAE_TRY(const Header header, Header::Read(in));
    HIKAE_TRY(const FileKey file_key, FindKey(header, secrets));
    const auto mac = HeaderMac(file_key, header.covered);
    if (sodium_memcmp(mac.data(), header.mac.data(), mac.size()) != 0) {
      return Changed({"the header of the age file was changed", "age ファイルのヘッダーが改変されている"});
    }
    std::array<uint8_t, kNonceBytes> nonce;
    HIKAE_TRY(const size_t size, in.Read(nonce));
    if (size != nonce.size()) {
      return Error(Status::kArgument, {"the header of the age file is malformed", "age ファイルのヘッダーが壊れている"},
                   {}, {"16 bytes follow it", "16バイトが続く"});
    }
    key = Hkdf(file_key.bytes, nonce, "payload");
    return {};
  }

  // The next chunk into `plain`; sets `ended` when it was the last.
  Result<void> Next() {
    std::vector<uint8_t> sealed(kSealedBytes);
    HIKAE_TRY(const size_t size, in.Read(sealed));
    sealed.resize(size);
    if (size < kTagBytes) return Changed({"the age file ends too early", "age ファイルが途中で終わっている"});
    bool last = size < kSealedBytes;
    if (!Open(sealed, last)) {
      // A full chunk may be the last one too.
      if (last || !Open(sealed, true))
        return Changed({"the content of the age file was changed", "age ファイルの内容が改変されている"});
      last = true;
    }
    if (last && plain.bytes.empty() && !nonce.first()) {
      return Changed({"the last part of the age file is empty", "age ファイルの末尾が空である"});
    }
    nonce.Next();
    ended = last;
    return {};
  }

  bool Open(const std::vector<uint8_t>& sealed, bool last) {
    at = 0;
    plain.bytes.resize(sealed.size() - kTagBytes);
    const int failed =
        crypto_aead_chacha20poly1305_ietf_decrypt(plain.bytes.data(), nullptr, nullptr, sealed.data(), sealed.size(),
                                                  nullptr, 0, nonce.For(last), key.bytes.data());
    if (failed != 0) plain.bytes.clear();
    return failed == 0;
  }

  std::unique_ptr<ArmorReader> armor;
  Intake in;
  DerivedKey key;
  ChunkNonce nonce;
  Chunk plain;  // of the chunk at hand
  size_t at = 0;
  bool ended = false;
  std::optional<Error> failed;  // nothing is given out behind it
};

Reader::Reader(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::Open(Pull source, const Secrets& secrets, std::optional<Form> form) {
  Ready();
  auto outer = std::make_shared<Intake>(std::move(source));
  if (!form) {
    HIKAE_TRY(const std::string first, outer->PeekBehindBlanks(10));
    form = first == kArmorBegin.substr(0, 10) ? Form::kArmored : Form::kBinary;
  }
  auto rep =
      std::make_unique<Rep>([outer](std::span<uint8_t> into) { return outer->Read(into); }, *form == Form::kArmored);
  HIKAE_CHECK(rep->Begin(secrets));
  return Reader(std::move(rep));
}

Result<size_t> Reader::Read(std::span<uint8_t> into) {
  if (rep_->failed) return *rep_->failed;
  const auto fail = [&](Error error) { return *(rep_->failed = std::move(error)); };
  std::vector<uint8_t>& plain = rep_->plain.bytes;
  if (rep_->at == plain.size() && !rep_->ended) {
    const auto next = rep_->Next();
    if (!next.ok()) return fail(next.error());
  }
  const size_t count = std::min(into.size(), plain.size() - rep_->at);
  std::copy_n(plain.begin() + static_cast<std::ptrdiff_t>(rep_->at), count, into.begin());
  rep_->at += count;
  if (count > 0 || !rep_->ended) return count;
  const auto end = rep_->in.AtEnd();
  if (!end.ok()) return fail(end.error());
  if (!*end)
    return fail(Changed({"something follows the end of the age file", "age ファイルの終わりの後に余分なものがある"}));
  return size_t{0};
}

}  // namespace hikae::crypto::age
