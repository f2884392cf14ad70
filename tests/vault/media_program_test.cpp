// Exports beside Debian's age, on a real disk.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "vault/media/encoder.h"
#include "vault/media_fixture.h"

namespace hikae::vault {
namespace {

namespace fs = std::filesystem;

class MediaProgram : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::path(testing::TempDir()) / ("media_" + std::to_string(::getpid()));
    fs::create_directories(directory_);
  }
  void TearDown() override { fs::remove_all(directory_); }
  static bool HasAge() { return std::system("command -v age >/dev/null") == 0; }
  std::string Path(const std::string& name) const { return (directory_ / name).string(); }
  void Put(const std::string& name, const std::string& content) const {
    std::ofstream(Path(name), std::ios::binary) << content;
  }
  std::string Get(const std::string& name) const {
    std::ifstream in(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  age::Reader::Secrets Secrets() const { return {{&identity_, 1}, {}, age::kMaxWorkFactor}; }

  const age::Identity identity_ = Receiver();
  const Signing signing_;
  fs::path directory_;
};

std::string StreamOf(MediaForm form, uint64_t count) {
  RecordEncoder encoder(Households(form), {});
  SecretBytes bytes;
  for (uint64_t n = 0; n < count; ++n) EXPECT_TRUE(encoder.Encode(Household(n).View(), bytes).ok());
  return encoder.Head() + std::string(bytes.view());
}

TEST_F(MediaProgram, AgeOpensOursAndTheHashesFit) {
  if (!HasAge()) GTEST_SKIP() << "age is not installed";
  Put("key", identity_.SecretText() + "\n");
  for (const MediaForm form : {MediaForm::kJsonLines, MediaForm::kCsv, MediaForm::kCsvMarked}) {
    for (const age::Form armor : {age::Form::kBinary, age::Form::kArmored}) {
      MediaPlan plan = PlanFor(form, {identity_.recipient(), age::Identity::Generate().recipient()});
      plan.armor = armor;
      const std::string name = "x" + std::to_string(static_cast<int>(form)) + std::to_string(static_cast<int>(armor));
      const auto manifest = WriteExport(base::PosixIo(), directory_.string(), plan, 1'000, signing_, name);
      ASSERT_TRUE(manifest.ok()) << manifest.error().ToString();
      const std::string file = Get(name + ".age");
      EXPECT_EQ(file.starts_with("-----BEGIN AGE"), armor == age::Form::kArmored);
      EXPECT_EQ(crypto::Sha256Of({reinterpret_cast<const uint8_t*>(file.data()), file.size()}), manifest->age_sha256);
      ASSERT_EQ(std::system(("age -d -i " + Path("key") + " " + Path(name + ".age") + " >" + Path("plain")).c_str()),
                0);
      const std::string plain = Get("plain");
      EXPECT_EQ(plain.size(), manifest->plain_bytes);
      EXPECT_EQ(crypto::Sha256Of({reinterpret_cast<const uint8_t*>(plain.data()), plain.size()}),
                manifest->plain_sha256);
      // But for the salt it is the stream that is made here.
      const std::string same = StreamOf(form, 1'000);
      EXPECT_EQ(plain.size(), same.size());
      EXPECT_TRUE(plain.substr(plain.size() / 2) == same.substr(same.size() / 2));
    }
  }
}

TEST_F(MediaProgram, WeOpenWhatAgeMakes) {
  if (!HasAge()) GTEST_SKIP() << "age is not installed";
  for (const char* armor : {"", "-a "}) {
    const std::string stream = StreamOf(MediaForm::kCsv, 1'000);
    Put("plain", stream);
    ASSERT_EQ(std::system(("age " + std::string(armor) + "-r " + identity_.recipient().ToString() + " -o " +
                           Path("theirs.age") + " " + Path("plain"))
                              .c_str()),
              0);
    const std::string file = Get("theirs.age");
    Manifest manifest;
    manifest.content = Households(MediaForm::kCsv);
    manifest.records = 1'000;
    manifest.plain_bytes = stream.size();
    manifest.plain_sha256 = crypto::Sha256Of({reinterpret_cast<const uint8_t*>(stream.data()), stream.size()});
    manifest.age_bytes = file.size();
    manifest.age_sha256 = crypto::Sha256Of({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
    manifest.recipients = {identity_.recipient()};
    manifest.log = {"2021", 0};
    Put("theirs.manifest", signing_.Note(*manifest.ToText()));
    const auto records = ReadExport(base::PosixIo(), directory_.string(), {signing_.known()}, Secrets(), "theirs");
    ASSERT_TRUE(records.ok()) << records.error().ToString();
    EXPECT_EQ(Differences(*records, 1'000), 0u);
  }
}

TEST_F(MediaProgram, TwoHundredThousand) {
  for (const MediaForm form : {MediaForm::kJsonLines, MediaForm::kCsv}) {
    const std::string name = form == MediaForm::kCsv ? "csv" : "jsonl";
    const auto manifest = WriteExport(base::PosixIo(), directory_.string(), PlanFor(form, {identity_.recipient()}),
                                      200'000, signing_, name);
    ASSERT_TRUE(manifest.ok()) << manifest.error().ToString();
    auto reader = MediaReader::Open(base::PosixIo(), directory_.string(), name, {signing_.known()}, Secrets());
    ASSERT_TRUE(reader.ok()) << reader.error().ToString();
    uint64_t n = 0, different = 0;
    MediaRecord record;
    auto more = reader->Next(record);
    for (; more.ok() && *more; more = reader->Next(record), ++n)
      different += OwnedRecord(record) == Household(n) ? 0 : 1;
    ASSERT_TRUE(more.ok()) << more.error().ToString();
    EXPECT_EQ(n, 200'000u);
    EXPECT_EQ(different, 0u);
  }
}

}  // namespace
}  // namespace hikae::vault
