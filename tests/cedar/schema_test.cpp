// Schema texts: what is accepted, what each error says, and what comes through to those who are typed by it.
#include "cedar/schema/schema.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hikae::cedar {
namespace {

base::Result<Schema> Parse(const std::string& text) { return Schema::Parse({{"s.cedarschema", text}}); }

std::string ErrorOf(const std::string& text) {
  const auto schema = Parse(text);
  return schema.ok() ? "accepted" : schema.error().ToString();
}

// What the official engine (4.10) accepts and refuses, but for one thing we refuse as well: see Stricter.
TEST(Schema, Accepts) {
  const std::vector<std::string> texts = {
      "",
      "entity A;",
      "entity A, B;",
      "entity A = { };",
      "entity A { x: Long, };",
      "entity A { x ? : Long };",
      "entity A { \"in\": Long, \"\": Long, \"a b\"?: Bool };",
      "entity A { namespace: Long, entity?: Long, Set: Set<Long>, principal: Bool };",
      "entity A {} tags Set<A>;",
      "entity A tags {x: Long};",
      "entity A in A;",
      "entity A in [];",
      "entity A enum [\"\\u{41}\", \"新宿\"];",
      "entity A enum [\"a\", \"a\"];",
      "entity A { x: A };",
      "entity A { x: {} };",
      "entity A { x: datetime, y: duration, z: decimal, w: ipaddr };",
      "entity A{x:Long} // 注記\n;",
      "entity A\u3000;",
      "entity principal; namespace resource { entity action; }",
      "entity Long; entity Set; entity ipaddr; entity B { x: Long, y: __cedar::Long, s: Set, t: Set<Set> };",
      "entity __cedarx;",
      "entity A; type A = Long;",
      "type EntityOrCommon = String;",
      "type ipaddr = String;",
      "type Foo = Set<Set<Long>>;",
      "action a; action b in a; action c in [\"a\", Action::\"b\"];",
      "action a, \"b c\", principal, \"\";",
      "action a attributes {};",
      "entity A; type C = {x: Long}; action a appliesTo { principal: A, resource: [A, A], context: C, };",
      "action a; namespace N { action b in a; action c in Action::\"a\"; }",
      "namespace N { action a; action b in Action::\"a\"; action c in N::Action::\"a\"; }",
      "namespace N { entity A { x: B }; } entity B;",
      "namespace N { entity A { x: N::B}; entity B; }",
      "entity A { x: N :: B }; namespace N { entity B; }",
      "entity A { x: Action }; action a;",
      "namespace N { action a; } entity A { x: N::Action };",
      "@if(\"x\") entity A { @b(\"x\") @c y: Long };",
      "@a namespace N { @a(\"x\") action \"b c\", d; }",
  };
  for (const std::string& text : texts) EXPECT_EQ(ErrorOf(text), "accepted") << text;
}

struct Refused {
  std::string text;
  std::string error;
};

void ExpectRefused(const std::vector<Refused>& cases) {
  for (const Refused& one : cases) EXPECT_EQ(ErrorOf(one.text), "s.cedarschema:" + one.error) << one.text;
}

TEST(Schema, RefusesSyntax) {
  ExpectRefused({
      {"entty A;", "1:1: expected 'entity', 'action', 'type' or 'namespace', found 'entty' (did you mean 'entity'?)"},
      {"entity A { x: Long }", "1:21: expected ';' after the entity type, found the end of the text"},
      {"entity A { x: Long;};", "1:19: expected ',' or '}', found ';'"},
      {"entity A { x?: Long?};", "1:20: expected ',' or '}', found '?'"},
      {"entity A,;", "1:10: expected a name, found ';'"},
      {"entity A enum [];", "1:16: expected text in double quotes, found ']'"},
      {"entity A enum [\"a\",];", "1:20: expected text in double quotes, found ']'"},
      {"entity A enum [\"a\"] in B;", "1:21: expected ';' after the entity type, found 'in'"},
      {"entity A in [B,];", "1:16: expected a name, found ']'"},
      {"entity A tags Long {};", "1:20: expected ';' after the entity type, found '{'"},
      {"entity A { x: Set<Long,> };", "1:23: expected '>' after the type of the set's elements, found ','"},
      {"entity in;", "1:8: 'in' is reserved"},
      {"entity A { like: Long };", "1:12: 'like' is reserved (quote it)"},
      {"entity \"A\";", "1:8: expected a name, found '\"A\"' (this name is not quoted)"},
      {"entity __cedar;", "1:8: the namespace __cedar is reserved"},
      {"namespace A::__cedar {}", "1:14: the namespace __cedar is reserved"},
      {"namespace N {};", "1:15: expected 'entity', 'action', 'type' or 'namespace', found ';'"},
      {"action a in [];", "1:14: expected a name, found ']'"},
      {"action a in [b,]; action b;", "1:16: expected a name, found ']'"},
      {"@a @a entity A;", "1:5: the annotation @a stands twice on one declaration"},
      {"entity A { @a @a x: Long };", "1:16: the annotation @a stands twice on one declaration"},
      {"type Long = String;", "1:6: a common type cannot be called Long"},
      {"type is = Long;", "1:6: 'is' is reserved"},
      {"entity Ａ;", "1:8: unexpected character 'Ａ' (write the ASCII 'A')"},
      {"entity A { 氏名: String };",
       "1:12: unexpected character '氏' (letters beyond ASCII stand in double quotes only)"},
  });
}

TEST(Schema, RefusesAppliesTo) {
  ExpectRefused({
      {"action a appliesTo { };", "1:22: expected 'principal', 'resource' or 'context', found '}'"},
      {"entity A; action a appliesTo { principal: A };", "1:20: appliesTo has no 'resource'"},
      {"entity A; action a appliesTo { resource: A };", "1:20: appliesTo has no 'principal'"},
      {"entity A; action a appliesTo { principal: [], resource: A };",
       "1:32: 'principal' is an empty list (leave appliesTo out)"},
      {"entity A; action a appliesTo { principal: A, principal: A, resource: A };",
       "1:46: 'principal' stands twice in appliesTo"},
      {"entity A; action a appliesTo { principal: A, resource: A, context: Long };",
       "1:68: the context of the action \"a\" is not a record"},
      {"entity A; type T = A; action a appliesTo { principal: T, resource: A };",
       "1:55: unknown entity type T (did you mean 'A'?)"},
      {"entity A; action a appliesTo {principal: Action, resource: A};", "1:42: unknown entity type Action"},
  });
}

TEST(Schema, RefusesNames) {
  ExpectRefused({
      {"entity Contract; entity A { x: Contrct };", "1:32: unknown type Contrct (did you mean 'Contract'?)"},
      {"entity A { x: Boolean };", "1:15: unknown type Boolean (did you mean 'Bool'?)"},
      {"entity A { x: __cedar::Foo };", "1:15: unknown type __cedar::Foo"},
      {"entity A { x: Action };", "1:15: unknown type Action"},
      {"entity A in [Long];", "1:14: unknown entity type Long"},
      {"type Tea=Long; entity A in Tea;", "1:28: unknown entity type Tea (it is a common type)"},
      {"action alpha; action b in alhpa;", "1:27: unknown action Action::\"alhpa\" (did you mean \"alpha\"?)"},
      {"action a in Foo::\"b\"; entity Foo;", "1:13: unknown action Foo::\"b\" (did you mean \"a\"?)"},
      {"entity Action;", "1:8: the entity type Action cannot be declared (it is the type of every action)"},
      {"namespace N::M { entity A; } namespace N { entity B {x: M::A}; }",
       "1:57: unknown type M::A (did you mean 'N::B'?)"},
      {"namespace N { type T = Long; } entity A { x: N::Long };", "1:46: unknown type N::Long (did you mean 'Long'?)"},
  });
}

TEST(Schema, RefusesDuplicatesAndCycles) {
  ExpectRefused({
      {"entity A;\nentity A;", "2:8: the entity type A is declared twice (first at s.cedarschema:1:8)"},
      {"entity A, A;", "1:11: the entity type A is declared twice (first at s.cedarschema:1:8)"},
      {"type T=Long; type T=Long;", "1:19: the type T is declared twice (first at s.cedarschema:1:6)"},
      {"action a, a;", "1:11: the action Action::\"a\" is declared twice (first at s.cedarschema:1:8)"},
      {"namespace N { } namespace N { }",
       "1:27: the namespace N is declared twice (put its declarations into one block)"},
      {"entity A; namespace N { entity A; }", "1:32: N::A hides A, which has no namespace (rename one of them)"},
      {"type A=Long; namespace N { entity A; }", "1:35: N::A hides A, which has no namespace (rename one of them)"},
      {"entity A; namespace N { type A=Long; }", "1:30: N::A hides A, which has no namespace (rename one of them)"},
      {"action a; namespace N { action a; }",
       "1:32: N::Action::\"a\" hides Action::\"a\", which has no namespace (rename one of them)"},
      {"type A = B; type B = Set<A>;",
       "1:26: common types contain each other: A -> B -> A (a record that holds itself has no end; refer to an entity "
       "type instead)"},
      {"type A = {x?: A};",
       "1:15: common types contain each other: A -> A (a record that holds itself has no end; refer to an entity type "
       "instead)"},
      {"action a in a;", "1:8: the action Action::\"a\" is a member of itself"},
      {"action a in b; action b in a;", "1:8: the action Action::\"a\" is a member of itself (through Action::\"b\")"},
  });
}

// Cedar lets the last of two attributes of one name win, silently; a lost attribute would be a rule lost.
TEST(Schema, Stricter) {
  ExpectRefused({
      {"entity A { x: Long, x: String };", "1:21: the attribute \"x\" stands twice in the record"},
  });
}

TEST(Schema, TellsWhatWasDeclared) {
  const auto schema = Parse(R"(
type Term = { "from": datetime, until?: datetime };
@ja("業務") entity Handling in [Section] {
  @ja("氏名𠮷") @owner section: Section,
  terms?: Set<Term>,
  "other name": __cedar::String,
} tags Set<String>;
entity Section enum ["福祉部", "髙齢者"];
@doc("when designed") action "audit.design" in audit appliesTo {
  principal: [Handling, Section], resource: Handling, context: { asOf: datetime, term: Term } };
action audit;
)");
  ASSERT_TRUE(schema.ok()) << schema.error().ToString();
  ASSERT_EQ(schema->entity_types().size(), 2U);
  const EntityType& handling = schema->entity_types()[0];
  EXPECT_EQ(handling.name, "Handling");
  EXPECT_EQ(handling.where.ToString(), "s.cedarschema:3:18");
  EXPECT_EQ(handling.annotations.at("ja"), "業務");
  EXPECT_EQ(handling.member_of, std::vector<std::string>{"Section"});
  ASSERT_EQ(handling.attributes.size(), 3U);
  EXPECT_EQ(handling.attributes[0].annotations, (Annotations{{"ja", "氏名𠮷"}, {"owner", ""}}));
  EXPECT_EQ(handling.attributes[1].type.ToString(), "Set<{from: datetime, until?: datetime}>");
  EXPECT_EQ(handling.attributes[1].type.element->name, "Term");
  EXPECT_FALSE(handling.attributes[1].required);
  EXPECT_EQ(handling.Find("other name")->type.kind, Type::Kind::kString);
  EXPECT_EQ(handling.Find("terms?"), nullptr);
  EXPECT_EQ(handling.tags->ToString(), "Set<String>");
  EXPECT_EQ(schema->FindEntityType("Section")->enum_ids, (std::vector<std::string>{"福祉部", "髙齢者"}));
  EXPECT_EQ(schema->FindEntityType("Sektion"), nullptr);
  const ActionType* action = schema->FindAction({"Action", "audit.design"});
  ASSERT_NE(action, nullptr);
  EXPECT_EQ(action->principals, (std::vector<std::string>{"Handling", "Section"}));
  EXPECT_EQ(action->member_of, (std::vector<EntityUid>{{"Action", "audit"}}));
  EXPECT_EQ(action->context.Find("term")->type.name, "Term");
  EXPECT_EQ(action->annotations.at("doc"), "when designed");
  EXPECT_TRUE(schema->FindAction({"Action", "audit"})->principals.empty());
  ASSERT_EQ(schema->common_types().size(), 1U);
  EXPECT_EQ(schema->common_types()[0].name, "Term");
}

TEST(Schema, CommonTypeComesBeforeEntityTypeBeforeBuiltIn) {
  const auto schema = Parse(R"(
namespace Demo {
  entity Host { ip: ipaddr, bandwidth: decimal, own: String };
  entity String { groups: Set<__cedar::String> };
  type ipaddr = { repr: String, isV4: Bool };
  type Host = Long;
  entity User { host: Host };
})");
  ASSERT_TRUE(schema.ok()) << schema.error().ToString();
  const EntityType& host = *schema->FindEntityType("Demo::Host");
  EXPECT_EQ(host.Find("ip")->type.ToString(), "{repr: Demo::String, isV4: Bool}");
  EXPECT_EQ(host.Find("bandwidth")->type.kind, Type::Kind::kDecimal);
  EXPECT_EQ(schema->FindEntityType("Demo::User")->Find("host")->type.kind, Type::Kind::kLong);
}

TEST(Schema, FragmentsAreResolvedTogether) {
  const std::vector<SourceText> both = {
      {"core", "entity A { control: Control, p: Parameters }; action moment; @a namespace N { entity X; }"},
      {"pack",
       "entity Control enum [\"x\"]; type Parameters = { n: Long }; action leaf in moment appliesTo { principal: "
       "A, resource: N::Y }; @b(\"c\") namespace N { entity Y { x: X }; }"}};
  const auto schema = Schema::Parse(both);
  ASSERT_TRUE(schema.ok()) << schema.error().ToString();
  EXPECT_EQ(schema->FindEntityType("A")->Find("p")->type.ToString(), "{n: Long}");
  EXPECT_EQ(schema->FindEntityType("N::Y")->Find("x")->type.name, "N::X");
  EXPECT_EQ(*schema->NamespaceAnnotations("N"), (Annotations{{"a", ""}, {"b", "c"}}));
  EXPECT_EQ(schema->NamespaceAnnotations("M"), nullptr);
  const auto alone = Schema::Parse({both[0]});
  EXPECT_EQ(alone.error().ToString(), "core:1:21: unknown type Control");
  const auto twice = Schema::Parse({both[0], both[1], {"more", "\nentity Control;"}});
  EXPECT_EQ(twice.error().ToString(), "more:2:8: the entity type Control is declared twice (first at pack:1:8)");
}

// ---- limits ----
TEST(Schema, DeepTextIsRefused) {
  std::string records = "type T = ";
  for (int i = 0; i < 10'000; ++i) records += "{a: ";
  EXPECT_EQ(ErrorOf(records),
            "s.cedarschema:1:410: types are nested more than 100 deep (give inner records names with "
            "'type')");
  std::string sets = "type T = ";
  for (int i = 0; i < 10'000; ++i) sets += "Set<";
  EXPECT_EQ(ErrorOf(sets),
            "s.cedarschema:1:410: types are nested more than 100 deep (give inner records names with "
            "'type')");
  std::string fits = "Long";
  for (uint32_t i = 0; i + 2 < kMaxTypeNesting; ++i) fits = "Set<" + fits + ">";
  EXPECT_EQ(ErrorOf("type T = " + fits + ";"), "accepted");
}

TEST(Schema, DeepCommonTypesAreRefused) {
  for (const bool backwards : {false, true}) {
    std::string text;
    for (int i = 0; i < 5'000; ++i) {
      const std::string one = "type T" + std::to_string(i + 10'000) + " = Set<T" + std::to_string(i + 10'001) + ">;\n";
      text = backwards ? one + text : text + one;
    }
    EXPECT_NE(ErrorOf(text + "type T15000 = Long;").find("types are nested more than 100 deep"), std::string::npos);
  }
}

TEST(Schema, CommonTypesThatMultiplyAreRefused) {
  std::string text = "type T0 = Long;";
  for (int i = 1; i < 60; ++i) {
    const std::string below = "T" + std::to_string(i - 1);
    text += "type T" + std::to_string(i) + " = {a: " + below + ", b: " + below + "};";
  }
  EXPECT_NE(ErrorOf(text).find("the schema has more than 400000 types once common types are put in"),
            std::string::npos);
}

TEST(Schema, HierarchiesAreBounded) {
  const auto chain = [](const std::string& word, int length) {
    std::string text = word + " a0;";
    for (int i = 1; i < length; ++i) text += word + " a" + std::to_string(i) + " in a" + std::to_string(i - 1) + ";";
    return text;
  };
  EXPECT_EQ(ErrorOf(chain("action", 300) + chain("entity", 300)), "accepted");
  const std::string error = "the hierarchy has more than 1000000 pairs of member and ancestor";
  EXPECT_NE(ErrorOf(chain("action", 3'000)).find(error), std::string::npos);
  EXPECT_NE(ErrorOf(chain("entity", 3'000)).find(error), std::string::npos);
}

}  // namespace
}  // namespace hikae::cedar
