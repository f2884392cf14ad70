// One authorizer, several threads: they decide while another swaps. Means most under the thread sanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "hikae/cedar.hpp"

namespace {

using namespace hikae::cedar;

constexpr const char* kEntities = R"([{"uid": {"type": "User", "id": "髙橋"}, "attrs": {"open": %}, "parents": []}])";

Entities Store(bool open) {
  std::string json = kEntities;
  json.replace(json.find('%'), 1, open ? "true" : "false");
  return Entities({"職員.json", json});
}

// In each version policies and entities agree on the number of the reason: a decision by halves of two would not.
TEST(CedarThreads, ADecisionSeesOneVersion) {
  const Policies open({"a",
                       "permit(principal, action, resource) when { principal.open };"
                       "forbid(principal, action, resource) when { !principal.open };"});
  const Policies closed({"b",
                         "permit(principal, action, resource) when { !principal.open };"
                         "forbid(principal, action, resource) when { principal.open };"});
  const Entities yes = Store(true), no = Store(false);
  Authorizer authorizer(open, nullptr, &yes);
  const Request request({"User", "髙橋"}, {"Action", "読む"}, {"File", "記録"});
  std::atomic<int> allowed{0};
  std::atomic<bool> stop{false};
  constexpr int kThreads = 3, kDecisions = 300;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&] {
      Answers answers;
      for (int n = 0; n < kDecisions; ++n) {
        authorizer.AuthorizeMany({&request, &request}, answers);
        allowed += answers.Allowed(0) && answers.Allowed(1) && answers.Reasons(1).at(0).id == "policy0" ? 1 : 0;
      }
    });
  threads.emplace_back([&] {
    for (bool other = true; !stop; other = !other)
      authorizer.Swap(other ? &closed : &open, nullptr, other ? &no : &yes);
  });
  for (int i = 0; i < kThreads; ++i) threads[i].join();
  stop = true;
  threads.back().join();
  EXPECT_EQ(allowed, kThreads * kDecisions);
}

TEST(CedarThreads, SwapsOfPartsTakeTurns) {
  const Policies policies({"a", "permit(principal, action, resource) when { principal.open };"});
  const Entities yes = Store(true), no = Store(false);
  Authorizer authorizer(policies, nullptr, &no);
  const Request request({"User", "髙橋"}, {"Action", "読む"}, {"File", "記録"});
  std::thread other([&] {
    for (int i = 0; i < 200; ++i) authorizer.Swap(&policies, nullptr, nullptr);
  });
  authorizer.Swap(nullptr, nullptr, &yes);
  // The other thread keeps what it finds: from here on that is `yes`.
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(authorizer.Authorize(request).Allowed(0));
  other.join();
}

TEST(CedarCpp, AnExceptionOfTheCallersPassesThroughC) {
  const hikae::Document test{"t.json", R"({"policies": "p", "entities": "e", "schema": "s", "shouldValidate": true,
                                           "requests": []})"};
  EXPECT_THROW(
      RunTest(test, [](std::string_view) -> std::optional<std::string_view> { throw std::out_of_range("mine"); }),
      std::out_of_range);
  try {
    RunTest(test, [](std::string_view) { return std::nullopt; });
    FAIL() << "a missing file is an error";
  } catch (const hikae::Error& e) {
    EXPECT_EQ(e.status(), HIKAE_E_NOT_FOUND);
  }
  EXPECT_TRUE(RunTest(test, [](std::string_view path) { return path == "e" ? "[]" : ""; }).empty());
}

TEST(CedarCpp, ExplainsAndLinksAndTranslates) {
  const Policies policies({"a", "permit(principal == ?principal, action, resource) when { context.n > 1 };"});
  const Policies linked = policies.Linked({{"policy0", "個別", Uid("User::\"髙橋\""), std::nullopt}});
  ASSERT_EQ(linked.All().size(), 2U);
  EXPECT_EQ(linked.All()[0].kind, Kind::kLinked);
  Request request({"User", "髙橋"}, {"Action", "読む"}, {"File", "記録"}, {"c.json", R"({"n": 2})"}, {});
  const Authorizer authorizer(linked);
  EXPECT_TRUE(authorizer.Authorize(request).Allowed(0));
  request.SetContext({});
  const Answers answers = authorizer.Authorize(request);
  ASSERT_EQ(answers.Errors(0).size(), 1U);
  EXPECT_EQ(answers.Errors(0)[0].policy.id, "個別");
  const Explanation explanation = authorizer.Explain(request);
  ASSERT_EQ(explanation.outcomes().size(), 1U);
  EXPECT_EQ(explanation.outcomes()[0].outcome, HIKAE_CEDAR_FAILED);
  const std::string json = TranslateSchema({"s.cedarschema", "entity File;"});
  EXPECT_NE(json.find("\"File\""), std::string::npos);
  EXPECT_NE(TranslateSchema({"s.json", json}).find("entity File"), std::string::npos);
}

}  // namespace
