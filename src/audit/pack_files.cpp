// Where the files of a pack come from: the library itself, or a folder.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <system_error>

#include "audit/embedded.h"
#include "audit/hint.h"
#include "audit/pack.h"

namespace hikae::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCore = "core.cedarschema";

std::string_view EmbeddedText(std::string_view path) {
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (file.path == path) return file.text;
  }
  return {};
}

PackFiles Embedded(std::string_view id) {
  PackFiles files;
  files.folder = std::string(id);
  files.core_schema = std::string(EmbeddedText(kCore));
  const std::string prefix = std::string(id) + "/";
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (file.path.starts_with(prefix)) files.files.emplace(file.path.substr(prefix.size()), file.text);
  }
  return files;
}

base::Result<std::string> ReadText(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) {
    return base::Error(base::Status::kIo, {"the file cannot be read", "ファイルを読めない"}, {path.string(), 0, 0});
  }
  return text;
}

bool IsPackFile(const fs::path& path) {
  return path.filename() == "pack.yaml" || path.extension() == ".cedar" || path.extension() == ".cedarschema" ||
         path.extension() == ".csv";
}

base::Result<PackFiles> FromFolder(const fs::path& folder) {
  PackFiles files;
  files.folder = folder.string();
  while (files.folder.size() > 1 && files.folder.back() == '/') files.folder.pop_back();
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    if (!it->is_regular_file() || !IsPackFile(it->path())) continue;
    HIKAE_TRY(std::string text, ReadText(it->path()));
    files.files.emplace(it->path().filename().string(), std::move(text));
  }
  if (code) {
    return base::Error(base::Status::kIo, {"the folder cannot be read", "フォルダーを読めない"}, {files.folder, 0, 0});
  }
  const fs::path core = fs::path(files.folder).parent_path() / kCore;
  if (fs::is_regular_file(core, code)) {
    HIKAE_TRY(files.core_schema, ReadText(core));
  } else {
    files.core_schema = std::string(EmbeddedText(kCore));
  }
  return files;
}

}  // namespace

std::vector<std::string> EmbeddedPacks() {
  std::set<std::string> ids;
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (file.path.ends_with("/pack.yaml")) ids.emplace(file.path.substr(0, file.path.find('/')));
  }
  return {ids.begin(), ids.end()};
}

base::Result<PackFiles> FindPack(std::string_view id_or_folder) {
  const std::vector<std::string> ids = EmbeddedPacks();
  if (std::find(ids.begin(), ids.end(), id_or_folder) != ids.end()) return Embedded(id_or_folder);
  std::error_code code;
  const fs::path folder(id_or_folder);
  if (!id_or_folder.empty() && fs::is_directory(folder, code)) return FromFolder(folder);
  return base::Error(base::Status::kNotFound,
                     {fmt::format("`{}` is neither a pack of hikae nor a folder", id_or_folder),
                      fmt::format("「{}」という規程集もフォルダーもない", id_or_folder)},
                     {}, NearestHint(id_or_folder, ids));
}

}  // namespace hikae::audit
