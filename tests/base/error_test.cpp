#include "base/error.h"

#include <gtest/gtest.h>

namespace hikae::base {
namespace {

Result<int> Half(int n) {
  if (n % 2 != 0)
    return Error(Status::kArgument, {"odd number", "奇数である"}, {"数.yaml", 3, 7}, {"even expected", "偶数を書く"});
  return n / 2;
}

Result<int> Quarter(int n) {
  HIKAE_TRY(const int half, Half(n));
  return Half(half);
}

TEST(Result, CarriesTheValueOrTheFirstError) {
  EXPECT_EQ(Quarter(8).value(), 2);
  ASSERT_FALSE(Quarter(6).ok());
  EXPECT_EQ(Quarter(6).error().status, Status::kArgument);
}

TEST(Error, SaysWhereWhatAndWhatToDoInBothLanguages) {
  const Error error = Half(3).error();
  EXPECT_EQ(error.ToString(), "数.yaml:3:7: odd number (even expected)");
  EXPECT_EQ(error.ToString(Language::kJapanese), "数.yaml:3:7: 奇数である（偶数を書く）");
}

// What the input holds may end up in a message; it can neither break the line nor steer a terminal.
TEST(Error, IsOneLineWhateverItQuotes) {
  const Error error(Status::kArgument, {"unknown key \"氏\n名\"", "不明なキー「氏\r名」"}, {},
                    {"did you mean \"\x1b[2J\t\"?", {}});
  EXPECT_EQ(error.ToString(), "unknown key \"氏\\n名\" (did you mean \"\\u{1b}[2J\\t\"?)");
  EXPECT_EQ(error.text.ja, "不明なキー「氏\\r名」");
  EXPECT_EQ(Error(Status::kArgument, "a\nb").text.en, "a\\nb");
}

TEST(Nearest, CountsCodePointsAndGivesUpOnStrangers) {
  const std::vector<std::string> names = {"健康状態", "障害状況", "住所"};
  EXPECT_EQ(Nearest("健庫状態", names), "健康状態");
  EXPECT_EQ(EditDistance("髙橋", "高橋"), 1u);
  EXPECT_EQ(Nearest("完全に別の長い言葉である", names), "");
}

}  // namespace
}  // namespace hikae::base
