// The official JSON of policies and policy sets: what is written, what is read, what is refused and where.
#include "cedar/syntax/policy_json.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cedar/engine/policy_set.h"
#include "cedar/official.h"
#include "cedar/syntax/compare.h"
#include "cedar/syntax/print.h"
#include "cedar/texts.h"
#include "cedar/trees.h"

namespace hikae::cedar {
namespace {

using codec::Node;

std::vector<PolicyTree> Trees(const std::string& text) {
  auto parsed = ParsePolicies(text, "p");
  EXPECT_TRUE(parsed.ok()) << parsed.error().ToString() << "\n" << text;
  return parsed.ok() ? std::move(*parsed) : std::vector<PolicyTree>();
}

Node Json(const std::string& text) {
  auto json = codec::ReadJson(text, "j", PolicyJsonLimits());
  EXPECT_TRUE(json.ok()) << json.error().ToString() << "\n" << text.substr(0, 400);
  return json.ok() ? std::move(*json) : Node();
}

std::string BodyOf(const std::string& expression) {
  const auto trees = Trees("permit(principal,action,resource)when{" + expression + "};");
  if (trees.empty()) return {};
  return codec::WriteJson(*PolicyToJson(trees[0]).Find("conditions")->items()[0].Find("body"));
}

TEST(PolicyJson, WritesWhatTheOfficialEngineWrites) {
  EXPECT_EQ(
      codec::WriteJson(PolicyToJson(Trees("@id(\"消去\")@shadow forbid(principal is A in ?principal,action in "
                                          "[Action::\"a\",Action::\"b\"],resource == B::\"x\")unless{true};")[0])),
      R"({"effect":"forbid","principal":{"op":"is","entity_type":"A","in":{"slot":"?principal"}},)"
      R"("action":{"op":"in","entities":[{"type":"Action","id":"a"},{"type":"Action","id":"b"}]},)"
      R"("resource":{"op":"==","entity":{"type":"B","id":"x"}},)"
      R"("conditions":[{"kind":"unless","body":{"Value":true}}],"annotations":{"id":"消去","shadow":null}})");
  EXPECT_EQ(BodyOf("1 + 2 + 3"),
            R"({"+":{"left":{"+":{"left":{"Value":1},"right":{"Value":2}}},"right":{"Value":3}}})");
  EXPECT_EQ(BodyOf("principal has a.b"),
            R"({"&&":{"left":{"has":{"left":{"Var":"principal"},"attr":"a"}},"right":{"has":{"left":)"
            R"({".":{"left":{"Var":"principal"},"attr":"a"}},"attr":"b"}}}})");
  EXPECT_EQ(BodyOf("\"a\" like \"\\u{2a}葛\\x2A\\*\""),
            R"({"like":{"left":{"Value":"a"},"pattern":["Wildcard",{"Literal":"葛"},"Wildcard",{"Literal":"*"}]}})");
  EXPECT_EQ(BodyOf("\"a\" like \"葛󠄀*\""),
            R"({"like":{"left":{"Value":"a"},"pattern":[{"Literal":"葛"},{"Literal":"󠄀"},"Wildcard"]}})");
  EXPECT_EQ(BodyOf("-(1) == A::\"x\""),
            R"({"==":{"left":{"neg":{"arg":{"Value":1}}},"right":{"Value":{"__entity":{"type":"A","id":"x"}}}}})");
}

// JSON of an expression, and how it prints once read.
TEST(PolicyJson, ReadsEveryExpression) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"Value":true})", "true"},
      {R"({"Value":-9223372036854775808})", "-9223372036854775808"},
      {R"({"Value":"葛\u5341"})", "\"葛十\""},
      {R"({"Value":{"__entity":{"type":"N::A","id":"x"}}})", "N::A::\"x\""},
      {R"({"Value":[1,"a",[],{"__entity":{"type":"A","id":"b"}}]})", "[1, \"a\", [], A::\"b\"]"},
      {R"({"Value":{"a":1,"b c":{"__extn":{"fn":"ip","arg":"::1"}}}})", "{a: 1, \"b c\": ip(\"::1\")}"},
      {R"({"Value":{"type":"A","id":"b"}})", "{type: \"A\", id: \"b\"}"},
      {R"({"Value":{"__extn":{"fn":"offset","args":[{"__extn":{"fn":"datetime","arg":"2020-01-01"}},{"__extn":{"fn":"duration","arg":"1d"}}]}}})",
       "datetime(\"2020-01-01\").offset(duration(\"1d\"))"},
      {R"({"Var":"context"})", "context"},
      {R"({"!":{"arg":{"Var":"action"}}})", "!action"},
      {R"({"neg":{"arg":{"Value":1}}})", "-(1)"},
      {R"({"neg":{"arg":{"neg":{"arg":{"neg":{"arg":{"neg":{"arg":{"neg":{"arg":{"Var":"context"}}}}}}}}}}})",
       "----(-context)"},
      {R"({"isEmpty":{"arg":{"Set":[]}}})", "[].isEmpty()"},
      {R"({"in":{"left":{"in":{"left":{"Var":"principal"},"right":{"Var":"action"}}},"right":{"Var":"resource"}}})",
       "(principal in action) in resource"},
      {R"({"&&":{"left":{"&&":{"left":{"Value":true},"right":{"Value":false}}},"right":{"&&":{"left":{"Value":true},"right":{"Value":false}}}}})",
       "true && false && (true && false)"},
      {R"({"-":{"left":{"Value":1},"right":{"-":{"left":{"Value":2},"right":{"Value":-3}}}}})", "1 - (2 - -3)"},
      {R"({"contains":{"left":{"if-then-else":{"if":{"Value":true},"then":{"Set":[]},"else":{"Set":[]}}},"right":{"Value":1}}})",
       "(if true then [] else []).contains(1)"},
      {R"({"getTag":{"left":{"Var":"principal"},"right":{"Value":"a"}}})", "principal.getTag(\"a\")"},
      {R"({".":{"left":{".":{"left":{"Value":-1},"attr":"if"}},"attr":"a"}})", "(-1)[\"if\"].a"},
      {R"({"has":{"left":{"Var":"principal"},"attr":"a.b"}})", "principal has \"a.b\""},
      {R"({"has":{"left":{"Var":"principal"},"attr":["a"]}})", "principal has a"},
      {R"({"has":{"left":{"Var":"principal"},"attr":["a","b","c"]}})", "principal has a.b.c"},
      {R"({"has":{"left":{"Var":"principal"},"attr":["a","if"]}})", "principal has a && principal.a has \"if\""},
      {R"({"like":{"left":{"Value":"x"},"pattern":["Wildcard",{"Literal":"a*"},{"Literal":"b"},"Wildcard","Wildcard"]}})",
       "\"x\" like \"*a\\*b**\""},
      {R"({"is":{"left":{"Var":"principal"},"entity_type":"N::A"}})", "principal is N::A"},
      {R"({"is":{"left":{"Var":"principal"},"entity_type":"A","in":{"Var":"resource"}}})",
       "principal is A in resource"},
      {R"({"is":{"left":{"Var":"principal"},"entity_type":"A","in":null}})", "principal is A"},
      {R"({"Record":{"if":{"Var":"principal"},"a":{"Value":1}}})", "{\"if\": principal, a: 1}"},
      {R"({"ip":[]})", "ip()"},
      {R"({"isInRange":[{"ip":[{"Value":"::1"}]},{"Value":1},{"Value":2}]})", "ip(\"::1\").isInRange(1, 2)"},
  };
  for (const auto& [json, text] : cases) {
    const auto tree = PolicyFromJson(
        Json(R"({"effect":"permit","principal":{"op":"All"},"action":{"op":"all"},"resource":{"op":"All"},)"
             R"("conditions":[{"kind":"when","body":)" +
             json + "}]}"),
        "j");
    ASSERT_TRUE(tree.ok()) << tree.error().ToString() << json;
    EXPECT_EQ(PrintExpression(*tree->conditions[0].body), text) << json;
    const auto parsed = ParseExpression(text, "t");
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_TRUE(SameExpression(*tree->conditions[0].body, **parsed)) << text;
  }
}

TEST(PolicyJson, ReadsEveryScope) {
  const auto printed = [](const std::string& principal, const std::string& action, const std::string& resource) {
    const auto tree = PolicyFromJson(
        Json(fmt::format(R"({{"annotations":{{"b":null,"a":"","if":"x"}},"effect":"forbid","principal":{},"action":{},)"
                         R"("resource":{},"conditions":[]}})",
                         principal, action, resource)),
        "j");
    return tree.ok() ? PrintPolicy(*tree) : tree.error().ToString();
  };
  const std::string head = "@b\n@a(\"\")\n@if(\"x\")\nforbid ";
  EXPECT_EQ(printed(R"({"op":"All"})", R"({"op":"All"})", R"({"op":"all"})"), head + "(principal, action, resource);");
  EXPECT_EQ(printed(R"({"op":"==","entity":{"type":"A","id":"x"}})",
                    R"({"op":"==","entity":{"__entity":{"type":"N::Action","id":"x"}}})",
                    R"({"op":"==","slot":"?resource"})"),
            head + "(principal == A::\"x\", action == N::Action::\"x\", resource == ?resource);");
  EXPECT_EQ(printed(R"({"op":"in","slot":"?principal"})", R"({"op":"in","entity":{"type":"Action","id":"x"}})",
                    R"({"op":"is","entity_type":"A::B"})"),
            head + "(principal in ?principal, action in Action::\"x\", resource is A::B);");
  EXPECT_EQ(printed(R"({"op":"is","entity_type":"A","in":{"slot":"?principal"}})", R"({"op":"in","entities":[]})",
                    R"({"op":"is","entity_type":"A","in":{"entity":{"type":"B","id":"x"}}})"),
            head + "(principal is A in ?principal, action in [], resource is A in B::\"x\");");
  EXPECT_EQ(printed(R"({"op":"All"})", R"({"op":"in","entities":[{"type":"Action","id":"x"}]})", R"({"op":"All"})"),
            head + "(principal, action in Action::\"x\", resource);");
}

struct Refused {
  std::string json;
  std::string error;
};

TEST(PolicyJson, RefusesEveryOtherExpression) {
  const std::vector<Refused> cases = {
      {R"("principal")",
       "1:1: an expression is an object, found a string (such as {\"Var\": \"principal\"} or {\"Value\": 1})"},
      {"{}", "1:1: an expression has one key, found 0 (such as {\"Var\": \"principal\"} or {\"Value\": 1})"},
      {R"({"Var":"principal","Value":1})",
       "1:1: an expression has one key, found 2 (such as {\"Var\": \"principal\"} or {\"Value\": 1})"},
      {R"({"Varr":"x"})", "1:1: unknown expression \"Varr\" (did you mean \"Var\"?)"},
      {R"({"=":1})", "1:1: unknown expression \"=\" (operators and functions are named as in policies)"},
      {R"({"Var":"user"})", "1:8: unknown variable \"user\" (variables are principal, action, resource, context)"},
      {R"({"Slot":"?principal"})",
       "1:9: a slot stands in a condition; slots are for the scope only (write {\"Var\": \"principal\"} in the "
       "condition)"},
      {R"({"!":{"Var":"action"}})", "1:7: unknown key \"Var\" in \"!\" (did you mean \"arg\"?)"},
      {R"({"!":[]})", "1:6: \"!\" is an object, found a list"},
      {R"({"==":{"left":{"Value":1}}})", "1:7: \"==\" needs \"right\""},
      {R"({"==":{"left":{"Value":1},"right":{"Value":1},"x":1}})",
       "1:47: unknown key \"x\" in \"==\" (known are left, right)"},
      {R"({"&&":{"left":{"&&":{"left":{"Value":true}}},"right":{"Value":true}}})", "1:21: \"&&\" needs \"right\""},
      {R"({"Value":null})", "1:10: null is no value of Cedar (leave the attribute out)"},
      {R"({"Value":1.5})",
       "1:10: 1.5 is not a whole number of 64 bits (write {\"__extn\": {\"fn\": \"decimal\", \"arg\": \"1.5\"}} for a "
       "fraction)"},
      {R"({"Value":9223372036854775808})",
       "1:10: 9223372036854775808 is not a whole number of 64 bits (write {\"__extn\": {\"fn\": \"decimal\", \"arg\": "
       "\"1.5\"}} for a fraction)"},
      {R"({"Value":{"__entity":{"type":"A","id":1}}})",
       "1:10: an entity needs \"type\" and \"id\", both text ({\"type\": \"User\", \"id\": \"alice\"})"},
      {R"({"Value":{"__entity":{"type":"A b","id":"x"}}})",
       "1:30: \"A b\" is not an entity type (names joined by '::')"},
      {R"({"Value":{"__entity":{"type":"A","id":"x"},"y":1}})", "1:10: \"__entity\" stands alone in its object"},
      {R"({"Value":{"__expr":"1"}})", "1:10: __expr is no longer part of Cedar's JSON (use __entity or __extn)"},
      {R"({"Value":{"__extn":{"fn":"foo","arg":"x"}}})",
       "1:26: unknown function \"foo\" (known are decimal, ip, datetime, duration)"},
      {R"({"Value":{"__extn":{"fn":"ip"}}})", "1:20: \"__extn\" needs \"arg\""},
      {R"({"Value":{"__extn":{"fn":"ip","arg":"x","args":[]}}})",
       "1:31: unknown key \"arg\" in \"__extn\" (did you mean \"args\"?)"},
      {R"({"has":{"left":{"Var":"principal"},"attrs":["a"]}})",
       "1:36: unknown key \"attrs\" in \"has\" (did you mean \"attr\"?)"},
      {R"({"has":{"left":{"Var":"principal"},"attr":[]}})",
       "1:43: \"attr\" is a string or a list of strings, found an empty list"},
      {R"({"has":{"left":{"Var":"principal"},"attr":["a",1]}})",
       "1:48: a name in \"attr\" is a string, found the number 1"},
      {R"({".":{"left":{"Var":"principal"},"attr":["a"]}})", "1:41: \"attr\" is a string, found a list"},
      {R"({"like":{"left":{"Var":"principal"},"pattern":"a*"}})", "1:47: \"pattern\" is a list, found a string"},
      {R"({"like":{"left":{"Var":"principal"},"pattern":["wildcard"]}})",
       "1:48: a piece of a pattern is \"Wildcard\" or {\"Literal\": \"…\"}"},
      {R"({"is":{"left":{"Var":"principal"},"entity_type":"if"}})",
       "1:49: \"if\" is not an entity type (names joined by '::')"},
      {R"({"if-then-else":{"if":{"Value":true},"then":{"Value":1}}})", "1:17: \"if-then-else\" needs \"else\""},
      {R"({"Set":{}})", "1:8: \"Set\" is a list, found an object"},
      {R"({"Record":[]})", "1:11: \"Record\" is an object, found a list"},
      {R"({"Record":{"a":1}})",
       "1:16: an expression is an object, found the number 1 (such as {\"Var\": \"principal\"} or {\"Value\": 1})"},
      {R"({"ip":{"Value":"x"}})", "1:7: \"ip\" with its arguments is a list, found an object"},
      {R"({"isIpv4":[]})", "1:1: \"isIpv4\" is a method and needs a receiver (the receiver is the first argument)"},
      {R"({"contains":[{"Value":1},{"Value":1}]})", "1:13: \"contains\" is an object, found a list"},
  };
  const std::string before =
      R"({"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[{"kind":"when","body":)";
  for (const Refused& one : cases) {
    // The expression starts a line of its own: its columns are those of the message.
    const auto tree = PolicyFromJson(Json(before + "\n" + one.json + "}]}"), "j");
    ASSERT_FALSE(tree.ok()) << one.json;
    EXPECT_EQ(tree.error().ToString(), "j:2" + one.error.substr(1)) << one.json;
    EXPECT_EQ(tree.error().status, base::Status::kRules);
  }
}

TEST(PolicyJson, RefusesEveryOtherPolicy) {
  const std::string good =
      R"({"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[]})";
  // What is replaced in it, by what, and the error.
  struct Case {
    std::string from, to, error;
  };
  const std::vector<Case> cases = {
      {good, "[]", "j:1:1: a policy is an object, found a list"},
      {"\"effect\":\"permit\",", "", "j:1:1: a policy needs \"effect\""},
      {"permit", "Permit", "j:1:11: the effect is \"permit\" or \"forbid\", found \"Permit\""},
      {"\"conditions\":[]", "\"conditions\":{}", "j:1:104: the conditions are a list, found an object"},
      {"\"conditions\":[]", "\"condition\":[]",
       "j:1:91: unknown key \"condition\" in a policy (did you mean \"conditions\"?)"},
      {"[]", R"([{"kind":"whenever","body":{"Value":true}}])",
       "j:1:113: the kind of a condition is \"when\" or \"unless\", found \"whenever\""},
      {"[]", R"([{"kind":"when"}])", "j:1:105: a condition needs \"body\""},
      {"[]", R"([], "annotations": null)", "j:1:123: the annotations are an object, found null"},
      {"[]", R"([], "annotations": {"氏名": "x"})",
       "j:1:130: \"氏名\" is no name of an annotation (names are ASCII letters, digits and '_')"},
      {"[]", R"([], "annotations": {"a": 1})", "j:1:129: the value of @a is a string or null, found the number 1"},
      {R"("principal":{"op":"All"})", R"("principal":{})", "j:1:32: the scope of the principal needs \"op\""},
      {R"("principal":{"op":"All"})", R"("principal":"All")",
       "j:1:32: the scope of the principal is an object, found a string"},
      {R"("principal":{"op":"All"})", R"("principal":{"op":"!="})",
       "j:1:38: unknown \"op\" \"!=\" in the scope of the principal (known are All, ==, in, is)"},
      {R"("principal":{"op":"All"})", R"("principal":{"op":"All","x":1})",
       "j:1:44: unknown key \"x\" in the scope of the principal (known are op)"},
      {R"("principal":{"op":"All"})", R"("principal":{"op":"=="})",
       "j:1:32: the scope of the principal needs \"entity\""},
      {R"("principal":{"op":"All"})", R"("principal":{"op":"==","slot":"?principal","entity":{"type":"A","id":"x"}})",
       "j:1:63: unknown key \"entity\" in the scope of the principal (known are op, slot)"},
      {R"("principal":{"op":"All"})", R"("principal":{"op":"==","slot":"?resource"})",
       "j:1:50: the slot \"?resource\" cannot stand here (write \"?principal\")"},
      {R"("principal":{"op":"All"})", R"("principal":{"op":"in","entities":[]})",
       "j:1:43: unknown key \"entities\" in the scope of the principal (did you mean \"entity\"?)"},
      {R"("principal":{"op":"All"})", R"("principal":{"op":"is","entity_type":"A","in":{"type":"A","id":"x"}})",
       "j:1:67: unknown key \"type\" in \"in\" of the scope of the principal (known are entity)"},
      {R"("action":{"op":"All"})", R"("action":{"op":"is","entity_type":"Action"})",
       "j:1:60: unknown \"op\" \"is\" in the scope of the action (known are All, ==, in)"},
      {R"("action":{"op":"All"})", R"("action":{"op":"==","slot":"?action"})", "j:1:72: the action takes no slot"},
      {R"("action":{"op":"All"})", R"("action":{"op":"==","entity":{"type":"User","id":"x"}})",
       "j:1:74: the action is compared with a User (actions have the type Action)"},
      {R"("action":{"op":"All"})", R"("action":{"op":"in","entities":[1]})",
       "j:1:77: an entity needs \"type\" and \"id\", both text ({\"type\": \"User\", \"id\": \"alice\"})"},
  };
  ASSERT_TRUE(PolicyFromJson(Json(good), "j").ok());
  for (const Case& one : cases) {
    std::string json = good;
    json.replace(json.find(one.from), one.from.size(), one.to);
    const auto tree = PolicyFromJson(Json(json), "j");
    ASSERT_FALSE(tree.ok()) << json;
    EXPECT_EQ(tree.error().ToString(), one.error) << json;
  }
}

// {key: value}, moved: braced lists would copy a deep value on every level.
Node One(const std::string& key, Node value) {
  Node out = Node::Map();
  out.AddEntry(key, {}, std::move(value));
  return out;
}
Node List(Node value) {
  Node out = Node::List();
  out.Append(std::move(value));
  return out;
}

Node PolicyWith(Node body) {
  Node policy = Json(
      R"({"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[]})");
  Node condition = One("kind", Node::String("when"));
  condition.Set("body", std::move(body));
  policy.Set("conditions", List(std::move(condition)));
  return policy;
}

TEST(PolicyJson, DepthIsBounded) {
  const Node leaf = One("Value", Node::Bool(true));
  // `around` goes around the leaf so many times.
  const auto error = [&](size_t depth, const auto& around) {
    Node body = leaf;
    for (size_t i = 0; i < depth; ++i) body = around(std::move(body));
    const auto tree = PolicyFromJson(PolicyWith(std::move(body)), "j");
    return tree.ok() ? std::string() : tree.error().text.en;
  };
  const auto no = [](Node inside) { return One("!", One("arg", std::move(inside))); };
  const auto set = [](Node inside) { return One("Set", List(std::move(inside))); };
  const auto call = [](Node inside) { return One("ip", List(std::move(inside))); };
  const auto left = [&](Node inside) {
    Node both = One("left", std::move(inside));
    both.Set("right", leaf);
    return One("&&", std::move(both));
  };
  const auto right = [&](Node inside) {
    Node both = One("right", std::move(inside));
    both.Set("left", leaf);
    return One("&&", std::move(both));
  };
  const std::string too_deep = "the expression is more than 1000 operations deep";
  EXPECT_EQ(error(999, no), "");
  EXPECT_EQ(error(1000, no), too_deep);
  EXPECT_EQ(error(5000, no), too_deep);
  EXPECT_EQ(error(5000, set), too_deep);
  EXPECT_EQ(error(5000, call), too_deep);
  EXPECT_EQ(error(5000, left), "");  // one chain of && is flat
  EXPECT_EQ(error(5000, right), too_deep);
  Node list = Node::List();
  for (int i = 0; i < 5000; ++i) list = List(std::move(list));
  EXPECT_EQ(PolicyFromJson(PolicyWith(One("Value", std::move(list))), "j").error().text.en, too_deep);
}

// Whatever the parser accepts is written as JSON that PolicyJsonLimits() let in, and comes back with the same meaning.
TEST(PolicyJson, LongAndNestedTextsHaveShallowJson) {
  const auto repeated = [](size_t count, const std::string& what, const std::string& rest) {
    std::string out;
    for (size_t i = 0; i < count; ++i) out += what;
    return out + rest;
  };
  std::vector<std::string> texts = {
      repeated(999, "true && ", "false"),
      repeated(20'000, "true && ", "false"),
      "principal has " + repeated(980, "a.", "b"),
      repeated(990, "1 + ", "1") + " > 0",
      repeated(190, "[", "") + repeated(190, "]", ""),
      "principal" + repeated(900, ".a", ""),
  };
  std::string deep = repeated(600, "true && ", "true");
  for (int i = 0; i < 20; ++i) deep = "(" + deep + ") || " + repeated(600, "false || ", "!(false)");
  texts.push_back(deep);
  std::string paths = "principal has a.b";
  for (int i = 0; i < 150; ++i) paths = "(" + paths + ") has a.b";
  texts.push_back(paths);
  for (const std::string& text : texts) {
    const auto trees = Trees("permit(principal,action,resource)when{" + text + "};");
    ASSERT_EQ(trees.size(), 1u);
    const std::string json = codec::WriteJson(PolicyToJson(trees[0]));
    EXPECT_LT(json.size(), 100 * text.size()) << text.substr(0, 80);
    const auto read =
        PolicyFromJson(Json("{\"staticPolicies\":{\"p\":" + json + "}}").entries()[0].second.entries()[0].second, "j");
    ASSERT_TRUE(read.ok()) << read.error().ToString() << text.substr(0, 80);
    const auto again = ParsePolicies(PrintPolicy(*read), "again");
    EXPECT_TRUE(again.ok()) << text.substr(0, 80);
  }
}

size_t RoundTrips(const std::vector<PolicyText>& texts) {
  size_t policies = 0;
  for (const PolicyText& one : texts) {
    for (const PolicyTree& tree : Trees(one.text)) {
      const std::string json = codec::WriteJson(PolicyToJson(tree));
      const auto read = PolicyFromJson(Json(json), "j");
      EXPECT_TRUE(read.ok() && SamePolicy(SpelledOut(tree), *read)) << one.name << "\n" << json;
      ++policies;
    }
  }
  return policies;
}

TEST(PolicyJson, PacksComeBackTheSame) { EXPECT_GT(RoundTrips(PackTexts()), 100u); }

TEST(PolicyJson, TheCorpusComesBackTheSame) {
  const auto texts = CorpusTexts();
  if (texts.empty()) GTEST_SKIP() << "the public corpus is absent";
  EXPECT_GT(RoundTrips(texts), 3000u);
}

TEST(PolicyJson, IsWhatTheOfficialEngineWrites) {
  if (!Official::AtHand()) GTEST_SKIP() << "node or the official engine is absent";
  std::vector<PolicyText> texts = PackTexts();
  for (PolicyText& text : CorpusTexts()) texts.push_back(std::move(text));
  Official official;
  std::vector<std::string> asked;
  for (const PolicyText& one : texts) {
    for (const PolicyTree& tree : Trees(one.text)) {
      asked.push_back(one.text.substr(tree.span.begin, tree.span.end - tree.span.begin));
      official.Ask("compareJson", {asked.back(), codec::WriteJson(PolicyToJson(tree))});
    }
  }
  official.Ask("compareJson",
               {"permit(principal,action,resource);", R"({"effect":"forbid"})"});  // a planted difference
  const auto answers = official.Answers();
  for (size_t i = 0; i < asked.size(); ++i) {
    ASSERT_TRUE(answers[i].IsMap());
    EXPECT_TRUE(answers[i].Find("same")->boolean()) << asked[i] << "\n" << codec::WriteJson(answers[i]).substr(0, 2000);
  }
  EXPECT_FALSE(answers.back().Find("same")->boolean());
}

// ---- policy sets ----

constexpr char kSet[] = R"({
  "staticPolicies": {"公開": {"effect": "permit", "principal": {"op": "All"}, "action": {"op": "All"},
                             "resource": {"op": "is", "entity_type": "Notice"}, "conditions": [], "annotations": {"title": "告示"}}},
  "templates": {"担当": {"effect": "permit", "principal": {"op": "==", "slot": "?principal"}, "action": {"op": "All"},
                        "resource": {"op": "All"}, "conditions": []}},
  "templateLinks": [{"templateId": "担当", "newId": "𠮷田", "values": {"?principal": {"type": "Staff", "id": "𠮷田"}}}]
})";

TEST(PolicySetJson, ReadsPoliciesTemplatesAndLinks) {
  const auto set = PolicySet::FromJson(Json(kSet), "set.json");
  ASSERT_TRUE(set.ok()) << set.error().ToString();
  ASSERT_EQ(set->policies().size(), 2u);
  ASSERT_EQ(set->templates().size(), 1u);
  EXPECT_EQ(set->policies()[0].id, "公開");
  EXPECT_EQ(*set->policies()[0].Annotation("title"), "告示");
  EXPECT_EQ(set->policies()[0].text, "@title(\"告示\")\npermit (principal, action, resource is Notice);");
  EXPECT_EQ(set->policies()[0].where.ToString(), "set.json:2:28");
  EXPECT_EQ(set->policies()[1].id, "𠮷田");
  const auto store = Entities::Create({});
  const auto decided = [&](const EntityUid& principal, const EntityUid& resource) {
    std::string out;
    for (const auto& id : Authorize({principal, {"Action", "a"}, resource}, *set, *store).reasons) out += id + " ";
    return out;
  };
  EXPECT_EQ(decided({"Staff", "𠮷田"}, {"Notice", "1"}), "公開 𠮷田 ");
  EXPECT_EQ(decided({"Staff", "髙橋"}, {"File", "1"}), "");
  // Back and forth once more.
  EXPECT_EQ(codec::WriteCanonical(set->ToJson()), codec::WriteCanonical(Json(kSet)));
  EXPECT_EQ(set->ToText().error().ToString(),
            "the policy \"𠮷田\" is linked from a template and has no text (write the set as JSON)");
}

TEST(PolicySetJson, TextsAndBack) {
  const std::string text =
      "permit (principal == ?principal, action, resource);\n\n// 消去\n@id(\"b\") forbid(principal,action,resource) // "
      "x\n"
      "when { true };permit(principal,action,resource);";
  const auto set = PolicySet::Parse({{"t", text}});
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(*set->ToText(),
            "permit (principal == ?principal, action, resource);\n\n@id(\"b\") forbid(principal,action,resource) // x\n"
            "when { true };\n\npermit(principal,action,resource);\n");
  const auto read = PolicySet::FromJson(set->ToJson(), "j");
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_EQ(read->policies()[0].id, "policy1");
  EXPECT_EQ(read->templates()[0].id, "policy0");
  EXPECT_EQ(read->ToJson(), set->ToJson());
  const auto empty = PolicySet::FromJson(Json("{}"), "j");
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(codec::WriteJson(empty->ToJson()), R"({"staticPolicies":{},"templates":{},"templateLinks":[]})");
}

TEST(PolicySetJson, RefusesWhatDoesNotFit) {
  struct Case {
    std::string from, to, error;
  };
  const std::vector<Case> cases = {
      {"\"staticPolicies\"", "\"policies\"",
       "j:2:3: unknown key \"policies\" in a policy set (known are staticPolicies, templates, templateLinks)"},
      {"\"newId\": \"𠮷田\"", "\"newId\": \"公開\"",
       "j:6:21: the link \"公開\": the id is taken by another policy (ids are unique in a policy set)"},
      {"\"newId\": \"𠮷田\"", "\"newId\": \"担当\"",
       "j:6:21: the link \"担当\": the id is taken by a template (ids are unique in a policy set)"},
      {"\"templateId\": \"担当\"", "\"templateId\": \"担任\"",
       "j:6:21: the link \"𠮷田\": there is no template \"担任\" (did you mean \"担当\"?)"},
      {"\"?principal\": {\"type\"", "\"?principl\": {\"type\"",
       "j:6:68: unknown key \"?principl\" in the values of a template link (did you mean \"?principal\"?)"},
      {"{\"?principal\": {\"type\": \"Staff\", \"id\": \"𠮷田\"}}", "{}",
       "j:6:21: the link \"𠮷田\": ?principal is not filled (every slot needs an entity)"},
      {"\"newId\"", "\"newID\"", "j:6:42: unknown key \"newID\" in a template link (did you mean \"newId\"?)"},
      {"\"担当\": {", "\"公開\": {", "j:4:23: the id \"公開\" is taken by another policy (see j:2:28)"},
      {"\"slot\": \"?principal\"", "\"entity\": {\"type\": \"A\", \"id\": \"x\"}",
       "j:4:23: the template \"担当\" has no slot (policies without slots stand in \"staticPolicies\")"},
      {"\"op\": \"is\", \"entity_type\": \"Notice\"", "\"op\": \"in\", \"slot\": \"?resource\"",
       "j:2:28: the static policy \"公開\" has a slot (templates stand in \"templates\")"},
      {"\"conditions\": [], \"annotations\"", "\"annotations\"", "j:2:28: a policy needs \"conditions\""},
  };
  for (const Case& one : cases) {
    std::string json = kSet;
    ASSERT_NE(json.find(one.from), std::string::npos) << one.from;
    json.replace(json.find(one.from), one.from.size(), one.to);
    const auto set = PolicySet::FromJson(Json(json), "j");
    ASSERT_FALSE(set.ok()) << json;
    EXPECT_EQ(set.error().ToString(), one.error);
    EXPECT_EQ(set.error().status, base::Status::kRules);
  }
  EXPECT_EQ(
      PolicySet::FromJson(Json(R"({"staticPolicies":"permit(principal,action,resource);"})"), "j").error().ToString(),
      "j:1:19: policies are an object of id and policy, found a string ({\"policy0\": {\"effect\": …}})");
  EXPECT_EQ(PolicySet::FromJson(Json(R"({"staticPolicies":{"a":"permit(principal,action,resource);"}})"), "j")
                .error()
                .ToString(),
            "j:1:24: the policy \"a\" is text, not JSON (turn the text into JSON first)");
  EXPECT_EQ(PolicySet::FromJson(Json(kSet), "j", {.id_from_annotation = true}).error().ToString(),
            "j:2:28: the policy \"公開\" has no @id (write @id(\"公開\") before it)");
  // Duplicate keys and half surrogates do not get past the reader of JSON.
  EXPECT_FALSE(codec::ReadJson(R"({"staticPolicies":{},"staticPolicies":{}})", "j").ok());
  EXPECT_FALSE(codec::ReadJson(R"({"staticPolicies":{"\ud842":{}}})", "j").ok());
}

}  // namespace
}  // namespace hikae::cedar
