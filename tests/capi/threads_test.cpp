// One office, several threads: they audit while another declares. Means most under the thread sanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "hikae/hikae.hpp"

namespace {

TEST(Threads, ShareOneOffice) {
  const std::filesystem::path directory = std::filesystem::path(testing::TempDir()) / "hikae_threads";
  std::filesystem::remove_all(directory);
  hikae::Office office = hikae::Office::Create(directory.string());
  office.DeclareFiles({HIKAE_TEST_PAPERS});
  hikae::AuditOptions options;
  options.as_of = "2021-05-20";
  const std::string expected = office.Audit(options).Render(hikae::Format::kJson, hikae::Language::kJapanese);
  std::atomic<int> same{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      same += office.Audit(options).Render(hikae::Format::kJson, hikae::Language::kJapanese) == expected ? 1 : 0;
    });
  threads.emplace_back([&] { office.DeclareFiles({HIKAE_TEST_PAPERS}); });  // the same again: changes nothing
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(same, 3);
}

TEST(Cpp, AnExceptionOfTheCallersPassesThroughC) {
  const std::filesystem::path directory = std::filesystem::path(testing::TempDir()) / "hikae_exceptions";
  std::filesystem::remove_all(directory);
  hikae::Office office = hikae::Office::Create(directory.string());
  office.DeclareFiles({HIKAE_TEST_PAPERS});
  hikae::AuditOptions options;
  options.as_of = "2021-05-20";
  const hikae::Findings findings = office.Audit(options);
  office.Close();
  EXPECT_THROW(findings.Render(hikae::Format::kJson, hikae::Language::kEnglish,
                               [](std::string_view) -> bool { throw std::out_of_range("mine"); }),
               std::out_of_range);
  try {
    findings.Render(hikae::Format::kJson, hikae::Language::kEnglish, [](std::string_view) { return false; });
    FAIL() << "a writer that says stop must stop";
  } catch (const hikae::Error& e) {
    EXPECT_EQ(e.status(), HIKAE_E_STOPPED);
  }
}

}  // namespace
