// One clean pack, and one fault at a time: each must be named, at its place, in both languages.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "small_pack.h"

namespace hikae::audit {
namespace {

std::string Show(const LintReport& report) {
  std::string out;
  for (const base::Error& error : report.errors) out += error.ToString() + "\n";
  return out;
}

TEST(Lint, FindsNothingInACleanPack) {
  const LintReport report = Lint(SmallPackFiles());
  EXPECT_EQ(Show(report), "");
  for (const base::Error& warning : report.warnings) ADD_FAILURE() << warning.ToString();
}

struct Fault {
  const char* name;
  const char* file;
  const char* from;  // replaced once; "" = appended
  const char* to;
  const char* error;  // how the error begins, or a part of it after "…"
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class LintFault : public testing::TestWithParam<Fault> {};

TEST_P(LintFault, IsNamedAtItsPlace) {
  const Fault& fault = GetParam();
  PackFiles files = SmallPackFiles();
  std::string& text = std::string_view(fault.file) == "core.cedarschema" ? files.core_schema : files.files[fault.file];
  const size_t at = std::string_view(fault.from).empty() ? text.size() : text.find(fault.from);
  ASSERT_NE(at, std::string::npos) << "the clean pack has no " << fault.from;
  text.replace(at, std::string_view(fault.from).size(), fault.to);
  const LintReport report = Lint(files);
  const bool named = std::any_of(report.errors.begin(), report.errors.end(),
                                 [&](const base::Error& error) { return error.ToString().starts_with(fault.error); });
  EXPECT_TRUE(named) << "expected: " << fault.error << "\nfound:\n" << Show(report);
  for (const base::Error& error : report.errors) {
    EXPECT_EQ(error.status, base::Status::kRules);
    EXPECT_FALSE(error.where.file.empty()) << error.ToString();
    EXPECT_FALSE(error.text.en.empty());
  }
  const base::Result<std::shared_ptr<const Pack>> pack = LoadPack(files);
  ASSERT_FALSE(pack.ok());
  EXPECT_EQ(pack.error().ToString(), report.errors.front().ToString());
}

constexpr char kRules[] = "rules.cedar";
constexpr char kManifest[] = "pack.yaml";
constexpr char kSchema[] = "schema.cedarschema";
constexpr char kCore[] = "core.cedarschema";

const Fault kAnnotationFaults[] = {
    {"NoId", kRules, "@id(\"small.design.items\") ", "", "small/rules.cedar:10:1: @id is missing"},
    {"NoControl", kRules, "@control(\"item-list\") ", "",
     "small/rules.cedar:10:1: small.design.items: @control is missing (it may be empty)"},
    {"NoArticle", kRules, "@article(\"案2\") ", "", "small/rules.cedar:10:1: small.design.items: @article is missing"},
    {"NoTitle", kRules, "@title(\"必要な項目が挙げられていない\") ", "",
     "small/rules.cedar:10:1: small.design.items: @title is missing"},
    {"NoTitleEn", kRules, "@title_en(\"needed items are not listed\") ", "",
     "small/rules.cedar:10:1: small.design.items: @title_en is missing"},
    {"NoSeverity", kRules, "@severity(\"error\") ", "",
     "small/rules.cedar:10:1: small.design.items: @severity is missing"},
    {"NoConfidence", kRules, " @confidence(\"seed\")", "",
     "small/rules.cedar:10:1: small.design.items: @confidence is missing"},
    {"NoRemedy", kRules, "@remedy(\"項目を追記する\") ", "",
     "small/rules.cedar:10:1: small.design.items: @remedy is missing"},
    {"NoEvidence", kRules, " @evidence(\"\")", "",
     "small/rules.cedar:10:1: small.design.items: @evidence is missing (it may be empty)"},
    {"EmptyArticle", kRules, "@article(\"案2\")", "@article(\"\")",
     "small/rules.cedar:10:49: small.design.items: @article is empty"},
    {"DuplicateId", kRules, "small.design.unchanged", "small.design.items",
     "small/rules.cedar:16:1: small.design.items: the id is used already, small/rules.cedar:10:1"},
    {"UnknownControl", kRules, "item-list", "item-lsit",
     "small/rules.cedar:10:27: small.design.items: unknown control `item-lsit` (nearest: item-list)"},
    {"UnknownSeverity", kRules, "@severity(\"warn\")", "@severity(\"warning\")",
     "small/rules.cedar:27:65: small.event.lot: unknown severity `warning`"},
    {"UnknownConfidence", kRules, "@confidence(\"derived\")", "@confidence(\"sure\")",
     "small/rules.cedar:16:78: small.design.unchanged: unknown confidence `sure`"},
    {"GeneralKnowledgeForbids", kRules, "@severity(\"warn\")", "@severity(\"error\")",
     "small/rules.cedar:27:65: small.event.lot: confidence G allows no more than warn, found `error`"},
    {"ExcerptForbids", kRules, "@confidence(\"derived\")", "@confidence(\"S-x\")",
     "small/rules.cedar:16:59: small.design.unchanged: confidence S-x allows no more than warn, found `error`"},
    {"BadDate", kRules, "2021-06-01", "2021-06-31",
     "small/rules.cedar:32:110: small.end.erasure: @effective_from: `2021-06-31` is not a date"},
    {"NotIso", kRules, "2021-06-01", "令和3年6月1日",
     "small/rules.cedar:32:110: small.end.erasure: @effective_from: `令和3年6月1日` is not a date"},
    {"ReversedInterval", kRules, "@effective_from(\"2021-06-01\")",
     "@effective_from(\"2021-06-01\") @effective_to(\"2021-05-31\")",
     "small/rules.cedar:32:140: small.end.erasure: the effective interval ends before it begins"},
    {"Slot", kRules, "principal is Contract", "principal == ?principal",
     "small/rules.cedar:22:1: a rule of a pack has no slots"},
    {"EvidenceNotRead", kRules, "@evidence(\"principal.quantity\")", "@evidence(\"principal.medium\")",
     "small/rules.cedar:28:82: small.event.lot: @evidence `principal.medium` is not read by the rule"},
    {"EvidenceOnlyInWhen", kRules, "@evidence(\"principal.erasedOn\")",
     "@evidence(\"principal.erasedOn context.params.reportWithin\")",
     "small/rules.cedar:33:72: small.end.erasure: @evidence `context.params.reportWithin` is read in `when` only"},
};
const Fault kFormFaults[] = {
    {"DoesNotParse", kRules, "unless { principal.items", "unless { principal..items", "small/rules.cedar:14:20: "},
    {"NoUnless", kRules,
     "unless { principal has lent && principal has returned && principal.lent == principal.returned }",
     "when { principal.lent == principal.returned }",
     "small/rules.cedar:38:1: small.end.balance: a rule has exactly one `unless`, found 0"},
    {"TwoUnless", kRules,
     "unless { principal has lent && principal has returned && principal.lent == principal.returned }",
     "unless { principal has lent && principal has returned && principal.lent == principal.returned } unless { true }",
     "small/rules.cedar:38:1: small.end.balance: a rule has exactly one `unless`, found 2"},
    {"TwoWhen", kRules, "when { resource.profile == principal }",
     "when { resource.profile == principal } when { true }",
     "small/rules.cedar:10:1: small.design.items: a rule has at most one `when`, found 2"},
    {"UnknownMoment", kRules, "action in Action::\"audit.design\"", "action in Action::\"audit.desing\"",
     "small/rules.cedar:12:35: small.design.items: Action::\"audit.desing\" is no moment at which anything is judged"},
    {"NoMoment", kRules, "action in Action::\"audit.design\"", "action",
     "small/rules.cedar:10:1: small.design.items: a rule names its moment"},
    {"WrongThing", kRules, "principal is Declaration, action in Action::\"audit.design\"",
     "principal is Vendor, action in Action::\"audit.design\"",
     "small/rules.cedar:12:9: small.design.items: no Vendor is judged at this moment"},
    {"UnknownKind", kRules, "@kind(\"expectation\")", "@kind(\"expectaton\")",
     "small/rules.cedar:2:30: small.expect.contract: unknown kind `expectaton` (nearest: expectation)"},
    {"ExpectsUnknownType", kRules, "@expects(\"Contract\")", "@expects(\"Contrakt\")",
     "small/rules.cedar:2:51: small.expect.contract: @expects: there is no entity type `Contrakt` (nearest: Contract)"},
    {"ExpectsByUnknown", kRules, "@by(\"declaration\")", "@by(\"declaratoin\")",
     "small/rules.cedar:2:72: small.expect.contract: @by: Contract has no attribute `declaratoin` (nearest: "
     "declaration)"},
    {"ExpectsByElsewhere", kRules, "@by(\"declaration\")", "@by(\"vendor\")",
     "small/rules.cedar:2:72: small.expect.contract: Contract.vendor does not point to Declaration"},
    {"PerWithoutAs", kRules, " @as(\"covers\")", "",
     "small/rules.cedar:6:1: small.expect.cover: @per and @as go together"},
    {"PerOfAnotherType", kRules, "@as(\"covers\")", "@as(\"vendor\")",
     "small/rules.cedar:6:104: small.expect.cover: systems is a Set<System>, vendor a Vendor"},
    {"IllTyped", kRules, "principal.lent == principal.returned", "principal.lent < principal.medium",
     "small/rules.cedar:41:"},
    {"MisspeltAttribute", kRules, "principal.erasedOn >= principal.endsOn", "principal.erasedOn >= principal.endOn",
     "small/rules.cedar:36:"},
};
const Fault kManifestFaults[] = {
    {"NoPackId", kManifest, "id: small\n", "", "small/pack.yaml:1:1: `id` is missing"},
    {"NoPackTitle", kManifest, "title: 小さな規程集\n", "", "small/pack.yaml:1:1: `title` is missing"},
    {"NoPackTitleEn", kManifest, "title_en: a small pack\n", "", "small/pack.yaml:1:1: `title_en` is missing"},
    {"BadPackId", kManifest, "id: small", "id: Small Pack", "small/pack.yaml:1:5: `Small Pack` is no pack id"},
    {"BadPackDate", kManifest, "2021-04-01", "2021-04-31", "small/pack.yaml:4:20: `2021-04-31` is not a date"},
    {"ReversedPackInterval", kManifest, "until: 2023-03-31", "until: 2021-03-31",
     "small/pack.yaml:4:39: the effective interval ends before it begins"},
    {"NoPackInterval", kManifest, "effective: { from: 2021-04-01, until: 2023-03-31 }\n", "",
     "small/pack.yaml:1:1: `effective: { from: … }` is missing"},
    {"MissingFile", kManifest, "[rules.cedar]", "[rules.cedar, more.cedar]",
     "small/pack.yaml:7:25: there is no file `more.cedar` in the pack"},
    {"UnlistedFile", kManifest, "policies: [rules.cedar]", "policies: []",
     "small/pack.yaml:1:1: `rules.cedar` is in the folder but not listed"},
    {"NotYaml", kManifest, "id: small", "id: [small", "small/pack.yaml:"},
    {"MissingParameter", kManifest, "  largestLot: { value: 100, word: 大量, source: \"案3(2)\", basis: seed }\n", "",
     "small/pack.yaml:9:3: the parameter `largestLot` is missing (Long)"},
    {"UnknownParameter", kManifest,
     "largestLot:", "largestLott:", "small/pack.yaml:10:3: unknown parameter `largestLott` (nearest: largestLot)"},
    {"IllTypedParameter", kManifest, "value: 14d", "value: 14",
     "small/pack.yaml:9:26: parameter `reportWithin`: expected a duration, found `14`"},
    {"IllTypedSet", kManifest, "[氏名, 住所]", "氏名",
     "small/pack.yaml:11:20: parameter `needed`: expected a Set<Item>, found `氏名`"},
    {"NoValue", kManifest, "value: 14d, ", "", "small/pack.yaml:9:3: the parameter `reportWithin` has no `value`"},
    {"NoWord", kManifest, "word: 速やかに, ", "", "small/pack.yaml:9:3: the parameter `reportWithin` has no `word`"},
    {"UnknownControlTitle", kManifest, "encryption: {", "encrypton: {",
     "small/pack.yaml:14:3: unknown control `encrypton` (nearest: encryption)"},
    {"HalfControlTitle", kManifest, ", en: encrypted media", "",
     "small/pack.yaml:14:3: the control `encryption` needs a title `ja` and `en`"},
    {"UnknownBasis", kManifest, "basis: seed", "basis: feeling", "small/pack.yaml:10:3: unknown basis `feeling`"},
};
const Fault kSchemaFaults[] = {
    {"SchemaDoesNotParse", kSchema, "entity Control", "entty Control", "small/schema.cedarschema:1:1: "},
    {"FactOfUnknownType", kCore, "collect Safeguard.controls", "collect Safegard.controls",
     "core.cedarschema:27:86: @fact Declaration.promises: there is no entity type `Safegard` (nearest: Safeguard)"},
    {"FactOfUnknownAttribute", kCore, "collect Safeguard.controls", "collect Safeguard.control",
     "core.cedarschema:27:86: @fact Declaration.promises: Safeguard has no attribute `control` (nearest: controls)"},
    {"FactByUnknown", kCore, "by declaration where", "by declaratoin where",
     "core.cedarschema:27:87: @fact Declaration.promises: Safeguard has no attribute `declaratoin` (nearest: "
     "declaration)"},
    {"FactByElsewhere", kCore, "collect Safeguard.controls by declaration where",
     "collect Safeguard.controls by state where",
     "core.cedarschema:27:81: @fact Declaration.promises: Safeguard.state is a SafeguardState and does not point to "
     "Declaration"},
    {"FactWithoutOwner", kCore, "latest Opinion.on", "latest Handover.on",
     "core.cedarschema:29:31: @fact Declaration.opinionOn: Handover has no @owner attribute of type Declaration"},
    {"FactWhereOwnUnknown", kCore, "on > own.signedOn", "on > own.signedAt",
     "core.cedarschema:58:132: @fact Contract.handoversInTerm: Contract has no attribute `signedAt` (nearest: "
     "signedOn)"},
    {"FactWhereOwnOfAnotherType", kCore, "on > own.signedOn", "on > own.lent",
     "core.cedarschema:58:128: @fact Contract.handoversInTerm: `own.lent` is a Long and no datetime"},
    {"FactWhereUnknown", kCore, "where state =", "where stat =",
     "core.cedarschema:27:86: @fact Declaration.promises: Safeguard has no attribute `stat` (nearest: state)"},
    {"FactWhereUnknownId", kCore, "in-place | planned\"", "in-palce | planned\"",
     "core.cedarschema:27:87: @fact Declaration.promises: expected a SafeguardState, found `in-palce` (nearest: "
     "in-place)"},
    {"FactOfAnotherType", kCore, "count Handover\")", "earliest Handover.on\")",
     "core.cedarschema:49:33: @fact Contract.handovers: the fact measures a datetime, the attribute is a Long"},
    {"FactMayBeAbsent", kCore, "lent?: Long", "lent: Long",
     "core.cedarschema:51:52: @fact Contract.lent: `sum` may find nothing, so the attribute must be optional (write "
     "`lent?:`)"},
    {"FactClimbsNowhere", kCore, "managers.^Section", "managers.^Item",
     "core.cedarschema:28:32: @fact Declaration.managerSections: no Item is above a Post"},
    {"FactVerb", kCore, "self vendor.certifiedUntil", "selv vendor.certifiedUntil",
     "core.cedarschema:57:39: @fact Contract.vendorCertifiedUntil: `selv` is no verb (nearest: self)"},
    {"FactGapOfNumbers", kCore, "sum Handover.quantity where kind = lent\") lent?: Long",
     "gap Handover.quantity where kind = lent\") lent?: __cedar::duration",
     "core.cedarschema:51:52: @fact Contract.lent: `gap` cannot measure a Long"},
    {"FactGapIntoNumber", kCore, "gap Handover.on\") longestPause?: __cedar::duration",
     "gap Handover.on\") longestPause?: Long",
     "core.cedarschema:57:106: @fact Contract.longestPause: the fact measures a duration, the attribute is a Long"},
    {"FactSumOfText", kCore, "one Handover.medium\") medium?: String", "sum Handover.medium\") medium?: Long",
     "core.cedarschema:56:32: @fact Contract.medium: `sum` cannot measure a String"},
    {"FactCycle", kCore, "self declaration.promises\") promises?: Set<Control>",
     "collect? Contract.promises by declaration\") more?: Set<Control>,\n  @fact(\"self more\") promises?: "
     "Set<Control>",
     "core.cedarschema:"},
};

std::string NameOf(const testing::TestParamInfo<Fault>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Annotations, LintFault, testing::ValuesIn(kAnnotationFaults), NameOf);
INSTANTIATE_TEST_SUITE_P(Form, LintFault, testing::ValuesIn(kFormFaults), NameOf);
INSTANTIATE_TEST_SUITE_P(Manifest, LintFault, testing::ValuesIn(kManifestFaults), NameOf);
INSTANTIATE_TEST_SUITE_P(Schema, LintFault, testing::ValuesIn(kSchemaFaults), NameOf);

TEST(Lint, NamesACircleOfFacts) {
  PackFiles files = SmallPackFiles();
  const std::string from = "@fact(\"latest Opinion.on\") opinionOn?";
  const size_t at = files.core_schema.find(from);
  ASSERT_NE(at, std::string::npos);
  files.core_schema.replace(at, from.size(),
                            "@fact(\"self other\") opinionOn?: __cedar::datetime,\n @fact(\"self opinionOn\") other?");
  const LintReport report = Lint(files);
  ASSERT_EQ(report.errors.size(), 1u) << Show(report);
  EXPECT_EQ(
      report.errors[0].text.en,
      "facts build on each other in a circle: Declaration.opinionOn -> Declaration.other -> Declaration.opinionOn");
}

TEST(Lint, WarnsOfAnUnknownAnnotation) {
  PackFiles files = SmallPackFiles();
  std::string& text = files.files["rules.cedar"];
  text.replace(text.find("@remedy_en"), 10, "@remedy_n");
  const LintReport report = Lint(files);
  EXPECT_EQ(Show(report), "");
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_EQ(report.warnings[0].ToString(),
            "small/rules.cedar:23:79: @remedy_n is not an annotation of rules (nearest: remedy_en)");
}

TEST(Lint, ReportsFaultsOfSeveralFilesAtOnce) {
  PackFiles files = SmallPackFiles();
  files.files["pack.yaml"].replace(files.files["pack.yaml"].find("14d"), 3, "soon");
  std::string& text = files.files["rules.cedar"];
  text.replace(text.find("item-list"), 9, "nothing");
  text.replace(text.find("@severity(\"warn\")"), 17, "@severity(\"error\")");
  EXPECT_EQ(Lint(files).errors.size(), 3u) << Show(Lint(files));
}

}  // namespace
}  // namespace hikae::audit
