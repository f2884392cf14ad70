// What is done to the keys of an office: by whom it may be, and that the log has it before it is done.
#include "codec/node.h"
#include "gate/fault_office.h"
#include "office/office_keys.h"

namespace hikae::gate {
namespace {

using base::Result;
using base::Status;
using vault::KeyState;
using Lines = std::vector<std::string>;

constexpr char kWho[] = "宛名-0000007";
const Lines kItems = {"氏名漢字"};
const std::string kFresh = "新しい馬の電池ホチキスを覚える";
const Lines kCustodians = {"副区長", "総務部長", "会計管理者"};

Ask Administering(std::string_view file = {}) {
  Ask ask;
  ask.act = Act::kAdminister;
  ask.file = file;
  return ask;
}

class KeysOfOffice : public testing::Test {
 protected:
  // Entries as Entries() has them, with what they are about and, where they end something, how.
  Lines Told(uint64_t first) {
    Lines lines = office_.Entries(first);
    size_t at = 0;
    EachEntry(first, [&](const log::Entry& entry, const log::StoredEntry&) {
      if (entry.type == log::EntryType::kAdministered || entry.type == log::EntryType::kOfficeChanged ||
          entry.type == log::EntryType::kKeysUnlocked)
        lines[at] += " " + entry.thing;
      if (entry.outcome) lines[at] += " outcome " + std::to_string(static_cast<int>(*entry.outcome));
      ++at;
    });
    return lines;
  }
  template <class Use>
  void EachEntry(uint64_t first, Use&& use) {
    auto* const log = *office_.office->log();
    const auto source = log->Entries(log->Periods()->back().name);
    ASSERT_TRUE((*source)
                    ->Read(first, *(*source)->Size(),
                           [&](const log::StoredEntry& stored) -> Result<void> {
                             use(*log::DecodeEntry(stored.leaf), stored);
                             return {};
                           })
                    .ok());
  }
  // The sealed details from `first` on.
  std::string Details(uint64_t first) {
    std::string all;
    EachEntry(first, [&](const log::Entry&, const log::StoredEntry& stored) {
      const auto detail = (*office_.office->log())->OpenDetail(stored);
      if (detail.ok() && *detail) all += **detail + "\n";
    });
    return all;
  }
  vault::KeyInfo KeyOf(const std::string& kind, KeyState state) {
    const auto keys = office_.gate->ListKeys();
    EXPECT_TRUE(keys.ok());
    for (const vault::KeyInfo& key : *keys) {
      if (key.kind == kind && key.state == state) return key;
    }
    return {};
  }
  void PutWho(std::string_view file = kFile) {
    const auto session = office_.Begin();
    PutOne(*session, file, kWho, {{"氏名漢字", "髙橋󠄁 花子"}});
  }
  Status Finds(std::string_view name, Lines* found = nullptr) {
    const auto session = office_.Begin();
    Ask ask = Reading(kItems);
    ask.act = Act::kSearch;
    auto result = session->Search(ask, vault::IndexKind::kExact, name, 9);
    if (result.ok() && found != nullptr) *found = *result;
    return result.ok() ? Status::kOk : result.error().status;
  }
  static vault::Secret Passphrase(std::string_view text) { return {vault::LockKind::kPassphrase, text}; }
  Status Unlocks(const vault::Secret& secret) {
    const auto opened = office_.office->Unlock(secret);
    return opened.ok() ? Status::kOk : opened.error().status;
  }

  GateOffice office_;
};

// Every act on the keys there is, by name.
struct KeyAct {
  const char* what;
  std::function<Result<void>(Session&, const Ask&, const std::string& directory)> run;
};
const std::vector<KeyAct>& Acts() {
  static const std::vector<KeyAct> acts = {
      {"keys-lock",
       [](Session& s, const Ask& ask, const std::string&) {
         return s.AddLock(ask, {vault::LockKind::kPassphrase, kFresh}, GateOffice::kCheap);
       }},
      {"keys-share",
       [](Session& s, const Ask& ask, const std::string&) -> Result<void> {
         HIKAE_TRY(const auto shares, s.ShareKeys(ask, 2, kCustodians));
         return shares.size() == 3 ? Result<void>() : base::Error(Status::kInternal, std::string("not three shares"));
       }},
      {"keys-rotate-office", [](Session& s, const Ask& ask, const std::string&) { return s.RotateOffice(ask, {}); }},
      {"keys-rotate-index", [](Session& s, const Ask& ask, const std::string&) { return s.RotateIndex(ask, {}); }},
      {"keys-state", [](Session& s, const Ask& ask,
                        const std::string&) { return s.SetKeyState(ask, "index", 1, KeyState::kEnabled); }},
      {"keys-retire-index", [](Session& s, const Ask& ask, const std::string&) { return s.RetireIndex(ask); }},
      {"keys-backup", [](Session& s, const Ask& ask,
                         const std::string& directory) { return s.BackupKeys(ask, directory + "-keys.copy"); }},
      {"keys-rotate-subjects",
       [](Session& s, const Ask& ask, const std::string&) {
         Ask of_file = ask;
         of_file.file = kFile;
         return s.RotateSubjects(of_file, {});
       }},
      {"keys-rotate-master",
       [](Session& s, const Ask& ask, const std::string&) {
         return s.RotateMaster(ask, {vault::LockKind::kPassphrase, kFresh}, GateOffice::kCheap);
       }},
  };
  return acts;
}

TEST_F(KeysOfOffice, WhoseOfficeThePaperDoesNotNameActsOnNone) {
  PutWho();
  const auto clerk = office_.Begin();
  for (const KeyAct& act : Acts()) {
    const auto before = *office_.gate->ListKeys();
    const uint64_t first = office_.LogSize();
    const auto done = act.run(*clerk, Administering(), office_.directory);
    ASSERT_FALSE(done.ok()) << act.what;
    EXPECT_EQ(done.error().status, Status::kRefused) << act.what << done.error().ToString();
    ASSERT_FALSE(clerk->decision()->reasons.empty()) << act.what;
    EXPECT_EQ(clerk->decision()->reasons[0].rule, "edo21.administer.role") << act.what;
    EXPECT_EQ(Told(first), Lines{std::string("administered refused edo21.administer.role ") + act.what});
    const auto after = *office_.gate->ListKeys();
    ASSERT_EQ(after.size(), before.size()) << act.what;
    for (size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i].state, before[i].state) << act.what;
  }
  EXPECT_FALSE(fs::exists(office_.directory + "-keys.copy"));
  EXPECT_EQ(Unlocks(Passphrase(kFresh)), Status::kSecret);
}

TEST_F(KeysOfOffice, WhoRunsItDoesEachAndEachIsToldFirst) {
  PutWho();
  fs::remove(office_.directory + "-keys.copy");
  const auto head = office_.Begin(GateOffice::Head());
  for (const KeyAct& act : Acts()) {
    const uint64_t first = office_.LogSize();
    const auto done = act.run(*head, Administering(), office_.directory);
    ASSERT_TRUE(done.ok()) << act.what << ": " << done.error().ToString();
    const Lines told = Told(first);
    ASSERT_FALSE(told.empty()) << act.what;
    EXPECT_EQ(told[0], std::string("administered allowed edo21.ground.administer ") + act.what);
    for (size_t i = 1; i < told.size(); ++i) EXPECT_TRUE(told[i].starts_with("write intended allowed")) << told[i];
  }
  EXPECT_EQ(KeyOf("office", KeyState::kPrimary).version, 2U);
  EXPECT_EQ(KeyOf("index", KeyState::kPrimary).version, 2U);
  EXPECT_EQ(KeyOf("index", KeyState::kDestroyed).version, 1U);
  EXPECT_EQ(KeyOf("master", KeyState::kPrimary).version, 2U);
  EXPECT_TRUE(fs::remove(office_.directory + "-keys.copy"));
  EXPECT_EQ(Unlocks(Passphrase(kPassphrase)), Status::kSecret);
  EXPECT_EQ(Unlocks(Passphrase(kFresh)), Status::kOk);
  Lines found;
  EXPECT_EQ(Finds("髙橋󠄁 花子", &found), Status::kOk);
  EXPECT_EQ(found, Lines{kWho});
  ExpectAgreement(office_);
}

TEST_F(KeysOfOffice, TheDetailTellsWhichAndToWhom) {
  const auto head = office_.Begin(GateOffice::Head());
  const uint64_t first = office_.LogSize();
  for (const KeyAct& act : Acts()) ASSERT_TRUE(act.run(*head, Administering(), office_.directory).ok()) << act.what;
  const std::string details = Details(first);
  for (const char* part : {R"("lock":"passphrase")", R"("needed":2)", "会計管理者", R"("state":"enabled")",
                           R"("version":1)", "-keys.copy"}) {
    EXPECT_NE(details.find(part), std::string::npos) << part << " is not in\n" << details;
  }
  EXPECT_NE(details.find(head->id()), std::string::npos);
  EXPECT_EQ(details.find(kFresh), std::string::npos);
  fs::remove(office_.directory + "-keys.copy");
}

TEST_F(KeysOfOffice, WhatComesToNothingIsTold) {
  const auto head = office_.Begin(GateOffice::Head());
  uint64_t first = office_.LogSize();
  EXPECT_EQ(head->AddLock(Administering(), Passphrase("短い"), GateOffice::kCheap).error().status, Status::kArgument);
  EXPECT_EQ(Told(first), (Lines{"administered allowed edo21.ground.administer keys-lock", "write ended outcome 2"}));
  std::optional<uint64_t> intent;
  EachEntry(first, [&](const log::Entry& entry, const log::StoredEntry&) {
    if (entry.intent) intent = entry.intent;
  });
  EXPECT_EQ(intent, first);
  PutWho();
  first = office_.LogSize();
  const auto stopped = head->RotateOffice(Administering(), [](uint64_t, uint64_t) { return false; });
  EXPECT_EQ(stopped.error().status, Status::kStopped);
  EXPECT_EQ(Told(first),
            (Lines{"administered allowed edo21.ground.administer keys-rotate-office", "write ended outcome 3"}));
  ASSERT_TRUE(head->RotateOffice(Administering(), {}).ok());
  EXPECT_EQ(KeyOf("office", KeyState::kPrimary).version, 2U);
  Ask reading = Administering();
  reading.act = Act::kRead;
  first = office_.LogSize();
  EXPECT_EQ(head->BackupKeys(reading, office_.directory + "-x").error().status, Status::kArgument);
  EXPECT_TRUE(Told(first).empty());
}

TEST_F(KeysOfOffice, AnIndexKeyIsRetiredWhenNothingIsFoundByIt) {
  PutWho();
  const auto head = office_.Begin(GateOffice::Head());
  const vault::Mark mark{"use-stopped", "", 18'000, {}};
  ASSERT_TRUE(head->SetMarks(Administering(), kWho, {&mark, 1}).ok());
  // A new key, and a stop before anything was written under it.
  ASSERT_TRUE(office_.gate->keys_past_the_rules().RotateIndex(office_.now).ok());
  EXPECT_EQ(head->RetireIndex(Administering()).error().status, Status::kArgument);
  EXPECT_EQ(head->SetKeyState(Administering(), "index", 1, KeyState::kDestroyed).error().status, Status::kArgument);
  EXPECT_EQ(head->SetKeyState(Administering(), "index", 1, KeyState::kPrimary).error().status, Status::kArgument);
  EXPECT_EQ(KeyOf("index", KeyState::kEnabled).version, 1U);
  // Goes on with that key, and makes no other.
  uint64_t told = 0;
  ASSERT_TRUE(head->RotateIndex(Administering(),
                                [&](uint64_t done, uint64_t total) {
                                  told = done;
                                  return done <= total;
                                })
                  .ok());
  EXPECT_EQ(told, 1U);
  EXPECT_EQ(KeyOf("index", KeyState::kPrimary).version, 2U);
  ASSERT_TRUE(head->RetireIndex(Administering()).ok());
  EXPECT_EQ(KeyOf("index", KeyState::kDestroyed).version, 1U);
  office_.Reopen();
  Lines found;
  EXPECT_EQ(Finds("髙橋󠄁 花子", &found), Status::kOk);
  EXPECT_EQ(found, Lines{kWho});
  // The marks were brought along: they are believed, and refuse.
  const auto clerk = office_.Begin();
  EXPECT_EQ(clerk->Read(Reading(kItems), kWho).error().status, Status::kRefused);
  EXPECT_EQ(clerk->decision()->reasons[0].rule, "edo21.restriction.use-stopped");
  ExpectAgreement(office_);
}

TEST_F(KeysOfOffice, ADisabledIndexKeyStopsSearchingUntilItIsEnabled) {
  PutWho();
  const auto head = office_.Begin(GateOffice::Head());
  ASSERT_TRUE(office_.gate->keys_past_the_rules().RotateIndex(office_.now).ok());
  ASSERT_TRUE(head->SetKeyState(Administering(), "index", 1, KeyState::kDisabled).ok());
  EXPECT_NE(Finds("髙橋󠄁 花子"), Status::kOk);
  ASSERT_TRUE(head->SetKeyState(Administering(), "index", 1, KeyState::kEnabled).ok());
  EXPECT_EQ(Finds("髙橋󠄁 花子"), Status::kOk);
  EXPECT_EQ(head->SetKeyState(Administering(), "office", 9, KeyState::kDisabled).error().status, Status::kNotFound);
  EXPECT_EQ(head->SetKeyState(Administering(), "master", 1, KeyState::kDisabled).error().status, Status::kArgument);
}

TEST_F(KeysOfOffice, UnlockingIsToldAndSoIsAWrongSecret) {
  uint64_t first = office_.LogSize();
  EXPECT_EQ(Unlocks(Passphrase(kPassphrase)), Status::kOk);
  EXPECT_EQ(Told(first), Lines{"keys unlocked allowed passphrase"});
  first = office_.LogSize();
  EXPECT_EQ(Unlocks(Passphrase("違う合言葉を入れてみる")), Status::kSecret);
  EXPECT_EQ(Unlocks({vault::LockKind::kKeyFile, "0123456789abcdef0123456789abcdef"}), Status::kSecret);
  EXPECT_EQ(Told(first), (Lines{"keys unlocked refused passphrase", "keys unlocked refused key-file"}));
  EXPECT_EQ(Details(first), "");
}

TEST_F(KeysOfOffice, MakingThemIsTold) {
  const uint64_t first = office_.LogSize();
  EXPECT_EQ(office_.office->MakeKeys(Passphrase(kFresh), GateOffice::kCheap).error().status, Status::kExists);
  EXPECT_EQ(Told(first), (Lines{"office changed keys-init", "write ended outcome 2"}));
  Lines all = Told(0);
  EXPECT_EQ(std::count(all.begin(), all.end(), "office changed keys-init"), 2);
}

TEST_F(KeysOfOffice, SharesRecoverThemAndTheLogSaysWhose) {
  std::vector<std::string> shares;
  {
    const auto head = office_.Begin(GateOffice::Head());
    auto made = head->ShareKeys(Administering(), 2, kCustodians);
    ASSERT_TRUE(made.ok());
    shares = *std::move(made);
  }
  const std::string two[] = {shares[2], shares[0]};
  const vault::Secret secret{vault::LockKind::kShares, {}, two};
  uint64_t first = office_.LogSize();
  ASSERT_TRUE(office_.office->RecoverKeys(secret, Passphrase(kFresh), GateOffice::kCheap).ok());
  EXPECT_EQ(Told(first), (Lines{"keys unlocked allowed shares", "office changed keys-recover"}));
  const std::string details = Details(first);
  EXPECT_NE(details.find("会計管理者"), std::string::npos) << details;
  EXPECT_NE(details.find("副区長"), std::string::npos);
  EXPECT_EQ(details.find("総務部長"), std::string::npos);
  EXPECT_EQ(Unlocks(Passphrase(kFresh)), Status::kOk);
  first = office_.LogSize();
  EXPECT_EQ(office_.office->RecoverKeys(Passphrase(kFresh), Passphrase(kFresh), GateOffice::kCheap).error().status,
            Status::kArgument);
  EXPECT_EQ(office_.office->RecoverKeys({vault::LockKind::kShares, {}, std::span(two).first(1)}, Passphrase(kFresh), {})
                .error()
                .status,
            Status::kArgument);
  EXPECT_TRUE(Told(first).empty());
}

TEST_F(KeysOfOffice, ACopyPutBackIsToldByWhoeverOpensNext) {
  const std::string copy = office_.directory + "-keys.copy";
  fs::remove(copy);
  office_.Also("終わった", kDueFile);
  PutWho(kDue);
  {
    const auto head = office_.Begin(GateOffice::Head());
    ASSERT_TRUE(head->BackupKeys(Administering(), copy).ok());
    const std::string_view who[] = {kWho};
    ASSERT_TRUE(head->Erase(Erasing(), who).ok());
  }
  const uint64_t first = office_.LogSize();
  office_.Close();
  base::Io& io = base::PosixIo();
  EXPECT_EQ(office::RestoreKeys(office_.directory, office_.directory + "/hikae.db", "区長室", io).error().status,
            Status::kTampered);
  EXPECT_FALSE(fs::exists(office_.directory + "/keys.restored"));
  ASSERT_TRUE(office::RestoreKeys(office_.directory, copy, "区長室", io).ok());
  office_.Open();
  EXPECT_EQ(Told(first), Lines{"office changed 1 keys-restore"});
  EachEntry(first, [&](const log::Entry& entry, const log::StoredEntry&) {
    EXPECT_EQ(*(*office_.office->log())->NameOf("actor", *entry.actor), "区長室");
  });
  EXPECT_FALSE(fs::exists(office_.directory + "/keys.restored"));
  office_.Unlock();
  EXPECT_EQ(Told(first), (Lines{"office changed 1 keys-restore", "keys unlocked allowed passphrase"}));
  // Twice before anybody opens it; and of a note that cannot be read it is told that there was one.
  office_.Close();
  ASSERT_TRUE(office::RestoreKeys(office_.directory, copy, "区長室", io).ok());
  ASSERT_TRUE(office::RestoreKeys(office_.directory, copy, "会計室", io).ok());
  { std::ofstream(office_.directory + "/keys.restored", std::ios::app) << "?"; }
  office_.Open();
  EXPECT_EQ(Told(first + 2),
            (Lines{"office changed 1 keys-restore", "office changed 1 keys-restore", "office changed keys-restore"}));
  fs::remove(copy);
}

TEST_F(KeysOfOffice, ErasuresCarriedOutAgainAreTold) {
  office_.Also("終わった", kDueFile);
  PutWho(kDue);
  office_.Close();
  const std::string old = office_.directory + "-old";
  fs::copy_file(office_.directory + "/hikae.db", old, fs::copy_options::overwrite_existing);
  office_.Reopen();
  {
    const auto head = office_.Begin(GateOffice::Head());
    const std::string_view who[] = {kWho};
    ASSERT_TRUE(head->Erase(Erasing(), who).ok());
  }
  const uint64_t first = office_.LogSize();
  office_.Close();
  fs::copy_file(old, office_.directory + "/hikae.db", fs::copy_options::overwrite_existing);
  office_.Reopen();
  EXPECT_EQ(Told(first), (Lines{"keys unlocked allowed passphrase", "office changed 1 erasures"}));
  office_.Reopen();
  EXPECT_EQ(Told(first).size(), 3U);
  fs::remove(old);
}

}  // namespace
}  // namespace hikae::gate
