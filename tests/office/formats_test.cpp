// Every format of the packs, from the name in a declaration to what is stored and what is refused.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "audit/pack.h"
#include "cedar/entities/entities.h"
#include "office/file_specs.h"

namespace hikae::office {
namespace {

constexpr char kRefused[] = "refused";

struct Value {
  std::string given;
  std::string stored;
};
Value Same(const std::string& value) { return {value, value}; }
Value Bad(const std::string& value) { return {value, kRefused}; }
std::string Times(size_t n, const char* text) {
  std::string all;
  for (size_t i = 0; i < n; ++i) all += text;
  return all;
}

const std::map<std::string, std::vector<Value>>& Values() {
  static const std::map<std::string, std::vector<Value>> kValues = {
      {"account-number",
       {Same("1234567"), Same("0000001"), Bad("123456"), Bad("12345678"), Bad("１２３４５６７"), Bad("123-456"),
        Bad("")}},
      {"bank-account",
       {Same("0001-001-1-1234567"), Same("9900-123-4-0000001"), Bad("0001-001-3-1234567"), Bad("001-001-1-1234567"),
        Bad("0001-001-1-123456"), Bad("0001 001 1 1234567"), Bad("0001-001-1-1234567 ")}},
      {"account-holder",
       {Same("ﾀﾅｶ ﾊﾅｺ"), Same("ｶ)ｴﾄﾞｶﾞﾜ"), Same("TANAKA H."), Same(Times(30, "ｱ")), Bad(Times(31, "ｱ")),
        Bad("タナカ ハナコ"), Bad("tanaka"), Bad("田中花子"), Bad("ﾀﾅｶ　ﾊﾅｺ"), Bad("")}},
      {"postal-code",
       {Same("132-8501"), Bad("1328501"), Bad("132-850"), Bad("132-85011"), Bad("１３２－８５０１"),
        Bad("〒132-8501")}},
      {"phone",
       {Same("03-3652-1151"), Same("090-1234-5678"), Same("0120-123-456"), Bad("3-3652-1151"), Bad("0336521151"),
        Bad("03-3652-1151(内線2)"), Bad("０３-３６５２-１１５１")}},
      {"kana-name",
       {Same("タカハシ ハナコ"), Same("タカハシ　ハナコ"), Same("ヴィーゼ"), Same("スミス　ジョン・ポール"),
        Bad("ジョン・"), Bad("髙橋"), Bad("ﾀｶﾊｼ"), Bad("たかはし"), Bad("タカハシ "), Bad("　タカハシ"),
        Bad("タカハシ  ハナコ"), Bad("")}},
      {"name",
       {Same("髙槗󠄁 花子𠮷"), Same("邉"), Same("葛󠄀城　一二三"), Same("Anne-Marie O'Neil"), Bad(""),
        Bad(" 邉見"), Bad("邉見 "), Bad("　邉見"), Bad("邉見　"), Bad("\u00A0邉見"), Bad("\n邉見"), Bad(" "), Bad("　"),
        Bad(Times(101, "邉"))}},
      {"address-number",
       {Same("0000012345"), Bad("000012345"), Bad("00000123456"), Bad("００００００１２３４"), Bad("A000012345")}},
      {"household-number", {Same("0000012345"), Bad("000012345"), Bad("00000123456"), Bad("0000-12345")}},
      {"amount",
       {Same("100000"),
        Same("-5"),
        {"+5", "5"},
        {"007", "7"},
        {"-0", "0"},
        Bad("100,000"),
        Bad("1.5"),
        Bad("￥100"),
        Same("999999999999"),
        Bad("1000000000000"),
        Bad("１００")}},
      {"count", {Same("0"), {"007", "7"}, Bad("-1"), Bad("1.0"), Same("999999999"), Bad("1000000000"), Bad("")}},
      {"date",
       {{"令和3年9月10日", "2021-09-10"},
        {"H16.2.28", "2004-02-28"},
        Same("2021-09-10"),
        Bad("2021-09-31"),
        Bad("令和3年2月29日"),
        Bad("きのう"),
        Bad("")}},
  };
  return kValues;
}

// What a declaration that names the format makes of an item.
vault::ItemSpec SpecOf(const audit::Format& format, const std::vector<audit::Format>& known) {
  const auto uid = [](const char* type, const char* id) { return cedar::EntityUid{type, id}; };
  cedar::Entity file, named;
  file.uid = uid("File", "帳票");
  named.uid = uid("ItemFormat", "帳票/項目");
  file.attributes.emplace("items", cedar::Value::Set({cedar::Value::Entity(uid("Item", "項目"))}));
  named.attributes.emplace("file", cedar::Value::Entity(file.uid));
  named.attributes.emplace("item", cedar::Value::Entity(uid("Item", "項目")));
  named.attributes.emplace("kind", cedar::Value::Entity({"ItemType", format.type}));
  named.attributes.emplace("format", cedar::Value::String(format.name));
  const auto facts = cedar::Entities::Create({std::move(file), std::move(named)});
  std::map<std::string, base::Error> faulty;
  const auto specs = FileSpecsOf(*facts, known, faulty);
  EXPECT_TRUE(faulty.empty()) << format.name << ": " << faulty.begin()->second.ToString();
  return specs.at("帳票").items.at(0);
}

TEST(Formats, EachTakesWhatItSaysAndRefusesTheRest) {
  size_t formats = 0, values = 0;
  for (const std::string id : {"edogawa-2021", "appi-2023", "mn"}) {
    const auto pack = audit::LoadPack(*audit::FindPack(id));
    ASSERT_TRUE(pack.ok()) << pack.error().ToString();
    for (const audit::Format& format : (*pack)->formats) {
      const auto rows = Values().find(format.name);
      ASSERT_NE(rows, Values().end()) << id << ": no value is tried of the format " << format.name;
      const vault::ItemSpec spec = SpecOf(format, (*pack)->formats);
      ++formats;
      for (const auto& [given, stored] : rows->second) {
        const auto got = vault::Canonical(spec, given);
        EXPECT_EQ(got.ok() ? std::string(got->view()) : kRefused, stored) << format.name << ": \"" << given << '"';
        ++values;
        if (got.ok()) continue;
        EXPECT_EQ(got.error().status, base::Status::kArgument);
        EXPECT_NE(got.error().text.ja.find("項目「項目」"), std::string::npos) << got.error().text.ja;
        if (given.size() > 6) {
          EXPECT_EQ(got.error().ToString().find(given), std::string::npos) << "never the value";
        }
      }
    }
  }
  EXPECT_EQ(formats, Values().size());
  std::printf("%zu formats, %zu values\n", formats, values);
}

}  // namespace
}  // namespace hikae::office
