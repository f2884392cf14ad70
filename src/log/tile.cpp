#include "log/tile.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "log/text.h"

namespace hikae::log {

using base::Result;

namespace {

constexpr std::string_view kRoot = "tile/";
constexpr std::string_view kEntries = "entries";
constexpr std::string_view kPartial = ".p/";

// 1234067 is "x001/x234/067".
std::string IndexPath(uint64_t index) {
  const auto three = [](uint64_t n) {
    return std::string{static_cast<char>('0' + n / 100), static_cast<char>('0' + n / 10 % 10),
                       static_cast<char>('0' + n % 10)};
  };
  std::string out = three(index % 1000);
  for (index /= 1000; index > 0; index /= 1000) out = "x" + three(index % 1000) + "/" + out;
  return out;
}

std::optional<uint64_t> ReadIndex(std::string_view path) {
  uint64_t index = 0;
  for (;;) {
    const bool more = path.starts_with('x');
    if (more) path.remove_prefix(1);
    if (path.size() < 3 || !std::all_of(path.begin(), path.begin() + 3, [](char c) { return c >= '0' && c <= '9'; }))
      return std::nullopt;
    if (index > INT64_MAX / 1000 - 1) return std::nullopt;  // no tree is that large
    for (size_t i = 0; i < 3; ++i) index = index * 10 + static_cast<uint64_t>(path[i] - '0');
    path.remove_prefix(3);
    if (!more) return path.empty() ? std::optional(index) : std::nullopt;
    if (!path.starts_with('/')) return std::nullopt;
    path.remove_prefix(1);
  }
}

}  // namespace

std::string TileId::Path() const {
  std::string out =
      std::string(kRoot) + (level ? std::to_string(*level) : std::string(kEntries)) + "/" + IndexPath(index);
  if (width < kTileWidth) out += std::string(kPartial) + std::to_string(width);
  return out;
}

Result<TileId> TileId::Parse(std::string_view path) {
  const auto wrong = [] { return Malformed("a tile has a path like tile/0/x001/x234/067 or tile/entries/000.p/17"); };
  const std::string_view whole = path;
  if (!path.starts_with(kRoot)) return wrong();
  path.remove_prefix(kRoot.size());
  TileId id;
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return wrong();
  if (path.substr(0, slash) != kEntries) {
    uint64_t level = 0;
    if (!ReadDecimal(path.substr(0, slash), &level) || level > kMaxTileLevel) return wrong();
    id.level = static_cast<uint32_t>(level);
  }
  path.remove_prefix(slash + 1);
  if (const size_t partial = path.find(kPartial); partial != std::string_view::npos) {
    uint64_t width = 0;
    if (!ReadDecimal(path.substr(partial + kPartial.size()), &width) || width < 1 || width >= kTileWidth)
      return wrong();
    id.width = static_cast<uint32_t>(width);
    path = path.substr(0, partial);
  }
  const auto index = ReadIndex(path);
  if (!index) return wrong();
  id.index = *index;
  if (id.Path() != whole) return wrong();
  return id;
}

uint32_t TileWidthAt(uint64_t size, uint32_t level, uint64_t index) {
  const uint64_t hashes = level >= 8 ? 0 : size >> (kTileHeight * level);
  if (index > hashes / kTileWidth) return 0;
  return static_cast<uint32_t>(std::min<uint64_t>(hashes - index * kTileWidth, kTileWidth));
}

std::vector<uint8_t> EncodeTile(const std::vector<Digest>& hashes) {
  std::vector<uint8_t> out(hashes.size() * sizeof(Digest));
  if (!hashes.empty()) std::memcpy(out.data(), hashes.data(), out.size());
  return out;
}

Result<std::vector<Digest>> DecodeTile(Bytes bytes, uint32_t width) {
  if (width < 1 || width > kTileWidth || bytes.size() != width * sizeof(Digest))
    return Malformed("a tile has as many hashes of 32 bytes as its path says");
  std::vector<Digest> hashes(width);
  std::memcpy(hashes.data(), bytes.data(), bytes.size());
  return hashes;
}

void AppendToBundle(std::vector<uint8_t>& bundle, Bytes entry) {
  assert(entry.size() <= kMaxEntryBytes);
  bundle.push_back(static_cast<uint8_t>(entry.size() >> 8));
  bundle.push_back(static_cast<uint8_t>(entry.size()));
  bundle.insert(bundle.end(), entry.begin(), entry.end());
}

Result<std::vector<Bytes>> DecodeBundle(Bytes bytes, uint32_t width) {
  const auto wrong = [] { return Malformed("an entry bundle has as many entries as its path says, and nothing else"); };
  if (width < 1 || width > kTileWidth) return wrong();
  std::vector<Bytes> entries;
  while (!bytes.empty()) {
    if (bytes.size() < 2 || entries.size() == width) return wrong();
    const size_t length = static_cast<size_t>((bytes[0] << 8) | bytes[1]);
    if (bytes.size() - 2 < length) return wrong();
    entries.push_back(bytes.subspan(2, length));
    bytes = bytes.subspan(2 + length);
  }
  if (entries.size() != width) return wrong();
  return entries;
}

}  // namespace hikae::log
