// Finding records by blind index, and what is made alike for it.
#include "vault/records/fold.h"
#include "vault/small_vault.h"

namespace hikae::vault {
namespace {

using base::Status;

std::string Tight(std::string_view text) { return std::string(FoldedTight(text).view()); }
std::string Tokens(std::string_view text) {
  std::string out;
  for (const PlainText& token : FoldedTokens(text)) out += "[" + std::string(token.view()) + "]";
  return out;
}

TEST(FoldTest, MakesWidthsAlikeAndLeavesTheRest) {
  EXPECT_EQ(Tight("ＡＢｃ－１２３！～"), "abc-123!~");
  EXPECT_EQ(Tight("ﾀﾅｶ ﾊﾅｺ"), "タナカハナコ");
  EXPECT_EQ(Tight("ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟｳﾞｦﾞﾜﾞ"), "ガギグゲゴザパピプペポヴヺヷ");
  EXPECT_EQ(Tight("ｱﾞﾝﾟﾞ"), "ア゛ン゜゛") << "a mark that goes with nothing stands alone";
  EXPECT_EQ(Tight("か\u3099は\u309Aう\u3099カ\u3099"), "がぱゔガ") << "as some systems take letters apart";
  EXPECT_EQ(Tight("｡｢｣､･ｰｧｨｩｪｫｬｭｮｯ"), "。「」、・ーァィゥェォャュョッ");
  EXPECT_EQ(Tight("江戸川　区\u00A0中央\n1"), "江戸川区中央1");
  const std::string rare = "髙橋𠮷子葛󠄀城\uE000\U000F0000";  // variants, a selector, private use
  EXPECT_EQ(Tight(rare), rare);
  EXPECT_EQ(Tight("カガ"), "カガ");
  EXPECT_EQ(Tight(""), "");
}

TEST(FoldTest, SplitsAtSpacesAndDots) {
  EXPECT_EQ(Tokens("ジョン・ﾌﾟﾚｽﾘｰ　太郎/John,john、次郎"), "[ジョン][プレスリー][太郎][john][次郎]");
  EXPECT_EQ(Tokens(" ・ "), "");
  std::string many;
  for (int i = 0; i < 5'000; ++i) many += std::to_string(i) + " ";
  EXPECT_EQ(FoldedTokens(many).size(), kMaxTokens + 1);
}

class SearchTest : public SmallVault {
 protected:
  SearchTest() {
    spec_.items.push_back({.item = "kana", .indexes = {IndexKind::kExact, IndexKind::kPrefix, IndexKind::kToken}});
    spec_.items.push_back({.item = "born", .type = ItemType::kDate, .indexes = {IndexKind::kExact, IndexKind::kYear}});
    spec_.items.push_back({.item = "note"});
  }
  std::vector<SubjectNumber> Find(std::string_view item, IndexKind kind, std::string_view text, size_t most = 100) {
    const auto found = vault_->Search(spec_, item, kind, text, most);
    EXPECT_TRUE(found.ok()) << found.error().ToString();
    return found.ok() ? *found : std::vector<SubjectNumber>();
  }
  using Numbers = std::vector<SubjectNumber>;
};

TEST_F(SearchTest, FindsByEveryKindHoweverItIsWritten) {
  const SubjectNumber tanaka = Subject("1"), sato = Subject("2");
  ASSERT_TRUE(Put(tanaka, {{"kana", "ﾀﾅｶ ﾊﾅｺ"}, {"born", "平成16年2月28日"}}).ok());
  ASSERT_TRUE(Put(sato, {{"kana", "サトウ　ハナコ"}, {"born", "2004-12-31"}}).ok());
  EXPECT_EQ(Find("kana", IndexKind::kExact, "タナカハナコ"), Numbers{tanaka});
  EXPECT_EQ(Find("kana", IndexKind::kPrefix, "ｻﾄ"), Numbers{sato});
  EXPECT_EQ(Find("kana", IndexKind::kPrefix, "サトウ"), Numbers{sato}) << "by what it begins with";
  EXPECT_EQ(Find("kana", IndexKind::kToken, "ﾊﾅｺ").size(), 2u);
  EXPECT_EQ(Find("kana", IndexKind::kToken, "ﾊﾅｺ", 1).size(), 1u);
  EXPECT_EQ(Find("kana", IndexKind::kExact, "ハナコ"), Numbers{});
  EXPECT_EQ(Find("born", IndexKind::kExact, "H16.2.28"), Numbers{tanaka});
  EXPECT_EQ(Find("born", IndexKind::kYear, "2004").size(), 2u);
  EXPECT_EQ(Find("born", IndexKind::kYear, "平成16年1月1日").size(), 2u);
}

TEST_F(SearchTest, ForgetsWhatWasChangedOrRemoved) {
  const SubjectNumber subject = Subject("1");
  ASSERT_TRUE(Put(subject, {{"kana", "ﾀﾅｶ"}, {"born", "2004-02-28"}}).ok());
  ASSERT_TRUE(Put(subject, {{"kana", "ｻﾄｳ"}}).ok());
  EXPECT_EQ(Find("kana", IndexKind::kExact, "タナカ"), Numbers{});
  EXPECT_EQ(Find("kana", IndexKind::kExact, "サトウ"), Numbers{subject});
  EXPECT_EQ(Find("born", IndexKind::kYear, "2004"), Numbers{subject}) << "untouched";
  ASSERT_TRUE(Put(subject, {}, {"born"}).ok());
  EXPECT_EQ(Find("born", IndexKind::kYear, "2004"), Numbers{});
  ASSERT_TRUE(vault_->Remove(spec_.file, subject).value());
  EXPECT_EQ(Find("kana", IndexKind::kExact, "サトウ"), Numbers{});
}

TEST_F(SearchTest, AsksAllVersionsOfTheKeyUntilTheyAreRetired) {
  const SubjectNumber old = Subject("1"), fresh = Subject("2");
  ASSERT_TRUE(Put(old, {{"kana", "タナカ"}}).ok());
  keys_.RotateIndex();
  ASSERT_TRUE(Put(fresh, {{"kana", "タナカ"}}).ok());
  EXPECT_EQ(Find("kana", IndexKind::kExact, "タナカ").size(), 2u);
  const auto resealed = vault_->Reseal(spec_, Fetch(old));
  ASSERT_TRUE(resealed.ok() && resealed->has_value());
  ASSERT_TRUE(vault_->Write(spec_, **resealed).ok());
  EXPECT_FALSE(vault_->Reseal(spec_, Fetch(old)).value().has_value());
  keys_.RetireIndex(2);
  EXPECT_EQ(Find("kana", IndexKind::kExact, "タナカ").size(), 2u);
}

TEST_F(SearchTest, RefusesWhatCannotBeAsked) {
  const auto refused = [&](std::string_view item, IndexKind kind, std::string_view text) {
    const auto found = vault_->Search(spec_, item, kind, text, 10);
    return found.ok() ? "" : found.error().ToString();
  };
  EXPECT_NE(refused("note", IndexKind::kExact, "x").find("no index"), std::string::npos);
  EXPECT_NE(refused("absent", IndexKind::kExact, "x").find("no index"), std::string::npos);
  EXPECT_NE(refused("kana", IndexKind::kYear, "2004").find("no index"), std::string::npos);
  EXPECT_NE(refused("kana", IndexKind::kPrefix, "タ").find("longer"), std::string::npos);
  EXPECT_NE(refused("kana", IndexKind::kExact, "　").find("longer"), std::string::npos);
  EXPECT_NE(refused("kana", IndexKind::kToken, "ﾀﾅｶ ﾊﾅｺ").find("one word"), std::string::npos);
  EXPECT_NE(refused("kana", IndexKind::kExact, "\xFF").find("UTF-8"), std::string::npos);
  EXPECT_NE(refused("born", IndexKind::kYear, "20x4").find("a date"), std::string::npos);
  EXPECT_EQ(refused("born", IndexKind::kYear, "20x4").find("20x4"), std::string::npos) << "never the value";
}

TEST_F(SearchTest, TheSameTextIsAnotherValueInAnotherFileItemOrKind) {
  FileSpec other = spec_;
  other.file = "別の台帳";
  const std::string id = "1";
  const SubjectNumber subject = (*keys_.Make(std::span(&id, 1), other.file))[0];
  ASSERT_TRUE(Put(other, subject, {{"kana", "タナカ"}}).ok());
  EXPECT_EQ(Find("kana", IndexKind::kExact, "タナカ"), Numbers{});
  EXPECT_EQ(vault_->Search(other, "kana", IndexKind::kExact, "タナカ", 9)->size(), 1u);
}

}  // namespace
}  // namespace hikae::vault
