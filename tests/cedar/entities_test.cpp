#include "cedar/entities/entities.h"

#include <gtest/gtest.h>

namespace hikae::cedar {
namespace {

Entity Make(const std::string& id, std::vector<std::string> parents) {
  Entity out;
  out.uid = {"Section", id};
  for (auto& parent : parents) out.parents.push_back({"Section", parent});
  return out;
}

Entities FromText(const std::string& text) {
  auto entities = Entities::FromJson(*codec::ReadJson(text, "e.json"), "e.json");
  EXPECT_TRUE(entities.ok()) << entities.error().ToString();
  return std::move(*entities);
}

std::string ErrorOf(const std::string& text) {
  auto entities = Entities::FromJson(*codec::ReadJson(text, "e.json"), "e.json");
  return entities.ok() ? "" : entities.error().ToString();
}

TEST(Entities, HierarchyIsReflexiveAndTransitive) {
  const auto e =
      Entities::Create({Make("係", {"課"}), Make("課", {"部", "兼務"}), Make("部", {}), Make("兼務", {"部"})});
  ASSERT_TRUE(e.ok());
  const auto in = [&](const char* a, const char* b) { return e->IsIn({"Section", a}, {"Section", b}); };
  EXPECT_TRUE(in("係", "係"));
  EXPECT_TRUE(in("係", "部"));
  EXPECT_TRUE(in("係", "兼務"));
  EXPECT_FALSE(in("部", "係"));
  EXPECT_FALSE(in("係", "ない"));
  EXPECT_TRUE(in("ない", "ない"));
}

TEST(Entities, RefusesCyclesAndDuplicates) {
  EXPECT_NE(Entities::Create({Make("a", {"b"}), Make("b", {"a"})}).error().text.en.find("its own ancestors"),
            std::string::npos);
  EXPECT_FALSE(Entities::Create({Make("a", {"a"})}).ok());
  EXPECT_EQ(Entities::Create({Make("髙", {}), Make("髙", {})}).error().text.en, "Section::\"髙\" is given twice");
}

TEST(Entities, LongChainsNeedNoStack) {
  std::vector<Entity> chain;
  for (int i = 0; i < 2000; ++i) chain.push_back(Make(std::to_string(i), {std::to_string(i + 1)}));
  const auto e = Entities::Create(std::move(chain));
  ASSERT_TRUE(e.ok());
  EXPECT_TRUE(e->IsIn({"Section", "0"}, {"Section", "2000"}));
}

TEST(Entities, JsonGoesBothWays) {
  const std::string text =
      R"([{"uid":{"type":"User","id":"𠮷田"},"attrs":{"at":{"__extn":{"fn":"ip","arg":"10.0.0.0/8"}},
    "boss":{"__entity":{"type":"User","id":"葛󠄀西"}},"list":[1,2],"r":{"ｶﾅ":true}},"parents":[{"type":"G","id":"g"}],
    "tags":{"媒体番号":"12"}}])";
  const Entities e = FromText(text);
  const Entity* user = e.Find({"User", "𠮷田"});
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->attributes.at("boss").entity().id, "葛󠄀西");
  EXPECT_EQ(user->attributes.at("r").Find("ｶﾅ")->boolean(), true);
  EXPECT_EQ(user->tags.at("媒体番号").text(), "12");
  EXPECT_EQ(e.size(), 1u);
  EXPECT_EQ(e.Find({"User", "葛󠄀西"}), nullptr);  // mentioned only
  const Entities again = FromText(codec::WriteJson(e.ToJson()));
  EXPECT_EQ(codec::WriteJson(again.ToJson()), codec::WriteJson(e.ToJson()));
}

TEST(Entities, JsonErrorsSayWhere) {
  EXPECT_EQ(ErrorOf("{}").substr(0, 9), "e.json:1:");
  EXPECT_NE(ErrorOf(R"([{"attrs":{}}])").find("needs \"uid\""), std::string::npos);
  EXPECT_NE(ErrorOf("[{\"uid\":{\"type\":\"U\",\"id\":\"a\"},\n\"attrs\":{\"x\":null}}]").find("e.json:2:"),
            std::string::npos);
  EXPECT_NE(ErrorOf(R"([{"uid":{"type":"U","id":"a"},"attrs":{"x":1.5}}])").find("whole number"), std::string::npos);
  EXPECT_NE(ErrorOf(R"([{"uid":{"type":"a b","id":"a"}}])").find("not an entity type"), std::string::npos);
  EXPECT_NE(ErrorOf(R"([{"uid":{"type":"U","id":"a"},"parent":[]}])").find("unexpected \"parent\""), std::string::npos);
  EXPECT_EQ(ErrorOf(R"([{"uid":{"type":"U","id":"a"},"attrs":{"x":{"__entity":{"type":"U","id":"b"},"注":1}}}])"),
            "e.json:1:44: \"__entity\" stands alone in its map (take the other keys away)");
  EXPECT_NE(ErrorOf(R"([{"uid":{"type":"U","id":"a"},"attrs":{"x":{"__extn":{"fn":"decimal","arg":"1"}}}}])")
                .find("not a decimal"),
            std::string::npos);
  EXPECT_NE(ErrorOf(R"([{"uid":{"type":"U","id":"a"}},{"uid":{"type":"U","id":"a"}}])").find("given twice"),
            std::string::npos);
}

}  // namespace
}  // namespace hikae::cedar
