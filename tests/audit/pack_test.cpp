#include "audit/pack.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "places.h"
#include "small_pack.h"

namespace hikae::audit {
namespace {

TEST(Pack, LoadsWithEverythingTheAuditNeeds) {
  const auto pack = SmallPack();
  ASSERT_NE(pack, nullptr);
  EXPECT_EQ(pack->id, "small");
  EXPECT_EQ(pack->title.ja, "小さな規程集");
  EXPECT_EQ(pack->from, "2021-04-01");
  EXPECT_EQ(pack->until, "2023-03-31");
  EXPECT_EQ(pack->digest.size(), 64u);
  ASSERT_EQ(pack->rules.size(), 6u);
  EXPECT_EQ(pack->rules[2].id, "small.contract.clause");
  EXPECT_EQ(pack->rules[2].controls, (std::vector<std::string>{"contract-clause", "encryption"}));
  EXPECT_EQ(pack->rules[2].severity, Severity::kBlock);
  EXPECT_EQ(pack->rules[2].moments, std::vector<Moment>{Moment::kContract});
  EXPECT_EQ(pack->rules[2].remedy.en, "sign it");
  EXPECT_EQ(pack->rules[2].where.ToString(), "small/rules.cedar:22:1");
  ASSERT_EQ(pack->expectations.size(), 2u);
  EXPECT_EQ(pack->expectations[1].per, "systems");
  ASSERT_EQ(pack->parameters.size(), 3u);
  EXPECT_EQ(pack->parameters[0].value.ToString(), "duration(\"14d\")");
  EXPECT_EQ(pack->parameters[0].word, "速やかに");
  EXPECT_EQ(pack->parameters[2].value.ToString(), "[Item::\"住所\", Item::\"氏名\"]");
}

TEST(Pack, DigestTellsEveryByteApart) {
  PackFiles files = SmallPackFiles();
  const std::string before = (*LoadPack(files))->digest;
  EXPECT_EQ((*LoadPack(files))->digest, before);
  files.files["rules.cedar"] += "\n";
  const std::string after = (*LoadPack(files))->digest;
  EXPECT_NE(after, before);
  files.core_schema += "\n";
  EXPECT_NE((*LoadPack(files))->digest, after);
}

TEST(Pack, FindsEmbeddedOnesByIdAndOthersByFolder) {
  for (const std::string& id : EmbeddedPacks()) {
    const auto files = FindPack(id);
    ASSERT_TRUE(files.ok());
    EXPECT_TRUE(files->files.contains("pack.yaml"));
    EXPECT_FALSE(files->core_schema.empty());
  }
  const auto missing = FindPack("edogawa-2012");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().status, base::Status::kNotFound);
  EXPECT_NE(missing.error().ToString().find("nearest: edogawa-2021"), std::string::npos) << missing.error().ToString();
}

TEST(Pack, FolderWithoutCoreUsesTheBuiltInOne) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "pack_without_core" / "p";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "pack.yaml") << "id: p\n";
  const auto files = FindPack(folder.string() + "/");
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(files->core_schema, FindPack("edogawa-2021")->core_schema);
  EXPECT_EQ(files->folder, folder.string());
}

TEST(Pack, EveryEmbeddedPackIsClean) {
  for (const std::string& id : EmbeddedPacks()) {
    const LintReport report = Lint(*FindPack(id));
    for (const base::Error& error : report.errors) ADD_FAILURE() << error.ToString();
    for (const base::Error& warning : report.warnings) ADD_FAILURE() << warning.ToString();
  }
}

TEST(Pack, InForceByDate) {
  const std::vector<std::string> ids = {hikae::test::SourceDir() + "/tests/audit/data/small", "no-such-pack"};
  EXPECT_EQ(PacksInForce(ids, *base::ParseDate("2021-04-01")).size(), 1u);
  EXPECT_EQ(PacksInForce(ids, *base::ParseDate("2023-03-31")).size(), 1u);
  EXPECT_TRUE(PacksInForce(ids, *base::ParseDate("2021-03-31")).empty());
  EXPECT_TRUE(PacksInForce(ids, *base::ParseDate("令和5年4月1日")).empty());
}

}  // namespace
}  // namespace hikae::audit
