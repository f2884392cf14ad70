// Every verdict of the official validator over the public tests: what it passes passes, what it refuses is refused.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "cedar/corpus.h"
#include "cedar/engine/policy_set.h"
#include "cedar/schema/schema.h"
#include "places.h"

namespace hikae::cedar {
namespace {

// "" when the test's verdict is ours.
std::string Compare(const CorpusTest& test) {
  const auto schema = Schema::Parse({{"schema", test.File("schema")}});
  if (!schema.ok()) return "the schema is refused: " + schema.error().ToString();
  const auto policies = PolicySet::Parse({{"policies", test.File("policies")}});
  if (!policies.ok()) return "the policies are refused: " + policies.error().ToString();
  const Validation found = Validate(*policies, *schema);
  if (found.errors.empty() == test.Flag("shouldValidate")) return {};
  return found.errors.empty() ? "nothing found, an error expected" : found.errors.front().ToString();
}

struct Tally {
  size_t tests = 0;
  size_t refused = 0;
  size_t wrong = 0;
};

Tally CompareAll(const std::filesystem::path& root, const std::string& folder) {
  Tally tally;
  for (const auto& file : CorpusFiles(root, folder)) {
    const auto test = LoadCorpusTest(root, file);
    if (!test.ok()) {
      ADD_FAILURE() << test.error().ToString();
      continue;
    }
    ++tally.tests;
    if (!test->Flag("shouldValidate")) ++tally.refused;
    const std::string difference = Compare(*test);
    if (difference.empty()) continue;
    if (++tally.wrong <= 20) ADD_FAILURE() << file.filename().string() << ": " << difference;
  }
  return tally;
}

TEST(ValidationCorpus, HandWrittenTests) {
  const std::filesystem::path root = std::filesystem::path(hikae::test::SharedData()) / "cedar";
  if (!std::filesystem::exists(root / "tests")) GTEST_SKIP() << "no hand-written tests at " << root;
  const Tally tally = CompareAll(root, "tests");
  EXPECT_GE(tally.tests, 20U);
  EXPECT_EQ(tally.wrong, 0U);
}

TEST(ValidationCorpus, FuzzedTests) {
  const std::filesystem::path root = hikae::test::CedarCorpus();
  if (!std::filesystem::exists(root / "corpus-tests")) GTEST_SKIP() << "no corpus at " << root;
  const Tally tally = CompareAll(root, "corpus-tests");
  EXPECT_GE(tally.tests, 3'900U);
  EXPECT_GE(tally.refused, 500U);  // a validator that passes everything would be found out
  EXPECT_EQ(tally.wrong, 0U) << "of " << tally.tests;
}

}  // namespace
}  // namespace hikae::cedar
