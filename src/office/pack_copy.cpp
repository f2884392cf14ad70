#include "office/pack_copy.h"

#include <fstream>
#include <iterator>
#include <system_error>

#include "office/office_packs.h"

namespace hikae::office {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Result;
using base::Status;

Error NoFolder(const fs::path& path) {
  return Error(Status::kIo, {"the folder cannot be made", "フォルダーを作成できない"}, {path.string(), 0, 0});
}

Result<void> WriteText(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) return {};
  return Error(Status::kIo, {"the file cannot be written", "ファイルに書き込めない"}, {path.string(), 0, 0});
}

Result<void> CopyOne(const audit::PackFiles& files, const std::string& id, const fs::path& packs) {
  const fs::path fresh = packs / (id + ".new");
  std::error_code code;
  fs::remove_all(fresh, code);
  fs::create_directories(fresh, code);
  if (code) return NoFolder(fresh);
  for (const auto& [name, text] : files.files) HIKAE_CHECK(WriteText(fresh / name, text));
  fs::remove_all(packs / id, code);
  fs::rename(fresh, packs / id, code);
  if (code) return NoFolder(packs / id);
  return {};
}

// One core for all copies, because a pack finds it beside its folder.
Result<void> CopyCore(const std::string& core, const fs::path& packs, bool others) {
  const fs::path path = packs / "core.cedarschema";
  std::ifstream in(path, std::ios::binary);
  const std::string there{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.is_open() && there == core) return {};
  if (in.is_open() && others) {
    return Error(Status::kRules,
                 {"the pack was written over another core schema than the office's packs",
                  "規程集の基となる core.cedarschema が、台帳の規程集のものと異なる"},
                 {path.string(), 0, 0},
                 {"put the same core.cedarschema beside the pack's folder",
                  "同じ core.cedarschema を規程集のフォルダーの隣に置く"});
  }
  return WriteText(path, core);
}

}  // namespace

Result<void> KeepCopy(const Directory& directory, const std::string& id_or_folder, const audit::Pack& pack,
                      bool others) {
  if (IsBuiltIn(id_or_folder)) {
    DropCopy(directory, id_or_folder);
    return {};
  }
  HIKAE_TRY(const audit::PackFiles files, audit::FindPack(id_or_folder));
  std::error_code code;
  fs::create_directories(directory.packs(), code);
  if (code) return NoFolder(directory.packs());
  HIKAE_CHECK(CopyCore(files.core_schema, directory.packs(), others));
  // `below` counts from the lowest up, the files from the top down.
  size_t layer = pack.below.size();
  for (const audit::PackFiles* lower = files.below.get(); lower != nullptr; lower = lower->below.get()) {
    const std::string& id = pack.below[--layer].id;
    const bool built_in = lower->folder == id && IsBuiltIn(id);
    if (!built_in && !fs::exists(directory.packs() / id, code)) HIKAE_CHECK(CopyOne(*lower, id, directory.packs()));
  }
  return CopyOne(files, pack.id, directory.packs());
}

void DropCopy(const Directory& directory, const std::string& id) {
  std::error_code ignored;
  std::filesystem::remove_all(directory.packs() / id, ignored);
}

}  // namespace hikae::office
