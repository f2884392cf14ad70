// The examples are declared by the registry alone: any order of the papers, all at once, and again without a change.
#include <gtest/gtest.h>

#include <algorithm>

#include "changes/office.h"
#include "places.h"

namespace hikae::changes {
namespace {

const std::string kExamples = hikae::test::SourceDir() + "/examples/";

std::vector<registry::Document> Read(const std::vector<std::string>& names) {
  std::vector<registry::Document> documents;
  for (const std::string& name : names) {
    auto text = ReadFile(kExamples + name);
    EXPECT_TRUE(text.ok()) << name;
    if (text.ok()) documents.push_back({name, *text});
  }
  return documents;
}

std::unique_ptr<TemporaryOffice> Open() {
  auto office = TemporaryOffice::Create();
  EXPECT_TRUE(office.ok()) << office.error().ToString();
  return office.ok() ? std::move(office).value() : nullptr;
}

const std::vector<std::string> kPapers = {"hikikomori/declaration.yaml", "benefit/declaration.yaml",
                                          "call-record/declaration.yaml", "risk-assessment/declaration.yaml"};

TEST(Examples, AreDeclaredInAnyOrderAfterTheVocabulary) {
  std::vector<std::string> papers = kPapers;
  std::sort(papers.begin(), papers.end());
  for (int rotation = 0; rotation < 4; ++rotation) {
    const auto office = Open();
    ASSERT_NE(office, nullptr);
    std::vector<std::string> order = {"ward/vocabulary.yaml"};
    order.insert(order.end(), papers.begin(), papers.end());
    for (const registry::Document& document : Read(order)) {
      const auto declared = office->registry().Declare({document}, 1);
      ASSERT_TRUE(declared.ok()) << declared.error().ToString(base::Language::kJapanese);
      EXPECT_GT(declared->added, 0u) << document.name;
      EXPECT_EQ(declared->changed, 0u) << document.name << " states otherwise what another has stated";
    }
    std::rotate(papers.begin(), papers.begin() + 1, papers.end());
  }
}

TEST(Examples, AreDeclaredInOneCallAndAgainWithoutAChange) {
  const auto office = Open();
  ASSERT_NE(office, nullptr);
  std::vector<std::string> names = {"ward/vocabulary.yaml"};
  names.insert(names.end(), kPapers.begin(), kPapers.end());
  std::reverse(names.begin(), names.end());
  const auto documents = Read(names);
  const auto first = office->registry().Declare(documents, 1);
  ASSERT_TRUE(first.ok()) << first.error().ToString(base::Language::kJapanese);
  const auto second = office->registry().Declare(documents, 2);
  ASSERT_TRUE(second.ok()) << second.error().ToString(base::Language::kJapanese);
  EXPECT_EQ(second->added + second->changed, 0u);
  EXPECT_EQ(second->unchanged, first->added);
}

TEST(Examples, AreFollowedByWhatWasRecordedAfterTheOpinion) {
  const auto office = Open();
  ASSERT_NE(office, nullptr);
  std::vector<std::string> names = {"ward/vocabulary.yaml"};
  names.insert(names.end(), kPapers.begin(), kPapers.end());
  for (const std::string& paper : kPapers) names.push_back(paper.substr(0, paper.find('/')) + "/after-opinion.yaml");
  for (const registry::Document& document : Read(names)) {
    const auto declared = office->registry().Declare({document}, 1);
    EXPECT_TRUE(declared.ok()) << declared.error().ToString(base::Language::kJapanese);
  }
}

// Without the vocabulary a paper speaks of what nobody has declared.
TEST(Examples, NeedTheVocabulary) {
  for (const registry::Document& document : Read(kPapers)) {
    const auto office = Open();
    ASSERT_NE(office, nullptr);
    EXPECT_FALSE(office->registry().Declare({document}, 1).ok()) << document.name;
  }
}

}  // namespace
}  // namespace hikae::changes
