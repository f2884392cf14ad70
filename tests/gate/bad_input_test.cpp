// What is opened or asked for wrongly: one clear error each, in both languages and without secrets, and nothing
// written.
#include "gate/fault_office.h"

namespace hikae::gate {
namespace {

using base::Status;
using store::Content;

constexpr char kWho[] = "宛名-0000007";
constexpr char kName[] = "髙橋󠄁 花子";
constexpr char kHome[] = "江戸川区中央一丁目4番1号";
const std::vector<std::string> kItems = {"氏名漢字", "住所"};

class BadInput : public testing::Test {
 protected:
  BadInput() {
    office_.Also("終わった", kDueFile);
    PutOne(*office_.Begin(), kDue, kWho, {{"氏名漢字", kName}, {"住所", kHome}, {"生年月日", "平成3年4月5日"}});
    number_ = NumberOf(office_, kWho);
    raw_.assign(number_.begin(), number_.end());
  }
  std::string Office() const { return office_.directory + "/hikae.db"; }
  std::string Keys() const { return office_.directory + "/keys.db"; }
  std::string Body() const {
    return Column(Office(), Content::kOffice,
                  "SELECT b.body FROM record JOIN record_body b ON b.n = at WHERE record.subject = $1", raw_)
        .at(0);
  }
  void SetBody(const std::string& body) {
    const auto set =
        Change(Office(), Content::kOffice,
               "UPDATE record_body SET body = $1 WHERE n = (SELECT at FROM record WHERE subject = $2)", {body, raw_});
    ASSERT_TRUE(set.ok()) << set.error().ToString();
  }
  // All that is kept; of a database, what it says, whatever its file looks like.
  std::map<std::string, std::string> Kept() const {
    auto files = AllFiles(office_.directory);
    std::erase_if(files, [](const auto& file) { return file.first.ends_with("-shm") || file.first.ends_with("-wal"); });
    return files;
  }
  // The error of opening and unlocking.
  static base::Error Opening(const std::string& directory, std::string_view passphrase = kPassphrase) {
    office::OpenOptions options;
    options.now = [] { return kNow; };
    options.actor = "試験";
    options.sign_in_background = false;
    auto opened = office::Office::Open(directory, options);
    if (!opened.ok()) return opened.error();
    const auto gate = (*opened)->Unlock({.kind = vault::LockKind::kPassphrase, .text = passphrase});
    return gate.ok() ? base::Error(Status::kOk, std::string()) : gate.error();
  }
  static void ExpectClear(const base::Error& error, Status status, const std::string& name) {
    EXPECT_EQ(error.status, status) << name << ": " << error.ToString();
    EXPECT_FALSE(error.text.en.empty() || error.text.ja.empty()) << name;
    for (const base::Language language : {base::Language::kEnglish, base::Language::kJapanese}) {
      const std::string said = error.ToString(language);
      for (const char* secret : {kPassphrase, kWho, kName, kHome, "SELECT", "UPDATE", "INSERT"})
        EXPECT_EQ(said.find(secret), std::string::npos) << name << ": " << said;
    }
  }

  GateOffice office_;
  vault::SubjectNumber number_{};
  std::string raw_;
};

TEST_F(BadInput, OnOpening) {
  // An erasure, so that the journal has something to tell.
  PutOne(*office_.Begin(), kDue, "宛名-2", {{"氏名漢字", "邉見󠄀 千代子"}});
  const std::string_view erased[] = {"宛名-2"};
  ASSERT_TRUE(office_.Begin(GateOffice::Head())->Erase(Erasing(), erased).ok());
  office_.Close();
  const std::string kept = office_.directory + "-kept";
  fs::remove_all(kept);
  fs::copy(office_.directory, kept, fs::copy_options::recursive);
  GateOffice other;
  other.Close();
  const auto run = [](const std::string& path, Content content, const char* sql) {
    const auto changed = Change(path, content, sql, {});
    ASSERT_TRUE(changed.ok()) << changed.error().ToString();
  };
  struct Case {
    const char* name;
    Status status;
    const char* says;  // in its English text
    std::function<void()> spoil;
  };
  const Case cases[] = {
      {"no key database", Status::kTampered, "keys", [&] { fs::remove(Keys()); }},
      {"key database of another office", Status::kTampered, "not those of this access log",
       [&] { fs::copy_file(other.directory + "/keys.db", Keys(), fs::copy_options::overwrite_existing); }},
      {"newer key database", Status::kVersion, "newer",
       [&] { run(Keys(), Content::kKeys, "PRAGMA user_version = 99"); }},
      {"newer hikae.db", Status::kVersion, "newer",
       [&] { run(Office(), Content::kOffice, "PRAGMA user_version = 99"); }},
      {"a key of a newer kind", Status::kTampered, "damaged",
       [&] { run(Keys(), Content::kKeys, "UPDATE vault_key SET kind = 9 WHERE kind = 3"); }},
      {"two masters", Status::kTampered, "two master keys",
       [&] {
         run(Keys(), Content::kKeys,
             "INSERT INTO vault_key SELECT office, kind, version + 1, state, made_at, wrapped, checksum FROM vault_key "
             "WHERE kind = 1");
       }},
      {"no master", Status::kTampered, "damaged",
       [&] { run(Keys(), Content::kKeys, "DELETE FROM vault_key WHERE kind = 1"); }},
      {"no keys at all", Status::kLocked, "no master key",
       [&] {
         for (const char* sql : {"DELETE FROM vault_key", "DELETE FROM vault_lock", "DELETE FROM vault"})
           run(Keys(), Content::kKeys, sql);
       }},
      {"no office key", Status::kTampered, "damaged",
       [&] { run(Keys(), Content::kKeys, "DELETE FROM vault_key WHERE kind = 2"); }},
      {"no erasure journal", Status::kTampered, "erasure journal", [&] { fs::remove(office_.directory + "/erased"); }},
      {"erasure journal of another office", Status::kTampered, "erasure journal",
       [&] {
         fs::copy_file(other.directory + "/erased", office_.directory + "/erased",
                       fs::copy_options::overwrite_existing);
       }},
  };
  for (const Case& one : cases) {
    one.spoil();
    const auto before = Kept();
    const base::Error error = Opening(office_.directory);
    ExpectClear(error, one.status, one.name);
    EXPECT_NE(error.text.en.find(one.says), std::string::npos) << one.name << ": " << error.ToString();
    // Nothing is made up for what is missing, nor half-written.
    for (const auto& [name, bytes] : Kept()) {
      const auto then = before.find(name);
      EXPECT_TRUE(then != before.end() && then->second == bytes) << one.name << ": " << name;
    }
    fs::remove_all(office_.directory);
    fs::copy(kept, office_.directory, fs::copy_options::recursive);
  }
  // A wrong secret and damage are told apart, whatever the secret.
  run(Keys(), Content::kKeys, "UPDATE vault_lock SET wrapped = zeroblob(115)");
  ExpectClear(Opening(office_.directory), Status::kTampered, "a damaged lock");
  ExpectClear(Opening(office_.directory, "別の合言葉である 1234"), Status::kTampered, "a damaged lock, another secret");
  fs::remove_all(office_.directory);
  fs::copy(kept, office_.directory, fs::copy_options::recursive);
  office_.Reopen();
  EXPECT_TRUE(office_.Begin()->Read(In(Reading(kItems), kDue), kWho).ok());
  fs::remove_all(kept);
}

// Nothing is changed, but that the log has each that was tried.
TEST_F(BadInput, WrongPassphrase) {
  const auto but_the_log = [&] {
    auto files = Kept();
    std::erase_if(files, [](const auto& file) { return file.first.starts_with("log/"); });
    return files;
  };
  const auto before = but_the_log();
  const uint64_t first = office_.LogSize();
  std::set<std::string> said;
  std::vector<std::string> tried;
  for (const std::string& wrong : {std::string("江戸川の水は青い 2022"), std::string(5'000, 'x'), std::string()}) {
    const auto gate = office_.office->Unlock({.kind = vault::LockKind::kPassphrase, .text = wrong});
    ASSERT_FALSE(gate.ok());
    if (gate.error().status == Status::kSecret) tried.emplace_back("keys unlocked refused");
    if (wrong.empty()) continue;  // asked for wrongly, at most
    ExpectClear(gate.error(), Status::kSecret, "wrong passphrase");
    said.insert(gate.error().ToString());
  }
  EXPECT_EQ(said.size(), 1u) << "how wrong it is is not told";
  EXPECT_TRUE(but_the_log() == before);
  EXPECT_EQ(office_.Entries(first), tried);
}

// Of one record, at reading: what it is sealed by or for is not what it is read by.
TEST_F(BadInput, OnReading) {
  GateOffice other;
  other.Also("終わった", kDueFile);
  PutOne(*other.Begin(), kDue, kWho, {{"氏名漢字", kName}, {"住所", kHome}});
  const auto stranger = NumberOf(other, kWho);
  const std::string foreign =
      Column(other.directory + "/hikae.db", Content::kOffice,
             "SELECT b.body FROM record JOIN record_body b ON b.n = at WHERE record.subject = $1",
             {reinterpret_cast<const char*>(stranger.data()), 16})
          .at(0);
  PutOne(*office_.Begin(), kDue, "宛名-2", {{"氏名漢字", "邉見󠄀 千代子"}});
  const std::string body = Body(), key_of_it = "DELETE FROM vault_subject_key WHERE subject = $1";
  std::string newer = body;
  newer[0] = static_cast<char>(newer[0] + 1);
  struct Case {
    const char* name;
    Status status;
    std::function<void()> spoil;
  };
  const Case cases[] = {
      {"ciphertext of another office", Status::kTampered, [&] { SetBody(foreign); }},
      {"a newer record", Status::kVersion, [&] { SetBody(newer); }},
      {"half a record", Status::kTampered, [&] { SetBody(body.substr(0, body.size() / 2)); }},
      {"no record", Status::kNotFound, [] {}},
      {"unknown key version", Status::kNotFound,
       [&] {
         office_.Close();
         ASSERT_TRUE(Change(Keys(), Content::kKeys, key_of_it, {raw_}).ok());
         office_.Reopen();
       }},
  };
  std::map<std::string, const char*> said;
  for (const Case& one : cases) {
    one.spoil();
    const auto read =
        office_.Begin()->Read(In(Reading(kItems), kDue), std::string_view(one.name) == "no record" ? "宛名-99" : kWho);
    ASSERT_FALSE(read.ok()) << one.name;
    ExpectClear(read.error(), one.status, one.name);
    const auto [at, fresh] = said.emplace(read.error().ToString(), one.name);
    EXPECT_TRUE(fresh || one.status == Status::kTampered) << one.name << " and " << at->second << ": " << at->first;
    if (std::string_view(one.name) != "unknown key version") SetBody(body);
    EXPECT_TRUE(Body() == body) << one.name << ": nothing is written";
  }
}

TEST_F(BadInput, OnWriting) {
  const auto session = office_.Begin();
  const std::string body = Body();
  const std::string large(vault::kMaxItemBytes + 1, 'x'), torn("\xe6\xb1");
  struct Case {
    const char* item;
    std::string value;
    Status status;
  };
  const Case cases[] = {
      {"生年月日", "きのうの夕方", Status::kArgument},
      {"住所", large, Status::kArgument},
      {"住所", torn, Status::kArgument},
      {"国籍", "秘密の値", Status::kRefused},
  };
  for (const Case& one : cases) {
    const Put put{kWho, {{one.item, one.value}}};
    const auto written = session->Write(In(Writing(), kDue), {&put, 1});
    ASSERT_FALSE(written.ok()) << one.item;
    ExpectClear(written.error(), one.status, one.item);
    EXPECT_EQ(written.error().ToString().find(one.value.substr(0, 12)), std::string::npos);
    EXPECT_TRUE(Body() == body);
  }
  ExpectAgreement(office_);
}

// A session that was ended, revoked, or never was.
TEST_F(BadInput, OnSessions) {
  const auto session = office_.Begin();
  const auto head = office_.Begin(GateOffice::Head());
  Ask ask;
  ask.act = Act::kAdminister;
  ASSERT_TRUE(head->Revoke(ask, session->id()).ok());
  const auto read = session->Read(In(Reading(kItems), kDue), kWho);
  ASSERT_FALSE(read.ok());
  ExpectClear(read.error(), Status::kRefused, "a revoked session");
  const auto ended = office_.Begin();
  const std::string over = ended->Token();
  ASSERT_TRUE(ended->End().ok());
  for (const std::string& wrong : {over, std::string(32, '0'), std::string("x"), std::string()}) {
    const auto taken = office_.gate->Resume(wrong);
    ASSERT_FALSE(taken.ok()) << wrong.size();
    EXPECT_TRUE(taken.error().status == Status::kNotFound || taken.error().status == Status::kArgument);
    EXPECT_EQ(taken.error().ToString().find(over), std::string::npos);
  }
  const auto again = ended->Read(In(Reading(kItems), kDue), kWho);
  ASSERT_FALSE(again.ok());
  ExpectClear(again.error(), again.error().status, "an ended session");
  EXPECT_TRUE(office_.Begin()->Read(In(Reading(kItems), kDue), kWho).ok()) << "others go on";
}

}  // namespace
}  // namespace hikae::gate
