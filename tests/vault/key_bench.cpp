// What keys cost: key_bench DIRECTORY [subjects of the rotation]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "vault/keys.h"

using namespace hikae::vault;

namespace {

double Seconds(const std::function<void()>& work) {
  const auto cpu = [] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  };
  const double cpu_before = cpu();
  const auto begin = std::chrono::steady_clock::now();
  work();
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("[cpu %2.0f%%] ", 100 * (cpu() - cpu_before) / wall);
  return wall;
}

template <class T>
T Value(hikae::base::Result<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.error().ToString().c_str());
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::string directory = argv[1];
  const size_t many = argc > 2 ? std::stoul(argv[2]) : 100'000;
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  const Secret secret{LockKind::kPassphrase, "東京都江戸川区中央一丁目4番", {}};
  Value(Keys::Init(directory, secret, {3, 256ull << 20}, 1, {}));
  std::shared_ptr<Keys> keys;
  std::printf("unlock, Argon2id 3 x 256 MiB  %.0f ms\n",
              1e3 * Seconds([&] { keys = Value(Keys::Unlock(directory, secret, {})); }));
  const std::string key_file(64, 'k');
  const Secret file{LockKind::kKeyFile, key_file, {}};
  if (!keys->AddLock(file, {}, 1).ok()) return 1;
  std::printf("unlock, key file              %.2f ms\n",
              1e3 * Seconds([&] { keys = Value(Keys::Unlock(directory, file, {})); }));
  std::vector<std::string> subjects;
  for (size_t i = 0; i < many; ++i) subjects.push_back("宛名" + std::to_string(1'000'000 + i));
  std::vector<SubjectNumber> numbers;
  const std::span<const std::string> all(subjects);
  std::printf("Make of 1,000 subjects        %.1f ms\n",
              1e3 * Seconds([&] { Value(keys->Make(all.first(1'000), "相談記録")); }));
  const double made = Seconds([&] { numbers = Value(keys->Make(all, "相談記録")); });
  std::printf("Make of %zu               %.2f us each\n", many, 1e6 * made / static_cast<double>(many));
  keys = Value(Keys::Unlock(directory, file, {}));
  const auto reads = [&](size_t count) {
    return Seconds([&] {
      for (size_t i = 0; i < count; ++i) {
        const auto number = Value(keys->Find(subjects[i]));
        Value(Value(keys->Open(*number, "相談記録"))->Field(1, "氏名"));
      }
    });
  };
  const size_t some = std::min<size_t>(many, 20'000);
  std::printf("Find, Open, Field, uncached   %.1f us\n", 1e6 * reads(some) / static_cast<double>(some));
  std::printf("Find, Open, Field, cached     %.0f ns\n", 1e9 * reads(some) / static_cast<double>(some));
  std::printf(
      "Find, Open, Field, cached hot %.0f ns\n", 1e9 * [&] {
        return Seconds([&] {
          for (size_t i = 0; i < 100'000; ++i) {
            const auto number = Value(keys->Find(subjects[i % 64]));
            Value(Value(keys->Open(*number, "相談記録"))->Field(1, "氏名"));
          }
        });
      }() / 100'000);
  std::printf("RotateOffice of %zu       %.2f s\n", many, Seconds([&] {
                if (!keys->RotateOffice(2, 1'000, nullptr).ok()) std::exit(1);
              }));
  std::printf("Destroy                       %.2f ms\n", 1e3 / 20 * Seconds([&] {
                                                           for (size_t i = 0; i < 20; ++i)
                                                             Value(keys->Destroy(numbers[i], "相談記録"));
                                                         }));
  return 0;
}
