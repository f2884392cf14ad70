// Values in the form in which they are stored, and what is refused.
#include <gtest/gtest.h>

#include "vault/item.h"

namespace hikae::vault {
namespace {

std::string Stored(const ItemSpec& spec, std::string_view value) {
  const auto canonical = Canonical(spec, value);
  if (canonical.ok()) return std::string(canonical->view());
  EXPECT_EQ(canonical.error().status, base::Status::kArgument);
  EXPECT_NE(canonical.error().text.en.find("'" + spec.item + "'"), std::string::npos) << canonical.error().ToString();
  EXPECT_FALSE(canonical.error().text.ja.empty());
  if (value.size() > 3) {
    const std::string all = canonical.error().ToString() + canonical.error().ToString(base::Language::kJapanese);
    EXPECT_EQ(all.find(value), std::string::npos) << "never the value";
  }
  return "refused";
}

ItemSpec Of(ItemType type) { return {.item = "項目", .type = type}; }

TEST(CanonicalTest, TextStaysAsItIs) {
  const ItemSpec text = Of(ItemType::kText);
  for (const char* same :
       {"", "髙橋 𠮷子", "ﾀﾅｶ", "一行目\n二行目", "葛󠄀城", "か\u3099", "\uE000\U0010FFFD", " 前後 "})
    EXPECT_EQ(Stored(text, same), same);
  for (const char* bad : {"\xFF", "\xC0\x80", "\xED\xA0\x80", "a\tb", "a\r\n", "\x7F", "\u0085"})
    EXPECT_EQ(Stored(text, bad), "refused");
  EXPECT_EQ(Stored(text, std::string_view("a\0b", 3)), "refused");
}

TEST(CanonicalTest, DatesAreIsoHoweverTheyAreWritten) {
  const ItemSpec date = Of(ItemType::kDate);
  for (const char* same :
       {"2004-02-28", "2004/2/28", "平成16年2月28日", "H16.2.28", "平成１６年２月２８日", "平１６．２．２８"})
    EXPECT_EQ(Stored(date, same), "2004-02-28") << same;
  EXPECT_EQ(Stored(date, "令和元年5月1日"), "2019-05-01");
  EXPECT_EQ(Stored(date, "明治45年7月29日"), "1912-07-29");
  for (const char* bad : {"", "2004-02-30", "令和3年2月29日", "昨日のこと", "20040228x", "\xFF\xFF\xFF\xFF"})
    EXPECT_EQ(Stored(date, bad), "refused") << bad;
}

TEST(CanonicalTest, NumbersHaveOneForm) {
  const ItemSpec number = Of(ItemType::kNumber);
  const std::pair<const char*, const char*> forms[] = {
      {"0", "0"},        {"+12", "12"},  {"-0", "0"},
      {"-0.00", "0.00"}, {"007", "7"},   {"000.50", "0.50"},
      {"-3.5", "-3.5"},  {"-007", "-7"}, {"12345678901234567890123", "12345678901234567890123"}};
  for (const auto& [given, stored] : forms) EXPECT_EQ(Stored(number, given), stored) << given;
  for (const char* bad : {"", "+", "-", ".5", "5.", "1e5x", "1,234", "１２３４", "1 23", "--12", "0x10", "12.3.4"})
    EXPECT_EQ(Stored(number, bad), "refused") << bad;
}

TEST(CanonicalTest, CodesAreAmongThoseDeclared) {
  ItemSpec code = Of(ItemType::kCode);
  EXPECT_EQ(Stored(code, "anything"), "anything");
  EXPECT_EQ(Stored(code, ""), "refused");
  EXPECT_EQ(Stored(code, "a\nb"), "refused");
  code.codes = {"本人", "家族"};
  EXPECT_EQ(Stored(code, "家族"), "家族");
  EXPECT_EQ(Stored(code, "民生委員"), "refused");
}

TEST(CanonicalTest, PatternsNameTheirFormat) {
  ItemSpec account = Of(ItemType::kAccount);
  account.pattern = "[0-9]{4}-[0-9]{3}-[1249]-[0-9]{7}";
  account.format = "口座";
  EXPECT_EQ(Stored(account, "0001-001-1-1234567"), "0001-001-1-1234567");
  EXPECT_EQ(Stored(account, "0001-001-1-12345678"), "refused");
  EXPECT_NE(Canonical(account, "x").error().ToString().find("口座"), std::string::npos);
  ItemSpec holder = Of(ItemType::kText);
  holder.pattern = R"([0-9A-Z ｦ-ﾟ().,/\-]{1,30})";
  EXPECT_EQ(Stored(holder, "ﾀﾅｶ ﾊﾅｺ"), "ﾀﾅｶ ﾊﾅｺ");
  EXPECT_EQ(Stored(holder, "タナカ ハナコ"), "refused");
  holder.pattern = "(";
  EXPECT_FALSE(Canonical(holder, "x").ok());
}

TEST(CanonicalTest, LengthsAreOfWhatIsStored) {
  ItemSpec text{.item = "項目", .max_bytes = 6};
  EXPECT_EQ(Stored(text, "二字"), "二字");
  EXPECT_EQ(Stored(text, "三文字"), "refused");
  ItemSpec date{.item = "項目", .type = ItemType::kDate, .max_bytes = 10};
  EXPECT_EQ(Stored(date, "平成16年2月28日"), "2004-02-28") << "long as given, short as stored";
  ItemSpec blob{.item = "項目", .type = ItemType::kBlob, .max_bytes = SIZE_MAX};
  EXPECT_EQ(Stored(blob, std::string_view("\0\xFF", 2)), std::string("\0\xFF", 2));
  EXPECT_EQ(Stored(blob, std::string(kMaxItemBytes, 'x')).size(), kMaxItemBytes);
  EXPECT_EQ(Stored(blob, std::string(kMaxItemBytes + 1, 'x')), "refused");
}

}  // namespace
}  // namespace hikae::vault
