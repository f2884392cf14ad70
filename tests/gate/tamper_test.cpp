// What was changed behind the office's back: refused, or found beside the log.
#include "gate/fault_office.h"

namespace hikae::gate {
namespace {

using base::Status;
using store::Content;

constexpr char kWho[] = "宛名-0000007";
constexpr char kName[] = "髙橋󠄁 花子";
constexpr char kHome[] = "江戸川区中央一丁目4番1号";
const std::vector<std::string> kItems = {"氏名漢字", "住所"};
// Bits are stepped through by an odd number, so that all eight of a byte have their turn.
constexpr size_t kEveryBit = 5;

std::string Flipped(std::string bytes, size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}

class Tamper : public testing::Test {
 protected:
  Tamper() {
    office_.Also("終わった", kDueFile);
    Fill(office_);
    number_ = NumberOf(office_, kWho);
    raw_.assign(number_.begin(), number_.end());
  }
  static void Fill(GateOffice& office) {
    PutOne(*office.Begin(), kDue, kWho, {{"氏名漢字", kName}, {"住所", kHome}, {"生年月日", "平成3年4月5日"}});
  }
  std::string Office() const { return office_.directory + "/hikae.db"; }
  std::string One(const std::string& sql) const { return Column(Office(), Content::kOffice, sql, raw_).at(0); }
  void Set(const std::string& sql, const std::string& value) {
    const auto set = Change(Office(), Content::kOffice, sql, {value, raw_});
    ASSERT_TRUE(set.ok()) << set.error().ToString();
  }
  // kOk only with what was written.
  Status Read(Session& session) {
    const auto read = session.Read(In(Reading(kItems), kDue), kWho);
    if (!read.ok()) {
      EXPECT_FALSE(read.error().text.ja.empty());
      EXPECT_EQ(read.error().ToString().find(kName), std::string::npos);
      return read.error().status;
    }
    std::map<std::string, std::string> seen;
    for (const Seen& item : read->items) seen[item.item] = item.value.view();
    EXPECT_EQ(seen, (std::map<std::string, std::string>{{"氏名漢字", kName}, {"住所", kHome}}));
    return Status::kOk;
  }
  GateOffice office_;
  vault::SubjectNumber number_{};
  std::string raw_;
};

TEST_F(Tamper, EveryBitOfARecord) {
  const auto session = office_.Begin();
  const std::string body = One("SELECT b.body FROM record JOIN record_body b ON b.n = at WHERE record.subject = $1");
  size_t flipped = 0;
  for (size_t bit = 0; bit < body.size() * 8; bit += kEveryBit, ++flipped) {
    Set("UPDATE record_body SET body = $1 WHERE n = (SELECT at FROM record WHERE subject = $2)", Flipped(body, bit));
    const Status status = Read(*session);
    EXPECT_TRUE(status == Status::kTampered || status == Status::kVersion || status == Status::kNotFound)
        << bit << ": " << static_cast<int>(status);
  }
  for (const size_t size : {size_t{0}, size_t{1}, body.size() / 2, body.size() - 1}) {
    Set("UPDATE record_body SET body = $1 WHERE n = (SELECT at FROM record WHERE subject = $2)", body.substr(0, size));
    EXPECT_NE(Read(*session), Status::kOk) << size;
  }
  Set("UPDATE record_body SET body = $1 WHERE n = (SELECT at FROM record WHERE subject = $2)", body);
  EXPECT_EQ(Read(*session), Status::kOk);
  std::printf("record: %zu bits flipped\n", flipped);
}

TEST_F(Tamper, TheVersionOfARecord) {
  const auto session = office_.Begin();
  for (const char* version : {"version + 1", "version + 256", "0", "-1", "9223372036854775807"}) {
    const std::string kept =
        One("SELECT CAST(version AS TEXT) FROM record JOIN record_body b ON b.n = at WHERE record.subject = $1");
    ASSERT_TRUE(Change(Office(), Content::kOffice,
                       std::string("UPDATE record_body SET version = ") + version + " WHERE subject = $1", {raw_})
                    .ok());
    const Status status = Read(*session);
    EXPECT_TRUE(status == Status::kTampered || status == Status::kNotFound) << version << static_cast<int>(status);
    ASSERT_TRUE(
        Change(Office(), Content::kOffice, "UPDATE record_body SET version = " + kept + " WHERE subject = $1", {raw_})
            .ok());
  }
  EXPECT_EQ(Read(*session), Status::kOk);
}

TEST_F(Tamper, EveryBitOfMarks) {
  Ask ask;
  ask.act = Act::kAdminister;
  const vault::Mark mark{"hold", "", 18'000, {}};
  ASSERT_TRUE(office_.Begin(GateOffice::Head())->SetMarks(ask, kWho, {&mark, 1}).ok());
  const auto session = office_.Begin();
  const std::string marks = One("SELECT marks FROM subject_marks WHERE subject = $1");
  for (size_t bit = 0; bit < marks.size() * 8; bit += kEveryBit) {
    Set("UPDATE subject_marks SET marks = $1 WHERE subject = $2", Flipped(marks, bit));
    EXPECT_EQ(Read(*session), Status::kTampered) << bit;
    const std::string_view who[] = {kWho};
    EXPECT_FALSE(office_.Begin(GateOffice::Head())->Erase(Erasing(), who).ok()) << "in spite of a hold";
  }
  Set("UPDATE subject_marks SET marks = $1 WHERE subject = $2", marks);
  EXPECT_EQ(Read(*session), Status::kOk);
}

TEST_F(Tamper, AnIndexFindsNothingElse) {
  const auto session = office_.Begin();
  PutOne(*session, kDue, "宛名-2", {{"氏名漢字", "邉見󠄀 千代子"}});
  const std::vector<std::string> items = {"氏名漢字"};
  Ask ask;
  ask.act = Act::kSearch;
  ask.file = kDue;
  ask.items = items;
  using Ids = std::vector<std::string>;
  ASSERT_EQ(*session->Search(ask, vault::IndexKind::kExact, kName, 9), Ids{kWho});
  for (const std::string& value :
       Column(Office(), Content::kOffice, "SELECT value FROM blind_index WHERE subject = $1", raw_)) {
    for (size_t bit = 0; bit < value.size() * 8; bit += 9) {
      const auto set = [&](const std::string& to, const std::string& from) {
        ASSERT_TRUE(
            Change(Office(), Content::kOffice, "UPDATE blind_index SET value = $1 WHERE value = $2", {to, from}).ok());
      };
      set(Flipped(value, bit), value);
      const auto found = session->Search(ask, vault::IndexKind::kExact, kName, 9);
      EXPECT_TRUE(found.ok() && (found->empty() || *found == Ids{kWho}));
      set(value, Flipped(value, bit));
    }
  }
  EXPECT_EQ(*session->Search(ask, vault::IndexKind::kExact, kName, 9), Ids{kWho});
}

// Head and all: not seen when it is read, but beside the log.
TEST_F(Tamper, ARecordPutBackWholeIsFoundBesideTheLog) {
  const std::string old = One("SELECT b.body FROM record JOIN record_body b ON b.n = at WHERE record.subject = $1");
  PutOne(*office_.Begin(), kDue, kWho, {{"住所", "江戸川区葛西三丁目10番1号"}});
  ExpectAgreement(office_);
  Set("UPDATE record_body SET body = $1, version = 1 WHERE n = (SELECT at FROM record WHERE subject = $2)", old);
  EXPECT_EQ(Read(*office_.Begin()), Status::kOk);
  const auto found = office_.gate->CheckAgainstLog();
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ((*found)[0].subject_number, codec::Hex(number_));
  EXPECT_FALSE((*found)[0].text.ja.empty());
  // And one that is taken away.
  ASSERT_TRUE(Change(Office(), Content::kOffice, "DELETE FROM record WHERE subject = $1", {raw_}).ok());
  EXPECT_EQ(office_.gate->CheckAgainstLog()->size(), 1u);
}

// The whole database, position and all: a stop can have cut off what a session did last, not what it went past.
TEST_F(Tamper, AllRecordsPutBackAreFoundBesideTheLog) {
  office_.Close();
  const std::string kept = Whole(Office());
  office_.Reopen();
  {
    const auto session = office_.Begin();
    PutOne(*session, kDue, kWho, {{"住所", "江戸川区葛西三丁目10番1号"}});
    ASSERT_TRUE(session->End().ok());
  }
  office_.Close();
  std::ofstream(Office(), std::ios::binary | std::ios::trunc) << kept;
  fs::remove(Office() + "-wal");
  office_.Reopen();
  const auto found = office_.gate->CheckAgainstLog();
  ASSERT_TRUE(found.ok()) << found.error().ToString();
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ((*found)[0].subject_number, codec::Hex(number_));
}

// As of a process that was killed between its entry and its commit while another went on.
TEST_F(Tamper, AnIntentOfAnotherWhoDiedIsToldByTheNextWrite) {
  office::Act died;
  died.entry.type = log::EntryType::kWriteIntended;
  died.entry.decision = log::Decision::kAllowed;
  died.entry.handling = "benefit";
  died.entry.ground = "給付金の支給";
  died.entry.file = kDue;
  died.entry.items = {"住所"};
  died.entry.key_version = 1;
  died.entry.thing = "another session";
  died.entry.digest.emplace().fill(7);
  died.subject = codec::Hex(number_);
  died.actor = "児童家庭課職員2";
  const auto appended = (*office_.office->log())->AppendDurably({&died, 1});
  ASSERT_TRUE(appended.ok()) << appended.error().ToString();
  const uint64_t first = office_.LogSize();
  PutOne(*office_.Begin(), kDue, "宛名-2", {{"氏名漢字", "邉見󠄀 千代子"}});
  const auto told = office_.Entries(first);
  EXPECT_EQ(std::count(told.begin(), told.end(), "write ended"), 1) << testing::PrintToString(told);
  ExpectAgreement(office_);
  office_.Reopen();
  ExpectAgreement(office_);
  EXPECT_EQ(Read(*office_.Begin()), Status::kOk);
}

TEST_F(Tamper, ARecordOfAnotherOffice) {
  GateOffice other;
  other.Also("終わった", kDueFile);
  Fill(other);
  const auto number = NumberOf(other, kWho);
  const std::string body = Column(other.directory + "/hikae.db", Content::kOffice,
                                  "SELECT b.body FROM record JOIN record_body b ON b.n = at WHERE record.subject = $1",
                                  {reinterpret_cast<const char*>(number.data()), 16})
                               .at(0);
  Set("UPDATE record_body SET body = $1 WHERE n = (SELECT at FROM record WHERE subject = $2)", body);
  EXPECT_EQ(Read(*office_.Begin()), Status::kTampered);
}

}  // namespace
}  // namespace hikae::gate
