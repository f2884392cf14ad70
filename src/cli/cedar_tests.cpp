#include "cli/cedar_tests.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <system_error>

#include "cli/input.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "hikae/cedar.hpp"

namespace hikae::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFolderFiles = kMaxArchiveFiles;
constexpr size_t kMaxFolderDepth = 32;

// Relative, and without a step upwards: what a test may name.
bool IsInside(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    if (path.substr(0, end) == "..") return false;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return true;
}

// "a/b" of "a/b/c"; "" of "c".
std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

// In folders and archives tests lie beside their data. A file that is named is a test whatever it holds.
bool LooksLikeTest(const std::string& name, std::string_view text) {
  const auto holds = [&](std::string_view key) { return text.find(key) != std::string_view::npos; };
  return name.ends_with(".json") && holds("\"shouldValidate\"") && holds("\"requests\"") && holds("\"policies\"");
}

// Runs tests and says what is wrong.
class Tester {
 public:
  explicit Tester(Language language) : language_(language) { progress_.emplace(In("testing", "試験中")); }

  // `find` gives what a path within the test names.
  void Run(const std::string& name, std::string_view text, const cedar::FileReader& find) {
    const std::string shown = Printable(name);
    std::vector<std::string> problems;
    try {
      for (const Entry& mismatch : cedar::RunTest({shown, text}, find)) problems.push_back(Line(shown, mismatch));
    } catch (const Error& e) {
      problems.push_back((e.place().file == shown ? "" : shown + ": ") + e.what(language_));
    }
    ++(problems.empty() ? passed_ : failed_);
    for (const std::string& problem : problems) output_ += problem + "\n";
    progress_->Update(passed_ + failed_, 0);
  }
  bool ran() const { return passed_ + failed_ != 0; }

  Exit Finish() {
    progress_.reset();
    // One wording in every language: programs read this line.
    Print(output_ + std::to_string(passed_) + " passed, " + std::to_string(failed_) + " failed\n");
    return failed_ == 0 ? kDone : kViolated;
  }

 private:
  std::string In(const std::string& en, const std::string& ja) const {
    return language_ == Language::kJapanese ? ja : en;
  }
  std::string Line(const std::string& name, const Entry& mismatch) const {
    std::string line = name + ":" + std::to_string(mismatch.place.line) + ": " + mismatch.id;
    if (!mismatch.detail.empty()) line += " (" + Printable(mismatch.detail) + ")";
    return line + ": " + Printable(mismatch.title(language_));
  }

  Language language_;
  std::optional<ProgressLine> progress_;
  std::string output_;
  uint64_t passed_ = 0;
  uint64_t failed_ = 0;
};

// The file that `path` names from the nearest folder above `test` in which it exists.
template <class Exists>
std::optional<std::string> Resolve(const std::string& test, std::string_view path, Exists exists) {
  if (!IsInside(path)) return std::nullopt;
  for (std::string folder = FolderOf(test);; folder = FolderOf(folder)) {
    std::string candidate = (folder.empty() ? "" : folder + "/") + std::string(path);
    if (exists(candidate)) return candidate;
    if (folder.empty()) return std::nullopt;
  }
}

void RunArchive(const std::string& path, Tester& tester) {
  const std::map<std::string, std::string> files = ReadArchive(path);
  for (const auto& [name, text] : files) {
    if (!LooksLikeTest(name, text)) continue;
    tester.Run(name, text, [&, &test = name](std::string_view wanted) -> std::optional<std::string_view> {
      const auto found = Resolve(test, wanted, [&](const std::string& each) { return files.count(each) != 0; });
      if (!found) return std::nullopt;
      return files.at(*found);
    });
  }
}

void RunFile(const std::string& path, std::string_view text, Tester& tester) {
  std::map<std::string, std::string> read;  // kept until the test has run
  std::error_code code;
  const std::string whole = fs::absolute(path, code).lexically_normal().string();
  tester.Run(path, text, [&](std::string_view wanted) -> std::optional<std::string_view> {
    const auto is_file = [&](const std::string& each) { return fs::is_regular_file(each, code); };
    const auto found = Resolve(whole, wanted, is_file);
    if (!found) return std::nullopt;
    return read.try_emplace(*found, ReadInput(*found)).first->second;
  });
}

void RunFolder(const std::string& path, Tester& tester) {
  std::vector<std::string> files;
  std::error_code code;
  for (fs::recursive_directory_iterator at(path, code), end; !code && at != end; at.increment(code)) {
    if (static_cast<size_t>(at.depth()) >= kMaxFolderDepth) at.disable_recursion_pending();
    if (!at->is_regular_file(code) || at->path().extension() != ".json") continue;
    files.push_back(at->path().string());
    if (files.size() > kMaxFolderFiles) {
      const std::string most = std::to_string(kMaxFolderFiles);
      throw InputError{{Printable(path) + ": holds more than " + most + " files",
                        Printable(path) + ": ファイルが " + most + " 件を超えています"}};
    }
  }
  if (code)
    throw InputError{{Printable(path) + ": cannot be read: " + code.message(),
                      Printable(path) + ": 読み取れません: " + code.message()}};
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    const std::string text = ReadInput(file);
    if (LooksLikeTest(file, text)) RunFile(file, text, tester);
  }
}

bool IsArchive(const std::string& path) {
  return path.ends_with(".tar.gz") || path.ends_with(".tgz") || path.ends_with(".tar");
}

}  // namespace

Exit RunCedarTests(const Arguments& arguments, Language language) {
  Tester tester(language);
  for (const std::string& path : arguments.operands) {
    std::error_code code;
    if (fs::is_directory(path, code)) {
      RunFolder(path, tester);
    } else if (IsArchive(path)) {
      RunArchive(path, tester);
    } else {
      RunFile(path, ReadInput(path), tester);
    }
  }
  if (!tester.ran()) throw InputError{{"no test was found", "試験が見つかりません"}};
  return tester.Finish();
}

}  // namespace hikae::cli
