// docs/declaration.md teaches by example; here its examples are declared, and its wrong ones refused in its own words.
//
// A block ```yaml that begins with `# name.yaml` starts a document, any other continues the one before. A block
// ```yaml wrong is a document of its own that must be refused; the block ```text after it is the message.
#include <gtest/gtest.h>

#include <sstream>

#include "changes/office.h"
#include "places.h"

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
    auto text = ReadFile(hikae::test::SourceDir() + "/docs/declaration.md");
    ASSERT_TRUE(text.ok()) << text.error().ToString();
    guide_ = ReadGuide(*text);
    auto office = TemporaryOffice::Create();
    ASSERT_TRUE(office.ok()) << office.error().ToString();
    office_ = std::move(office).value();
  }

  Guide guide_;
  std::unique_ptr<TemporaryOffice> office_;
};

// `…` in the guide stands for a list that grows.
bool Says(const std::string& message, const std::string& guide) {
  const size_t gap = guide.find("…");
  if (gap == std::string::npos) return message == guide;
  const std::string head = guide.substr(0, gap), tail = guide.substr(gap + std::string("…").size());
  return message.size() >= head.size() + tail.size() && message.compare(0, head.size(), head) == 0 &&
         message.compare(message.size() - tail.size(), tail.size(), tail) == 0;
}

TEST(Says, AllowsOnlyTheGap) {
  EXPECT_TRUE(Says("誤り.yaml:7:3: ない（in, tags）", "誤り.yaml:7:3: ない（…）"));
  EXPECT_FALSE(Says("誤り.yaml:7:4: ない（in, tags）", "誤り.yaml:7:3: ない（…）"));
  EXPECT_FALSE(Says("誤り.yaml:7:3: ない", "誤り.yaml:7:3: なし"));
}

TEST_F(GuideTest, EveryExampleCanBeDeclared) {
  ASSERT_GE(guide_.documents.size(), 2u);
  for (const registry::Document& document : guide_.documents) {
    const auto declared = office_->registry().Declare({document}, 0);
    ASSERT_TRUE(declared.ok()) << declared.error().ToString() << "\n" << document.text;
    EXPECT_GT(declared->added + declared->changed, 0u) << document.name;
  }
}

TEST_F(GuideTest, EveryWrongExampleIsRefusedInTheWordsOfTheGuide) {
  ASSERT_GE(guide_.wrong.size(), 5u);
  for (const registry::Document& document : guide_.documents)
    ASSERT_TRUE(office_->registry().Declare({document}, 0).ok());
  for (const Guide::Wrong& wrong : guide_.wrong) {
    SCOPED_TRACE("docs/declaration.md:" + std::to_string(wrong.line));
    const auto declared = office_->registry().Declare({wrong.document}, 0);
    ASSERT_FALSE(declared.ok()) << wrong.document.text;
    const std::string message = declared.error().ToString(base::Language::kJapanese);
    EXPECT_TRUE(Says(message, wrong.message)) << message << " instead of " << wrong.message;
  }
}

}  // namespace
}  // namespace hikae::changes
