// Every policy text at hand: the public corpus, its hand-written samples, the project's own packs.
#ifndef HIKAE_TESTS_CEDAR_TEXTS_H_
#define HIKAE_TESTS_CEDAR_TEXTS_H_

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "cedar/corpus.h"
#include "places.h"

namespace hikae::cedar {

struct PolicyText {
  std::string name;
  std::string text;
};

inline void AddTexts(const std::filesystem::path& root, std::vector<PolicyText>& out) {
  if (!std::filesystem::exists(root)) return;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.is_regular_file() && entry.path().extension() == ".cedar") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) out.push_back({file.filename().string(), ReadAll(file)});
}

inline std::vector<PolicyText> PackTexts() {
  std::vector<PolicyText> out;
  AddTexts(hikae::test::SourceDir() + "/src/packs", out);
  return out;
}

// Empty where the public data is absent.
inline std::vector<PolicyText> CorpusTexts() {
  std::vector<PolicyText> out;
  AddTexts(hikae::test::CedarCorpus(), out);
  AddTexts(hikae::test::SharedData() + "/cedar", out);
  return out;
}

}  // namespace hikae::cedar

#endif  // HIKAE_TESTS_CEDAR_TEXTS_H_
