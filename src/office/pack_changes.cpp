#include "office/pack_changes.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace hikae::office {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr size_t kMostListed = 8;  // words in a message

Error NoSuchPack(const std::string& id, const std::vector<std::string>& ids) {
  const std::string all = fmt::format("{}", fmt::join(ids, ", "));
  return Error(Status::kNotFound,
               {fmt::format("the office has no pack `{}`", id), fmt::format("台帳に規程集「{}」はない", id)}, {},
               {"it has: " + all, "あるもの: " + all});
}

}  // namespace

Result<PackSetPtr> With(const PackSet& set, const PackPtr& pack) {
  if (set.Has(pack->id)) {
    return Error(Status::kExists, {fmt::format("the office has the pack `{}` already", pack->id),
                                   fmt::format("台帳には規程集「{}」が既にある", pack->id)});
  }
  std::vector<PackPtr> packs = set.packs;
  packs.push_back(pack);
  return MakeSet(std::move(packs));
}

Result<PackSetPtr> Without(const PackSet& set, const std::string& id) {
  if (!set.Has(id)) return NoSuchPack(id, set.Ids());
  std::vector<PackPtr> packs = set.packs;
  std::erase_if(packs, [&id](const PackPtr& pack) { return pack->id == id; });
  if (!packs.empty()) return MakeSet(std::move(packs));
  return Error(Status::kArgument, {"an office has at least one pack", "台帳の規程集をすべて外すことはできない"}, {},
               {"add the other one first", "先に別の規程集を加える"});
}

// What only this pack has words for is there still. The rows stay, so the pack does.
Error StillUsed(const audit::Pack& pack, const registry::Registry::Unfit& unfit) {
  // Types before words: `Control::"x"` is of a type that is known.
  std::vector<std::string> types, words;
  for (const auto& [word, rows] : unfit)
    (word.find('"') == std::string::npos ? types : words).push_back(fmt::format("{} {}", word, rows));
  types.insert(types.end(), words.begin(), words.end());
  const size_t more = types.size() > kMostListed ? types.size() - kMostListed : 0;
  types.resize(types.size() - more);
  std::string list = fmt::format("{}", fmt::join(types, ", "));
  if (more > 0) list += fmt::format(", … +{}", more);
  return Error(
      Status::kExists,
      {fmt::format("rows say what only the pack `{}` has words for: {}", pack.id, list),
       fmt::format("規程集「{}」だけにある種類や語の行がある: {}", pack.id, list)},
      {},
      {"an office keeps the packs of what it has recorded", "記録した内容の規程集は外せない(種類又は語と、行の数)"});
}

}  // namespace hikae::office
