// What must be refused: with one clear error, and nothing changed.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "codec/node.h"
#include "places.h"
#include "registry/office.h"

namespace hikae::registry {
namespace {

using base::Language;
using base::Status;
using codec::Node;

std::string Field(const Node& node, std::string_view key) {
  const Node* value = node.Find(key);
  return value == nullptr ? "" : value->text();
}

class RefusedTest : public testing::Test {
 protected:
  RefusedTest() {
    const std::string path = hikae::test::SourceDir() + "/tests/registry/refused.yaml";
    auto read = codec::ReadYaml(ReadFile(path), "refused.yaml");
    if (!read.ok()) ADD_FAILURE() << read.error().ToString();
    if (read.ok()) vectors_ = *std::move(read);
    const auto given = office_.Declare(Field(vectors_, "given"), "2021-05-06", "前.yaml");
    if (!given.ok()) ADD_FAILURE() << given.error().ToString();
    before_ = office_.Everything();
  }
  base::Error Refuse(const std::string& text, const std::string& name = "文書.yaml") {
    const auto declared = office_.Declare(text, "2021-06-01", name);
    EXPECT_FALSE(declared.ok()) << text.substr(0, 200);
    EXPECT_EQ(office_.Everything(), before_) << text.substr(0, 200);
    return declared.ok() ? base::Error() : declared.error();
  }
  Office office_;
  Node vectors_;
  std::string before_;
};

TEST_F(RefusedTest, EveryVectorGivesItsOneErrorAndChangesNothing) {
  const Node* cases = vectors_.Find("cases");
  ASSERT_NE(cases, nullptr);
  EXPECT_GT(cases->items().size(), 50u);
  for (const Node& one : cases->items()) {
    SCOPED_TRACE(Field(one, "name"));
    const std::string file = Field(one, "file").empty() ? "文書.yaml" : Field(one, "file");
    const base::Error error = Refuse(Field(one, "text"), file);
    EXPECT_EQ(error.status, Field(one, "status") == "version" ? Status::kVersion : Status::kArgument);
    const std::string en = error.ToString(Language::kEnglish);
    const std::string ja = error.ToString(Language::kJapanese);
    EXPECT_TRUE(en.starts_with(file + ":" + Field(one, "where") + ": ")) << en;
    EXPECT_NE(en.find(Field(one, "says")), std::string::npos) << en;
    EXPECT_NE(error.hint.en.find(Field(one, "tells")), std::string::npos) << en;
    EXPECT_NE(ja.find(Field(one, "ja")), std::string::npos) << ja;
    EXPECT_FALSE(error.text.ja.empty()) << en;
    EXPECT_EQ(error.hint.en.empty(), error.hint.ja.empty()) << en;
    EXPECT_EQ(en.find('\n'), std::string::npos) << en;
  }
}

TEST_F(RefusedTest, BytesThatAreNoDocument) {
  const auto says = [&](const std::string& text, const std::string& name, std::string_view fragment) {
    const base::Error error = Refuse(text, name);
    EXPECT_EQ(error.status, Status::kArgument);
    EXPECT_NE(error.ToString().find(fragment), std::string::npos) << error.ToString();
    EXPECT_TRUE(error.ToString().starts_with(name)) << error.ToString();
  };
  for (const std::string name : {"文書.yaml", "文書.json"}) {
    says("", name, "the document is empty");
    says("hikae: \x8D\x5D\x8C\xCB", name, ":1:8: the text is not UTF-8");
    says(std::string("hikae: a\0b", 10), name, "NUL");
    says(std::string(100'000'000, ' '), name, "larger than 33554432 bytes");
    says(std::string(10'000, '['), name, "deeper than 64");
  }
}

TEST_F(RefusedTest, AnOfficeThatIsReadOnly) {
  office_.Open({.read_only = true});
  const base::Error error = Refuse("hikae: declaration/1\nSection: { 課: {} }\n");
  EXPECT_EQ(error.status, Status::kIo);
  EXPECT_NE(error.ToString().find("open for reading only"), std::string::npos) << error.ToString();
}

TEST_F(RefusedTest, AnOfficeThatAnotherConnectionIsWritingTo) {
  const auto other = store::Database::Open(office_.path(), {});
  ASSERT_TRUE(other.ok());
  const auto held = (*other)->Write([&]() -> base::Result<void> {
    const base::Error error = Refuse("hikae: declaration/1\nSection: { 課: {} }\n");
    EXPECT_EQ(error.status, Status::kBusy);
    EXPECT_NE(error.text.ja.find("使用中"), std::string::npos);
    return {};
  });
  ASSERT_TRUE(held.ok());
  EXPECT_TRUE(office_.Declare("hikae: declaration/1\nSection: { 課: {} }\n").ok());
}

std::string ManySections(size_t count) {
  std::string text = "hikae: declaration/1\nSection:\n";
  for (size_t i = 0; i < count; ++i) text += "  課" + std::to_string(i) + ": {}\n";
  return text;
}

TEST_F(RefusedTest, ADiskThatIsFull) {
  office_.Open({.max_pages = 26});
  const base::Error error = Refuse(ManySections(5'000));
  EXPECT_EQ(error.status, Status::kIo);
  EXPECT_NE(error.ToString().find("the disk is full"), std::string::npos) << error.ToString();
  // What fits is taken once there is room.
  office_.Open({});
  EXPECT_TRUE(office_.Declare(ManySections(5'000)).ok());
}

TEST_F(RefusedTest, AFileThatMayNotGrow) {
  office_.Close();
  // In a process of its own: the limit holds for all of it.
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {100'000, 100'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    if (!office_.TryOpen({}).ok()) _exit(2);
    const auto declared = office_.Declare(ManySections(5'000));
    _exit(declared.ok() ? 3 : declared.error().status == Status::kIo ? 0 : 4);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  office_.Open({});
  EXPECT_EQ(office_.Everything(), before_);
}

TEST_F(RefusedTest, ARowThatWasChangedBehindOurBack) {
  const auto database = store::Database::Open(office_.path(), {});
  ASSERT_TRUE(database.ok());
  // Of no form, of a known one and not a row, of one to come.
  const std::pair<const char*, Status> rows[] = {
      {"x'0005'", Status::kTampered}, {"x'0105'", Status::kTampered}, {"x'0905'", Status::kVersion}};
  for (const auto& [content, expected] : rows) {
    const auto spoiled = (*database)->Write(
        [&] { return (*database)->Run(std::string("UPDATE registry_version SET content = ") + content); });
    ASSERT_TRUE(spoiled.ok());
    const auto all = office_.registry().AsOf(On("2021-05-06"));
    ASSERT_FALSE(all.ok());
    EXPECT_EQ(all.error().status, expected) << content;
  }
}

}  // namespace
}  // namespace hikae::registry
