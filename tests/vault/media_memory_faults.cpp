// Every allocation of writing and reading an export fails in turn, and no plaintext is left in freed memory. A program
// of its own: it replaces operator new.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/failing_new.h"
#include "vault/media_fixture.h"

namespace hikae::vault {
namespace {

using test::failed, test::SweepAllocations, test::left_behind, test::looking;

constexpr std::string_view kSecret = "渡邉・秘・太郎";

class MediaMemory : public Media {};

// On a real disk: what removes files there needs no memory, as the simulated one does.
TEST_F(MediaMemory, EveryAllocationOfWritingFails) {
  namespace fs = std::filesystem;
  const fs::path directory = fs::path(testing::TempDir()) / ("media_memory_" + std::to_string(::getpid()));
  for (const MediaForm form : {MediaForm::kJsonLines, MediaForm::kCsv}) {
    fs::create_directories(directory);
    const MediaPlan plan = Plan(form);
    const std::string place = directory.string(), name = kName;
    const size_t sweeps =
        SweepAllocations([&] { return WriteExport(base::PosixIo(), place, plan, 12, signing_, name).ok(); },
                         [&](bool done) {
                           if (done) return;
                           // At most a file that was made and could not be kept open: empty, of no final name.
                           for (const auto& left : fs::directory_iterator(directory)) {
                             ASSERT_EQ(left.path().extension(), ".new");
                             ASSERT_EQ(left.file_size(), 0u);
                           }
                         });
    EXPECT_EQ(Differences(*ReadExport(base::PosixIo(), place, Keys(), Secrets()), 12), 0u);
    fs::remove_all(directory);
    std::printf("%zu failed allocations while writing\n", sweeps);
    EXPECT_GT(sweeps, 50u);
  }
}

TEST_F(MediaMemory, EveryAllocationOfReadingFails) {
  Write(Plan(), 12);
  const auto keys = Keys();
  const size_t sweeps = SweepAllocations([&] { return ReadExport(io_, kMedium, keys, Secrets()).ok(); }, [](bool) {});
  EXPECT_EQ(Differences(*ReadExport(io_, kMedium, keys, Secrets()), 12), 0u);
  std::printf("%zu failed allocations while reading\n", sweeps);
  EXPECT_GT(sweeps, 50u);
}

TEST_F(MediaMemory, NoPlaintextIsLeftInFreedMemory) {
  const std::string blob = "blob " + std::string(kSecret),
                    value = std::string(kSecret) + "\n" + std::string(3'000, 'x');
  test::secret = kSecret;
  looking = true;
  { const std::string caught(kSecret.begin(), kSecret.end()); }
  EXPECT_EQ(left_behind, 1u) << "what is looked for would be found";
  left_behind = 0;
  for (const MediaForm form : {MediaForm::kJsonLines, MediaForm::kCsv}) {
    {
      auto writer = MediaWriter::Begin(io_, kMedium, kName, Plan(form));
      ASSERT_TRUE(writer.ok());
      for (int i = 0; i < 200; ++i)
        ASSERT_TRUE(writer->Add({"1", 1, {{"氏名", value, false}, {"署名画像", blob, true}}}).ok());
      ASSERT_TRUE(writer->Finish({"2021", 1}, signing_.Signer()).ok());
    }
    {
      auto reader = MediaReader::Open(io_, kMedium, kName, Keys(), Secrets());
      ASSERT_TRUE(reader.ok());
      MediaRecord record;
      for (auto more = reader->Next(record); *more; more = reader->Next(record)) {
        ASSERT_EQ(record.items.size(), 2u);
        ASSERT_TRUE(record.items[1].value == blob);
      }
    }
    for (const char* suffix : {".age", ".manifest"})
      ASSERT_TRUE(io_.Remove(std::string(kMedium) + "/" + kName + suffix).ok());
  }
  looking = false;
  EXPECT_EQ(left_behind, 0u);
}

}  // namespace
}  // namespace hikae::vault
