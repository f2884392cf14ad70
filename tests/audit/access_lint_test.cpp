// What is particular to rules of access: grounds are cited, formats are strict, open intervals are measured.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "audit/pack.h"

namespace hikae::audit {
namespace {

constexpr char kAccess[] = "access.cedar";
constexpr char kLeave[] = "leave.cedar";
constexpr char kManifest[] = "pack.yaml";
constexpr char kCore[] = "core.cedarschema";

PackFiles Changed(const std::string& file, const std::string& old, const std::string& fresh) {
  PackFiles files = *FindPack("edogawa-2021");
  std::string& text = file == kCore ? files.core_schema : files.files.at(file);
  const size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  if (at != std::string::npos) text.replace(at, old.size(), fresh);
  return files;
}

struct Fault {
  const char* name;
  const char* file;
  const char* old;
  const char* fresh;
  const char* error;  // a part of it
};

class AccessLint : public testing::TestWithParam<Fault> {};

TEST_P(AccessLint, IsNamed) {
  const Fault& fault = GetParam();
  const LintReport report = Lint(Changed(fault.file, fault.old, fault.fresh));
  const bool found = std::any_of(report.errors.begin(), report.errors.end(), [&](const base::Error& error) {
    return error.ToString().find(fault.error) != std::string::npos && !error.text.ja.empty() && error.where.line > 0;
  });
  EXPECT_TRUE(found) << fault.error << "\n" << (report.errors.empty() ? "" : report.errors.front().ToString());
}

constexpr char kPostal[] = "postal-code: { type: text, pattern: '[0-9]{3}-[0-9]{4}', most: 8,";
const Fault kFaults[] = {
    {"GroundWithoutArticle", kAccess, "@article(\"条例第14条; 諮問依頼書「主管課」「システム利用者」\") ", "",
     "edo21.ground.staff: @article is missing"},
    {"GroundWithoutTitle", kAccess, "@title(\"利用者の認証\") ", "", "edo21.ground.login: @title is missing"},
    {"GroundWithEmptyEnglishTitle", kAccess, "@title_en(\"authentication of users\")", "@title_en(\"\")",
     "edo21.ground.login: @title_en is empty"},
    {"UnconfirmedLawThatRefuses", kLeave, "@article(\"条例(目的外利用の制限)\") @confidence(\"G\") @severity(\"warn\")",
     "@article(\"条例(目的外利用の制限)\") @confidence(\"G\") @severity(\"block\")",
     "confidence G allows no more than warn"},
    {"EvidenceNotRead", kAccess, "@evidence(\"context.place\")", "@evidence(\"context.device\")",
     "@evidence `context.device` is not read by the rule"},
    {"UnknownFormatKey", kManifest, kPostal,
     "postal-code: { type: text, pattern: '[0-9]{3}-[0-9]{4}', most: 8, patern: x,",
     "`patern` is not a key of a format"},
    {"UnknownFormatType", kManifest, kPostal, "postal-code: { type: txt, pattern: '[0-9]{3}-[0-9]{4}', most: 8,",
     "unknown type `txt` (nearest: text)"},
    {"EmptyPattern", kManifest, kPostal, "postal-code: { type: text, pattern: '', most: 8,",
     "format `postal-code`: `pattern` is missing or empty"},
    {"NoMost", kManifest, kPostal, "postal-code: { type: text, pattern: '[0-9]{3}-[0-9]{4}',",
     "format `postal-code`: `most` is not a number of bytes"},
    {"TooMuch", kManifest, kPostal, "postal-code: { type: text, pattern: '[0-9]{3}-[0-9]{4}', most: 1048577,",
     "format `postal-code`: `most` is not a number of bytes"},
    {"FormatIsNoMap", kManifest, "formats:\n", "formats:\n  nothing: 1\n", "format `nothing`: is not a map"},
    {"AbsentWithNotEqual", kCore, "until >= today | absent", "until != today | absent",
     "`!=` holds of what is absent already"},
};
INSTANTIATE_TEST_SUITE_P(All, AccessLint, testing::ValuesIn(kFaults),
                         [](const testing::TestParamInfo<Fault>& fault) { return std::string(fault.param.name); });

TEST(AccessFormats, TheFormatsOfThePackAreRead) {
  const auto pack = LoadPack(*FindPack("edogawa-2021"));
  ASSERT_TRUE(pack.ok()) << pack.error().ToString();
  ASSERT_GT((*pack)->formats.size(), 8u);
  const auto& formats = (*pack)->formats;
  const auto postal =
      std::find_if(formats.begin(), formats.end(), [](const Format& f) { return f.name == "postal-code"; });
  ASSERT_NE(postal, formats.end());
  EXPECT_EQ(postal->type, "text");
  EXPECT_EQ(postal->pattern, "[0-9]{3}-[0-9]{4}");
  EXPECT_EQ(postal->most_bytes, 8u);
  EXPECT_EQ(postal->title.ja, "郵便番号(123-4567)");
}

}  // namespace
}  // namespace hikae::audit
