// Versions of a store: random programs of changes against stores that are built anew from a plain map.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>

#include "cedar/engine/policy_set.h"
#include "cedar/entities/entities.h"

namespace hikae::cedar {
namespace {

Entity Make(const std::string& id, std::vector<std::string> parents = {}, int64_t n = 0) {
  Entity out;
  out.uid = {"Section", id};
  for (auto& parent : parents) out.parents.push_back({"Section", parent});
  out.attributes["n"] = Value::Long(n);
  return out;
}

std::string JsonOf(const Entities& entities) { return codec::WriteJson(entities.ToJson()); }

// What is stated of a version, without any of the store's cleverness.
struct Model {
  std::map<EntityUid, Entity> entities;

  Entities Built() const {
    std::vector<Entity> all;
    for (const auto& [uid, entity] : entities) all.push_back(entity);
    return std::move(*Entities::Create(std::move(all)));
  }
  bool IsIn(const EntityUid& below, const EntityUid& above) const {
    std::set<EntityUid> seen;
    return IsIn(below, above, seen);
  }
  bool IsIn(const EntityUid& below, const EntityUid& above, std::set<EntityUid>& seen) const {
    if (below == above) return true;
    const auto found = entities.find(below);
    if (found == entities.end() || !seen.insert(below).second) return false;
    return std::ranges::any_of(found->second.parents, [&](const auto& parent) { return IsIn(parent, above, seen); });
  }
  bool HasCycle() const {
    for (const auto& [uid, entity] : entities) {
      for (const EntityUid& parent : entity.parents) {
        if (IsIn(parent, uid)) return true;
      }
    }
    return false;
  }
};

class Programs {
 public:
  explicit Programs(uint32_t seed) : random_(seed) {}
  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  EntityUid Uid() { return {Below(4) ? "Section" : "Unit", fmt::format("名前の長い部署その{}", Below(12))}; }

  Entity Any() {
    Entity out;
    out.uid = Uid();
    for (size_t i = Below(3); i > 0; --i) out.parents.push_back(Uid());
    if (Below(3)) out.attributes["n"] = Value::Long(static_cast<int64_t>(Below(5)));
    if (Below(3) == 0) out.attributes["chief"] = Value::Entity(Uid());
    if (Below(4) == 0) out.attributes["peers"] = Value::Set({Value::Entity(Uid()), Value::Entity(Uid())});
    if (Below(5) == 0) out.tags["媒体"] = Value::String("ﾃｰﾌﾟ");
    return out;
  }

 private:
  std::mt19937 random_;
};

const PolicySet& Policies() {
  static const PolicySet kPolicies = std::move(*PolicySet::Parse({{"p", R"~(
    permit(principal in Section::"名前の長い部署その1", action, resource) when { principal has n && principal.n > 1 };
    permit(principal, action, resource) when { principal has chief && principal.chief in resource };
    permit(principal, action, resource is Unit in Section::"名前の長い部署その2") when { resource.hasTag("媒体") };
    forbid(principal, action, resource) when { principal has peers && principal.peers.contains(resource) && resource.n == 2 };
  )~"}}));
  return kPolicies;
}

void ExpectSame(const Entities& version, const Model& model) {
  const Entities built = model.Built();
  ASSERT_EQ(JsonOf(version), JsonOf(built));
  ASSERT_EQ(version.size(), model.entities.size());
  std::vector<EntityUid> uids;
  for (size_t i = 0; i < 12; ++i) {
    for (const char* type : {"Section", "Unit"}) uids.push_back({type, fmt::format("名前の長い部署その{}", i)});
  }
  for (const EntityUid& a : uids) {
    for (const EntityUid& b : uids) {
      ASSERT_EQ(version.IsIn(a, b), model.IsIn(a, b)) << a.ToString() << " in " << b.ToString();
      const Request request{a, {"Action", "read"}, b, Value::Record({})};
      Answer one, other;
      Decide(request, Policies(), version, one);
      Decide(request, Policies(), built, other);
      ASSERT_EQ(one.reasons, other.reasons);
      ASSERT_EQ(one.errors.size(), other.errors.size());
    }
  }
}

TEST(EntitiesWith, RandomProgramsAgreeWithStoresBuiltAnew) {
  size_t made = 0, cycles = 0, rebuilt = 0;
  for (uint32_t seed = 0; seed < 40; ++seed) {
    Programs programs(seed);
    Model model;
    for (size_t i = 0; i < 8; ++i) {
      Model next = model;
      const Entity entity = programs.Any();
      next.entities[entity.uid] = entity;
      if (!next.HasCycle()) model = std::move(next);
    }
    Entities version = model.Built();
    for (int step = 0; step < 25; ++step) {
      Model next = model;
      std::vector<Entity> put;
      std::vector<EntityUid> remove;
      for (size_t i = programs.Below(4); i > 0; --i) {
        const Entity entity = programs.Any();
        if (std::ranges::any_of(put, [&](const Entity& other) { return other.uid == entity.uid; })) continue;
        next.entities[entity.uid] = entity;
        put.push_back(entity);
      }
      const EntityUid gone = programs.Uid();
      if (programs.Below(3) == 0 && model.entities.contains(gone) &&
          std::ranges::none_of(put, [&](const Entity& other) { return other.uid == gone; })) {
        next.entities.erase(gone);
        remove.push_back(gone);
      }
      auto changed = version.With(put, remove);
      if (next.HasCycle()) {
        ASSERT_FALSE(changed.ok());
        EXPECT_NE(changed.error().text.en.find("its own ancestors"), std::string::npos);
        ++cycles;
      } else {
        ASSERT_TRUE(changed.ok()) << changed.error().ToString();
        if (step % 5 == 0) ExpectSame(version, model), ++rebuilt;  // the old version is as it was
        version = std::move(*changed);
        model = std::move(next);
        ++made;
      }
      if (step % 3 == 0) ExpectSame(version, model);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
  EXPECT_GT(made, 300u);
  EXPECT_GT(cycles, 50u);
  EXPECT_GT(rebuilt, 50u);
}

TEST(EntitiesWith, LongRowsOfChangesMakeANewBase) {
  Model model;
  Entities version = model.Built();
  for (int i = 0; i < 3000; ++i) {
    const Entity entity =
        Make(std::to_string(i % 700),
             i % 700 ? std::vector<std::string>{std::to_string(i % 700 / 2)} : std::vector<std::string>{}, i);
    auto next = version.With({entity}, {});
    ASSERT_TRUE(next.ok()) << next.error().ToString();
    version = std::move(*next);
    model.entities[entity.uid] = entity;
  }
  EXPECT_EQ(JsonOf(version), JsonOf(model.Built()));
  EXPECT_TRUE(version.IsIn({"Section", "699"}, {"Section", "0"}));
}

TEST(EntitiesWith, FailuresLeaveTheVersionAsItIs) {
  const auto schema = Schema::Parse({{"s", "entity Section in [Section] { n: Long };"}});
  const auto version = Entities::Create({Make("部"), Make("課", {"部"}), Make("係", {"課"})}, &*schema);
  ASSERT_TRUE(version.ok());
  const std::string before = JsonOf(*version);
  Entity strange = Make("室");
  strange.attributes["m"] = Value::Long(1);
  const auto error = [&](std::vector<Entity> put, std::vector<EntityUid> remove) {
    const auto next = version->With(std::move(put), std::move(remove));
    EXPECT_EQ(JsonOf(*version), before);
    return next.ok() ? std::string() : next.error().text.en;
  };
  EXPECT_EQ(error({Make("室"), Make("部", {"係"})}, {}), "Section::\"係\" is among its own ancestors");
  EXPECT_EQ(error({Make("部", {"部"})}, {}), "Section::\"部\" is among its own ancestors");
  EXPECT_EQ(error({Make("室"), Make("室")}, {}), "Section::\"室\" is given twice");
  EXPECT_EQ(error({Make("部")}, {{"Section", "部"}}), "Section::\"部\" is given twice");
  EXPECT_EQ(error({}, {{"Section", "室"}}), "Section::\"室\" is to be removed, but is not there");
  EXPECT_NE(error({Make("室"), strange}, {}), "");
  EXPECT_EQ(error({Make("室", {"係"})}, {{"Section", "部"}}), "");
}

TEST(EntitiesWith, IsCheckedByTheSchemaOfTheStore) {
  const auto schema = Schema::Parse({{"s", "entity Section in [Section] { n: Long };"}});
  const auto other = Schema::Parse({{"s", "entity Section in [Section] { n: Long };"}});
  const auto version = Entities::Create({Make("部")}, &*schema);
  const auto next = version->With({Make("課", {"部"})}, {});
  EXPECT_EQ(&next->checked_against()->rep(), &schema->rep());
  EXPECT_EQ(version->With({Make("課")}, {}, &*other)->checked_against(), nullptr);
  EXPECT_EQ(Entities::Create({Make("部")})->With({Make("課")}, {}, &*schema)->checked_against(), nullptr);
}

// What a version shares with another that is gone stays.
TEST(EntitiesWith, VersionsOutliveThoseTheyCameFrom) {
  auto first = std::make_unique<Entities>(std::move(*Entities::Create({Make("部"), Make("課", {"部"}, 1)})));
  auto second = std::make_unique<Entities>(std::move(*first->With({Make("係", {"課"}, 2)}, {})));
  const Entities third = std::move(*second->With({}, {{"Section", "部"}}));
  first.reset();
  second.reset();
  EXPECT_TRUE(third.IsIn({"Section", "係"}, {"Section", "部"}));  // a parent need not be there
  EXPECT_EQ(third.Find({"Section", "部"}), nullptr);
  EXPECT_EQ(third.Find({"Section", "課"})->attributes.at("n").integer(), 1);
  EXPECT_EQ(third.size(), 2u);
}

}  // namespace
}  // namespace hikae::cedar
