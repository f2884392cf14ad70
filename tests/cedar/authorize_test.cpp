// Decisions: strict mode, annotations of what determined them, many at once, and that deciding allocates nothing.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cedar/engine/policy_set.h"
#include "cedar/heap_count.h"

namespace hikae::cedar {
namespace {

constexpr const char* kSchema = R"(
entity Section;
entity Staff in [Section] { level: Long, post?: String };
entity File in [Section] { owner: Staff, kinds: Set<String> };
action read, write appliesTo { principal: Staff, resource: File, context: { at: datetime, kinds: Set<String> } };
)";

constexpr const char* kPolicies = R"(
@id("係の閲覧") @article("規則 第3条") @title("係は閲覧できる")
permit(principal in Section::"福祉係", action == Action::"read", resource is File) when { resource.kinds.containsAll(context.kinds) };
@id("所有者") @article("規則 第4条")
permit(principal is Staff, action, resource is File) when { resource.owner == principal };
@id("上限") @article("規則 第9条") @escalate
forbid(principal is Staff, action == Action::"write", resource is File) unless { principal.level + 1 > 3 };
)";

PolicySet Policies(const std::string& text) {
  auto set = PolicySet::Parse({{"規則.cedar", text}}, {.id_from_annotation = text.starts_with("\n@id")});
  EXPECT_TRUE(set.ok()) << set.error().ToString();
  return std::move(*set);
}

Schema TheSchema() { return std::move(*Schema::Parse({{"s", kSchema}})); }

Entities Store() {
  std::vector<Entity> all(4);
  all[0].uid = {"Section", "福祉係"};
  all[1].uid = {"Staff", "髙橋"}, all[1].parents = {all[0].uid};
  all[1].attributes = {{"level", Value::Long(1)}};
  all[2].uid = {"Staff", "頂点"}, all[2].attributes = {{"level", Value::Long(INT64_MAX)}};
  all[3].uid = {"File", "相談記録"};
  all[3].attributes = {{"owner", Value::Entity(all[2].uid)},
                       {"kinds", Value::Set({Value::String("氏名"), Value::String("ｼﾒｲ")})}};
  return std::move(*Entities::Create(std::move(all)));
}

Request Asks(const std::string& who, const std::string& what) {
  return {{"Staff", who},
          {"Action", what},
          {"File", "相談記録"},
          Value::Record({{"at", Value::DatetimeOf(0)}, {"kinds", Value::Set({Value::String("氏名")})}})};
}

TEST(Authorize, GivesTheAnnotationsOfTheDeterminingPolicies) {
  const PolicySet set = Policies(kPolicies);
  const Response read = Authorize(Asks("髙橋", "read"), set, Store());
  EXPECT_EQ(read.decision, Decision::kAllow);
  ASSERT_EQ(read.reasons, std::vector<std::string>{"係の閲覧"});
  ASSERT_EQ(read.annotations.size(), 1u);
  EXPECT_EQ(read.annotations[0][1], (std::pair<std::string, std::string>("article", "規則 第3条")));
  const Response write = Authorize(Asks("髙橋", "write"), set, Store());
  EXPECT_EQ(write.decision, Decision::kDeny);
  ASSERT_EQ(write.annotations.size(), 1u);
  EXPECT_EQ(write.annotations[0][2], (std::pair<std::string, std::string>("escalate", "")));
  const Response nobody = Authorize(Asks("他人", "read"), set, Store());
  EXPECT_EQ(nobody.decision, Decision::kDeny);
  EXPECT_TRUE(nobody.annotations.empty());
}

// 頂点's level + 1 overflows: the forbid cannot be evaluated, while the permit for owners holds.
TEST(Authorize, StrictRefusesWhereAForbidFails) {
  PolicySet set = Policies(kPolicies);
  ASSERT_TRUE(ValidateAndMark(set, TheSchema()).errors.empty());
  const Request request = Asks("頂点", "write");
  const Response plain = Authorize(request, set, Store());
  EXPECT_EQ(plain.decision, Decision::kAllow);
  EXPECT_FALSE(plain.failed_shut);
  const auto strict = Authorize(request, set, Store(), {.strict = true});
  ASSERT_TRUE(strict.ok()) << strict.error().ToString();
  EXPECT_EQ(strict->decision, Decision::kDeny);
  EXPECT_TRUE(strict->failed_shut);
  EXPECT_TRUE(strict->reasons.empty());
  ASSERT_EQ(strict->errors.size(), 1u);
  EXPECT_EQ(strict->errors[0].policy_id, "上限");
  EXPECT_EQ(strict->errors[0].message.substr(0, 14), "規則.cedar:7");
  // Where nothing fails, strict changes nothing.
  const auto read = Authorize(Asks("髙橋", "read"), set, Store(), {.strict = true});
  EXPECT_EQ(read->decision, Decision::kAllow);
  EXPECT_FALSE(read->failed_shut);
}

TEST(Authorize, AFailingPermitAllowsInNeitherMode) {
  PolicySet set = Policies("permit(principal is Staff, action, resource is File) when { principal.level + 1 > 0 };");
  ASSERT_TRUE(ValidateAndMark(set, TheSchema()).errors.empty());
  for (const bool strict : {false, true}) {
    const auto response = Authorize(Asks("頂点", "read"), set, Store(), {.strict = strict});
    EXPECT_EQ(response->decision, Decision::kDeny);
    EXPECT_FALSE(response->failed_shut);
    EXPECT_EQ(response->errors.size(), 1u);
  }
  PolicySet two = Policies(
      "permit(principal is Staff, action, resource is File) when { principal.level + 1 > 0 };"
      "permit(principal is Staff, action, resource is File) when { resource.owner == principal };");
  ASSERT_TRUE(ValidateAndMark(two, TheSchema()).errors.empty());
  EXPECT_EQ(Authorize(Asks("頂点", "read"), two, Store(), {.strict = true})->decision, Decision::kAllow);
}

TEST(Authorize, StrictRefusesASetThatWasNotValidated) {
  PolicySet set = Policies(kPolicies);
  Answer answer;
  answer.reasons = {7};
  const auto refused = Decide(Asks("髙橋", "read"), set, Store(), {.strict = true}, answer);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().status, base::Status::kRules);
  EXPECT_NE(refused.error().text.en.find("not validated"), std::string::npos);
  EXPECT_NE(refused.error().text.ja.find("検証されていない"), std::string::npos);
  EXPECT_EQ(answer.reasons, std::vector<uint32_t>{7});
  std::vector<Answer> answers(2);
  EXPECT_FALSE(DecideMany({}, set, Store(), {.strict = true}, answers).ok());
  EXPECT_EQ(answers.size(), 2u);

  PolicySet wrong = Policies("permit(principal, action, resource) when { principal.nobody };");
  EXPECT_FALSE(ValidateAndMark(wrong, TheSchema()).errors.empty());
  EXPECT_FALSE(wrong.validated());

  ASSERT_TRUE(ValidateAndMark(set, TheSchema()).errors.empty());
  EXPECT_TRUE(Decide(Asks("髙橋", "read"), set, Store(), {.strict = true}, answer).ok());
  EXPECT_TRUE(set.Filter({true, false, true}).validated());
  EXPECT_TRUE(PolicySet(set).validated());
}

TEST(Authorize, ManyAreAsOneByOne) {
  PolicySet set = Policies(kPolicies);
  ASSERT_TRUE(ValidateAndMark(set, TheSchema()).errors.empty());
  const Entities store = Store();
  std::vector<Request> requests;
  for (const char* who : {"髙橋", "頂点", "他人"}) {
    for (const char* what : {"read", "write", "unknown"}) {
      for (int i = 0; i < 5; ++i) requests.push_back(Asks(who, what));
    }
  }
  for (const bool strict : {false, true}) {
    std::vector<Answer> answers(100);  // more than there are requests
    ASSERT_TRUE(DecideMany(requests, set, store, {.strict = strict}, answers).ok());
    ASSERT_EQ(answers.size(), requests.size());
    size_t shut = 0;
    for (size_t i = 0; i < requests.size(); ++i) {
      Answer one;
      ASSERT_TRUE(Decide(requests[i], set, store, {.strict = strict}, one).ok());
      EXPECT_EQ(answers[i].decision, one.decision);
      EXPECT_EQ(answers[i].reasons, one.reasons);
      EXPECT_EQ(answers[i].errors.size(), one.errors.size());
      EXPECT_EQ(answers[i].failed_shut, one.failed_shut);
      shut += one.failed_shut;
    }
    EXPECT_EQ(shut, strict ? 10u : 0u);
  }
}

TEST(HeapCount, CountsWhatIsAllocatedBetween) {
  StartHeapCount();
  EXPECT_EQ(StopHeapCount(), 0u);
  StartHeapCount();
  const auto one = std::make_unique<int>(1);
  const auto other = std::make_unique<int>(2);
  const size_t count = StopHeapCount();
  EXPECT_EQ(count, 2u) << *one << *other;
}

size_t AllocationsOf(const std::vector<Request>& requests, const PolicySet& set, const Entities& store) {
  Answer answer;
  std::vector<Answer> answers;
  // The room that answers need is taken once.
  for (const Request& request : requests) Decide(request, set, store, answer);
  EXPECT_TRUE(DecideMany(requests, set, store, {}, answers).ok());
  StartHeapCount();
  for (const Request& request : requests) Decide(request, set, store, answer);
  const bool decided = DecideMany(requests, set, store, {}, answers).ok();
  const size_t allocations = StopHeapCount();
  EXPECT_TRUE(decided);
  return allocations;
}

TEST(Authorize, DecidingAllocatesNothing) {
  const PolicySet set = Policies(kPolicies);
  const Entities store = Store();
  const std::vector<Request> requests = {Asks("髙橋", "read"), Asks("髙橋", "write"), Asks("頂点", "read"),
                                         Asks("福祉係に属さない、庁外の委託事業者の業務従事者", "read"),
                                         Asks("髙橋", "この規則集が名指ししない、長い名前の行為")};
  EXPECT_EQ(AllocationsOf(requests, set, store), 0u);
  // A set literal over a variable is built while deciding: the count has to notice it.
  const PolicySet building = Policies("permit(principal, action, resource) when { [principal].contains(principal) };");
  EXPECT_GE(AllocationsOf(requests, building, store), requests.size());
}

}  // namespace
}  // namespace hikae::cedar
