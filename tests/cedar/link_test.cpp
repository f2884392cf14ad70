// Templates and what is linked from them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cedar/engine/judge.h"
#include "cedar/engine/policy_set.h"

namespace hikae::cedar {
namespace {

constexpr char kTexts[] = R"(@id("閲覧") @title("担当者の閲覧：葛󠄀飾")
permit (principal in ?principal, action == Action::"read", resource == ?resource) when { resource.open };
permit (principal, action == Action::"list", resource);
@evidence("resource.closed")
forbid (principal is Staff in ?principal, action, resource is File) when { resource.closed + 1 > 1 };)";

PolicySet Texts() {
  auto set = PolicySet::Parse({{"t.cedar", kTexts}});
  EXPECT_TRUE(set.ok()) << set.error().ToString();
  return *set;
}

std::string Decided(const PolicySet& set, const std::string& staff, const std::string& action,
                    const std::string& file) {
  std::vector<Entity> entities(3);
  entities[0].uid = {"Staff", "𠮷田"};
  entities[0].parents = {{"Section", "福祉課"}};
  entities[1].uid = {"File", "相談記録"};
  entities[1].attributes = {{"open", Value::Bool(true)}, {"closed", Value::Bool(true)}};
  entities[2].uid = {"File", "給付"};
  entities[2].attributes = {{"open", Value::Bool(true)}, {"closed", Value::Long(0)}};
  const auto store = Entities::Create(entities);
  EXPECT_TRUE(store.ok());
  const Response response = Authorize({{"Staff", staff}, {"Action", action}, {"File", file}}, set, *store);
  std::string out = response.decision == Decision::kAllow ? "allow" : "deny";
  for (const std::string& id : response.reasons) out += " " + id;
  for (const PolicyError& error : response.errors) out += " ! " + error.policy_id + " " + error.message;
  return out;
}

const EntityUid kSection{"Section", "福祉課"};
const EntityUid kRecords{"File", "相談記録"};

TEST(Link, ATemplateAloneDecidesNothing) {
  const PolicySet set = Texts();
  ASSERT_EQ(set.policies().size(), 1u);
  ASSERT_EQ(set.templates().size(), 2u);
  EXPECT_EQ(set.templates()[0].id, "policy0");
  EXPECT_EQ(set.policies()[0].id, "policy1");
  EXPECT_EQ(set.templates()[1].id, "policy2");
  EXPECT_EQ(*set.templates()[0].Annotation("title"), "担当者の閲覧：葛󠄀飾");
  EXPECT_EQ(Decided(set, "𠮷田", "read", "給付"), "deny");
  EXPECT_EQ(Decided(set, "𠮷田", "list", "給付"), "allow policy1");
}

TEST(Link, ALinkDecidesForWhatFillsItsSlots) {
  const PolicySet before = Texts();
  const auto set = before.Link({{"policy0", "閲覧-1", kSection, kRecords}});
  ASSERT_TRUE(set.ok()) << set.error().ToString();
  EXPECT_EQ(Decided(*set, "𠮷田", "read", "相談記録"), "allow 閲覧-1");
  EXPECT_EQ(Decided(*set, "𠮷田", "read", "給付"), "deny");
  EXPECT_EQ(Decided(*set, "髙橋", "read", "相談記録"), "deny");
  EXPECT_EQ(Decided(*set, "𠮷田", "list", "給付"), "allow policy1");
  EXPECT_EQ(before.policies().size(), 1u);
  EXPECT_EQ(Decided(before, "𠮷田", "read", "相談記録"), "deny");
}

TEST(Link, ALinkIsItsTemplateByAnotherName) {
  const PolicySet before = Texts();
  const TemplateLink link{"policy0", "閲覧-1", kSection, kRecords};
  const auto set = before.Link({link, {"policy2", "f", kSection, {}}});
  ASSERT_TRUE(set.ok());
  ASSERT_EQ(set->policies().size(), 3u);
  EXPECT_EQ(set->templates().size(), 2u);
  const PolicyInfo& linked = set->policies()[1];
  const PolicyInfo& from = before.templates()[0];
  EXPECT_EQ(linked.id, "閲覧-1");
  ASSERT_TRUE(linked.link.has_value());
  EXPECT_EQ(*linked.link, link);
  EXPECT_EQ(linked.annotations, from.annotations);
  EXPECT_EQ(linked.text, from.text);
  EXPECT_EQ(linked.where.ToString(), "t.cedar:1:1");
  EXPECT_EQ(linked.when_paths, from.when_paths);
  EXPECT_FALSE(set->policies()[0].link.has_value());
  EXPECT_EQ(set->policies()[2].effect, Effect::kForbid);
}

TEST(Link, ErrorsOfALinkNameThePlaceInItsTemplate) {
  const auto set = Texts().Link({{"policy2", "f", kSection, {}}});
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(Decided(*set, "𠮷田", "write", "相談記録"), "deny ! f t.cedar:5:76: expected a long, found a bool");
}

TEST(Link, LinksAreJudgedWithTheEvidenceOfTheirTemplate) {
  const auto set = Texts().Link({{"policy2", "f", EntityUid{"Staff", "𠮷田"}, {}}});
  ASSERT_TRUE(set.ok());
  const auto store = Entities::Create({});
  const auto judged = Judge({{"Staff", "𠮷田"}, {"Action", "a"}, {"File", "x"}}, *set, *store);
  ASSERT_EQ(judged.size(), 1u);
  EXPECT_EQ(judged[0].policy, 1u);
  EXPECT_EQ(judged[0].outcome, Outcome::kNotShown);
  EXPECT_EQ(judged[0].error, "");
}

TEST(Link, FilteringKeepsLinksAndTemplates) {
  const auto set = Texts().Link({{"policy0", "l1", kSection, kRecords}, {"policy0", "l2", kSection, kRecords}});
  ASSERT_TRUE(set.ok());
  const PolicySet second = set->Filter({false, false, true});
  ASSERT_EQ(second.policies().size(), 1u);
  EXPECT_EQ(Decided(second, "𠮷田", "read", "相談記録"), "allow l2");
  const auto third = second.Link({{"policy0", "l1", kSection, EntityUid{"File", "給付"}}});
  ASSERT_TRUE(third.ok()) << third.error().ToString();
  EXPECT_EQ(Decided(*third, "𠮷田", "read", "給付"), "allow l1");
}

TEST(Link, NamesMayComeFromAnnotations) {
  const auto set = PolicySet::Parse({{"t", "@id(\"雛形\") permit(principal == ?principal, action, resource);"}},
                                    {.id_from_annotation = true});
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(set->templates()[0].id, "雛形");
  EXPECT_TRUE(set->Link({{"雛形", "x", kSection, {}}}).ok());
}

TEST(Link, RefusesWhatDoesNotFit) {
  const PolicySet set = Texts();
  const auto error = [&](std::vector<TemplateLink> links) {
    const auto linked = set.Link(links);
    return linked.ok() ? std::string()
                       : fmt::format("{} {}", static_cast<int>(linked.error().status), linked.error().ToString());
  };
  EXPECT_EQ(error({{"policy", "x", kSection, kRecords}}),
            "-2 the link \"x\": there is no template \"policy\" (did you mean \"policy0\"?)");
  EXPECT_EQ(error({{"遠い", "x", kSection, kRecords}}), "-2 the link \"x\": there is no template \"遠い\"");
  EXPECT_EQ(
      error({{"policy1", "x", {}, {}}}),
      "-2 the link \"x\": \"policy1\" has no slot to fill (templates have ?principal or ?resource in their scope)");
  EXPECT_EQ(error({{"policy0", "policy0", kSection, kRecords}}),
            "-3 the link \"policy0\": the id is taken by a template (ids are unique in a policy set)");
  EXPECT_EQ(error({{"policy0", "policy1", kSection, kRecords}}),
            "-3 the link \"policy1\": the id is taken by another policy (ids are unique in a policy set)");
  EXPECT_EQ(error({{"policy0", "x", kSection, kRecords}, {"policy0", "x", kSection, kRecords}}),
            "-3 the link \"x\": the id is taken by another policy (ids are unique in a policy set)");
  EXPECT_EQ(error({{"policy0", "x", kSection, {}}}),
            "-1 the link \"x\": ?resource is not filled (every slot needs an entity)");
  EXPECT_EQ(error({{"policy2", "x", kSection, kRecords}}),
            "-1 the link \"x\": ?resource is filled, but the template \"policy2\" has no such slot");
  EXPECT_EQ(
      error({{"policy2", "x", EntityUid{"氏名", "a"}, {}}}),
      "-1 the link \"x\": ?principal is filled with an entity of type \"氏名\", which is no name (names joined by "
      "'::')");
  EXPECT_EQ(error({{"policy2", "x", EntityUid{"A::", "a"}, {}}}).substr(0, 2), "-1");
}

TEST(Link, ValidationChecksWhatFillsTheSlots) {
  const auto schema = Schema::Parse({{"s", R"(
entity Section; entity Staff in [Section]; entity File { open: Bool, closed: Long }; entity Kind enum ["氏名"];
action read, list, write appliesTo { principal: Staff, resource: File };
action sort appliesTo { principal: Staff, resource: Kind };)"}});
  ASSERT_TRUE(schema.ok()) << schema.error().ToString();
  const auto checked = [&](TemplateLink link) {
    const auto set = Texts().Link({std::move(link)});
    EXPECT_TRUE(set.ok());
    const Validation found = Validate(*set, *schema);
    std::string out;
    for (const base::Error& error : found.errors) out += error.ToString() + " | ";
    for (const base::Error& warning : found.warnings) out += "warning " + warning.ToString() + " | ";
    return out;
  };
  EXPECT_EQ(checked({"policy0", "l", kSection, kRecords}), "");
  EXPECT_EQ(
      checked({"policy0", "l", EntityUid{"Sectio", "a"}, kRecords}),
      "t.cedar:1:1: no action of the schema applies to the scope of the link \"l\" (compare principal and resource "
      "with the action's appliesTo) | "
      "t.cedar:2:9: unknown entity type Sectio in a slot of the link \"l\" (did you mean 'Section'?) | ");
  EXPECT_EQ(
      checked({"policy0", "l", EntityUid{"File", "a"}, kRecords}),
      "t.cedar:1:1: no action of the schema applies to the scope of the link \"l\" (compare principal and resource "
      "with the action's appliesTo) | ");
  EXPECT_EQ(checked({"policy0", "l", kSection, EntityUid{"Kind", "住所"}}).substr(0, 66),
            "t.cedar:1:1: no action of the schema applies to the scope of the l");
}

}  // namespace
}  // namespace hikae::cedar
