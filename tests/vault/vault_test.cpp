// Records put and fetched again.
#include "vault/vault.h"

#include "crypto/suite.h"
#include "vault/small_vault.h"

namespace hikae::vault {
namespace {

using base::Status;

using VaultTest = SmallVault;

TEST_F(VaultTest, GivesBackWhatWasPut) {
  const SubjectNumber subject = Subject("住民-7");
  EXPECT_EQ(Fetch(subject).version, 0u);
  ASSERT_EQ(Put(subject, {{"name", "髙橋 𠮷子"}, {"note", "ﾀﾅｶ様より電話"}}).value(), 1u);
  const SealedRecord record = Fetch(subject);
  EXPECT_EQ(record.version, 1u);
  EXPECT_EQ(record.body.find("髙橋"), std::string::npos);
  EXPECT_EQ(Shown(Open(record)), "name=髙橋 𠮷子;note=ﾀﾅｶ様より電話;");
  EXPECT_EQ(Shown(Open(record, {"note", "absent"})), "note=ﾀﾅｶ様より電話;");
  EXPECT_EQ(vault_->ItemsOf("consultation", record).value(), (std::vector<std::string>{"name", "note"}));
}

TEST_F(VaultTest, ChangesSomeItemsAndLeavesTheOthersSealed) {
  const SubjectNumber subject = Subject("住民-7");
  ASSERT_TRUE(Put(subject, {{"b", "二"}, {"d", "四"}}).ok());
  ASSERT_EQ(Put(subject, {{"a", "一"}, {"d", "4"}, {"e", ""}}, {"b"}).value(), 2u);
  const SealedRecord record = Fetch(subject);
  const auto items = Open(record);
  EXPECT_EQ(Shown(items), "a=一;d=4;e=;");
  ASSERT_EQ(Put(subject, {{"c", "三"}}).value(), 3u);
  const auto again = Open(Fetch(subject));
  EXPECT_EQ(Shown(again), "a=一;c=三;d=4;e=;");
  EXPECT_EQ((*again)[0].version(), 2u);
  EXPECT_EQ((*again)[1].version(), 3u);
}

TEST_F(VaultTest, KeepsHistoryWhereTheFileSaysSo) {
  const SubjectNumber subject = Subject("1");
  ASSERT_TRUE(Put(subject, {{"a", "一"}}).ok());
  ASSERT_TRUE(Put(subject, {{"a", "二"}}).ok());
  EXPECT_TRUE(vault_->History(spec_.file, subject)->empty());
  spec_.keep_history = true;
  ASSERT_TRUE(Put(subject, {{"a", "三"}}).ok());
  ASSERT_TRUE(Put(subject, {}, {"a"}).ok());
  const auto history = vault_->History(spec_.file, subject);
  ASSERT_EQ(history->size(), 2u);
  EXPECT_EQ((*history)[0].version, 2u);
  EXPECT_EQ(Shown(Open((*history)[0])) + Shown(Open((*history)[1])), "a=二;a=三;");
  EXPECT_EQ(Shown(Open(Fetch(subject))), "");
}

TEST_F(VaultTest, RemovesRecordHistoryAndIndexes) {
  spec_.keep_history = true;
  spec_.items.push_back({.item = "a", .indexes = {IndexKind::kExact}});
  const SubjectNumber subject = Subject("1"), other = Subject("2");
  for (const SubjectNumber& each : {subject, other}) {
    ASSERT_TRUE(Put(each, {{"a", "一"}}).ok());
    ASSERT_TRUE(Put(each, {{"a", "二"}}).ok());
  }
  EXPECT_TRUE(vault_->Remove(spec_.file, subject).value());
  EXPECT_FALSE(vault_->Remove(spec_.file, subject).value());
  EXPECT_EQ(Fetch(subject).version, 0u);
  EXPECT_FALSE(vault_->HeadOf(spec_.file, subject)->has_value());
  EXPECT_TRUE(vault_->History(spec_.file, subject)->empty());
  const std::pair<const char*, int> left[] = {{"record", 1}, {"record_body", 2}, {"blind_index", 1}};
  for (const auto& [table, rows] : left) {
    const auto query = *database_->Ask(std::string("SELECT count(*) FROM ") + table);
    ASSERT_TRUE(query->Step().value());
    EXPECT_EQ(query->Long(0), rows) << table;
  }
}

TEST_F(VaultTest, ScansInPieces) {
  std::set<SubjectNumber> put, seen;
  for (int i = 0; i < 7; ++i) {
    put.insert(Subject(std::to_string(i)));
    ASSERT_TRUE(Put(Subject(std::to_string(i)), {{"a", std::to_string(i)}}).ok());
  }
  EXPECT_EQ(vault_->Count(spec_.file).value(), 7u);
  EXPECT_EQ(vault_->Count("another").value(), 0u);
  std::optional<SubjectNumber> after;
  for (int piece = 0; piece < 10; ++piece) {
    const auto records = vault_->Scan(spec_.file, after, 3);
    ASSERT_TRUE(records.ok());
    if (records->empty()) break;
    for (const SealedRecord& record : *records) {
      EXPECT_TRUE(Open(record).ok());
      EXPECT_TRUE(seen.insert(record.subject).second);
    }
    after = records->back().subject;
  }
  EXPECT_EQ(seen, put);
}

TEST_F(VaultTest, ResealsUnderThePrimaryKeyAndKeepsContentAndVersions) {
  spec_.keep_history = true;
  const SubjectNumber subject = Subject("1");
  ASSERT_TRUE(Put(subject, {{"a", "一"}, {"b", "外字\uE000"}}).ok());
  ASSERT_TRUE(Put(subject, {{"a", "二"}}).ok());
  EXPECT_FALSE(vault_->Reseal(spec_, Fetch(subject)).value().has_value()) << "it is under the primary key";
  keys_.Rotate(subject, spec_.file);
  EXPECT_EQ(Shown(Open(Fetch(subject))), "a=二;b=外字\uE000;") << "old versions still open";
  const auto resealed = vault_->Reseal(spec_, Fetch(subject));
  ASSERT_TRUE(resealed.ok() && resealed->has_value());
  EXPECT_EQ((*resealed)->key_version, 2u);
  ASSERT_TRUE(vault_->Write(spec_, **resealed).ok());
  EXPECT_FALSE(vault_->Reseal(spec_, Fetch(subject)).value().has_value());
  keys_.Retire(subject, spec_.file, 2);
  const SealedRecord record = Fetch(subject);
  EXPECT_EQ(record.version, 2u);
  const auto items = Open(record);
  EXPECT_EQ(Shown(items), "a=二;b=外字\uE000;");
  EXPECT_EQ((*items)[1].version(), 1u);
  const auto history = vault_->History(spec_.file, subject);
  ASSERT_EQ(history->size(), 1u);
  EXPECT_EQ(Shown(Open((*history)[0])), "a=一;b=外字\uE000;");
}

TEST_F(VaultTest, FetchesManyInTheOrderGivenWithTheirMarks) {
  const SubjectNumber one = Subject("1"), none = Subject("2"), two = Subject("3");
  ASSERT_TRUE(Put(one, {{"a", "一"}}).ok());
  ASSERT_TRUE(Put(two, {{"a", "二"}}).ok());
  const std::vector<Mark> marks = {{"hold", "", 1, {}}};
  for (const SubjectNumber& marked : {none, two}) ASSERT_TRUE(vault_->SetMarks(marked, marks).ok());
  const std::vector<SubjectNumber> asked = {two, none, one, two};
  std::vector<SealedRecord> out;
  ASSERT_TRUE(vault_->Fetch(spec_.file, asked, out).ok());
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(Shown(Open(out[0])) + Shown(Open(out[2])), "a=二;a=一;");
  EXPECT_EQ(out[1].version, 0u);
  EXPECT_EQ(Vault::ReadMarks(out[1].marks).value(), marks) << "marks without a record";
  EXPECT_EQ(out[0].marks, out[1].marks) << "equal marks are equal bytes";
  EXPECT_EQ(out[2].marks, "");
  EXPECT_EQ(vault_->Scan(spec_.file, {}, 9)->size(), 2u);
}

TEST_F(VaultTest, MarksAreReplacedAndOutliveTheIndexKey) {
  const SubjectNumber subject = Filled(0x22);
  const Mark consent{"consent", "welfare", 18'767, {}}, support{"support-measures", "", 18'718, 19'082};
  ASSERT_TRUE(vault_->SetMarks(subject, std::vector<Mark>{support, consent, support}).ok());
  EXPECT_EQ(vault_->MarksOf(subject).value(), (std::vector<Mark>{consent, support}));
  keys_.RotateIndex();
  ASSERT_TRUE(vault_->ResealMarks().ok());
  keys_.RetireIndex(2);
  EXPECT_EQ(vault_->MarksOf(subject)->size(), 2u);
  ASSERT_TRUE(vault_->SetMarks(subject, {}).ok());
  EXPECT_TRUE(vault_->MarksOf(subject)->empty());
  EXPECT_FALSE(vault_->SetMarks(subject, std::vector<Mark>{{"hold", "", 10, 9}}).ok());
  EXPECT_FALSE(vault_->SetMarks(subject, std::vector<Mark>{{"", "", 10, {}}}).ok());
}

TEST_F(VaultTest, RefusesWhatDoesNotFitAndWritesNothing) {
  spec_.items.push_back({.item = "born", .type = ItemType::kDate});
  spec_.items.push_back({.item = "short", .max_bytes = 6});
  const SubjectNumber subject = Subject("1");
  const auto refused = [&](std::vector<Change::Set> set, std::vector<std::string_view> remove = {}) {
    const auto put = Put(subject, std::move(set), std::move(remove));
    if (put.ok()) return std::string();
    EXPECT_EQ(put.error().status, Status::kArgument);
    EXPECT_FALSE(put.error().text.ja.empty());
    return put.error().ToString();
  };
  EXPECT_NE(refused({{"born", "令和3年2月30日"}}).find("'born' is a date"), std::string::npos);
  EXPECT_EQ(refused({{"born", "令和3年2月30日"}}).find("30"), std::string::npos) << "never the value";
  EXPECT_NE(refused({{"short", "三文字"}}).find("at most 6 bytes"), std::string::npos);
  EXPECT_NE(refused({{"a", "x"}, {"a", "y"}}).find("twice"), std::string::npos);
  EXPECT_NE(refused({{"a", "x"}}, {"a"}).find("twice"), std::string::npos);
  EXPECT_NE(refused({{"a", "x"}}, {"b"}).find("not there"), std::string::npos);
  EXPECT_NE(refused({}).find("nothing"), std::string::npos);
  EXPECT_NE(refused({{"", "x"}}).find("code of an item"), std::string::npos);
  EXPECT_NE(refused({{std::string_view("a\0b", 3), "x"}}).find("code of an item"), std::string::npos);
  EXPECT_NE(refused({{"big", std::string(kMaxItemBytes + 1, 'x')}}).find("at most"), std::string::npos);
  std::vector<std::string> names;
  std::vector<Change::Set> many;
  for (size_t i = 0; i <= kMaxItems; ++i) names.push_back(std::to_string(i));
  for (const std::string& name : names) many.push_back({name, "x"});
  EXPECT_NE(refused(many).find("1,000 items"), std::string::npos);
  EXPECT_EQ(Fetch(subject).version, 0u);
  many.pop_back();
  EXPECT_TRUE(Put(subject, many).ok());
  EXPECT_EQ(Open(Fetch(subject))->size(), kMaxItems);
}

TEST_F(VaultTest, SaysThatAKeyIsGone) {
  const SubjectNumber subject = Subject("1");
  ASSERT_TRUE(Put(subject, {{"a", "x"}}).ok());
  const SealedRecord record = Fetch(subject);
  keys_.Rotate(subject, spec_.file);
  keys_.Retire(subject, spec_.file, 2);
  EXPECT_EQ(Open(record).error().status, Status::kNotFound) << "its version";
  keys_.Destroy(subject, spec_.file);
  EXPECT_EQ(Open(record).error().status, Status::kNotFound);
  EXPECT_EQ(Put(Filled(0x77), {{"a", "x"}}).error().status, Status::kNotFound) << "never made";
}

TEST_F(VaultTest, TwoWritersOfOneVersionDoNotOverwriteEachOther) {
  const SubjectNumber subject = Subject("1");
  const SealedRecord nothing = Fetch(subject);
  const std::vector<Change::Set> set = {{"a", "x"}};
  const auto one = vault_->Prepare(spec_, nothing, {subject, set, {}});
  const auto write = [&](const Prepared& prepared) {
    return database_->Write([&] { return vault_->Write(spec_, prepared); });
  };
  ASSERT_TRUE(write(*one).ok());
  EXPECT_EQ(write(*one).error().status, Status::kBusy);
  for (const bool keep : {false, true}) {
    spec_.keep_history = keep;
    const SealedRecord now = Fetch(subject);
    const auto next = vault_->Prepare(spec_, now, {subject, set, {}});
    ASSERT_TRUE(write(*next).ok());
    EXPECT_EQ(write(*next).error().status, Status::kBusy);
    EXPECT_EQ(Fetch(subject).version, now.version + 1);
  }
  EXPECT_EQ(vault_->History(spec_.file, subject)->size(), 1u) << "of what was refused nothing stays";
}

TEST_F(VaultTest, SealsByTheSuiteOfTheFile) {
  if (!crypto::Available(crypto::SealSuite::kAes256Gcm)) GTEST_SKIP() << "no AES instructions";
  const SubjectNumber subject = Subject("1");
  ASSERT_TRUE(Put(subject, {{"a", "一"}}).ok());
  spec_.suite = Suite::kAes256Gcm;
  ASSERT_TRUE(Put(subject, {{"b", "二"}}).ok());
  EXPECT_EQ(Shown(Open(Fetch(subject))), "a=一;b=二;") << "both suites in one record";
  const auto resealed = vault_->Reseal(spec_, Fetch(subject));
  ASSERT_TRUE(resealed.ok() && resealed->has_value());
  ASSERT_TRUE(vault_->Write(spec_, **resealed).ok());
  EXPECT_EQ(Shown(Open(Fetch(subject))), "a=一;b=二;");
}

TEST(PlainTextTest, MovesWithoutLeavingACopy) {
  PlainText text("短い");
  const char* const place = text.view().data();
  const auto at = reinterpret_cast<uintptr_t>(place), object = reinterpret_cast<uintptr_t>(&text);
  EXPECT_TRUE(at < object || at >= object + sizeof text) << "short texts lie outside the object too";
  PlainText moved(std::move(text));
  EXPECT_EQ(moved.view(), "短い");
  EXPECT_EQ(moved.view().data(), place) << "handed over, not copied";
  EXPECT_TRUE(text.empty());
  EXPECT_NE(text.view().data(), place);
  moved.Append(std::string(100, 'x'));
  EXPECT_EQ(moved.size(), 106u);
  EXPECT_EQ(moved.view().substr(0, 6), "短い");
}

// The room stays, so that it may be looked at.
TEST(PlainTextTest, WipesWhatItLeaves) {
  PlainText text("髙橋");
  const char* const place = text.view().data();
  text.Clear();
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(std::string_view(place, 6), std::string_view("\0\0\0\0\0\0", 6));
  text.Append("山田");
  ASSERT_EQ(text.view().data(), place) << "the same room";
  text.Fill(3);
  EXPECT_EQ(std::string_view(place, 6), std::string_view("\0\0\0\0\0\0", 6));
}

}  // namespace
}  // namespace hikae::vault
