// A directory with keys, cheap to open.
#ifndef HIKAE_TESTS_VAULT_KEYS_FIXTURE_H_
#define HIKAE_TESTS_VAULT_KEYS_FIXTURE_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vault/keys.h"

namespace hikae::vault {

inline constexpr int64_t kNow = 1'621'472'400'000'000;
inline constexpr std::string_view kPassphrase = "東京都江戸川区中央一丁目4番";
inline constexpr PassphraseCost kCheap{1, 8 << 10};

inline Secret Passphrase(std::string_view text = kPassphrase) { return {LockKind::kPassphrase, text, {}}; }

inline std::string WholeFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
inline void PutFile(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}
// Which file below the directory holds the bytes; "" when none does.
inline std::string FileWith(const std::filesystem::path& directory, std::string_view bytes) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && WholeFile(entry.path()).find(bytes) != std::string::npos)
      return entry.path().filename().string();
  }
  return {};
}

class KeysOnDisk : public testing::Test {
 protected:
  KeysOnDisk() : directory_(std::filesystem::temp_directory_path() / ("hikae 鍵 " + std::to_string(getpid()))) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~KeysOnDisk() override { std::filesystem::remove_all(directory_); }

  std::string office() const { return directory_.string(); }
  std::filesystem::path path(const char* name) const { return directory_ / name; }
  std::shared_ptr<Keys> Init(const Keys::Options& options = {}) {
    auto keys = Keys::Init(office(), Passphrase(), kCheap, kNow, options);
    EXPECT_TRUE(keys.ok()) << keys.error().ToString();
    return keys.ok() ? *keys : nullptr;
  }
  std::shared_ptr<Keys> Unlock(const Keys::Options& options = {}) {
    auto keys = Keys::Unlock(office(), Passphrase(), options);
    EXPECT_TRUE(keys.ok()) << keys.error().ToString();
    return keys.ok() ? *keys : nullptr;
  }
  static SubjectNumber MakeOne(Keys& keys, const std::string& subject, std::string_view file) {
    const auto made = keys.Make(std::vector<std::string>{subject}, file);
    EXPECT_TRUE(made.ok()) << made.error().ToString();
    return made.ok() ? made->at(0) : SubjectNumber{};
  }
  // The bytes of a field's key, or why there are none.
  static std::string FieldOf(Keys& keys, const SubjectNumber& subject, std::string_view file, uint32_t version = 0) {
    const auto opened = keys.Open(subject, file);
    if (!opened.ok()) return opened.error().text.en;
    const auto field = (*opened)->Field(version == 0 ? (*opened)->primary() : version, "氏名");
    if (!field.ok()) return field.error().text.en;
    return {reinterpret_cast<const char*>(*field), 32};
  }
  static base::Status StatusOf(const base::Result<std::shared_ptr<Keys>>& result) {
    return result.ok() ? base::Status::kOk : result.error().status;
  }

  std::filesystem::path directory_;
};

}  // namespace hikae::vault

#endif  // HIKAE_TESTS_VAULT_KEYS_FIXTURE_H_
