// Exports: what is written is read again, by us and by Debian's age, and refused when it is not what was written.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "vault/media_fixture.h"

namespace hikae::vault {
namespace {

namespace fs = std::filesystem;

constexpr MediaForm kForms[] = {MediaForm::kJsonLines, MediaForm::kCsv, MediaForm::kCsvMarked};

TEST_F(Media, WhatIsWrittenIsReadInBothFormsAndArmors) {
  for (const MediaForm form : kForms) {
    for (const age::Form armor : {age::Form::kBinary, age::Form::kArmored}) {
      for (const uint64_t count : {0, 1, 7'000}) {
        io_.SetBytes(std::string(kMedium) + "/x", {});
        MediaPlan plan = Plan(form);
        plan.armor = armor;
        Write(plan, count);
        const auto records = ReadExport(io_, kMedium, Keys(), Secrets());
        ASSERT_TRUE(records.ok()) << records.error().ToString();
        EXPECT_EQ(Differences(*records, count), 0u);
        ASSERT_EQ(Names(),
                  (std::vector<std::string>{"x", std::string(kName) + ".age", std::string(kName) + ".manifest"}));
        for (const char* suffix : {".age", ".manifest"})
          ASSERT_TRUE(io_.Remove(std::string(kMedium) + "/" + kName + suffix).ok());
      }
    }
  }
}

TEST_F(Media, APassphraseOpensIt) {
  MediaPlan plan = PlanFor(MediaForm::kCsv, {});
  plan.passphrase = "江戸川の桜は三月末に咲く";
  plan.work_factor = kQuick;
  Write(plan, 100);
  age::Reader::Secrets secrets;
  secrets.passphrase = "江戸川の桜は三月末に咲く";
  const auto records = ReadExport(io_, kMedium, Keys(), secrets);
  ASSERT_TRUE(records.ok()) << records.error().ToString();
  EXPECT_EQ(Differences(*records, 100), 0u);
  secrets.passphrase = "江戸川の桜は四月末に咲く";
  const base::Error error = Refusal(Keys(), secrets);
  EXPECT_EQ(error.status, Status::kSecret);
  EXPECT_EQ(error.ToString().find("桜"), std::string::npos);
}

}  // namespace
}  // namespace hikae::vault
