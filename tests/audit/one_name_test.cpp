#include "audit/one_name.h"

#include <gtest/gtest.h>

namespace hikae::audit {
namespace {

using cedar::EntityUid;
using cedar::Value;

EntityUid Item(const char* name) { return {"Item", name}; }

class OneName : public testing::Test {
 protected:
  Index Add(const EntityUid& uid, std::map<std::string, Value> attributes = {}) {
    cedar::Entity entity;
    entity.uid = uid;
    for (auto& [name, value] : attributes) entity.attributes.emplace(name, value);
    return set_.Add(std::move(entity), {});
  }
  const Value* At(Index index, const char* name) const {
    const auto& attributes = set_.entity(index).attributes;
    const auto found = attributes.find(name);
    return found == attributes.end() ? nullptr : &found->second;
  }
  WorkingSet set_;
};

TEST_F(OneName, TheLastOfAChainStandsForAll) {
  Add(Item("氏名漢字"), {{"aliasOf", Value::Entity(Item("氏名"))}});
  Add(Item("漢字氏名"), {{"aliasOf", Value::Entity(Item("氏名漢字"))}});
  Add(Item("氏名"));
  const Index row = Add({"Handover", "貸与"},
                        {{"items", Value::Set({Value::Entity(Item("漢字氏名")), Value::Entity(Item("住所"))})}});
  CallByOneName(set_);
  EXPECT_EQ(*At(row, "items"), Value::Set({Value::Entity(Item("住所")), Value::Entity(Item("氏名"))}));
}

TEST_F(OneName, AMarkOnEitherNameStays) {
  const Index alias = Add(Item("病名"), {{"aliasOf", Value::Entity(Item("備考"))}, {"sensitive", Value::Bool(true)}});
  const Index other = Add(Item("備考"), {{"secret", Value::Bool(true)}});
  const Index plain = Add(Item("別記"), {{"aliasOf", Value::Entity(Item("欄外"))}, {"sensitive", Value::Bool(false)}});
  const Index margin = Add(Item("欄外"));
  CallByOneName(set_);
  ASSERT_NE(At(other, "sensitive"), nullptr);
  EXPECT_EQ(*At(other, "sensitive"), Value::Bool(true));
  EXPECT_EQ(*At(other, "secret"), Value::Bool(true));
  const auto from = set_.Measured(other, "sensitive");
  ASSERT_TRUE(from.has_value());
  EXPECT_EQ(from->front(), (Origin{alias, "sensitive"}));
  EXPECT_EQ(At(margin, "sensitive"), nullptr);
  EXPECT_EQ(*At(plain, "sensitive"), Value::Bool(false));
}

TEST_F(OneName, InACircleNamesAreKept) {
  const Index one = Add(Item("甲"), {{"aliasOf", Value::Entity(Item("乙"))}});
  Add(Item("乙"), {{"aliasOf", Value::Entity(Item("甲"))}});
  const Index row = Add({"Handover", "貸与"}, {{"items", Value::Set({Value::Entity(Item("甲"))})}});
  CallByOneName(set_);
  EXPECT_EQ(*At(row, "items"), Value::Set({Value::Entity(Item("甲"))}));
  EXPECT_EQ(At(one, "aliasOf"), nullptr);
}

}  // namespace
}  // namespace hikae::audit
