#include "vault/records/body.h"

#include <cassert>

#include "base/utf8.h"
#include "crypto/blake2b.h"
#include "vault/records/bytes.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr std::string_view kHeadLabel = "hikae record 1";
constexpr std::string_view kItemLabel = "hikae item 1";

// Label, office, file, subject and version, and of an item its name, type and suite; each with its length.
using HeadBinding = Binding<5 * 2 + kHeadLabel.size() + 16 + kMaxNameBytes + 16 + 8>;
using ItemBinding = Binding<8 * 2 + kItemLabel.size() + 16 + kMaxNameBytes + 16 + kMaxNameBytes + 8 + 1 + 1>;

void Bind(ItemBinding& binding, const RecordPlace& place, const SealedItem& item) {
  binding.Add(kItemLabel).Add(crypto::Bytes(place.office)).Add(place.file).Add(crypto::Bytes(place.subject));
  binding.Add(item.item).Add(item.set);
  binding.Add(static_cast<uint8_t>(item.type)).Add(static_cast<uint8_t>(item.suite));
}

bool IsType(uint8_t code) { return code >= 1 && code <= static_cast<uint8_t>(ItemType::kBlob); }
bool IsSuite(uint8_t code) { return code >= 1 && code <= static_cast<uint8_t>(Suite::kAes256Gcm); }

// The next `size` bytes, or nothing.
bool Take(crypto::Bytes& rest, size_t size, crypto::Bytes& out) {
  if (rest.size() < size) return false;
  out = rest.first(size);
  rest = rest.subspan(size);
  return true;
}

// All of an item but what is sealed.
void AppendAbout(std::string& body, const SealedItem& item, size_t sealed) {
  body += static_cast<char>(item.item.size());
  body += item.item;
  AppendBig(body, item.set);
  body += static_cast<char>(item.type);
  body += static_cast<char>(item.suite);
  AppendBig(body, item.key_version);
  body += Chars(item.nonce);
  AppendBig(body, static_cast<uint32_t>(sealed));
}

}  // namespace

crypto::SealSuite SuiteOf(Suite suite) {
  return suite == Suite::kAes256Gcm ? crypto::SealSuite::kAes256Gcm : crypto::SealSuite::kXChaCha20Poly1305;
}

Result<void> CheckSuite(Suite suite, bool (*has)(crypto::SealSuite)) {
  if (has(SuiteOf(suite))) return {};
  return Error(Status::kArgument,
               {"the file declares AES-256-GCM, for which this processor has no instructions",
                "ファイルは AES-256-GCM を指定しているが、このプロセッサーにはその命令がない"},
               {}, {"declare XChaCha20-Poly1305", "XChaCha20-Poly1305 を指定する"});
}

Error Tampered(std::string_view file) {
  const std::string name(file);
  return Error(Status::kTampered,
               {"a record of file '" + name + "' is not what was written: changed, moved, or of another version",
                "ファイル「" + name + "」の記録が書かれたものではない。書き換え、移し替え、または別の版である"});
}

bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes || !base::IsUtf8(name)) return false;
  for (base::CodePointReader reader(name); !reader.AtEnd();) {
    const char32_t point = reader.Next();
    if (point < 0x20 || (point >= 0x7F && point <= 0x9F)) return false;
  }
  return true;
}

Result<BodyPrefix> ReadPrefix(std::string_view file, std::string_view body) {
  if (!body.empty() && static_cast<uint8_t>(body[0]) > kBodyForm) {
    return Error(Status::kVersion,
                 base::Text{"the record was sealed by a newer hikae", "記録はより新しい hikae で封じられている"});
  }
  if (body.size() < kBodyPrefixBytes + kHeadBytes || static_cast<uint8_t>(body[0]) != kBodyForm) return Tampered(file);
  const uint8_t* const at = AsBytes(body).data();
  return BodyPrefix{GetBig<uint64_t>(at + 1), GetBig<uint32_t>(at + 9), GetBig<uint16_t>(at + 13)};
}

ItemReader::ItemReader(std::string_view file, const BodyPrefix& prefix, std::string_view body)
    : file_(file), prefix_(prefix) {
  rest_ = AsBytes(body).subspan(kBodyPrefixBytes, body.size() - kBodyPrefixBytes - kHeadBytes);
}

Result<bool> ItemReader::Next(SealedItem& out) {
  if (read_ == prefix_.items) {
    if (!rest_.empty() || prefix_.items > kMaxItems) return Tampered(file_);
    return false;
  }
  crypto::Bytes length, name, about, sealed_size;
  if (!Take(rest_, 1, length) || !Take(rest_, length[0], name) || !Take(rest_, 8 + 1 + 1 + 4, about))
    return Tampered(file_);
  if (!IsType(about[8]) || !IsSuite(about[9])) return Tampered(file_);
  out.item = Chars(name);
  out.set = GetBig<uint64_t>(about.data());
  out.type = static_cast<ItemType>(about[8]);
  out.suite = static_cast<Suite>(about[9]);
  out.key_version = GetBig<uint32_t>(&about[10]);
  if (!Take(rest_, crypto::NonceBytes(SuiteOf(out.suite)), out.nonce) || !Take(rest_, 4, sealed_size))
    return Tampered(file_);
  if (!Take(rest_, GetBig<uint32_t>(sealed_size.data()), out.sealed)) return Tampered(file_);
  const bool sound = out.sealed.size() >= crypto::kSealTagBytes &&
                     out.sealed.size() <= kMaxItemBytes + crypto::kSealTagBytes && out.set >= 1 &&
                     out.set <= prefix_.version && !out.item.empty() && out.item > last_;
  if (!sound) return Tampered(file_);
  last_ = out.item;
  ++read_;
  return true;
}

Head HeadOver(const uint8_t* key, const RecordPlace& place, uint64_t version, std::string_view bytes) {
  HeadBinding binding;
  binding.Add(kHeadLabel).Add(crypto::Bytes(place.office)).Add(place.file).Add(crypto::Bytes(place.subject));
  binding.Add(version);
  Head head;
  crypto::Blake2b({key, 32}, {binding.bytes(), AsBytes(bytes)}, head);
  return head;
}

bool HeadHolds(const uint8_t* key, const RecordPlace& place, uint64_t version, std::string_view body) {
  const Head head = HeadOver(key, place, version, body.substr(0, body.size() - kHeadBytes));
  return crypto::SameBytes(head, AsBytes(body).last(kHeadBytes));
}

Head HeadIn(std::string_view body) {
  Head head{};
  if (body.size() >= kHeadBytes) std::memcpy(head.data(), body.data() + body.size() - kHeadBytes, kHeadBytes);
  return head;
}

void AppendPrefix(std::string& body, const BodyPrefix& prefix) {
  body += static_cast<char>(kBodyForm);
  AppendBig(body, prefix.version);
  AppendBig(body, prefix.key_version);
  AppendBig(body, prefix.items);
}

void AppendItem(std::string& body, const SealedItem& item) {
  AppendAbout(body, item, item.sealed.size());
  body += Chars(item.sealed);
}

void AppendSealed(std::string& body, const RecordPlace& place, const SealedItem& about, const uint8_t* key,
                  std::string_view plain) {
  const size_t size = plain.size() + crypto::kSealTagBytes;
  AppendAbout(body, about, size);
  ItemBinding binding;
  Bind(binding, place, about);
  const size_t begin = body.size();
  body.resize(begin + size);
  crypto::SealInto(SuiteOf(about.suite), key, about.nonce, binding.bytes(), AsBytes(plain),
                   {reinterpret_cast<uint8_t*>(body.data() + begin), size});
}

bool OpenItem(const RecordPlace& place, const SealedItem& item, const uint8_t* key, uint8_t* plain) {
  ItemBinding binding;
  Bind(binding, place, item);
  return crypto::UnsealInto(SuiteOf(item.suite), key, item.nonce, binding.bytes(), item.sealed,
                            {plain, item.sealed.size() - crypto::kSealTagBytes});
}

}  // namespace hikae::vault
