#include "vault/keys/derive.h"

#include "base/utf8.h"
#include "crypto/blake2b.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;
using crypto::AsBytes;

constexpr size_t kMostNameBytes = 255;

bool IsName(std::string_view text) {
  if (text.empty() || text.size() > kMostNameBytes || !base::IsUtf8(text)) return false;
  for (base::CodePointReader reader(text); !reader.AtEnd();) {
    const char32_t point = reader.Next();
    if (point < 0x20 || (point >= 0x7F && point < 0xA0)) return false;
  }
  return true;
}

std::string Lengthened(std::string_view text) {
  std::string out;
  PutText(out, text);
  return out;
}

std::string ChecksumOf(const std::string& bytes) {
  const auto sum = crypto::Blake2bOf<16>({}, {AsBytes(std::string_view("hikae row 1\0", 12)), AsBytes(bytes)});
  return std::string(AsText(sum));
}

}  // namespace

void PutNumber(std::string& out, uint64_t value, size_t bytes) {
  for (size_t i = bytes; i-- > 0;) out += static_cast<char>(value >> (8 * i));
}

uint64_t NumberAt(std::string_view text, size_t at, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<uint8_t>(text[at + i]);
  return value;
}

void PutText(std::string& out, std::string_view text) {
  PutNumber(out, text.size(), 2);
  out.append(text);
}

Result<void> CheckFile(std::string_view file) {
  if (IsName(file)) return {};
  return Error(Status::kArgument, {"the name of the file is not one", "ファイルの名前として使えない"}, {},
               {"1 to 255 bytes of UTF-8 without control characters", "制御文字を含まない1〜255バイトのUTF-8"});
}

Result<void> CheckSubject(std::string_view subject) {
  if (IsName(subject)) return {};
  return Error(Status::kArgument, {"the id of the subject is not one", "対象者の番号として使えない"}, {},
               {"1 to 255 bytes of UTF-8 without control characters", "制御文字を含まない1〜255バイトのUTF-8"});
}

Lookup LookupOf(const uint8_t* lookup_key, std::string_view subject) {
  return crypto::Blake2bOf<16>({lookup_key, 32},
                               {AsBytes(std::string_view("hikae subject 1\0", 16)), AsBytes(subject)});
}

void DeriveField(const uint8_t* subject_key, std::string_view file, std::string_view item, uint8_t* out) {
  crypto::Blake2b(
      {subject_key, 32},
      {AsBytes(std::string_view("hikae field 1\0", 14)), AsBytes(Lengthened(file)), AsBytes(Lengthened(item))},
      {out, 32});
}

void DeriveHead(const uint8_t* subject_key, std::string_view file, uint8_t* out) {
  crypto::Blake2b({subject_key, 32}, {AsBytes(std::string_view("hikae head 1\0", 13)), AsBytes(Lengthened(file))},
                  {out, 32});
}

Tombstone TombstoneOf(const SubjectNumber& subject, std::string_view file) {
  return crypto::Blake2bOf<32>({},
                               {AsBytes(std::string_view("hikae erased 1\0", 15)), subject, AsBytes(Lengthened(file))});
}

std::string ChecksumOf(const OfficeId& office, const store::VaultLockRow& row) {
  std::string bytes("lock");
  bytes.append(AsText(office));
  for (const int64_t number : {row.kind, row.master, row.made_at, row.operations, row.memory, row.needed})
    PutNumber(bytes, static_cast<uint64_t>(number), 8);
  PutText(bytes, row.salt);
  PutText(bytes, row.wrapped);
  return ChecksumOf(bytes);
}

std::string ChecksumOf(const OfficeId& office, const store::VaultKeyRow& row) {
  std::string bytes("key");
  bytes.append(AsText(office));
  for (const int64_t number : {row.kind, row.version, row.state, row.made_at})
    PutNumber(bytes, static_cast<uint64_t>(number), 8);
  PutText(bytes, row.wrapped);
  return ChecksumOf(bytes);
}

}  // namespace hikae::vault
