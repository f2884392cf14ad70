// How the rows of a record lie: bodies one behind the other, each with the row of the one before it.
#include "vault/records/bytes.h"
#include "vault/small_vault.h"

namespace hikae::vault {
namespace {

using base::Status;

class RecordRowsTest : public SmallVault {
 protected:
  int64_t Number(const std::string& sql) {
    const auto query = *database_->Ask(sql);
    return *query->Step() ? query->Long(0) : -1;
  }
  void Run(const std::string& sql) {
    const auto ran = database_->Run(sql);
    ASSERT_TRUE(ran.ok()) << sql << ran.error().ToString();
  }
  // "version:item=value;… " of each, oldest first; or the status.
  std::string HistoryOf(const SubjectNumber& subject) {
    const auto history = vault_->History(spec_.file, subject);
    if (!history.ok()) return "status " + std::to_string(static_cast<int>(history.error().status));
    std::string text;
    for (const SealedRecord& row : *history) text += std::to_string(row.version) + ":" + Shown(Open(row)) + " ";
    return text;
  }
  void Reopen() {
    vault_.reset();
    database_.reset();
    database_ = *store::Database::Open(path(), {});
    vault_ = std::make_unique<Vault>(*database_, keys_);
  }
  static constexpr const char* kTampered = "status -8";
};

TEST_F(RecordRowsTest, AKeptBodyStaysWhereItIs) {
  spec_.keep_history = true;
  const SubjectNumber one = Subject("1"), two = Subject("2");
  for (const char* value : {"邉見", "邊見", "辺見"}) {
    ASSERT_TRUE(Put(one, {{"氏名", value}}).ok());
    ASSERT_TRUE(Put(two, {{"氏名", value}}).ok());
  }
  EXPECT_EQ(HistoryOf(one), "1:氏名=邉見; 2:氏名=邊見; ");
  EXPECT_EQ(Number("SELECT group_concat(before) = '0,0,1,2,3,4' FROM (SELECT before FROM record_body ORDER BY n)"), 1);
  EXPECT_EQ(Number("SELECT group_concat(at) = '5,6' FROM (SELECT at FROM record ORDER BY at)"), 1);
  ASSERT_TRUE(*vault_->Remove(spec_.file, one));
  EXPECT_EQ(Number("SELECT count(*) FROM record_body"), 3);
  EXPECT_EQ(HistoryOf(two), "1:氏名=邉見; 2:氏名=邊見; ");
  EXPECT_EQ(Shown(Open(Fetch(two))), "氏名=辺見;");
}

TEST_F(RecordRowsTest, WithoutHistoryABodyIsReplaced) {
  const SubjectNumber subject = Subject("1");
  for (const char* value : {"甲", "乙", "丙"}) ASSERT_TRUE(Put(subject, {{"a", value}}).ok());
  EXPECT_EQ(Number("SELECT count(*) FROM record_body"), 1);
  spec_.keep_history = true;
  ASSERT_TRUE(Put(subject, {{"a", "丁"}}).ok());
  spec_.keep_history = false;
  ASSERT_TRUE(Put(subject, {{"a", "戊"}}).ok());
  EXPECT_EQ(HistoryOf(subject), "3:a=丙; ") << "what was kept once stays";
  EXPECT_EQ(Shown(Open(Fetch(subject))), "a=戊;");
}

// By somebody who can write to the file: it is told, and does not keep what is erased from going.
TEST_F(RecordRowsTest, RowsThatDoNotHoldTogetherAreToldAndRemoved) {
  spec_.keep_history = true;
  const SubjectNumber one = Subject("1"), two = Subject("2");
  const std::string changes[] = {
      "UPDATE record_body SET before = 6 WHERE n = 5",   // itself behind it
      "UPDATE record_body SET before = 5 WHERE n = 5",   // itself
      "UPDATE record_body SET before = 5 WHERE n = 3",   // round and round
      "UPDATE record_body SET before = 4 WHERE n = 5",   // another's
      "UPDATE record_body SET before = -3 WHERE n = 5",  // none
      "DELETE FROM record_body WHERE n = 3",
      "UPDATE record SET at = 77 WHERE at = 5",
  };
  for (const std::string& change : changes) {
    for (const char* value : {"甲", "乙", "丙"}) {
      ASSERT_TRUE(Put(one, {{"a", value}}).ok());
      ASSERT_TRUE(Put(two, {{"a", value}}).ok());
    }
    ASSERT_EQ(Number("SELECT max(n) FROM record_body"), 6);
    ASSERT_EQ(HistoryOf(one), "1:a=甲; 2:a=乙; ");
    Run(change);
    EXPECT_EQ(HistoryOf(one), kTampered) << change;
    ASSERT_TRUE(*vault_->Remove(spec_.file, one)) << change;
    EXPECT_EQ(Number("SELECT count(*) FROM record_body"), 3) << change;
    EXPECT_EQ(HistoryOf(two), "1:a=甲; 2:a=乙; ") << change;
    ASSERT_TRUE(*vault_->Remove(spec_.file, two));
  }
}

TEST_F(RecordRowsTest, ARecordThatPointsNowhereIsNotTakenForNone) {
  const SubjectNumber subject = Subject("1");
  ASSERT_TRUE(Put(subject, {{"a", "甲"}}).ok());
  Run("UPDATE record SET at = 77");
  std::vector<SealedRecord> out;
  EXPECT_EQ(vault_->Fetch(spec_.file, {&subject, 1}, out).error().status, Status::kTampered);
  EXPECT_EQ(Put(subject, {{"a", "乙"}}).error().status, Status::kTampered);
  EXPECT_EQ(vault_->HeadOf(spec_.file, subject).error().status, Status::kTampered);
  EXPECT_EQ(vault_->Scan(spec_.file, {}, 9).error().status, Status::kTampered);
}

TEST_F(RecordRowsTest, SweepingFindsBodiesToWhichNothingPoints) {
  spec_.keep_history = true;
  const SubjectNumber gone = Subject("1"), stays = Subject("2");
  for (const SubjectNumber& each : {gone, stays}) {
    ASSERT_TRUE(Put(each, {{"a", "甲"}}).ok());
    ASSERT_TRUE(Put(each, {{"a", "乙"}}).ok());
  }
  Run("DELETE FROM record");
  keys_.Destroy(gone, spec_.file);
  EXPECT_EQ(*vault_->Sweep(), 1u);
  EXPECT_EQ(Number("SELECT count(*) FROM record_body"), 2);
  EXPECT_EQ(*vault_->Sweep(), 0u);
}

TEST_F(RecordRowsTest, AnItemNoLongerSearchedByIsForgottenWhenItChanges) {
  spec_.items.push_back({.item = "カナ", .indexes = {IndexKind::kExact}});
  const SubjectNumber subject = Subject("1");
  ASSERT_TRUE(Put(subject, {{"カナ", "ﾍﾝﾐ ﾁﾖｺ"}, {"備考", "甲"}}).ok());
  spec_.items.clear();
  ASSERT_TRUE(Put(subject, {{"備考", "乙"}}).ok());
  EXPECT_EQ(Number("SELECT count(*) FROM blind_index"), 1);
  ASSERT_TRUE(Put(subject, {{"カナ", "ﾍﾝﾐ ﾁﾖ"}}).ok());
  EXPECT_EQ(Number("SELECT count(*) FROM blind_index"), 0);
  EXPECT_EQ(Number("SELECT count(*) FROM indexed_item WHERE item = 'カナ'"), 1);
}

// The tables of form 5, of the same content.
constexpr const char* kAsForm5[] = {
    "CREATE TABLE record_history (office BIGINT NOT NULL, file TEXT NOT NULL, subject BYTEA NOT NULL, "
    "version BIGINT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (office, file, subject, version))",
    "INSERT INTO record_history SELECT office, file, subject, version, body FROM record_body "
    "WHERE n NOT IN (SELECT at FROM record)",
    "CREATE TABLE record_5 (office BIGINT NOT NULL, file TEXT NOT NULL, subject BYTEA NOT NULL, "
    "version BIGINT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (office, file, subject))",
    "INSERT INTO record_5 SELECT office, file, subject, version, body FROM record_body "
    "WHERE n IN (SELECT at FROM record) ORDER BY n DESC",
    "DROP TABLE record",
    "DROP TABLE record_body",
    "DROP TABLE indexed_item",
    "ALTER TABLE record_5 RENAME TO record",
    "PRAGMA user_version = 5",
};

TEST_F(RecordRowsTest, RecordsOfForm5AreBroughtToTheNewest) {
  spec_.keep_history = true;
  spec_.items.push_back({.item = "氏名", .indexes = {IndexKind::kExact}});
  FileSpec plain;
  plain.file = "電話の控え";
  const SubjectNumber one = Subject("1"), two = Subject("2"), three = Subject("3", plain.file);
  for (const char* value : {"邉見", "邊見", "辺見"}) ASSERT_TRUE(Put(one, {{"氏名", value}}).ok());
  ASSERT_TRUE(Put(two, {{"氏名", "髙橋"}}).ok());
  for (const char* value : {"甲", "乙"}) ASSERT_TRUE(Put(plain, three, {{"内容", value}}).ok());
  ASSERT_TRUE(database_
                  ->Write([&]() -> base::Result<void> {
                    for (const char* sql : kAsForm5) HIKAE_CHECK(database_->Run(sql));
                    return {};
                  })
                  .ok());
  const auto records = [&] { return Number("SELECT count(*) FROM record"); };
  ASSERT_EQ(records(), 3);
  Reopen();
  EXPECT_EQ(database_->form(), store::Database::NewestForm(store::Content::kOffice));
  EXPECT_EQ(records(), 3);
  EXPECT_EQ(HistoryOf(one), "1:氏名=邉見; 2:氏名=邊見; ");
  EXPECT_EQ(Shown(Open(Fetch(one))), "氏名=辺見;");
  EXPECT_EQ(Shown(Open(Fetch(two))), "氏名=髙橋;");
  EXPECT_EQ(Shown(Open(Fetch(three, plain.file), {}, plain.file)), "内容=乙;");
  EXPECT_EQ(HistoryOf(two), "");
  EXPECT_EQ(*vault_->Search(spec_, "氏名", IndexKind::kExact, "髙橋", 9), std::vector<SubjectNumber>{two});
  // And goes on: the next write finds what it replaces, index values too.
  ASSERT_TRUE(Put(one, {{"氏名", "逸見"}}).ok());
  EXPECT_EQ(HistoryOf(one), "1:氏名=邉見; 2:氏名=邊見; 3:氏名=辺見; ");
  EXPECT_TRUE(vault_->Search(spec_, "氏名", IndexKind::kExact, "辺見", 9)->empty());
  EXPECT_EQ(Number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'record%' AND type = 'table'"), 2);
  // The same tables as of an office that is made now.
  const auto fresh = *store::Database::Open((directory_ / "fresh.db").string(), {.create = true});
  const auto schema = [](store::Database& database) {
    const auto query = *database.Ask("SELECT group_concat(sql) FROM (SELECT sql FROM sqlite_schema ORDER BY name)");
    return *query->Step() ? std::string(query->Text(0)) : std::string();
  };
  EXPECT_EQ(schema(*database_), schema(*fresh));
}

}  // namespace
}  // namespace hikae::vault
