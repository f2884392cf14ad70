// The public conformance tests of the language: the hand-written ones and the fuzzer's corpus.
#ifndef HIKAE_TESTS_CEDAR_CORPUS_H_
#define HIKAE_TESTS_CEDAR_CORPUS_H_

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "codec/node.h"

namespace hikae::cedar {

inline std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
// The schema of the pack that the one in `folder` is laid over; "" where it is laid over none.
inline std::string Below(const std::filesystem::path& folder) {
  std::istringstream manifest(ReadAll(folder / "pack.yaml"));
  const std::string_view key = "tightens: ";
  for (std::string line; std::getline(manifest, line);) {
    if (line.starts_with(key)) return ReadAll(folder.parent_path() / line.substr(key.size()) / "schema.cedarschema");
  }
  return "";
}

// One test as its file has it; the paths in it are relative to `root`.
struct CorpusTest {
  std::filesystem::path root;
  std::string name;
  codec::Node json;

  std::string File(std::string_view key) const { return ReadAll(root / json.Find(key)->text()); }
  bool Flag(std::string_view key) const { return json.Find(key)->boolean(); }
};

inline bool IsTestFile(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(".json") && !name.ends_with(".entities.json");
}

// Files below root/folder in the order of their names. Empty when the folder is absent.
inline std::vector<std::filesystem::path> CorpusFiles(const std::filesystem::path& root, const std::string& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(root / folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    if (entry.is_regular_file() && IsTestFile(entry.path())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline base::Result<CorpusTest> LoadCorpusTest(const std::filesystem::path& root, const std::filesystem::path& file) {
  HIKAE_TRY(codec::Node json, codec::ReadJson(ReadAll(file), file.filename().string()));
  return CorpusTest{root, file.stem().string(), std::move(json)};
}

}  // namespace hikae::cedar

#endif  // HIKAE_TESTS_CEDAR_CORPUS_H_
