#include "differential/edges.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "differential/words.h"

namespace hikae::differential {
namespace {

using codec::Node;
using Texts = std::vector<std::string>;

// Enough for a policy set that is still quick to read in a report.
constexpr size_t kPerSet = 40;

std::string Quoted(const std::string& text) { return codec::WriteJson(Node::String(text)); }

Texts Calls(const std::string& function, const Texts& arguments) {
  Texts out;
  for (const std::string& text : arguments) out.push_back(fmt::format("{}({})", function, Quoted(text)));
  return out;
}

class Conditions {
 public:
  // `form` with {0} and {1} replaced by every pair.
  void Pairs(const Texts& left, const Texts& right, const Texts& forms) {
    for (const std::string& a : left) {
      for (const std::string& b : right) {
        for (const std::string& form : forms) all_.push_back(fmt::format(fmt::runtime(form), a, b));
      }
    }
  }
  void Each(const Texts& values, const Texts& forms) { Pairs(values, {""}, forms); }
  const Texts& all() const { return all_; }

 private:
  Texts all_;
};

void AddExtensions(Conditions& out) {
  const Texts decimals = Calls("decimal", DecimalTexts(true)), ips = Calls("ip", IpTexts(true)),
              dates = Calls("datetime", DatetimeTexts(true)), durations = Calls("duration", DurationTexts(true));
  for (const Texts& refused : {Calls("decimal", DecimalTexts(false)), Calls("ip", IpTexts(false)),
                               Calls("datetime", DatetimeTexts(false)), Calls("duration", DurationTexts(false))}) {
    out.Each(refused, {"{0} == {0}"});
  }
  out.Pairs(decimals, decimals,
            {"{0} == {1}", "{0}.lessThan({1})", "{0}.lessThanOrEqual({1})", "{0}.greaterThan({1})"});
  out.Pairs(ips, ips, {"{0} == {1}", "{0}.isInRange({1})"});
  out.Each(ips, {"{0}.isIpv4()", "{0}.isIpv6()", "{0}.isLoopback()", "{0}.isMulticast()"});
  out.Pairs(dates, dates, {"{0} == {1}", "{0} < {1}", "{0}.durationSince({1}) <= duration(\"1d\")"});
  out.Pairs(dates, durations,
            {"{0}.offset({1}) < datetime(\"2024-01-01\")", "{0}.offset({1}).toDate() <= {0}",
             "{0}.offset({1}).toTime() == duration(\"0ms\")"});
  out.Pairs(durations, durations, {"{0} == {1}", "{0} >= {1}"});
  out.Pairs(durations, {"0", "1", "-1", "24", "86400000", "9223372036854775807"},
            {"{0}.toMilliseconds() == {1}", "{0}.toSeconds() == {1}", "{0}.toMinutes() > {1}", "{0}.toHours() == {1}",
             "{0}.toDays() < {1}"});
}

void AddArithmetic(Conditions& out) {
  const Texts numbers = {"0",          "1",           "-1",         "9223372036854775807", "-9223372036854775808",
                         "3037000500", "-3037000500", "3037000499", "4611686018427387904"};
  out.Pairs(numbers, numbers, {"{0} + {1} > 5", "{0} - {1} > 5", "{0} * {1} > 5"});
  out.Each(numbers, {"-({0}) < 5", "-{0} < 5", "--{0} < 5", "---{0} < 5"});
}

void AddPatterns(Conditions& out) {
  const Texts texts = {"\"\"",     "\"a\"",       "\"ab\"", "\"*\"",      "\"a*b\"", "\"aXb\"",
                       "\"太郎\"", "\"葛󠄀\"", "\"😀x\"", "\"a\\\\b\"", "\"\\n\""};
  const Texts patterns = {"",     "*",   "**",  "a*",         "*b",        "a*b", "\\*", "*x",   "\\**",
                          "a*b*", "太*", "*郎", "\\u{592a}*", "a\\u{2a}b", "葛*", "?",   "\\\\*"};
  Texts quoted;
  for (const std::string& pattern : patterns) quoted.push_back("\"" + pattern + "\"");
  out.Pairs(texts, quoted, {"{0} like {1}"});
}

// What has no type without a schema: every operator meets every kind.
void AddKinds(Conditions& out) {
  const Texts values = {"1",
                        "true",
                        "\"a\"",
                        "U::\"a\"",
                        "[]",
                        "[1]",
                        "[1, 1]",
                        "[\"a\", 1]",
                        "{{}}",
                        "{{a: 1}}",
                        "principal",
                        "action",
                        "context",
                        "decimal(\"1.0\")",
                        "ip(\"::1\")",
                        "datetime(\"2024-01-01\")",
                        "duration(\"1d\")",
                        "[U::\"a\", 1]"};
  Texts plain;
  for (const std::string& value : values) plain.push_back(fmt::format(fmt::runtime(value)));
  out.Pairs(plain, plain,
            {"{0} == {1}", "{0} in {1}", "{0} < {1}", "{0}.contains({1})", "{0}.containsAll({1})",
             "{0}.containsAny({1})", "{0} && {1}", "{0} || {1}", "{0} + {1} == 1", "{0}.hasTag({1})",
             "{0}.getTag({1}) == 1", "{0} is U in {1}", "if {0} then {1} else false"});
  out.Each(plain, {"{0} has a", "{0}.a == 1", "{0} is U", "{0}.isEmpty()", "{0} like \"*\"", "!{0}", "-{0} == 1"});
}

Node WorldOf(Node schema, Node sets) {
  return Node::Map({{"seed", Node::String("edges")},
                    {"schema", std::move(schema)},
                    {"entities", Node::List()},
                    {"sets", std::move(sets)},
                    {"schemas", Node::List()},
                    {"stores", Node::List()}});
}

constexpr const char* kSchema = R"(
type R = { a: Long, b?: String };
entity G in [G]; entity E enum ["x", "y"]; entity N;
entity U in [G] { n: Long, s: String, b: Bool, o?: Long, u?: U, g: G, e: E, set: Set<Long>, us: Set<U>, r: R,
  rr?: { r: R }, d: decimal, i: ipaddr, t: datetime, l: duration } tags Set<Long>;
entity D in [U] { s: String } tags Long;
action all;
action v in [all] appliesTo { principal: [U], resource: [D, U], context: { c?: Bool, x: R } };
action w appliesTo { principal: [U, G], resource: D };
)";

Texts TypedValues() {
  return {"principal",
          "resource",
          "action",
          "context",
          "1",
          "true",
          "false",
          "\"a\"",
          "U::\"a\"",
          "G::\"a\"",
          "D::\"a\"",
          "E::\"x\"",
          "E::\"z\"",
          "N::\"a\"",
          "Z::\"a\"",
          "Action::\"v\"",
          "Action::\"all\"",
          "Action::\"zz\"",
          "principal.n",
          "principal.s",
          "principal.b",
          "principal.o",
          "principal.g",
          "principal.e",
          "principal.set",
          "principal.us",
          "principal.r",
          "principal.d",
          "principal.i",
          "principal.t",
          "principal.l",
          "principal.r.b",
          "context.c",
          "context.x",
          "[]",
          "[1]",
          "[\"a\"]",
          "[1, \"a\"]",
          "[U::\"a\"]",
          "[U::\"a\", G::\"a\"]",
          "[principal, resource]",
          "[Action::\"v\"]",
          "{}",
          "{a: 1}",
          "{a: 1, b: \"x\"}",
          "decimal(\"1.0\")",
          "ip(\"::1\")",
          "datetime(\"2024-01-01\")",
          "duration(\"1d\")",
          "(if principal.b then 1 else 2)",
          "(if true then principal else G::\"a\")",
          "(principal has o)",
          "(principal has r.b)",
          "principal.hasTag(\"k\")",
          "principal.getTag(\"k\")",
          "(true && true)",
          "(principal.b && false)",
          "(principal is U)",
          "(resource is D)",
          "(resource in principal)",
          "(principal == U::\"a\")",
          "[[1]]",
          "[{a: 1}]"};
}

Texts TypedForms() {
  return {"{0} == {1}",
          "{0} != {1}",
          "{0} in {1}",
          "{0} < {1}",
          "{0}.contains({1})",
          "{0}.containsAll({1})",
          "{0} && {1}",
          "{0} || {1}",
          "{0} + {1} == 1",
          "{0}.hasTag({1})",
          "(if principal.b then {0} else {1}) == 1",
          "[{0}, {1}].isEmpty()",
          "{0} is U in {1}",
          "if {0} then {1} else false",
          "{0}.hasTag(\"k\") && {1}.getTag(\"k\") == 1",
          "!({0}) || {1}",
          "principal has o && ({0} == {1})",
          "{0} has o && {1}.o == 1"};
}

}  // namespace

Node TypedEdgeWorld() {
  constexpr size_t kConditions = 4000;
  const Texts heads = {"principal, action, resource", "principal is U, action == Action::\"v\", resource is D",
                       "principal in G::\"a\", action in Action::\"all\", resource",
                       "principal is U in G::\"a\", action, resource == D::\"a\"",
                       "principal == U::\"a\", action in [Action::\"v\", Action::\"w\"], resource"};
  const Texts values = TypedValues();
  const Texts forms = TypedForms();
  Random random(1);
  Node sets = Node::List();
  for (size_t i = 0; i < kConditions; i += kPerSet) {
    std::string text;
    for (size_t j = 0; j < kPerSet; ++j) {
      const std::string& head = random.Pick(heads);
      const std::string& form = random.Pick(forms);
      const std::string& left = random.Pick(values);
      const std::string& right = random.Pick(values);
      text += fmt::format("permit ({}) when {{ {} }};\n", head, fmt::format(fmt::runtime(form), left, right));
    }
    sets.Append(Node::Map({{"policies", Node::String(text)}, {"requests", Node::List()}}));
  }
  return WorldOf(Node::String(kSchema), std::move(sets));
}

Node EdgeWorld() {
  Conditions conditions;
  AddExtensions(conditions);
  AddArithmetic(conditions);
  AddPatterns(conditions);
  AddKinds(conditions);
  const Node user = Node::Map({{"type", Node::String("U")}, {"id", Node::String("a")}});
  const Node action = Node::Map({{"type", Node::String("Action")}, {"id", Node::String("a")}});
  const Node request =
      Node::Map({{"principal", user}, {"action", action}, {"resource", user}, {"context", Node::Map()}});
  Node sets = Node::List();
  const Texts& all = conditions.all();
  for (size_t i = 0; i < all.size(); i += kPerSet) {
    std::string text;
    for (size_t j = i; j < std::min(i + kPerSet, all.size()); ++j) {
      text += fmt::format("permit (principal, action, resource) when {{ {} }};\n", all[j]);
    }
    sets.Append(Node::Map({{"policies", Node::String(text)}, {"requests", Node::List({request})}}));
  }
  return WorldOf(Node::Null(), std::move(sets));
}

}  // namespace hikae::differential
