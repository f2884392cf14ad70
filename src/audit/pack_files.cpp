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
#include "codec/node.h"

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

constexpr int kMostLayers = 4;

// The id in `tightens: ID`; "" when there is none, or pack.yaml cannot be read (which loading will say).
std::string TightenedBy(const PackFiles& files) {
  const auto manifest = files.files.find("pack.yaml");
  if (manifest == files.files.end()) return {};
  if (manifest->second.find("tightens") == std::string::npos) return {};  // most: spare them the reading
  const base::Result<codec::Node> root = codec::ReadYaml(manifest->second, "pack.yaml");
  const codec::Node* id = root.ok() ? root->Find("tightens") : nullptr;
  return id != nullptr && id->IsText() ? id->text() : std::string();
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
  return path.filename() == "pack.yaml" || path.filename() == "coverage.yaml" || path.extension() == ".cedar" ||
         path.extension() == ".cedarschema" || path.extension() == ".csv";
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

bool IsEmbedded(std::string_view id) { return !EmbeddedText(fmt::format("{}/pack.yaml", id)).empty(); }

base::Result<PackFiles> FindBelow(const PackFiles& files, bool folder, const std::string& id, int layers);

// `folder`: the files come from one, so what lies beside it is looked at first.
base::Result<PackFiles> WithBelow(PackFiles files, bool folder, int layers) {
  const std::string id = TightenedBy(files);
  if (id.empty()) return files;
  if (layers >= kMostLayers) {
    return base::Error(base::Status::kRules,
                       {fmt::format("more than {} packs are laid over each other", kMostLayers),
                        fmt::format("重ねた規程集が{}を超える", kMostLayers)},
                       {files.folder + "/pack.yaml", 0, 0});
  }
  HIKAE_TRY(PackFiles below, FindBelow(files, folder, id, layers));
  files.below = std::make_shared<const PackFiles>(std::move(below));
  return files;
}

base::Result<PackFiles> FindBelow(const PackFiles& files, bool folder, const std::string& id, int layers) {
  std::error_code code;
  const fs::path beside = fs::path(files.folder).parent_path() / id;
  if (folder && fs::is_regular_file(beside / "pack.yaml", code)) {
    HIKAE_TRY(PackFiles found, FromFolder(beside));
    return WithBelow(std::move(found), true, layers + 1);
  }
  if (IsEmbedded(id)) return WithBelow(Embedded(id), false, layers + 1);
  return base::Error(base::Status::kNotFound,
                     {fmt::format("the pack `{}`, which this one tightens, is not found", id),
                      fmt::format("この規程集が重なる「{}」が見つからない", id)},
                     {files.folder + "/pack.yaml", 0, 0}, NearestHint(id, EmbeddedPacks()));
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
  if (std::find(ids.begin(), ids.end(), id_or_folder) != ids.end()) return WithBelow(Embedded(id_or_folder), false, 1);
  std::error_code code;
  const fs::path folder(id_or_folder);
  if (!id_or_folder.empty() && fs::is_directory(folder, code)) {
    HIKAE_TRY(PackFiles files, FromFolder(folder));
    return WithBelow(std::move(files), true, 1);
  }
  return base::Error(base::Status::kNotFound,
                     {fmt::format("`{}` is neither a pack of hikae nor a folder", id_or_folder),
                      fmt::format("「{}」という規程集もフォルダーもない", id_or_folder)},
                     {}, NearestHint(id_or_folder, ids));
}

}  // namespace hikae::audit
