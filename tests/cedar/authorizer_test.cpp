// Versions that are swapped while threads decide: every decision has to be one version's whole.
#include "cedar/engine/authorizer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace hikae::cedar {
namespace {

constexpr const char* kSchema = R"(
entity Staff { turn: Long };
action read appliesTo { principal: Staff, resource: Staff, context: {} };
)";

// Policies and entities of one turn agree; a mixture of two turns denies. The policies' ids tell their turn too.
PolicySet PoliciesOf(int64_t turn) {
  return std::move(*PolicySet::Parse(
      {{"規則.cedar", fmt::format("@id(\"turn{}\") permit(principal is Staff, action == Action::\"read\", resource is "
                                  "Staff) when {{ principal.turn == {} && resource.turn == {} }};",
                                  turn, turn, turn)}},
      {.id_from_annotation = true}));
}

std::shared_ptr<const Entities> EntitiesOf(int64_t turn, const Schema* schema = nullptr) {
  std::vector<Entity> all(2);
  all[0].uid = {"Staff", "髙橋"}, all[1].uid = {"Staff", "葛西"};
  for (Entity& entity : all) entity.attributes["turn"] = Value::Long(turn);
  return std::make_shared<const Entities>(std::move(*Entities::Create(std::move(all), schema)));
}

const Request kRequest{{"Staff", "髙橋"}, {"Action", "read"}, {"Staff", "葛西"}, Value::Record({})};

// What went wrong with one decision; empty when it is one version's.
std::string FaultOf(const Answer& answer, const Authorizer::Version& version) {
  if (answer.decision != Decision::kAllow || answer.reasons.size() != 1) return "a mixture of versions decided";
  const std::string& id = version.policies.policies()[0].id;
  const int64_t turn = version.entities->Find({"Staff", "髙橋"})->attributes.at("turn").integer();
  return id == fmt::format("turn{}", turn) ? "" : "the version handed back is a mixture";
}

TEST(Authorizer, EveryDecisionSeesOneVersion) {
  auto authorizer = Authorizer::Create(PoliciesOf(0), {}, EntitiesOf(0), {});
  ASSERT_TRUE(authorizer.ok());
  constexpr int kThreads = 4, kSwaps = 300;
  std::atomic<bool> done{false};
  std::atomic<size_t> decisions{0};
  std::vector<std::string> faults(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Answer answer;
      std::vector<Answer> answers;
      const std::vector<Request> requests(3, kRequest);
      uint64_t last = 0;
      while (!done && faults[t].empty()) {
        const auto version = *(*authorizer)->Decide(kRequest, answer);
        faults[t] = FaultOf(answer, *version);
        if (version->number < last) faults[t] = "an older version came back";
        last = version->number;
        const auto batch = *(*authorizer)->DecideMany(requests, answers);
        for (const Answer& one : answers) {
          if (faults[t].empty()) faults[t] = FaultOf(one, *batch);
        }
        ++decisions;
      }
    });
  }
  for (int64_t turn = 1; turn <= kSwaps; ++turn) {
    const auto number = (*authorizer)->Swap(PoliciesOf(turn), {}, EntitiesOf(turn));
    ASSERT_TRUE(number.ok());
    EXPECT_EQ(*number, static_cast<uint64_t>(turn + 1));
    EXPECT_EQ((*authorizer)->Current()->number, *number);
  }
  while (decisions < kThreads) std::this_thread::yield();
  done = true;
  for (std::thread& thread : threads) thread.join();
  for (const std::string& fault : faults) EXPECT_EQ(fault, "");
}

// The same check, over an authorizer whose policies and entities are swapped one after the other.
TEST(Authorizer, TheCheckSeesAMixture) {
  auto authorizer = Authorizer::Create(PoliciesOf(0), {}, EntitiesOf(0), {});
  ASSERT_TRUE((*authorizer)->SwapPolicies(PoliciesOf(1)).ok());
  Answer answer;
  const auto mixed = *(*authorizer)->Decide(kRequest, answer);
  EXPECT_EQ(FaultOf(answer, *mixed), "a mixture of versions decided");
  ASSERT_TRUE((*authorizer)->SwapEntities(EntitiesOf(1)).ok());
  const auto whole = *(*authorizer)->Decide(kRequest, answer);
  EXPECT_EQ(FaultOf(answer, *whole), "");
  EXPECT_EQ(FaultOf(answer, *mixed), "the version handed back is a mixture");
  EXPECT_EQ(whole->number, 3u);
}

TEST(Authorizer, AnOldVersionLivesAsLongAsItIsHeld) {
  auto authorizer = Authorizer::Create(PoliciesOf(0), {}, EntitiesOf(0), {});
  auto old = (*authorizer)->Current();
  const std::weak_ptr<const Entities> entities = old->entities;
  ASSERT_TRUE((*authorizer)->Swap(PoliciesOf(1), {}, EntitiesOf(1)).ok());
  EXPECT_EQ(Authorize(kRequest, old->policies, *old->entities).reasons, std::vector<std::string>{"turn0"});
  EXPECT_EQ((*authorizer)->Authorize(kRequest)->reasons, std::vector<std::string>{"turn1"});
  old.reset();
  EXPECT_TRUE(entities.expired());
}

TEST(Authorizer, StrictTakesOnlyWhatWasCheckedAgainstItsSchema) {
  const auto schema = Schema::Parse({{"s", kSchema}}), same_text = Schema::Parse({{"s", kSchema}});
  PolicySet checked = PoliciesOf(1), checked_elsewhere = PoliciesOf(1);
  ASSERT_TRUE(ValidateAndMark(checked, *schema).errors.empty());
  ASSERT_TRUE(ValidateAndMark(checked_elsewhere, *same_text).errors.empty());
  const auto text_of = [&](PolicySet policies, std::optional<Schema> with, std::shared_ptr<const Entities> entities) {
    auto out = Authorizer::Create(std::move(policies), std::move(with), std::move(entities), {.strict = true});
    return out.ok() ? std::string() : out.error().text.en;
  };
  EXPECT_EQ(text_of(checked, {}, EntitiesOf(1, &*schema)), "strict decisions need a schema");
  EXPECT_EQ(text_of(PoliciesOf(1), *schema, EntitiesOf(1, &*schema)),
            "the policies were not validated against the authorizer's schema");
  EXPECT_EQ(text_of(checked_elsewhere, *schema, EntitiesOf(1, &*schema)),
            "the policies were not validated against the authorizer's schema");
  EXPECT_EQ(text_of(checked, *schema, EntitiesOf(1)), "the entities were not checked against the authorizer's schema");
  EXPECT_EQ(text_of(checked, *schema, nullptr), "an authorizer needs entities");
  EXPECT_EQ(text_of(checked, *schema, EntitiesOf(1, &*schema)), "");

  // A swap that is refused leaves the version as it is.
  auto authorizer =
      Authorizer::Create(checked, *schema, EntitiesOf(1, &*schema), {.strict = true, .check_requests = true});
  ASSERT_TRUE(authorizer.ok());
  EXPECT_FALSE((*authorizer)->SwapPolicies(PoliciesOf(2)).ok());
  EXPECT_FALSE((*authorizer)->SwapEntities(EntitiesOf(2)).ok());
  EXPECT_EQ((*authorizer)->Current()->number, 1u);
  EXPECT_EQ((*authorizer)->Authorize(kRequest)->decision, Decision::kAllow);
  Request strange = kRequest;
  strange.action.id = "write";
  const auto refused = (*authorizer)->Authorize(strange);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().status, base::Status::kArgument);
}

}  // namespace
}  // namespace hikae::cedar
