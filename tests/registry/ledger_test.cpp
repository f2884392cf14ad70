// Rows of ledgers, one by one: what is taken, what is refused, and that what is refused leaves no trace.
#include "registry/ledger.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/node.h"
#include "places.h"
#include "registry/office.h"

namespace hikae::registry {
namespace {

using base::Language;
using base::Status;
using codec::Node;

std::string Field(const Node& node, std::string_view key, std::string otherwise = {}) {
  const Node* value = node.Find(key);
  return value == nullptr ? otherwise : value->text();
}

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() : office_("ledger.cedarschema") {
    const std::string path = hikae::test::SourceDir() + "/tests/registry/ledger_refused.yaml";
    auto read = codec::ReadYaml(ReadFile(path), "ledger_refused.yaml");
    if (!read.ok()) ADD_FAILURE() << read.error().ToString(), std::abort();
    vectors_ = *std::move(read);
    const auto declared = office_.Declare(Field(vectors_, "given"), "2021-05-06", "前.yaml");
    if (!declared.ok()) ADD_FAILURE() << declared.error().ToString();
  }
  Ledgers ledgers() { return office_.registry().ledgers(); }
  LedgerRows RowsOf(const std::string& text, const std::string& name = "行.json", const std::string& owner = "契1") {
    LedgerRows rows;
    rows.type = "Handover";
    rows.owner = owner;
    rows.by = "福祉課";
    rows.document = {name, text};
    return rows;
  }
  Declared Append(const LedgerRows& rows, std::string_view on = "2021-07-01") {
    Problems problems;
    const auto appended = ledgers().Append(rows, Noon(on), problems);
    for (const base::Error& problem : problems.all()) ADD_FAILURE() << problem.ToString(Language::kJapanese);
    EXPECT_TRUE(appended.ok()) << appended.error().ToString();
    return appended.ok() ? *appended : Declared();
  }
  Correction CorrectionOf(const std::string& id, const std::string& text) {
    Correction correction;
    correction.type = "Handover";
    correction.id = id;
    correction.reason = "枚数の数え間違い";
    correction.by = "福祉課";
    correction.document = {"訂正.json", text};
    return correction;
  }
  Declared Correct(const Correction& correction, std::string_view on = "2021-08-01") {
    Problems problems;
    const auto corrected = ledgers().Correct(correction, Noon(on), problems);
    EXPECT_TRUE(corrected.ok()) << corrected.error().ToString();
    return corrected.ok() ? *corrected : Declared();
  }
  std::vector<LedgerLine> List(const LedgerQuery& query) {
    auto lines = ledgers().List(query);
    EXPECT_TRUE(lines.ok()) << lines.error().ToString();
    return lines.ok() ? *std::move(lines) : std::vector<LedgerLine>();
  }
  static std::string Ids(const std::vector<LedgerLine>& lines) {
    std::string ids;
    for (const LedgerLine& line : lines) ids += (ids.empty() ? "" : " ") + line.row.entity.uid.id;
    return ids;
  }
  // Every byte of the tables the registry keeps.
  std::string Bytes() {
    const auto database = store::Database::Open(office_.path(), {});
    EXPECT_TRUE(database.ok());
    std::string bytes;
    const auto read = (*database)->Read([&]() -> base::Result<void> {
      for (const char* sql :
           {"SELECT hex(type || id || stated_by), hex(content), hex(lines), version, recorded_at, valid_from, "
            "document FROM registry_version ORDER BY type, id, version",
            "SELECT hex(name), hex(digest), hex(body), document, recorded_at, 0, 0 FROM registry_document "
            "ORDER BY document",
            "SELECT hex(name), '', '', last, 0, 0, 0 FROM counter ORDER BY name"}) {
        HIKAE_TRY(const auto query, (*database)->Ask(sql));
        for (;;) {
          HIKAE_TRY(const bool row, query->Step());
          if (!row) break;
          for (int column = 0; column < 3; ++column) bytes += std::string(query->Text(column)) + " ";
          for (int column = 3; column < 7; ++column) bytes += std::to_string(query->Long(column)) + " ";
          bytes += "\n";
        }
      }
      return {};
    });
    EXPECT_TRUE(read.ok()) << read.error().ToString();
    return bytes;
  }
  Office office_;
  Node vectors_;
};

class LedgerRefusedTest : public LedgerTest {
 protected:
  base::Result<Declared> Try(const Node& one, Problems& problems) {
    const Document document = {Field(one, "file", "行.json"), Field(one, "text")};
    if (Field(one, "do") == "correct") {
      Correction correction;
      correction.type = Field(one, "type", "Handover");
      correction.id = Field(one, "id");
      correction.reason = Field(one, "reason");
      correction.document = document;
      return ledgers().Correct(correction, Noon("2021-08-01"), problems);
    }
    LedgerRows rows = RowsOf(document.text, document.name, Field(one, "owner", "契1"));
    rows.type = Field(one, "type", "Handover");
    return ledgers().Append(rows, Noon("2021-08-01"), problems);
  }
};

TEST_F(LedgerRefusedTest, EveryVectorGivesItsErrorsAndChangesNothing) {
  EXPECT_EQ(Append(RowsOf(Field(vectors_, "rows"))).added, 2u);
  LedgerRows visit = RowsOf(R"({"日": "2021-06-01", "人数": 2})", "行.json", "");
  visit.type = "見学者簿";
  EXPECT_EQ(Append(visit).touched.front().id, "1");
  EXPECT_EQ(Correct(CorrectionOf("契1/1", R"({"count": 4})")).touched.front().id, "契1/3");
  const std::string before = Bytes();
  ASSERT_GT(before.size(), 1000u);
  const Node* cases = vectors_.Find("cases");
  ASSERT_NE(cases, nullptr);
  EXPECT_GT(cases->items().size(), 50u);
  for (const Node& one : cases->items()) {
    SCOPED_TRACE(Field(one, "name"));
    Problems problems;
    const auto done = Try(one, problems);
    EXPECT_EQ(Bytes(), before);
    ASSERT_FALSE(done.ok());
    const std::string en = done.error().ToString(Language::kEnglish);
    const std::string ja = done.error().ToString(Language::kJapanese);
    EXPECT_EQ(done.error().status, Field(one, "status") == "not found" ? Status::kNotFound : Status::kArgument) << en;
    EXPECT_NE(en.find(Field(one, "says")), std::string::npos) << en;
    EXPECT_NE(done.error().hint.en.find(Field(one, "tells")), std::string::npos) << en;
    EXPECT_NE(ja.find(Field(one, "ja")), std::string::npos) << ja;
    EXPECT_FALSE(done.error().text.ja.empty()) << en;
    const Node* wanted = one.Find("problems");
    if (wanted == nullptr) {
      EXPECT_NE(one.Find("says"), nullptr) << "a case that asserts nothing";
      continue;
    }
    const std::string file = Field(one, "file", "行.json");
    std::string all;
    for (const base::Error& problem : problems.all()) all += problem.ToString() + "\n";
    ASSERT_EQ(problems.all().size(), wanted->items().size()) << all;
    for (size_t i = 0; i < wanted->items().size(); ++i) {
      EXPECT_TRUE(problems.all()[i].ToString().starts_with(file + ":" + wanted->items()[i].text())) << all;
    }
  }
}

TEST_F(LedgerRefusedTest, OfManyProblemsTheFirstTwenty) {
  std::string table = "受渡日,渡した者\r\n";
  for (int i = 0; i < 500; ++i) table += "2021-06-01,だれか\r\n";
  Problems problems;
  const auto done = ledgers().Append(RowsOf(table, "表.csv"), Noon("2021-08-01"), problems);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(problems.all().size(), Problems::kMost);
  EXPECT_EQ(problems.all().back().where.line, 21u);
  EXPECT_NE(done.error().text.en.find("; 19 further problems at least"), std::string::npos) << done.error().text.en;
  EXPECT_NE(done.error().text.ja.find("。ほか19件以上"), std::string::npos) << done.error().text.ja;
}

TEST_F(LedgerRefusedTest, AFileInAnotherEncodingSaysWhichAndWhatToDo) {
  const auto says = [&](const std::string& text, const std::string& en, const std::string& ja) {
    const std::string before = Bytes();
    Problems problems;
    const auto done = ledgers().Append(RowsOf(text, "表.csv"), Noon("2021-08-01"), problems);
    ASSERT_FALSE(done.ok());
    EXPECT_NE(done.error().ToString().find(en), std::string::npos) << done.error().ToString();
    EXPECT_NE(done.error().ToString(Language::kJapanese).find(ja), std::string::npos)
        << done.error().ToString(Language::kJapanese);
    EXPECT_EQ(Bytes(), before);
  };
  // 受渡日,渡した者 and 職員1 as a spreadsheet program writes them in Japan.
  const std::string header = "\x8E\xF3\x93\x6E\x93\xFA,\x93\x6E\x82\xB5\x82\xBD\x8E\xD2\r\n";
  says(header, "表.csv:1:1: the file is Shift_JIS, not UTF-8, as row 1, column 1 shows", "iconv -f CP932 -t UTF-8");
  says("on,givenBy\r\n2021-06-01,\x90\x45\x88\xF5\x31\r\n",
       "表.csv:2:12: the file is Shift_JIS, not UTF-8, as row 2, column 2", "Shift_JIS である（2行目、2列目）");
  says(std::string("\xFF\xFEo\0n\0", 6), "the file is UTF-16", "iconv -f UTF-16 -t UTF-8");
  says("on,givenBy\r\n2021-06-01,\xFD\r\n", "the file is not UTF-8 in row 2, column 2", "UTF-8 でない");
  says(std::string("on,givenBy\n2021\0", 16), "表.csv:2:5: the file holds a NUL", "NUL");
}

TEST_F(LedgerRefusedTest, TenThousandRowsWithOneWrongLeaveNothing) {
  Append(RowsOf(Field(vectors_, "rows")));
  const std::string before = Bytes();
  std::string table = "受渡日,渡した者,枚数\r\n";
  for (int i = 0; i < 10'000; ++i) table += i == 9'876 ? "2021-06-01,職員1,-1\r\n" : "2021-06-01,職員1,5\r\n";
  Problems problems;
  const auto done = ledgers().Append(RowsOf(table, "表.csv"), Noon("2021-08-01"), problems);
  ASSERT_FALSE(done.ok());
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_EQ(problems.all().front().ToString(), "表.csv:9878:16: count is less than 0 (write 0 or more)");
  EXPECT_EQ(Bytes(), before);
}

TEST_F(LedgerTest, TenThousandRowsAreTakenInAtOnce) {
  std::string table = "受渡日,渡した者,枚数,物品,その他:袋\r\n";
  for (int i = 0; i < 10'000; ++i)
    table += fmt::format("令和3年6月{}日,職員{},{},名簿;鍵,青\r\n", i % 30 + 1, i % 2 + 1, i);
  const Declared declared = Append(RowsOf(table, "表.csv"));
  EXPECT_EQ(declared.added, 10'000u);
  EXPECT_EQ(declared.touched.back().id, "契1/10000");
  LedgerQuery query;
  query.type = "Handover";
  const auto lines = List(query);
  ASSERT_EQ(lines.size(), 10'000u);
  EXPECT_EQ(lines.front().row.entity.uid.id, "契1/1");
  EXPECT_EQ(lines.back().row.entity.uid.id, "契1/9990");  // the last of the 30th
  EXPECT_EQ(lines.back().row.lines.at(""), 9'991u);
}

TEST_F(LedgerTest, RowsAreNumberedBelowTheirOwner) {
  const std::string one = R"({"on": "2021-06-01", "givenBy": "職員1"})";
  EXPECT_EQ(Append(RowsOf("[" + one + "," + one + "]")).added, 2u);
  EXPECT_EQ(Append(RowsOf(one, "行.json", "契2")).touched.front().id, "契2/1");
  // What holds a number already is passed over, within a call and between calls.
  EXPECT_EQ(Append(RowsOf(R"({"id": "4", "on": "2021-06-01", "givenBy": "職員1"})")).touched.front().id, "契1/4");
  const Declared next = Append(RowsOf("[" + one + "," + one + "]"));
  EXPECT_EQ(next.touched.front().id, "契1/3");
  EXPECT_EQ(next.touched.back().id, "契1/5");
  EXPECT_EQ(
      Append(RowsOf(R"({"契約": "契2", "on": "2021-06-01", "givenBy": "職員1"})", "行.json", "")).touched.front().id,
      "契2/2");
}

TEST_F(LedgerTest, ATableIsReadByItsHeaders) {
  const std::string table =
      "\xEF\xBB\xBF"
      "受渡日,given by,枚数,物品,従事者,暗号化,返却日,その他:天気,識別名\n"
      "令和３年６月１日,職員1,１２,名簿; 鍵,従事者1,true,!unknown,\"晴, のち\n曇\",甲\r\n"
      ",,,,,,,,\n"
      "2021/6/2,\"Staff::\"\"職員2\"\"\",,,,,,,\n";
  const Declared declared = Append(RowsOf(table, "受渡簿.csv", "契2"));
  ASSERT_EQ(declared.added, 2u);
  EXPECT_EQ(declared.touched.back().id, "契2/1");
  const Row row = office_.registry().History({"Handover", "契2/甲"})->front();
  const auto& values = row.entity.attributes;
  EXPECT_EQ(values.at("on").ToString(), R"(datetime("2021-06-01"))");
  EXPECT_EQ(values.at("count").integer(), 12);
  EXPECT_EQ(values.at("things").elements().size(), 2u);
  EXPECT_EQ(values.at("worker").entity().id, "契2/従事者1");  // a part of the row's owner
  EXPECT_TRUE(values.at("encrypted").boolean());
  EXPECT_EQ(row.gaps.at("returnedOn"), Gap::kUnknown);
  EXPECT_EQ(row.entity.tags.at("天気").text(), "晴, のち\n曇");
  EXPECT_EQ(row.document, "受渡簿.csv");
  EXPECT_EQ(row.lines.at(""), 2u);
  EXPECT_EQ(row.by, "福祉課");
  EXPECT_EQ(*office_.registry().StatedText(row.document_number), table);
  const Row last = office_.registry().History({"Handover", "契2/1"})->front();
  EXPECT_EQ(last.lines.at(""), 5u);
  EXPECT_EQ(last.entity.attributes.size(), 3u);
}

TEST_F(LedgerTest, AListMayStandInSeveralColumns) {
  Append(
      RowsOf(" on,物品　,givenBy,things,　物品 \r\n2021-06-01,鍵,職員1,,名簿;鍵\r\n2021-06-01,,職員1,,\r\n", "表.csv"));
  const Row row = office_.registry().History({"Handover", "契1/1"})->front();
  EXPECT_EQ(row.entity.attributes.at("things").ToString(), R"([Thing::"名簿", Thing::"鍵"])");
  EXPECT_FALSE(office_.registry().History({"Handover", "契1/2"})->front().entity.attributes.contains("things"));
}

TEST_F(LedgerTest, ARowHoldsFromTheDayItIsAbout) {
  Append(RowsOf(R"([{"on": "2021-06-01", "givenBy": "職員1"}, {"on": "2021-07-20", "givenBy": "職員1"},
                    {"on": "2021-06-01", "givenBy": "職員1", "valid_from": "2021-06-15"}])"));
  const auto from = [&](const std::string& id) {
    return office_.registry().History({"Handover", id})->front().valid_from;
  };
  EXPECT_EQ(from("契1/1"), On("2021-06-01"));
  EXPECT_EQ(from("契1/2"), On("2021-07-01"));  // before it happens: from when it was said
  EXPECT_EQ(from("契1/3"), On("2021-06-15"));
  // The day of a moment is the one in Japan, and only moments tell the hour.
  Append(RowsOf(R"([{"on": "2021-06-10T08:00:00+09:00", "givenBy": "職員1"},
                    {"on": "2021-06-10T08:00:00+09:00", "returnedOn": "2021-06-10", "givenBy": "職員1"},
                    {"on": "2021-06-10", "returnedOn": "2021-06-10T08:00:00+09:00", "givenBy": "職員1"}])"));
  EXPECT_EQ(from("契1/4"), On("2021-06-10"));
  LedgerQuery query;
  query.type = "Handover";
  query.from = query.until = On("2021-06-10");
  EXPECT_EQ(ledgers().List(query)->size(), 3u);
}

TEST_F(LedgerTest, ACorrectionCarriesWhatItDoesNotChange) {
  Append(RowsOf(
      R"({"on": "2021-06-01", "count": 3, "givenBy": "職員1", "receivedBy": "職員2", "tags": {"天気": "晴", "袋": "青"}})"));
  const Declared declared =
      Correct(CorrectionOf("契1/1", R"({"枚数": 4, "receivedBy": null, "tags": {"天気": null, "箱": "白"}})"));
  ASSERT_EQ(declared.touched.front().id, "契1/2");
  ASSERT_EQ(declared.corrected.front().id, "契1/1");
  const Row row = office_.registry().History({"Handover", "契1/2"})->front();
  EXPECT_EQ(row.entity.attributes.at("count").integer(), 4);
  EXPECT_EQ(row.entity.attributes.at("corrects").entity().id, "契1/1");
  EXPECT_EQ(row.entity.attributes.at("givenBy").entity().id, "職員1");
  EXPECT_FALSE(row.entity.attributes.contains("receivedBy"));
  EXPECT_EQ(cedar::Value::Record(row.entity.tags).ToString(),
            cedar::Value::Record({{"箱", cedar::Value::String("白")}, {"袋", cedar::Value::String("青")}}).ToString());
  EXPECT_EQ(row.reason, "枚数の数え間違い");
  EXPECT_EQ(row.valid_from, On("2021-06-01"));
  // It stands in the place of the other, on every day; what was believed before is known by when.
  const auto on_the_day = office_.registry().AsOf(On("2021-06-10"));
  EXPECT_EQ((*on_the_day)->Find({"Handover", "契1/1"}), nullptr);
  EXPECT_NE((*on_the_day)->Find({"Handover", "契1/2"}), nullptr);
  const auto believed = office_.registry().AsOf(On("2021-06-10"), Noon("2021-07-15"));
  EXPECT_NE((*believed)->Find({"Handover", "契1/1"}), nullptr);
  Correction table = CorrectionOf("契1/2", "");
  table.document = {"訂正.csv", "枚数,渡した者,その他:箱\r\n5,職員2,\r\n"};
  ASSERT_EQ(Correct(table).touched.front().id, "契1/3");
  const Row newest = office_.registry().History({"Handover", "契1/3"})->front();
  EXPECT_EQ(newest.entity.attributes.at("count").integer(), 5);
  EXPECT_EQ(newest.entity.tags.size(), 1u);
}

TEST_F(LedgerTest, WhatNamesACorrectedRowMeansTheNewest) {
  Append(RowsOf(R"([{"on": "2021-06-01", "givenBy": "職員1"}, {"on": "2021-06-02", "givenBy": "職員1"}])"));
  for (const char* type : {"Return", "Receipt"}) {
    LedgerRows rows = RowsOf(R"({"on": "2021-06-05"})", "後.json", "契1/1");
    if (std::string_view(type) == "Return")
      rows.document.text = R"({"on": "2021-06-05", "others": ["契1/2", "契1/1"]})";
    rows.type = type;
    Append(rows);
  }
  Correct(CorrectionOf("契1/1", R"({"count": 4})"));
  Correct(CorrectionOf("契1/3", R"({"count": 5})"));
  const auto now = *office_.registry().AsOf(On("2021-09-01"));
  const auto named = [](const registry::Snapshot& snapshot, const char* type, const char* attribute) {
    return snapshot.Find({type, "契1/1/1"})->entity.attributes.at(attribute).ToString();
  };
  EXPECT_EQ(named(*now, "Return", "handover"), R"(Handover::"契1/4")");
  EXPECT_EQ(named(*now, "Return", "others"), R"([Handover::"契1/2", Handover::"契1/4"])");
  // What was confirmed was the row as it stood; and the chain of corrections stays as it is.
  EXPECT_EQ(named(*now, "Receipt", "handover"), R"(Handover::"契1/1")");
  EXPECT_EQ(now->Find({"Handover", "契1/4"})->entity.attributes.at("corrects").entity().id, "契1/3");
  const auto before = *office_.registry().AsOf(On("2021-09-01"), Noon("2021-07-15"));
  EXPECT_EQ(named(*before, "Return", "handover"), R"(Handover::"契1/1")");
  const Row kept = office_.registry().History({"Return", "契1/1/1"})->front();
  EXPECT_EQ(kept.entity.attributes.at("handover").entity().id, "契1/1");
}

TEST_F(LedgerTest, ACorrectionThatEndsARowTakesItBack) {
  Append(RowsOf(R"([{"on": "2021-06-01", "givenBy": "職員1"}, {"on": "2021-06-02", "givenBy": "職員1"}])"));
  Correct(CorrectionOf("契1/1", R"({"valid_until": "2021-06-01"})"));
  const auto rows = [&](const char* day) {
    std::string ids;
    const auto snapshot = *office_.registry().AsOf(On(day));
    for (const Row* row : snapshot->OfType("Handover")) ids += row->entity.uid.id + " ";
    return ids;
  };
  EXPECT_EQ(rows("2021-06-01"), "契1/3 ");
  EXPECT_EQ(rows("2021-06-02"), "契1/2 ");  // the end brings back nothing
  LedgerQuery query;
  query.type = "Handover";
  EXPECT_EQ(Ids(List(query)), "契1/2");
  query.all = true;
  EXPECT_EQ(Ids(List(query)), "契1/1 契1/3 契1/2");
  Problems problems;
  const auto again =
      ledgers().Correct(CorrectionOf("契1/3", R"({"valid_until": "2021-06-01"})"), Noon("2021-08-02"), problems);
  ASSERT_FALSE(again.ok());
  EXPECT_NE(again.error().ToString().find("nothing is changed"), std::string::npos) << again.error().ToString();
}

TEST_F(LedgerTest, ADocumentCannotCorrectARowTwiceEither) {
  Append(RowsOf(R"({"on": "2021-06-01", "givenBy": "職員1"})"));
  Correct(CorrectionOf("契1/1", R"({"count": 4})"));
  const std::string head = "hikae: declaration/1\nHandover:\n";
  const auto again =
      office_.Declare(head + "  二度目: { contract: 契1, on: 2021-06-01, givenBy: 職員1, corrects: 契1/1 }\n");
  ASSERT_FALSE(again.ok());
  EXPECT_NE(again.error().ToString().find("文書.yaml:3:54: Handover::\"契1/1\" is corrected already"),
            std::string::npos)
      << again.error().ToString();
  const auto itself =
      office_.Declare(head + "  自分: { contract: 契1, on: 2021-06-01, givenBy: 職員1, corrects: 自分 }\n");
  ASSERT_FALSE(itself.ok());
  EXPECT_NE(itself.error().ToString().find("would correct itself"), std::string::npos) << itself.error().ToString();
  const auto ring = office_.Declare(head + "  甲: { contract: 契1, on: 2021-06-01, givenBy: 職員1, corrects: 乙 }\n" +
                                    "  乙: { contract: 契1, on: 2021-06-01, givenBy: 職員1, corrects: 甲 }\n");
  ASSERT_FALSE(ring.ok());
  EXPECT_NE(ring.error().ToString().find("would correct itself"), std::string::npos) << ring.error().ToString();
  const auto backwards =
      office_.Declare(head + "  丙: { contract: 契1, on: 2021-06-02, returnedOn: 2021-06-01, givenBy: 職員1 }\n");
  ASSERT_FALSE(backwards.ok());
  EXPECT_NE(backwards.error().ToString().find("returnedOn is before on"), std::string::npos);
}

TEST_F(LedgerTest, AListShowsWhatCountsAndTheChain) {
  // The last four are of one day: they go by number, 9 before 10.
  std::string rows = "[";
  for (int row = 1; row <= 12; ++row) {
    rows += fmt::format(R"({}{{"on": "2021-06-{:02}", "givenBy": "職員1"}})", row == 1 ? "" : ", ", std::min(row, 9));
  }
  Append(RowsOf(rows + "]"));
  Append(RowsOf(R"({"on": "2021-06-03", "givenBy": "職員1"})", "行.json", "契2"));
  Correct(CorrectionOf("契1/3", R"({"count": 4})"));
  LedgerQuery query;
  query.type = "受渡簿";
  query.from = On("2021-06-03");
  query.until = On("2021-06-09");
  EXPECT_EQ(Ids(List(query)), "契1/13 契2/1 契1/4 契1/5 契1/6 契1/7 契1/8 契1/9 契1/10 契1/11 契1/12");
  query.owner = "契1";
  query.until = On("2021-06-03");
  EXPECT_EQ(Ids(List(query)), "契1/13");
  query.all = true;
  const auto lines = List(query);
  ASSERT_EQ(Ids(lines), "契1/3 契1/13");
  EXPECT_EQ(lines[0].corrected_by, "契1/13");
  EXPECT_EQ(lines[1].corrected_by, "");
  EXPECT_EQ(lines[1].row.reason, "枚数の数え間違い");
  query.owner = "契3";
  const auto none = ledgers().List(query);
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().ToString().find("no Contract is named"), std::string::npos);
}

TEST_F(LedgerTest, AConfirmationIsARowOfItsOwn) {
  Append(RowsOf(Field(vectors_, "rows")));
  LedgerRows receipt = RowsOf(R"({"on": "2021-06-02"})", "確認.json", "契1/2");
  receipt.type = "Receipt";
  EXPECT_EQ(Append(receipt).touched.front().id, "契1/2/1");
  LedgerQuery query;
  query.type = "Handover";
  const auto confirmed = List(query);
  ASSERT_EQ(Ids(confirmed), "契1/1 契1/2");
  EXPECT_TRUE(confirmed[0].confirmed.empty());
  ASSERT_EQ(confirmed[1].confirmed.size(), 1u);
  EXPECT_EQ(confirmed[1].confirmed[0].ToString(), R"(Receipt::"契1/2/1")");
  // A row that is put right is another one: what was confirmed was not this.
  Correct(CorrectionOf("契1/2", R"({"count": 4})"));
  EXPECT_TRUE(List(query)[1].confirmed.empty());
}

TEST_F(LedgerTest, ATableIsTakenInOnce) {
  LedgerRows rows = RowsOf("on,givenBy\r\n2021-06-01,職員1\r\n", "表.csv");
  rows.once = true;
  Append(rows);
  Problems problems;
  const auto again = ledgers().Append(rows, Noon("2021-07-02"), problems);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().status, Status::kExists);
  rows.once = false;
  EXPECT_EQ(Append(rows).added, 1u);
}

TEST(RowChecksTest, AnAnnotationThatNamesWhatIsNotThereIsAFaultOfTheSchema) {
  const auto says = [](const std::string& type, std::string_view fragment) {
    const auto schema =
        cedar::Schema::Parse({{"s", "entity A { a?: datetime, b?: Long, c?: String, d?: datetime };\n" + type}});
    ASSERT_TRUE(schema.ok()) << schema.error().ToString();
    const auto checks = RowChecks::Of(*schema);
    ASSERT_FALSE(checks.ok()) << type;
    EXPECT_EQ(checks.error().status, Status::kRules);
    EXPECT_NE(checks.error().ToString().find(fragment), std::string::npos) << checks.error().ToString();
  };
  says(R"(@order("a z") entity B { a?: datetime };)", "@order of B: there is no attribute \"z\"");
  says(R"(@order("a") entity B { a?: datetime };)", "two attributes at least");
  says(R"(@order("a b") entity B { a?: datetime, b?: Long };)", "dates, or numbers, are expected");
  says(R"(@order("a b") entity B { a?: String, b?: String };)", "dates, or numbers, are expected");
  says(R"(@differs("a") entity B { a?: String };)", "@differs of B: two attributes at least");
  says(R"(entity B { @least("x") a?: Long };)", "a number, on a Long, is expected at a");
  says(R"(entity B { @least("0") a?: String };)", "a number, on a Long, is expected at a");
  says(R"(entity B { @time a?: String };)", "@time of B: a datetime is expected at a");
  says(R"(@confirms("A") entity B { a?: A };)", "there is no ledger \"A\"");
  says(R"(@ledger entity C { on: datetime }; @confirms("C") entity B { a?: A };)", "no attribute names a C");
}

}  // namespace
}  // namespace hikae::registry
