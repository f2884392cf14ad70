#include "log/lock_file.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <vector>

#include "base/crc32c.h"
#include "log/big_endian.h"

namespace hikae::log {
namespace {

using base::Error;
using base::File;
using base::LockKind;
using base::Result;
using base::Status;

constexpr char kMagic[] = "hikaehed";
constexpr uint16_t kForm = 1;
// Far behind the record, so that a lock never stands on bytes that are read.
constexpr uint64_t kTurnByte = uint64_t{1} << 30;
constexpr uint64_t kLogByte = kTurnByte + 1;
constexpr uint64_t kSignByte = kTurnByte + 2;
constexpr uint32_t kFirstPauseMicros = 20;
constexpr uint32_t kLongestPauseMicros = 500;

enum At : size_t {
  kCrc = 8,
  kFormAt = 12,
  kState = 14,
  kGeneration = 16,
  kSize = 24,
  kSegment = 32,
  kOffset = 40,
  kChain = 48,
  kPeriod = 64,
  kPeriodEnd = 96,
};

}  // namespace

std::vector<uint8_t> EncodeLockRecord(const LockRecord& record) {
  assert(record.period.size() <= kPeriodEnd - kPeriod);
  std::vector<uint8_t> out(kLockRecordBytes);
  std::memcpy(out.data(), kMagic, 8);
  PutBig(&out[kFormAt], kForm);
  PutBig(&out[kState], static_cast<uint16_t>(record.settled ? 0 : 1));
  PutBig(&out[kGeneration], record.generation);
  PutBig(&out[kSize], record.size);
  PutBig(&out[kSegment], record.segment);
  PutBig(&out[kOffset], record.offset);
  PutBig(&out[kChain], record.chain);
  std::memcpy(&out[kPeriod], record.period.data(), record.period.size());
  PutBig(&out[kCrc], base::Crc32c(std::span(out).subspan(kFormAt)));
  return out;
}

std::optional<LockRecord> DecodeLockRecord(std::span<const uint8_t> bytes) {
  if (bytes.size() != kLockRecordBytes || std::memcmp(bytes.data(), kMagic, 8) != 0 ||
      GetBig<uint32_t>(&bytes[kCrc]) != base::Crc32c(bytes.subspan(kFormAt)) ||
      GetBig<uint16_t>(&bytes[kFormAt]) != kForm || GetBig<uint16_t>(&bytes[kState]) > 1)
    return std::nullopt;
  LockRecord record;
  record.settled = GetBig<uint16_t>(&bytes[kState]) == 0;
  record.generation = GetBig<uint64_t>(&bytes[kGeneration]);
  record.size = GetBig<uint64_t>(&bytes[kSize]);
  record.segment = GetBig<uint64_t>(&bytes[kSegment]);
  record.offset = GetBig<uint64_t>(&bytes[kOffset]);
  record.chain = GetBig<uint32_t>(&bytes[kChain]);
  const char* period = reinterpret_cast<const char*>(&bytes[kPeriod]);
  record.period.assign(period, strnlen(period, kPeriodEnd - kPeriod));
  return record;
}

Held::~Held() {
  // Nothing can be done about a lock that cannot be given back; closing the file gives it back too.
  if (file_ != nullptr) static_cast<void>(file_->Unlock(byte_).ok());
}

Result<LockFile> LockFile::Open(base::Io& io, const std::string& log_directory, bool make) {
  const std::string path = log_directory + "/lock";
  HIKAE_TRY(std::unique_ptr<File> file, io.Open(path, make ? base::OpenMode::kCreate : base::OpenMode::kRead));
  return LockFile(io, std::move(file), path);
}

Result<Held> LockFile::Take(uint64_t byte, LockKind kind, uint32_t busy_ms) {
  uint32_t pause = kFirstPauseMicros;
  for (uint64_t waited = 0;;) {
    HIKAE_TRY(const bool taken, file_->TryLock(byte, kind));
    if (taken) return Held(*file_, byte);
    if (waited >= uint64_t{busy_ms} * 1000) {
      return Error(Status::kBusy,
                   {"another process is writing the access log", "別のプロセスがアクセス記録に書いている"},
                   {path_, 0, 0}, {"try again", "しばらくしてやり直す"});
    }
    io_->Pause(pause);
    waited += pause;
    pause = std::min(pause * 2, kLongestPauseMicros);
  }
}

Result<Held> LockFile::LockToWrite(uint32_t busy_ms) {
  HIKAE_TRY(const Held turn, Take(kTurnByte, LockKind::kExclusive, busy_ms));
  return Take(kLogByte, LockKind::kExclusive, busy_ms);
}

Result<Held> LockFile::LockToRead(uint32_t busy_ms) {
  HIKAE_TRY(const Held turn, Take(kTurnByte, LockKind::kShared, busy_ms));
  return Take(kLogByte, LockKind::kShared, busy_ms);
}

Result<Held> LockFile::LockToSign(uint32_t busy_ms) { return Take(kSignByte, LockKind::kExclusive, busy_ms); }

Result<std::optional<LockRecord>> LockFile::Read() {
  uint8_t bytes[kLockRecordBytes];
  HIKAE_TRY(const size_t size, base::ReadAt(*file_, 0, bytes));
  return DecodeLockRecord(std::span(bytes).first(size));
}

Result<void> LockFile::Write(const LockRecord& record) { return base::WriteAt(*file_, 0, EncodeLockRecord(record)); }

}  // namespace hikae::log
