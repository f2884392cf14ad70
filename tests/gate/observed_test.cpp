// What an audit counts from the access log, held against the paper: with the acts of a real gate, and with rows that no
// gate would let come about.
#include <fmt/format.h>

#include <functional>
#include <map>
#include <set>

#include "audit/audit.h"
#include "gate/gate_office.h"
#include "mutants.h"
#include "store/database.h"

namespace hikae::gate {
namespace {

using Names = std::vector<std::string>;
const Names kItems = {"氏名漢字", "住所"};
constexpr char kWorker[] = "給付金事務委託/従事者3";
constexpr char kDay[] = "2021-09-10";
constexpr char kOffice[] = "江戸川区役所本庁舎 児童家庭課事務室内";

using Outcomes = std::map<std::string, audit::Outcome>;  // "rule thing"
Outcomes Of(const audit::Findings& findings, std::string_view type) {
  Outcomes outcomes;
  for (const audit::Finding& finding : findings.findings) {
    if (finding.thing.type == type) outcomes[fmt::format("{} {}", finding.rule, finding.thing.id)] = finding.outcome;
  }
  return outcomes;
}

class Observed : public testing::Test {
 protected:
  Observed() {
    const auto clerk = office_.Begin();
    for (int i = 1; i <= 3; ++i) {
      const std::string who = "宛名-000000" + std::to_string(i);
      const Put put{who, {{"氏名漢字", "髙橋󠄁 花子"}, {"住所", "江戸川区中央一丁目4番1号"}}};
      EXPECT_TRUE(clerk->Write(Writing(), {&put, 1}).ok());
    }
    EXPECT_TRUE(clerk->Read(Reading(kItems), "宛名-0000001").ok());
    EXPECT_FALSE(clerk->Read(Reading(Names{"国籍"}), "宛名-0000001").ok()) << "the paper has no such item";
    SessionRequest request = GateOffice::Clerk();
    request.actor = kWorker;
    request.terminal = "委託用端末1";
    const auto worker = office_.Begin(request);
    EXPECT_TRUE(worker->Read(Reading(kItems), "宛名-0000002").ok());
  }
  audit::Findings Audit(const char* day = kDay) {
    audit::AuditOptions options;
    options.as_of = *base::ParseDate(day);
    options.moment = audit::Moment::kPeriodic;
    auto findings = office_.office->Audit(options);
    EXPECT_TRUE(findings.ok()) << findings.error().ToString();
    return *std::move(findings);
  }
  GateOffice office_;
};

TEST_F(Observed, TheDaysOfUseAreHeldAgainstThePaper) {
  const Outcomes days = Of(Audit(), "AccessDay");
  const std::string worker = std::string("benefit/") + kFile + "/" + kWorker + "/" + kDay;
  const std::string clerk = std::string("benefit/") + kFile + "/児童家庭課職員1/" + kDay;
  const std::string login = std::string("benefit/-/児童家庭課職員1/") + kDay;
  using enum audit::Outcome;
  const std::pair<std::string, audit::Outcome> expected[] = {
      {"edo21.observed.actor " + clerk, kMet},
      {"edo21.observed.items " + clerk, kMet},
      {"edo21.observed.purpose " + clerk, kMet},
      {"edo21.observed.roster " + clerk, kNotApplicable},
      {"edo21.observed.roster " + worker, kMet},
      {"edo21.observed.roster-in-advance " + worker, kMet},
      {"edo21.observed.contract-period " + worker, kMet},
      {"edo21.observed.place " + login, kMet},
      {"edo21.observed.factors.terminal " + login, kMet},
      {"edo21.observed.factors.system " + login, kMet},
      {"edo21.observed.factors.system " + clerk, kNotApplicable},
  };
  for (const auto& [what, outcome] : expected) {
    ASSERT_TRUE(days.contains(what)) << what;
    EXPECT_EQ(days.at(what), outcome) << what;
  }
}

TEST_F(Observed, TheEvidenceLeadsToTheEntries) {
  const audit::Findings findings = Audit();
  bool seen = false;
  for (const audit::Finding& finding : findings.findings) {
    if (finding.rule != "edo21.observed.items" || finding.thing.id.find(kWorker) == std::string::npos) continue;
    for (const auto& evidence : finding.grounds().evidence) {
      if (evidence.source.starts_with("access-log 2021 ")) seen = true;
    }
  }
  EXPECT_TRUE(seen) << "where in the log the items were counted";
}

TEST_F(Observed, WhatIsFoundOutLaterIsHeldAgainstThePast) {
  const std::string day = std::string("edo21.observed.roster benefit/") + kFile + "/" + kWorker + "/" + kDay;
  EXPECT_EQ(Of(Audit("2021-09-11"), "AccessDay").at(day), audit::Outcome::kMet);
  // The roster turns out to have been wrong: the worker was to begin in October.
  office_.Also("名簿の訂正",
               "RosterLine: { 給付金事務委託/9月の名簿/従事者3の訂正: { roster: 給付金事務委託/9月の名簿, worker: "
               "給付金事務委託/従事者3, from: 2021-10-01, corrects: 給付金事務委託/9月の名簿/従事者3 } }\n");
  EXPECT_EQ(Of(Audit("2021-09-11"), "AccessDay").at(day), audit::Outcome::kViolated);
}

TEST_F(Observed, AnAuditOfADayBeforeSeesNothingOfIt) { EXPECT_TRUE(Of(Audit("2021-09-09"), "AccessDay").empty()); }

// A plan of a handover is named where approvals are, and is none: what leaves on it counts as without an approval.
TEST_F(Observed, ARowThatAnActRestsOnIsNoApproval) {
  office_.PlanHandover("受渡-1");
  const auto clerk = office_.Begin();
  const std::string plan = "受渡-1";
  Ask ask = Reading(kItems);
  ask.act = Act::kPrint;
  ask.approvals = {&plan, 1};
  const auto printed = clerk->Read(ask, "宛名-0000001");
  ASSERT_TRUE(printed.ok()) << printed.error().ToString(base::Language::kJapanese);
  auto* const log = *office_.office->log();
  const auto source = log->Entries(log->Periods()->back().name);
  const uint64_t size = *(*source)->Size();
  std::string detail;
  const auto read = (*source)->Read(size - 1, size, [&](const log::StoredEntry& stored) -> base::Result<void> {
    HIKAE_TRY(auto opened, log->OpenDetail(stored));
    detail = opened.value_or("(none)");
    return {};
  });
  EXPECT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_EQ(detail, R"({"restsOn":["受渡-1"]})");
}

TEST_F(Observed, PersonsOfAYearAreCountedOnce) {
  const auto clerk = office_.Begin();
  EXPECT_TRUE(clerk->Read(Reading(kItems), "宛名-0000001").ok());
  const audit::Findings findings = Audit();
  for (const audit::Finding& finding : findings.findings) {
    if (finding.rule != "edo21.consult.scope-volume") continue;
    EXPECT_EQ(finding.outcome, audit::Outcome::kMet);
    for (const auto& evidence : finding.grounds().evidence) {
      if (evidence.path == "principal.subjects") {
        EXPECT_EQ(evidence.value, "3");
      }
    }
    return;
  }
  FAIL() << "no finding on the volume";
}

TEST_F(Observed, WithoutALogNothingIsShown) {
  const Outcomes there = Of(Audit(), "AccessLogReading");
  ASSERT_TRUE(there.contains("edo21.log.kept benefit"));
  EXPECT_EQ(there.at("edo21.log.kept benefit"), audit::Outcome::kMet);
  office_.Close();
  std::filesystem::rename(office_.directory + "/log", office_.directory + "/log.away");
  office::OpenOptions options;
  options.read_only = true;
  const auto office = office::Office::Open(office_.directory, options);
  ASSERT_TRUE(office.ok()) << office.error().ToString();
  audit::AuditOptions how;
  how.as_of = *base::ParseDate(kDay);
  const auto findings = (*office)->Audit(how);
  ASSERT_TRUE(findings.ok()) << findings.error().ToString();
  int kept = 0;
  for (const audit::Finding& finding : findings->findings) {
    if (finding.rule != "edo21.log.kept") continue;
    ++kept;
    EXPECT_EQ(finding.outcome, audit::Outcome::kNotShown) << finding.thing.id;
  }
  EXPECT_EQ(kept, 1);
}

// Rows that no gate of hikae would let come about: another host's log, a rule that came later.
class Planted : public Observed {
 protected:
  using Attributes = std::map<std::string, cedar::Value>;
  static cedar::Value Ids(std::string_view type, const Names& ids) {
    std::vector<cedar::Value> values;
    for (const std::string& id : ids) values.push_back(cedar::Value::Entity({std::string(type), id}));
    return cedar::Value::Set(std::move(values));
  }
  static cedar::Value DayBefore() {
    return cedar::Value::DatetimeOf((int64_t{*base::ParseDate(kDay)} - 1) * 86'400'000);
  }
  // One day of the clerk in which nothing is wrong, changed by `change`; the outcome of the rule on it, or on `thing`.
  audit::Outcome Judged(const std::string& rule, const std::function<void(Attributes&)>& change,
                        const std::string& type = "AccessDay", const std::string& thing = "planted") {
    registry::Row row;
    row.entity.uid = {type, "planted"};
    row.valid_from = *base::ParseDate(kDay);
    row.document = "access-log 2021 1-2";
    Attributes attributes;
    if (type == "AccessLogReading") {
      attributes = {{"entries", cedar::Value::Long(10)},
                    {"ofHandling", cedar::Value::Long(8)},
                    {"unreadable", cedar::Value::Long(0)},
                    {"on", cedar::Value::DatetimeOf(int64_t{row.valid_from} * 86'400'000)}};
    } else if (type == "AccessYear") {
      attributes = {{"file", cedar::Value::Entity({"File", kFile})},
                    {"fiscalYear", cedar::Value::Long(2021)},
                    {"subjects", cedar::Value::Long(100)}};
    } else {
      attributes = {{"actor", cedar::Value::String("児童家庭課職員1")},
                    {"staff", cedar::Value::Entity({"Staff", "児童家庭課職員1"})},
                    {"on", cedar::Value::DatetimeOf(int64_t{row.valid_from} * 86'400'000)},
                    {"sessions", cedar::Value::Long(1)},
                    {"outputs", cedar::Value::Long(1)},
                    {"outputsUnapproved", cedar::Value::Long(0)},
                    {"items", Ids("Item", kItems)},
                    {"purposes", Ids("Purpose", {"給付金の支給"})},
                    {"places", Ids("Place", {kOffice})},
                    {"terminalFactors", Ids("Factor", {"ic-card", "pin"})},
                    {"systemFactors", Ids("Factor", {"ic-card", "password"})}};
    }
    attributes.emplace("handling", cedar::Value::Entity({"Handling", "benefit"}));
    change(attributes);
    row.entity.attributes.insert(attributes.begin(), attributes.end());
    office_.Close();
    const auto database = store::Database::Open(office_.directory + "/hikae.db", {.read_only = true});
    const auto pack = audit::LoadPack(*audit::FindPack(test::PacksDir() + "/edogawa-2021"));
    const auto registry = registry::Registry::Open(*database, (*pack)->schema);
    audit::AuditOptions options;
    options.as_of = row.valid_from;
    options.moment = audit::Moment::kPeriodic;
    options.measured = std::make_shared<const registry::Snapshot>(std::vector<registry::Row>{row});
    const auto findings = audit::Audit(**registry, *pack, options);
    EXPECT_TRUE(findings.ok()) << findings.error().ToString();
    if (test::HasMutants()) Hold(*findings, rule, thing);
    for (const audit::Finding& finding : findings->findings) {
      if (finding.rule == rule && finding.thing.id == thing) return finding.outcome;
    }
    ADD_FAILURE() << rule << " did not judge";
    return audit::Outcome::kNotApplicable;
  }
  // What the rule, and each copy of it, comes to.
  static void Hold(const audit::Findings& findings, const std::string& rule, const std::string& thing) {
    std::set<std::string> lines;
    for (const audit::Finding& finding : findings.findings) {
      if (test::AsOriginal(std::string(finding.rule)) == rule && finding.thing.id == thing)
        lines.insert(fmt::format("{} {}", finding.rule, audit::Name(finding.outcome)));
    }
    test::HoldMutants(lines, "planted on the access log");
  }
};

// Workers who left and came back: between two periods on kDay, within the second, and within a second that was
// submitted only afterwards.
constexpr char kReturned[] =
    "Worker:\n"
    "  離れている者: { contract: 給付金事務委託 }\n"
    "  戻った者: { contract: 給付金事務委託 }\n"
    "  名簿が後になった者: { contract: 給付金事務委託 }\n"
    "Roster:\n"
    "  初めの名簿:\n"
    "    contract: 給付金事務委託\n"
    "    submittedOn: 2021-05-28\n"
    "    RosterLine:\n"
    "      1: { worker: 離れている者, from: 2021-06-01, until: 2021-08-31 }\n"
    "      2: { worker: 戻った者, from: 2021-06-01, until: 2021-07-31 }\n"
    "      3: { worker: 名簿が後になった者, from: 2021-06-01, until: 2021-07-31 }\n"
    "  次の名簿:\n"
    "    contract: 給付金事務委託\n"
    "    submittedOn: 2021-08-30\n"
    "    RosterLine:\n"
    "      1: { worker: 離れている者, from: 2021-10-01 }\n"
    "      2: { worker: 戻った者, from: 2021-09-01 }\n"
    "  後の名簿:\n"
    "    contract: 給付金事務委託\n"
    "    submittedOn: 2021-09-15\n"
    "    RosterLine: { 3: { worker: 名簿が後になった者, from: 2021-09-01 } }\n";

// A paper that names neither purposes nor places, papers of one volume, a contract without its first day, one that
// begins later, and one of which only the log shows that it is worked on.
constexpr char kSilent[] =
    "Handling: { 無記載: { title: 無記載, section: 児童家庭課 }, 年間: { title: 年間, section: 児童家庭課 }, "
    "分析: { title: 分析, section: 児童家庭課 }, 一回: { title: 一回, section: 児童家庭課 } }\n"
    "Declaration:\n"
    "  無記載の依頼:\n"
    "    handling: 無記載\n"
    "    PolicyLine: { 出力: { row: 3.3-output, title: 外部出力, controls: [output-approved], text: "
    "出力は承認による。, state: in-place "
    "} }\n"
    "  年間の依頼: { handling: 年間, Volume: { 年間: { count: 100, per: year, text: 年100件 } } }\n"
    "  一回の依頼: { handling: 一回, Volume: { 一回: { count: 100, per: run, text: 100件/回 } } }\n"
    "  分析の依頼:\n"
    "    handling: 分析\n"
    "    ScheduleStep: { 開始: { kind: outsourcing-start, text: 開始, from: 2021-09-10 } }\n"
    "    Safeguard: { 記録: { text: 記録を分析する。, state: in-place, controls: [operation-log-analyzed] } }\n"
    "Contract:\n"
    "  きょう始まる契約: { declaration: 令和3年度第3号議案, startsOn: 2021-09-10, Worker: { 従事者: {} } }\n"
    "  きょう終わる契約: { declaration: 令和3年度第3号議案, startsOn: 2021-06-01, endsOn: 2021-09-10, Worker: { "
    "従事者: {} } }\n"
    "  きのう終わった契約: { declaration: 令和3年度第3号議案, startsOn: 2021-06-01, endsOn: 2021-09-09, Worker: { "
    "従事者: {} } }\n"
    "  始期のない契約: { declaration: 令和3年度第3号議案, Worker: { 従事者: {} } }\n"
    "  後の契約: { declaration: 令和3年度第3号議案, startsOn: 2021-10-01, Worker: { 従事者: {} } }\n"
    "  点検した契約: { declaration: 令和3年度第3号議案, Worker: { 従事者: {} }, "
    "ProcedureExplanation: { 1: { on: 2021-09-09, checkedOn: 2021-09-10 } } }\n";

// Another use that its paper asks for: answered on kDay, found to fit its class on kDay, and neither.
constexpr char kOtherUse[] =
    "ClassOpinion: { 定型の利用: { title: 定型の利用, on: 2020-04-01, kinds: [out-of-purpose-use], scope: 統計 } }\n"
    "Purpose: { 統計の作成: {} }\n"
    "Handling: { 答申: { title: 答申, section: 児童家庭課 }, 類型: { title: 類型, section: 児童家庭課 }, "
    "未答申: { title: 未答申, section: 児童家庭課 } }\n"
    "Declaration:\n"
    "  答申の依頼: { handling: 答申, purposes: [給付金の支給], Act: { 利用: { kind: out-of-purpose-use, purposes: "
    "[統計の作成] } } }\n"
    "  類型の依頼: { handling: 類型, purposes: [給付金の支給], Act: { 利用: { kind: out-of-purpose-use, purposes: "
    "[統計の作成], classOpinion: 定型の利用 } } }\n"
    "  未答申の依頼: { handling: 未答申, purposes: [給付金の支給], Act: { 利用: { kind: out-of-purpose-use, purposes: "
    "[統計の作成] } } }\n"
    "Opinion: { 利用の答申: { declaration: 答申の依頼, on: 2021-09-10, Answer: { 利用: { act: 答申の依頼/利用, answer: "
    "approved } } } }\n"
    "ClassFit: { 利用の適合: { act: 類型の依頼/利用, text: 類型に当たる。, saidBy: 児童家庭課長, saidOn: 2021-09-10 } "
    "}\n";

TEST_F(Planted, EachRuleTellsOneFault) {
  office_.Also("無記載の依頼", kSilent);
  office_.Also("目的外利用の依頼", kOtherUse);
  office_.Also("戻った従事者", kReturned);
  using enum audit::Outcome;
  const auto set = [](std::string name, cedar::Value value) {
    return [name, value](Attributes& attributes) { attributes.insert_or_assign(name, value); };
  };
  const auto worker = [set](std::string id) { return set("worker", cedar::Value::Entity({"Worker", std::move(id)})); };
  const auto of = [](std::string handling, const std::function<void(Attributes&)>& change) {
    return [handling, change](Attributes& attributes) {
      attributes.insert_or_assign("handling", cedar::Value::Entity({"Handling", handling}));
      change(attributes);
    };
  };
  const auto without = [](std::string name) { return [name](Attributes& attributes) { attributes.erase(name); }; };
  const auto nothing = [](Attributes&) {};
  const auto both = [](const std::function<void(Attributes&)>& one, const std::function<void(Attributes&)>& other) {
    return [one, other](Attributes& attributes) { one(attributes), other(attributes); };
  };
  const auto the_day_before = [both, set](const std::function<void(Attributes&)>& change) {
    return both(set("on", cedar::Value::DatetimeOf(int64_t{*base::ParseDate("2021-09-09")} * 86'400'000)), change);
  };
  struct Case {
    const char* rule;
    std::function<void(Attributes&)> change;
    audit::Outcome outcome;
    const char* type = "AccessDay";
    const char* thing = "planted";
  };
  const Case cases[] = {
      {"edo21.observed.items", nothing, kMet},
      {"edo21.observed.items", set("items", Ids("Item", {"氏名漢字", "国籍"})), kViolated},
      {"edo21.observed.actor", without("staff"), kViolated},
      {"edo21.observed.named", nothing, kMet},
      {"edo21.observed.named", without("actor"), kNotShown},
      {"edo21.observed.purpose", set("purposes", Ids("Purpose", {"選挙の案内"})), kViolated},
      {"edo21.observed.place", set("places", Ids("Place", {"自宅"})), kViolated},
      {"edo21.observed.factors.terminal", set("terminalFactors", Ids("Factor", {"ic-card"})), kViolated},
      {"edo21.observed.factors.terminal", without("terminalFactors"), kNotShown},
      {"edo21.observed.factors.system", set("systemFactors", Ids("Factor", {"password"})), kViolated},
      {"edo21.observed.factors.system", without("systemFactors"), kNotShown},
      {"edo21.observed.roster", set("worker", cedar::Value::Entity({"Worker", "給付金事務委託/従事者9"})), kViolated},
      {"edo21.observed.roster-in-advance", worker("給付金事務委託/従事者9"), kViolated},
      {"edo21.observed.roster", worker("離れている者"), kViolated},
      {"edo21.observed.roster", worker("戻った者"), kMet},
      {"edo21.observed.roster", worker("名簿が後になった者"), kMet},
      {"edo21.observed.roster-in-advance", worker("離れている者"), kViolated},
      {"edo21.observed.roster-in-advance", worker("戻った者"), kMet},
      {"edo21.observed.roster-in-advance", worker("名簿が後になった者"), kViolated},
      {"edo21.observed.contract-period", worker(kWorker), kMet},
      {"edo21.observed.contract-period", worker("後の契約/従事者"), kViolated},
      {"edo21.observed.contract-period", worker("始期のない契約/従事者"), kNotShown},
      {"edo21.observed.purpose", of("無記載", nothing), kNotShown},
      {"edo21.observed.place", of("無記載", nothing), kNotShown},
      {"edo21.observed.output-approval", of("無記載", nothing), kMet},
      {"edo21.observed.output-approval", of("無記載", set("outputsUnapproved", cedar::Value::Long(1))), kViolated},
      {"edo21.observed.output-approval", of("無記載", without("outputsUnapproved")), kNotShown},
      {"edo21.consult.scope-volume", nothing, kMet, "AccessYear"},
      {"edo21.consult.scope-volume", set("subjects", cedar::Value::Long(8'401)), kViolated, "AccessYear"},
      {"edo21.observed.actor", nothing, kMet},
      {"edo21.observed.actor", without("actor"), kNotApplicable},
      {"edo21.observed.actor", both(without("staff"), worker(kWorker)), kMet},
      {"edo21.observed.items", set("items", Ids("Item", {})), kNotApplicable},
      {"edo21.observed.purpose", set("purposes", Ids("Purpose", {})), kNotApplicable},
      {"edo21.observed.purpose", of("答申", set("purposes", Ids("Purpose", {"統計の作成"}))), kMet},
      {"edo21.observed.purpose", of("類型", set("purposes", Ids("Purpose", {"統計の作成"}))), kMet},
      {"edo21.observed.purpose", the_day_before(of("答申", set("purposes", Ids("Purpose", {"統計の作成"})))),
       kViolated},
      {"edo21.observed.purpose", the_day_before(of("類型", set("purposes", Ids("Purpose", {"統計の作成"})))),
       kViolated},
      {"edo21.observed.purpose", of("未答申", set("purposes", Ids("Purpose", {"統計の作成"}))), kViolated},
      {"edo21.observed.purpose", of("答申", set("purposes", Ids("Purpose", {"選挙の案内"}))), kViolated},
      {"edo21.observed.purpose", of("答申", set("purposes", Ids("Purpose", {"統計の作成", "選挙の案内"}))), kViolated},
      {"edo21.observed.purpose", set("purposes", Ids("Purpose", {"給付金の支給", "選挙の案内"})), kViolated},
      {"edo21.observed.place", set("places", Ids("Place", {})), kNotApplicable},
      {"edo21.observed.place", set("places", Ids("Place", {kOffice, "自宅"})), kViolated},
      {"edo21.observed.factors.terminal", set("sessions", cedar::Value::Long(0)), kNotApplicable},
      {"edo21.observed.factors.terminal", of("無記載", nothing), kNotApplicable},
      {"edo21.observed.factors.system", set("sessions", cedar::Value::Long(0)), kNotApplicable},
      {"edo21.observed.factors.system", of("無記載", nothing), kNotApplicable},
      {"edo21.observed.roster", nothing, kNotApplicable},
      {"edo21.observed.roster", of("無記載", worker("給付金事務委託/従事者9")), kNotApplicable},
      {"edo21.observed.roster-in-advance", nothing, kNotApplicable},
      {"edo21.observed.roster-in-advance", of("無記載", worker("給付金事務委託/従事者9")), kNotApplicable},
      {"edo21.observed.contract-period", nothing, kNotApplicable},
      {"edo21.observed.contract-period", worker("きょう始まる契約/従事者"), kMet},
      {"edo21.observed.contract-period", worker("きょう終わる契約/従事者"), kMet},
      {"edo21.observed.contract-period", worker("きのう終わった契約/従事者"), kViolated},
      {"edo21.observed.output-approval", nothing, kNotApplicable},
      {"edo21.observed.output-approval", of("無記載", set("outputs", cedar::Value::Long(0))), kNotApplicable},
      {"edo21.consult.scope-volume", set("subjects", cedar::Value::Long(8'400)), kMet, "AccessYear"},
      {"edo21.consult.scope-volume", of("年間", set("subjects", cedar::Value::Long(120))), kMet, "AccessYear"},
      {"edo21.consult.scope-volume", of("年間", set("subjects", cedar::Value::Long(121))), kViolated, "AccessYear"},
      {"edo21.consult.scope-volume", of("無記載", nothing), kNotApplicable, "AccessYear"},
      {"edo21.consult.scope-volume", of("一回", set("subjects", cedar::Value::Long(121))), kNotApplicable,
       "AccessYear"},
      {"edo21.procedure.explained", worker("点検した契約/従事者"), kMet, "AccessDay", "点検した契約"},
      {"edo21.procedure.explained", both(worker("点検した契約/従事者"), set("on", DayBefore())), kViolated, "AccessDay",
       "点検した契約"},
      {"edo21.log.kept", set("ofHandling", cedar::Value::Long(0)), kViolated, "AccessLogReading"},
      {"edo21.log.kept", set("ofHandling", cedar::Value::Long(1)), kMet, "AccessLogReading"},
      {"edo21.log.kept", of("分析", nothing), kMet, "AccessLogReading"},
      {"edo21.log.kept", of("年間", nothing), kNotApplicable, "AccessLogReading"},
      {"edo21.log.kept", nothing, kMet, "AccessLogReading"},
      {"edo21.log.kept", set("unreadable", cedar::Value::Long(1)), kViolated, "AccessLogReading"},
      {"edo21.log.kept", without("ofHandling"), kNotShown, "AccessLogReading"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(fmt::format("{} {}", one.rule, static_cast<int>(one.outcome)));
    EXPECT_EQ(Judged(one.rule, one.change, one.type, one.thing), one.outcome);
  }
}

TEST_F(Observed, IsNeverStated) {
  const auto stated =
      office_.office->Declare({{"虚偽.yaml",
                                "hikae: declaration/1\npack: edogawa-2021\nvalid_from: 2021-09-10\nby: 試験\n"
                                "Handling:\n  benefit:\n    AccessDay:\n      一: { on: 2021-09-10 }\n"}});
  ASSERT_FALSE(stated.ok());
  EXPECT_NE(stated.error().text.ja.find("計測されるもので"), std::string::npos) << stated.error().ToString();
}

}  // namespace
}  // namespace hikae::gate
