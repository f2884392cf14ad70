#include "vault/keys/erasure_journal.h"

#include <fmt/format.h>

#include "base/crc32c.h"
#include "codec/hex.h"
#include "crypto/blake2b.h"
#include "vault/keys/key_error.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr std::string_view kOpening = "hikae erased 1 ";
constexpr size_t kMostLineBytes = 96;  // 20 digits, 64, 8, spaces and the end
constexpr size_t kMostBytes = size_t{1} << 30;

// Chained: of the line before, and of this one up to its last space.
uint32_t CrcOf(uint32_t before, std::string_view line) {
  std::string bytes;
  PutNumber(bytes, before, 4);
  bytes.append(line);
  return base::Crc32c(crypto::AsBytes(bytes));
}

std::string Ended(uint32_t before, std::string line) {
  const uint32_t crc = CrcOf(before, line);
  return line + fmt::format("{:08x}\n", crc);
}

// The line at the beginning of the text with its end, when it is whole and its CRC is right.
std::optional<std::string_view> WholeLine(uint32_t before, std::string_view text, uint32_t* crc) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos || end < 9 || text[end - 9] != ' ') return std::nullopt;
  *crc = CrcOf(before, text.substr(0, end - 8));
  if (text.substr(end - 8, 8) != fmt::format("{:08x}", *crc)) return std::nullopt;
  return text.substr(0, end + 1);
}

std::span<const uint8_t> AsBytesOf(const std::string& text) { return crypto::AsBytes(text); }

}  // namespace

std::string JournalText::Opening(const OfficeId& office) {
  return Ended(0, std::string(kOpening) + codec::Hex(office) + ' ');
}

std::string JournalText::Line(const Tombstone& tombstone) const {
  return Ended(last_crc, fmt::format("{} {} ", erased.size() + 1, codec::Hex(tombstone)));
}

std::optional<JournalText> JournalText::Parse(std::string_view text) {
  JournalText read;
  const auto opening = WholeLine(0, text, &read.last_crc);
  if (!opening || !opening->starts_with(kOpening) || opening->size() != kOpening.size() + 32 + 10 ||
      !codec::FromHex(opening->substr(kOpening.size(), 32), read.office) || *opening != Opening(read.office)) {
    return std::nullopt;
  }
  read.whole = opening->size();
  while (read.whole != text.size()) {
    const std::string_view rest = text.substr(read.whole);
    uint32_t crc = 0;
    const auto line = WholeLine(read.last_crc, rest, &crc);
    if (!line) {
      // Only the last line can be torn.
      const size_t end = rest.find('\n');
      if (rest.size() > kMostLineBytes || (end != std::string_view::npos && end + 1 != rest.size()))
        return std::nullopt;
      read.torn = true;
      return read;
    }
    Tombstone tombstone;
    const size_t space = line->find(' ');
    if (!codec::FromHex(line->substr(space + 1, 64), tombstone) || *line != read.Line(tombstone)) return std::nullopt;
    read.erased.push_back(tombstone);
    read.last_crc = crc;
    read.whole += line->size();
  }
  return read;
}

ErasureJournal::ErasureJournal(base::Io& io, std::string directory)
    : io_(io), directory_(std::move(directory)), path_(directory_ + "/erased") {}

Result<void> ErasureJournal::WriteAll(uint64_t at, const std::string& text) {
  HIKAE_TRY(const auto file, io_.Open(path_, base::OpenMode::kCreate));
  known_.reset();
  Result<void> done = [&]() -> Result<void> {
    HIKAE_CHECK(file->Truncate(at));
    HIKAE_CHECK(base::WriteAt(*file, at, AsBytesOf(text)));
    return file->Sync();
  }();
  if (done.ok()) return {};
  // Nobody was told that it is there, so it should not be.
  if (file->Truncate(at).ok()) static_cast<void>(file->Sync().ok());
  return done;
}

Result<void> ErasureJournal::Create(const OfficeId& office) {
  const auto there = base::ReadWhole(io_, path_, kMostBytes);
  if (!there.ok() && there.error().status != Status::kNotFound) return there.error();
  if (there.ok()) {
    const auto text = JournalText::Parse(*there);
    if (text && !text->erased.empty()) {
      return Error(Status::kExists, {"erasures under other keys are recorded here", "別の鍵での消去の記録がある"},
                   {path_, 0, 0}, {"restore the keys from their backup", "鍵を控えから復元する"});
    }
    if (!text && there->size() > 2 * kMostLineBytes) return DamagedJournal(path_);
  }
  HIKAE_CHECK(WriteAll(0, JournalText::Opening(office)));
  return io_.SyncDirectory(directory_);
}

Result<const JournalText*> ErasureJournal::Read() {
  if (known_) {
    HIKAE_TRY(const auto file, io_.Open(path_, base::OpenMode::kRead));
    HIKAE_TRY(const uint64_t size, file->Size());
    if (size == known_->whole && !known_->torn) return &*known_;
    known_.reset();
  }
  HIKAE_TRY(const std::string text, base::ReadWhole(io_, path_, kMostBytes));
  known_ = JournalText::Parse(text);
  if (!known_) return DamagedJournal(path_);
  return &*known_;
}

Result<void> ErasureJournal::Append(const Tombstone& tombstone) {
  HIKAE_TRY(const JournalText* now, Read());
  JournalText after = *now;
  const std::string line = after.Line(tombstone);
  after.erased.push_back(tombstone);
  after.last_crc = static_cast<uint32_t>(std::stoul(line.substr(line.size() - 9, 8), nullptr, 16));
  const uint64_t at = after.whole;
  after.whole += line.size();
  after.torn = false;
  HIKAE_CHECK(WriteAll(at, line));
  known_ = std::move(after);
  return {};
}

}  // namespace hikae::vault
