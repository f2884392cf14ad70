// The index against a walk over all policies: random scopes over a random hierarchy.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "cedar/engine/judge.h"
#include "cedar/engine/policy_set.h"

namespace hikae::cedar {
namespace {

class Scopes {
 public:
  explicit Scopes(uint32_t seed) : random_(seed) {}

  std::string Policy() {
    return fmt::format("{}(principal{}, action{}, resource{}){};\n", Below(2) ? "permit" : "forbid", Subject(),
                       Action(), Subject(), Below(4) ? "" : " when { principal.n > 1 }");
  }
  EntityUid Uid() { return {Below(2) ? "A" : "B", std::to_string(Below(8))}; }
  EntityUid ActionUid() { return {"Action", std::to_string(Below(5))}; }

  std::vector<Entity> Hierarchy() {
    std::vector<Entity> out;
    for (const char* type : {"A", "B"}) {
      for (int i = 0; i < 7; ++i) {
        Entity entity;
        entity.uid = {type, std::to_string(i)};
        if (Below(2)) entity.attributes["n"] = Value::Long(static_cast<int64_t>(Below(4)));
        if (i > 0 && Below(3)) entity.parents.push_back({type, std::to_string(Below(i))});
        if (type[0] == 'B' && Below(3) == 0) entity.parents.push_back({"A", std::to_string(Below(8))});
        out.push_back(std::move(entity));
      }
    }
    for (int i = 1; i < 4; ++i) {
      Entity action;
      action.uid = {"Action", std::to_string(i)};
      action.parents = {{"Action", std::to_string(Below(i))}};
      out.push_back(std::move(action));
    }
    return out;
  }
  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }

 private:
  std::string Subject() {
    switch (Below(5)) {
      case 0:
        return " == " + Uid().ToString();
      case 1:
        return " in " + Uid().ToString();
      case 2:
        return " is " + Uid().type;
      case 3:
        return " is " + Uid().type + " in " + Uid().ToString();
      default:
        return "";
    }
  }
  std::string Action() {
    switch (Below(4)) {
      case 0:
        return " == " + ActionUid().ToString();
      case 1:
        return " in " + ActionUid().ToString();
      case 2:
        return " in [" + ActionUid().ToString() + ", " + ActionUid().ToString() + "]";
      default:
        return "";
    }
  }
  std::mt19937 random_;
};

TEST(PolicyIndex, FindsWhatAWalkOverAllPoliciesFinds) {
  size_t found = 0;
  for (uint32_t seed = 0; seed < 60; ++seed) {
    Scopes scopes(seed);
    std::string text;
    for (int i = 0; i < 60; ++i) text += scopes.Policy();
    auto policies = PolicySet::Parse({{"p", text}});
    ASSERT_TRUE(policies.ok()) << policies.error().ToString();
    std::vector<bool> keep;
    for (size_t i = 0; i < policies->policies().size(); ++i) keep.push_back(scopes.Below(5) != 0);
    const PolicySet set = policies->Filter(keep);
    const auto entities = Entities::Create(scopes.Hierarchy());
    for (int i = 0; i < 10; ++i) {
      const Request request{scopes.Uid(), scopes.ActionUid(), scopes.Uid(), Value::Record({})};
      Answer answer;
      Decide(request, set, *entities, answer);
      std::vector<uint32_t> permits, forbids;
      for (uint32_t at = 0; at < set.policies().size(); ++at) {
        if (!Satisfied(request, set, at, *entities)) continue;
        (set.policies()[at].effect == Effect::kForbid ? forbids : permits).push_back(at);
      }
      EXPECT_EQ(answer.reasons, forbids.empty() ? permits : forbids) << text;
      EXPECT_EQ(answer.decision == Decision::kAllow, forbids.empty() && !permits.empty());
      std::vector<uint32_t> violated;
      for (const Judgement& one : Judge(request, set, *entities)) {
        if (one.outcome == Outcome::kViolated) violated.push_back(static_cast<uint32_t>(one.policy));
      }
      EXPECT_EQ(violated, forbids);
      found += answer.reasons.size();
    }
  }
  EXPECT_GT(found, 500u);
}

}  // namespace
}  // namespace hikae::cedar
