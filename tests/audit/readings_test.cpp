// Words of other packs that a pack reads as its own: what is added to a set, and what pack.yaml may say of it.
#include "audit/readings.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "small_pack.h"

namespace hikae::audit {
namespace {

using Ids = std::set<std::string>;

cedar::Value Control(const std::string& id) { return cedar::Value::Entity({"Control", id}); }

Ids Read(const Readings& readings, const std::vector<std::string>& ids) {
  std::vector<cedar::Value> elements;
  for (const std::string& id : ids) elements.push_back(Control(id));
  AddReadings(readings, elements);
  Ids read;
  for (const cedar::Value& element : elements) EXPECT_TRUE(read.insert(element.entity().id).second) << "twice";
  return read;
}

TEST(Readings, AWordIsReadAsAnotherAndStaysWhatItIs) {
  const Readings readings = {{"Control", {{"encryption", {{"media-encrypted"}, {"disk", "key"}}}}}};
  EXPECT_EQ(Read(readings, {"media-encrypted"}), (Ids{"media-encrypted", "encryption"}));
  EXPECT_EQ(Read(readings, {"encryption", "media-encrypted"}), (Ids{"media-encrypted", "encryption"}));
  EXPECT_EQ(Read(readings, {"other"}), (Ids{"other"}));
  EXPECT_EQ(Read(readings, {}), Ids{});
}

TEST(Readings, WhatIsListedTogetherIsReadOnlyTogether) {
  const Readings readings = {{"Control", {{"encryption", {{"disk", "key"}}}}}};
  EXPECT_EQ(Read(readings, {"disk"}), (Ids{"disk"}));
  EXPECT_EQ(Read(readings, {"key", "disk"}), (Ids{"disk", "key", "encryption"}));
}

TEST(Readings, AreOfOneEnumeration) {
  const Readings readings = {{"Clause", {{"encryption", {{"media-encrypted"}}}}}};
  EXPECT_EQ(Read(readings, {"media-encrypted"}), (Ids{"media-encrypted"}));
}

std::string FirstError(const std::string& reads) {
  PackFiles files = SmallPackFiles();
  files.files.at("pack.yaml") += "\nreads: " + reads + "\n";
  const LintReport report = Lint(files);
  return report.errors.empty() ? "" : report.errors.front().ToString();
}

TEST(Readings, WhatPackYamlSaysOfThemIsChecked) {
  EXPECT_EQ(FirstError("{ source: 区, Control: { encryption: [媒体の暗号化, [錠, 鍵]] } }"), "");
  const std::pair<const char*, const char*> faults[] = {
      {"[]", "`reads` is not a map"},
      {"{ Controls: {} }", "`Controls` is not an enumeration of the schema"},
      {"{ Handling: {} }", "`Handling` is not an enumeration of the schema"},
      {"{ Control: [encryption] }", "the words of `Control` are not a map"},
      {"{ Control: { encrypton: [錠] } }", "`encrypton` is no Control of the pack"},
      {"{ Control: { encryption: [item-list] } }", "`item-list` is a word of the pack itself"},
      {"{ Control: { encryption: [{ 錠: 鍵 }] } }", "a word of another pack is expected, or a list of them"},
  };
  for (const auto& [reads, error] : faults) {
    const std::string found = FirstError(reads);
    EXPECT_NE(found.find(error), std::string::npos) << reads << "\n" << found;
    EXPECT_NE(found.find("small/pack.yaml:"), std::string::npos) << "where: " << found;
  }
}

}  // namespace
}  // namespace hikae::audit
