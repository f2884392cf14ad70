// Every walk over a tree of the greatest height fits the stack that docs/cedar.md asks of a thread.
#include <gtest/gtest.h>
#include <pthread.h>

#include <functional>
#include <string>
#include <vector>

#include "cedar/engine/judge.h"
#include "cedar/engine/policy_set.h"
#include "cedar/syntax/ast.h"
#include "cedar/syntax/format.h"
#include "cedar/syntax/policy_json.h"

namespace hikae::cedar {
namespace {

using codec::Node;

// Instrumented frames are several times as large.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr size_t kStack = size_t{64} << 20;
#else
constexpr size_t kStack = size_t{4} << 20;
#endif

void OnSmallStack(std::function<void()> body) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, kStack), 0);
  pthread_t thread{};
  const auto run = [](void* given) -> void* {
    (*static_cast<std::function<void()>*>(given))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &body), 0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
}

std::string Times(size_t count, const std::string& text) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

void WalkAll(const PolicySet& policies) {
  const auto schema = Schema::Parse({{"s",
                                      "entity A { n: Long }; action read appliesTo { principal: [A], resource: "
                                      "[A], context: { n: Long, when: datetime } };"}});
  ASSERT_TRUE(schema.ok()) << schema.error().ToString();
  Validate(policies, *schema);
  const auto entities = Entities::Create({});
  const Request request{{"A", "髙"}, {"Action", "read"}, {"A", "葛󠄀"}, Value::Record({{"n", Value::Long(1)}})};
  Authorize(request, policies, *entities);
  Judge(request, policies, *entities);
  const auto again = PolicySet::FromJson(policies.ToJson(), "j");
  ASSERT_TRUE(again.ok()) << again.error().ToString();
  const auto text = policies.ToText();
  ASSERT_TRUE(text.ok()) << text.error().ToString();
  // What has more parentheses than may be nested has a JSON form only.
  if (PolicySet::Parse({{"t", *text}}).ok()) {
    EXPECT_TRUE(FormatPolicies(*text, "t").ok());
  }
}

TEST(Stack, TheHighestTexts) {
  OnSmallStack([] {
    const std::vector<std::string> bodies = {
        "0 == " + Times(kMaxHeight - 3, "1 + ") + "1",
        Times(kMaxNesting - 1, "(") + "true" + Times(kMaxNesting - 1, ")"),
        Times(kMaxNesting - 1, "if true then ") + "true" + Times(kMaxNesting - 1, " else false"),
        "context.when" + Times(kMaxHeight - 4, ".offset(duration(\"1d\"))") + " == context.when",
        "context" + Times(kMaxHeight - 3, ".n") + " == 1",
        Times(kMaxNesting - 1, "[") + "1" + Times(kMaxNesting - 1, "]") + ".isEmpty()",
    };
    for (const std::string& body : bodies) {
      const auto policies = PolicySet::Parse({{"p", "permit(principal, action, resource) when { " + body + " };"}});
      ASSERT_TRUE(policies.ok()) << body.substr(0, 40) << ": " << policies.error().ToString();
      WalkAll(*policies);
    }
  });
}

TEST(Stack, TheHighestJson) {
  OnSmallStack([] {
    const auto one = [](std::string key, Node value) {
      Node out = Node::Map();
      out.AddEntry(std::move(key), {}, std::move(value));
      return out;
    };
    const auto listed = [](Node value) { return Node::List().Append(std::move(value)); };
    const std::vector<std::function<Node(Node)>> shapes = {
        [&](Node inside) { return one("!", one("arg", std::move(inside))); },
        [&](Node inside) { return one("Set", listed(std::move(inside))); },
        [&](Node inside) { return one("toDate", listed(std::move(inside))); },
        [&](Node inside) { return one("Record", one("k", std::move(inside))); },
    };
    for (const auto& around : shapes) {
      Node body = one("Value", Node::Bool(true));
      for (size_t i = 1; i < kMaxHeight; ++i) body = around(std::move(body));
      Node policy = Node::Map();
      policy.Set("effect", Node::String("permit"));
      for (const char* side : {"principal", "action", "resource"}) policy.Set(side, one("op", Node::String("All")));
      Node condition = one("kind", Node::String("when"));
      condition.Set("body", std::move(body));
      policy.Set("conditions", listed(std::move(condition)));
      Node set = one("staticPolicies", one("高", std::move(policy)));
      const std::string text = codec::WriteJson(set);
      const auto read = codec::ReadJson(text, "j", PolicyJsonLimits());
      ASSERT_TRUE(read.ok()) << read.error().ToString();
      const auto policies = PolicySet::FromJson(*read, "j");
      ASSERT_TRUE(policies.ok()) << policies.error().ToString();
      WalkAll(*policies);
    }
  });
}

}  // namespace
}  // namespace hikae::cedar
