// docs/declaration.md teaches by example; here its examples are declared, and its wrong ones refused in its own words.
//
// A block ```yaml that begins with `# name.yaml` starts a document, any other continues the one before. A block
// ```yaml wrong is a document of its own that must be refused; the block ```text after it is the message.
#include <gtest/gtest.h>

#include <sstream>

#include "changes/bench.h"
#include "store/database.h"

namespace hikae::changes {
namespace {

struct Block {
  std::string fence;  // what follows ```
  std::string text;
  size_t line = 0;
};

std::vector<Block> Blocks(const std::string& markdown) {
  std::vector<Block> blocks;
  std::istringstream in(markdown);
  std::string line;
  bool inside = false;
  for (size_t number = 1; std::getline(in, line); ++number) {
    if (line.rfind("```", 0) == 0) {
      inside = !inside;
      if (inside) blocks.push_back({line.substr(3), "", number + 1});
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

struct Guide {
  std::vector<registry::Document> documents;
  struct Wrong {
    registry::Document document;
    std::string message;
    size_t line = 0;
  };
  std::vector<Wrong> wrong;
};

std::string NameOf(const std::string& text) {
  const std::string first = text.substr(0, text.find('\n'));
  const bool named = first.rfind("# ", 0) == 0 && first.size() > 5 && first.substr(first.size() - 5) == ".yaml";
  return named ? first.substr(2) : "";
}

Guide ReadGuide(const std::string& markdown) {
  Guide guide;
  for (const Block& block : Blocks(markdown)) {
    const std::string name = NameOf(block.text);
    if (block.fence == "yaml wrong") {
      guide.wrong.push_back({{name, block.text}, "", block.line});
    } else if (block.fence == "text" && !guide.wrong.empty() && guide.wrong.back().message.empty()) {
      guide.wrong.back().message = block.text.substr(0, block.text.size() - 1);
    } else if (block.fence == "yaml" && !name.empty()) {
      guide.documents.push_back({name, block.text});
    } else if (block.fence == "yaml") {
      guide.documents.back().text += block.text;
    }
  }
  return guide;
}

class GuideTest : public testing::Test {
 protected:
  void SetUp() override {
    auto text = ReadFile(std::string(HIKAE_SOURCE_DIR) + "/docs/declaration.md");
    ASSERT_TRUE(text.ok()) << text.error().ToString();
    guide_ = ReadGuide(*text);
    auto files = audit::FindPack("edogawa-2021");
    ASSERT_TRUE(files.ok()) << files.error().ToString();
    auto pack = audit::LoadPack(*files);
    ASSERT_TRUE(pack.ok()) << pack.error().ToString();
    auto database = store::Database::OpenMemory();
    ASSERT_TRUE(database.ok()) << database.error().ToString();
    auto registry = registry::Registry::Open(std::move(database).value(), (*pack)->schema);
    ASSERT_TRUE(registry.ok()) << registry.error().ToString();
    registry_ = std::move(registry).value();
  }

  Guide guide_;
  std::unique_ptr<registry::Registry> registry_;
};

TEST_F(GuideTest, EveryExampleCanBeDeclared) {
  ASSERT_GE(guide_.documents.size(), 2u);
  for (const registry::Document& document : guide_.documents) {
    const auto declared = registry_->Declare({document}, 0);
    ASSERT_TRUE(declared.ok()) << declared.error().ToString() << "\n" << document.text;
    EXPECT_GT(declared->added + declared->changed, 0u) << document.name;
  }
}

TEST_F(GuideTest, EveryWrongExampleIsRefusedInTheWordsOfTheGuide) {
  ASSERT_GE(guide_.wrong.size(), 5u);
  for (const registry::Document& document : guide_.documents) ASSERT_TRUE(registry_->Declare({document}, 0).ok());
  for (const Guide::Wrong& wrong : guide_.wrong) {
    SCOPED_TRACE("docs/declaration.md:" + std::to_string(wrong.line));
    const auto declared = registry_->Declare({wrong.document}, 0);
    ASSERT_FALSE(declared.ok()) << wrong.document.text;
    EXPECT_EQ(declared.error().ToString(base::Language::kJapanese), wrong.message);
  }
}

}  // namespace
}  // namespace hikae::changes
