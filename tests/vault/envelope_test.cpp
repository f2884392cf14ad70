// The worked example of docs/formats/record-envelope.md, byte for byte, and the grammar's edges.
#include <gtest/gtest.h>

#include "codec/hex.h"
#include "log/format_page.h"
#include "vault/records/body.h"
#include "vault/records/bytes.h"
#include "vault/small_vault.h"

namespace hikae::vault {
namespace {

using base::Status;

constexpr std::string_view kFile = "consultation";

std::string Page(const std::string& name) {
  const auto bytes = log::HexOfPage("record-envelope.md", name);
  return codec::Hex(bytes);
}

struct Example {
  FakeKeys source;
  SubjectNumber subject = Filled(0x22);
  std::shared_ptr<RecordKeys> keys;
  Example() {
    Key key;
    key.fill(0x33);
    source.MakeKey(subject, kFile, key);
    keys = *source.Open(subject, kFile);
  }
  RecordPlace place() const { return {source.office(), kFile, subject}; }

  void Append(std::string& body, std::string_view item, uint64_t set, ItemType type, Suite suite, uint8_t fill,
              std::string_view value) const {
    const std::vector<uint8_t> nonce(crypto::NonceBytes(SuiteOf(suite)), fill);
    AppendSealed(body, place(), {item, set, type, suite, 1, nonce, {}}, *keys->Field(1, item), value);
  }
  void End(std::string& body, uint64_t version) const {
    body += Chars(HeadOver(*keys->Head(1), place(), version, body));
  }
  std::string Body() const {
    std::string body;
    AppendPrefix(body, {2, 1, 2});
    Append(body, "born", 2, ItemType::kDate, Suite::kXChaCha20Poly1305, 0x55, "2004-02-28");
    Append(body, "name", 1, ItemType::kText, Suite::kXChaCha20Poly1305, 0x44, "髙橋 𠮷子");
    End(body, 2);
    return body;
  }
  std::string GcmBody() const {
    std::string body;
    AppendPrefix(body, {1, 1, 1});
    Append(body, "born", 1, ItemType::kDate, Suite::kAes256Gcm, 0x66, "2004-02-28");
    End(body, 1);
    return body;
  }
};

std::string HexOf(const std::string& body) { return codec::Hex(AsBytes(body)); }

TEST(EnvelopeTest, IsThePagesExample) {
  const Example example;
  EXPECT_EQ(codec::Hex({*example.keys->Field(1, "name"), 32}), Page("field-key"));
  EXPECT_EQ(codec::Hex({*example.keys->Head(1), 32}), Page("head-key"));
  EXPECT_EQ(HexOf(example.Body()), Page("body"));
  if (!crypto::Available(crypto::SealSuite::kAes256Gcm)) return;
  EXPECT_EQ(HexOf(example.GcmBody()), Page("body-gcm"));
}

using EnvelopeOnDisk = SmallVault;

TEST_F(EnvelopeOnDisk, IndexAndMarksAreThePagesExamples) {
  spec_.items.push_back({.item = "kana", .indexes = {IndexKind::kExact}});
  const std::vector<Change::Set> set = {{"kana", "ﾀﾅｶ　ﾊﾞﾅｺ"}};
  const SubjectNumber subject = Filled(0x22);
  keys_.MakeKey(subject, spec_.file);
  const auto prepared = vault_->Prepare(spec_, Fetch(subject), {subject, set, {}});
  ASSERT_EQ(prepared->indexes.size(), 1u);
  EXPECT_EQ(codec::Hex(prepared->indexes[0].value), Page("index"));

  const std::vector<Mark> marks = {{"support-measures", "", 18'718, 19'082}, {"consent", "welfare", 18'767, {}}};
  ASSERT_TRUE(vault_->SetMarks(subject, marks).ok());
  const auto query = *database_->Ask("SELECT marks FROM subject_marks");
  ASSERT_TRUE(query->Step().value());
  EXPECT_EQ(codec::Hex(AsBytes(query->Bytes(0))), Page("marks"));
}

// "item=value;…", or the status.
std::string Read(std::string_view body) {
  const auto prefix = ReadPrefix(kFile, body);
  if (!prefix.ok()) return "status " + std::to_string(static_cast<int>(prefix.error().status));
  ItemReader reader(kFile, *prefix, body);
  std::string names;
  SealedItem item;
  while (true) {
    const auto more = reader.Next(item);
    if (!more.ok()) return "status " + std::to_string(static_cast<int>(more.error().status));
    if (!*more) return names;
    names += std::string(item.item) + ";";
  }
}

TEST(EnvelopeTest, IsReadStrictly) {
  const Example example;
  const std::string body = example.Body();
  EXPECT_EQ(Read(body), "born;name;");
  for (size_t size = 0; size < body.size(); ++size) EXPECT_NE(Read(body.substr(0, size)), "born;name;") << size;
  EXPECT_EQ(Read(body + "x"), "status -8") << "something is left over";
  std::string newer = body;
  newer[0] = 2;
  EXPECT_EQ(Read(newer), "status -12");
  newer[0] = 0;
  EXPECT_EQ(Read(newer), "status -8");

  const auto with = [&](std::initializer_list<std::pair<const char*, uint64_t>> items, uint16_t count) {
    std::string made;
    AppendPrefix(made, {2, 1, count});
    for (const auto& [item, set] : items)
      example.Append(made, item, set, ItemType::kText, Suite::kXChaCha20Poly1305, 1, "x");
    example.End(made, 2);
    return Read(made);
  };
  EXPECT_EQ(with({{"a", 1}, {"b", 2}}, 2), "a;b;");
  EXPECT_EQ(with({}, 0), "");
  EXPECT_EQ(with({{"b", 1}, {"a", 1}}, 2), "status -8") << "out of order";
  EXPECT_EQ(with({{"a", 1}, {"a", 1}}, 2), "status -8") << "twice";
  EXPECT_EQ(with({{"a", 3}}, 1), "status -8") << "set in a version to come";
  EXPECT_EQ(with({{"a", 0}}, 1), "status -8");
  EXPECT_EQ(with({{"a", 1}}, 2), "status -8") << "fewer than counted";
  EXPECT_EQ(with({{"a", 1}, {"b", 1}}, 1), "status -8") << "more than counted";
  EXPECT_EQ(with({{"", 1}}, 1), "status -8");
}

TEST(EnvelopeTest, ASuiteTheProcessorLacksIsNamed) {
  const auto lacks = CheckSuite(Suite::kAes256Gcm, [](crypto::SealSuite) { return false; });
  ASSERT_FALSE(lacks.ok());
  EXPECT_EQ(lacks.error().status, Status::kArgument);
  EXPECT_NE(lacks.error().ToString().find("AES-256-GCM"), std::string::npos);
  EXPECT_TRUE(CheckSuite(Suite::kXChaCha20Poly1305).ok());
}

// For reader.py: HIKAE_OUT gets a body for it to open.
TEST(Outside, WritesBodies) {
  const char* const out = std::getenv("HIKAE_OUT");
  if (out == nullptr) GTEST_SKIP();
  const Example example;
  std::ofstream file(out, std::ios::binary);
  std::string body;
  AppendPrefix(body, {7, 1, 3});
  example.Append(body, "a", 1, ItemType::kText, Suite::kXChaCha20Poly1305, 0x01, "");
  example.Append(body, "note", 7, ItemType::kText, Suite::kXChaCha20Poly1305, 0x02,
                 std::string(1'000, 'x') + "ﾀﾅｶ様より電話");
  example.Append(body, "外字", 3, ItemType::kBlob, Suite::kXChaCha20Poly1305, 0x03, std::string("\xFF\x00\xEE", 3));
  example.End(body, 7);
  file << body;
}

}  // namespace
}  // namespace hikae::vault
