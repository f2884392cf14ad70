// Terms, and rows joined over what both point to.
#include <gtest/gtest.h>

#include "small_office.h"

namespace hikae::audit {
namespace {

constexpr char kTypes[] = R"(
entity Request {
  @owner handling: Handling,
  on?: __cedar::datetime,
  corrections?: Long,
  keptFor?: String,
  years?: Long,
  @fact("due on 30 days plus corrections roll") dueOn?: __cedar::datetime,
  @fact("due on params.largestLot days first-day roll") knownDueOn?: __cedar::datetime,
  @fact("due on 1 months") monthOn?: __cedar::datetime,
  @fact("due on keptFor fiscal-years") keptUntil?: __cedar::datetime,
  @fact("due on years years") yearsUntil?: __cedar::datetime,
  @fact("collect Contract.title by declaration = handling.profile") contracts: Set<String>,
  @fact("count Contract by declaration = handling.profile where handovers >= params.largestLot") busy: Long,
};
)";
constexpr char kClosed[] = R"(
closed_days:
  weekends: true
  yearly: [12-29, 12-30, 12-31, 01-01, 01-02, 01-03]
  holidays: holidays.csv
)";

PackFiles Files(const std::string& types = kTypes, const std::string& closed = kClosed) {
  PackFiles files = SmallPackFiles();
  files.files.at("schema.cedarschema") += types;
  files.files.at("pack.yaml") += closed;
  files.files["holidays.csv"] =
      "2024/1/1,元日\n2024/1/8,成人の日\n2023/5/3,憲法記念日\n2023/5/4,みどりの日\n2023/5/5,こどもの日\n";
  return files;
}

std::shared_ptr<const Pack> Loaded(const PackFiles& files) {
  auto pack = LoadPack(files);
  EXPECT_TRUE(pack.ok()) << pack.error().ToString();
  return pack.ok() ? *pack : nullptr;
}

class Due : public testing::Test {
 protected:
  Due() : office_(Loaded(Files())) {}
  void SetUp() override {
    office_.Declare("a.yaml", R"(Section: { 援助課: {} }
Handling: { h: { title: 相談, section: 援助課 } }
Declaration: { d: { handling: h, title: 第2号, items: [] } }
Contract: { c: { declaration: d, title: 運営委託 } }
Request:
  連休: { handling: h, on: 2023-04-03 }
  補正: { handling: h, on: 2023-04-03, corrections: 7, keptFor: 5年, years: 1 }
  年末: { handling: h, on: 2023-12-01, keptFor: 永年 }
  うるう: { handling: h, on: 2024-01-30, keptFor: 早めに }
  先: { handling: h, on: 2024-12-20 }
  空: { handling: h }
)");
  }
  std::string Of(const char* request, const char* attribute) {
    const std::string value = Attribute(office_.FactsOf("2024-06-01"), "Request", request, attribute);
    return value.starts_with("datetime(\"") ? value.substr(10, 10) : value;
  }
  SmallOffice office_;
};

TEST_F(Due, TermsCountAndRoll) {
  EXPECT_EQ(Of("連休", "dueOn"), "2023-05-08") << "day 30 is a holiday";
  EXPECT_EQ(Of("補正", "dueOn"), "2023-05-10") << "days of correction come before the roll";
  EXPECT_EQ(Of("年末", "dueOn"), "2024-01-04");
  EXPECT_EQ(Of("うるう", "monthOn"), "2024-02-29");
  EXPECT_EQ(Of("補正", "yearsUntil"), "2024-04-03");
}

TEST_F(Due, PeriodsAreReadAsRulesWriteThem) {
  EXPECT_EQ(Of("補正", "keptUntil"), "2029-03-31");
  EXPECT_EQ(Of("年末", "keptUntil"), "absent") << "永年 has no end";
  EXPECT_EQ(Of("うるう", "keptUntil"), "absent") << "no period";
}

// Years that the lower pack does not list are added by one laid over it: nothing of it is copied.
TEST(DueOfALayer, APackLaidOverAddsAYear) {
  const auto due = [](const std::shared_ptr<const Pack>& pack) {
    SmallOffice office(pack);
    office.Declare("a.yaml",
                   "Section: { 援助課: {} }\nHandling: { h: { title: 相談, section: 援助課 } }\n"
                   "Declaration: { d: { handling: h, title: 第2号, items: [] } }\n"
                   "Request: { 先: { handling: h, on: 2024-12-20 } }\n");
    return Attribute(office.FactsOf("2024-06-01"), "Request", "先", "dueOn");
  };
  PackFiles local;
  local.folder = "local";
  local.core_schema = Files().core_schema;
  local.files = {
      {"pack.yaml",
       "id: local\ntitle: 区の定め\ntitle_en: of the ward\neffective: { from: 2021-06-01, until: 2023-03-31 }\n"
       "tightens: small\npolicies: [local.cedar]\nclosed_days: { holidays: 2025.csv }\n"},
      {"local.cedar",
       "@id(\"local.title\") @control(\"item-list\") @article(\"区規則第1条\") @confidence(\"seed\") "
       "@severity(\"warn\")\n"
       "@title(\"名称がない\") @title_en(\"no title\") @remedy(\"付ける\") @evidence(\"\")\n"
       "forbid (principal is Contract, action in Action::\"audit.contract\", resource is Handling)\n"
       "unless { principal has title };\n"},
      {"2025.csv", "2025/1/1,元日\n2025/1/13,成人の日\n2025/1/20,区の休日\n"}};
  local.below = std::make_shared<const PackFiles>(Files());
  EXPECT_EQ(due(Loaded(Files())), "absent") << "holidays of 2025 are not listed";
  EXPECT_EQ(due(Loaded(local)), "datetime(\"2025-01-21\")") << "a Sunday and a day that the layer closes";
}

TEST_F(Due, WhatIsNotKnownGivesNoDay) {
  EXPECT_EQ(Of("先", "dueOn"), "absent") << "holidays of 2025 are not listed";
  EXPECT_EQ(Of("空", "dueOn"), "absent");
  EXPECT_EQ(Of("連休", "keptUntil"), "absent");
  EXPECT_EQ(Of("連休", "yearsUntil"), "absent");
}

TEST_F(Due, RowsAreJoinedOverWhatBothPointTo) {
  EXPECT_EQ(Of("連休", "contracts"), "[\"運営委託\"]");
  EXPECT_EQ(Of("連休", "busy"), "0") << "a number of the pack, compared with";
}

TEST_F(Due, RemembersItsRows) {
  EXPECT_EQ(office_.FactsOf("2024-06-01").SourceOf({"Request", "補正"}, "dueOn"), "a.yaml:11");
}

std::string FirstError(const PackFiles& files) {
  const LintReport report = Lint(files);
  return report.errors.empty() ? "none" : report.errors.front().ToString();
}

std::string Fault(const std::string& old, const std::string& fresh) {
  std::string types = kTypes;
  const size_t at = types.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return FirstError(Files(types.replace(at, old.size(), fresh)));
}

TEST(DueLint, PlantedFaultsAreNamed) {
  EXPECT_NE(Fault("30 days plus", "30 nights plus").find("`nights` is no unit"), std::string::npos);
  EXPECT_NE(Fault("due on 30", "due corrections 30").find("`due` cannot measure a Long"), std::string::npos);
  EXPECT_NE(Fault("params.largestLot", "params.largest").find("there is no parameter `largest` (nearest: largestLot)"),
            std::string::npos);
  EXPECT_NE(Fault("params.largestLot", "params.reportWithin").find("is no Long"), std::string::npos);
  EXPECT_NE(Fault("due on years years", "due on keptFor years").find("is a String and no length"), std::string::npos);
  EXPECT_NE(Fault("dueOn?:", "dueOn:").find("must be optional"), std::string::npos);
  EXPECT_NE(Fault("= handling.profile", "= handling").find("does not point to Handling"), std::string::npos);
  EXPECT_NE(Fault("= handling.profile", "= handling.profil").find("nearest: profile"), std::string::npos);
}

TEST(ClosedDaysLint, PlantedFaultsAreNamed) {
  const auto fault = [](const std::string& old, const std::string& fresh) {
    std::string closed = kClosed;
    closed.replace(closed.find(old), old.size(), fresh);
    return FirstError(Files("", closed));
  };
  EXPECT_EQ(fault("true", "true"), "none");
  EXPECT_NE(fault("weekends: true", "weekends: yes").find("`weekends` is true or false"), std::string::npos);
  EXPECT_NE(fault("12-29", "13-29").find("no day of the year"), std::string::npos);
  EXPECT_NE(fault("holidays.csv", "holiday.csv").find("there is no file `holiday.csv`"), std::string::npos);
  EXPECT_NE(fault("yearly", "year").find("`year` is not a key of closed_days (nearest: yearly)"), std::string::npos);
}

}  // namespace
}  // namespace hikae::audit
