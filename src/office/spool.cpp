#include "office/spool.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <utility>

#include "base/crc32c.h"
#include "codec/hex.h"
#include "crypto/random.h"
#include "log/big_endian.h"
#include "log/text.h"
#include "log/whole_file.h"

namespace hikae::office {

using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::string_view kHeader = "hikae spool 1\n";
constexpr std::string_view kSuffix = ".spool";
constexpr size_t kMostBytes = size_t{256} << 20;

void PutPart(std::string& out, const std::vector<uint8_t>& part) {
  std::array<uint8_t, 4> length{};
  log::PutBig(length.data(), static_cast<uint32_t>(part.size()));
  out.append(length.begin(), length.end());
  out.append(part.begin(), part.end());
}

std::string CheckOf(std::string_view text) {
  return fmt::format("{:08x}\n", base::Crc32c({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
}

bool TakePart(std::string_view& rest, std::vector<uint8_t>& part) {
  if (rest.size() < 4) return false;
  const size_t length = log::GetBig<uint32_t>(reinterpret_cast<const uint8_t*>(rest.data()));
  rest.remove_prefix(4);
  if (length > rest.size()) return false;
  part.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length));
  rest.remove_prefix(length);
  return true;
}

Result<std::vector<AccessLog::Sealed>> ReadSpool(std::string_view text, const std::string& path) {
  const Error damaged(Status::kTampered, {"entries that wait to be recorded are damaged", "記録待ちの項目が壊れている"},
                      {path, 0, 0}, {"keep the file, and have it looked at", "ファイルを残し、調べる"});
  constexpr size_t kCheck = 9;
  if (text.size() < kHeader.size() + kCheck || !text.starts_with(kHeader)) return damaged;
  if (CheckOf(text.substr(0, text.size() - kCheck)) != text.substr(text.size() - kCheck)) return damaged;
  std::string_view rest = text.substr(kHeader.size(), text.size() - kHeader.size() - kCheck);
  std::vector<AccessLog::Sealed> entries;
  while (!rest.empty()) {
    AccessLog::Sealed entry;
    if (!TakePart(rest, entry.leaf) || !TakePart(rest, entry.detail)) return damaged;
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

Result<void> Spool::Keep(std::span<const AccessLog::Sealed> entries, int64_t now) {
  HIKAE_CHECK(io_.MakeDirectory(directory_));
  const std::string parent = std::filesystem::path(directory_).parent_path().string();
  HIKAE_CHECK(io_.SyncDirectory(parent.empty() ? "." : parent));  // a file outlives no directory that does not
  std::string text(kHeader);
  for (const AccessLog::Sealed& entry : entries) {
    PutPart(text, entry.leaf);
    PutPart(text, entry.detail);
  }
  text += CheckOf(text);
  std::array<uint8_t, 8> chance{};
  crypto::FillRandom(chance);
  const std::string name = fmt::format("{:016x}-{}{}", static_cast<uint64_t>(now), codec::Hex(chance), kSuffix);
  return log::ReplaceWhole(io_, log::JoinPath(directory_, name), text);
}

Result<std::vector<std::string>> Spool::Names() {
  auto names = io_.List(directory_);
  if (!names.ok() && names.error().status == Status::kNotFound) return std::vector<std::string>();
  if (!names.ok()) return std::move(names).error();
  std::erase_if(*names, [](const std::string& name) { return !name.ends_with(kSuffix); });
  return names;
}

Result<bool> Spool::Empty() {
  HIKAE_TRY(const auto names, Names());
  return names.empty();
}

Result<uint64_t> Spool::Replay(AccessLog& log, const std::string& actor) {
  HIKAE_TRY(const auto names, Names());
  uint64_t replayed = 0;
  for (const std::string& name : names) {
    const std::string path = log::JoinPath(directory_, name);
    const auto text = base::ReadWhole(io_, path, kMostBytes);
    if (!text.ok() && text.error().status == Status::kNotFound) continue;  // another process was faster
    if (!text.ok()) return text.error();
    HIKAE_TRY(const auto entries, ReadSpool(*text, path));
    Act told;
    told.entry.type = log::EntryType::kOfficeChanged;
    told.entry.thing = "spool";
    told.entry.count = entries.size();
    told.actor = actor;
    HIKAE_CHECK(log.AppendDurably({&told, 1}));
    if (!entries.empty()) {
      HIKAE_TRY(const auto ticket, log.SubmitSealed(entries));
      HIKAE_CHECK(log.Wait(ticket, true));
    }
    const auto removed = io_.Remove(path);
    if (!removed.ok() && removed.error().status != Status::kNotFound) return removed.error();
    replayed += entries.size();
  }
  if (!names.empty()) HIKAE_CHECK(io_.SyncDirectory(directory_));
  return replayed;
}

}  // namespace hikae::office
