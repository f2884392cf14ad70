#include "vault/keys.h"

#include <algorithm>
#include <set>

#include "store/database.h"
#include "vault/keys_fixture.h"

namespace hikae::vault {
namespace {

using base::Status;

class KeysTest : public KeysOnDisk {};

TEST_F(KeysTest, AreMadeOnceAndOpenedWithTheirSecretOnly) {
  EXPECT_EQ(StatusOf(Keys::Unlock(office(), Passphrase(), {})), Status::kNotFound);
  const OfficeId id = Init()->office();
  EXPECT_EQ(StatusOf(Keys::Init(office(), Passphrase(), kCheap, kNow, {})), Status::kExists);
  EXPECT_TRUE(Unlock()->office() == id);
  EXPECT_EQ(StatusOf(Keys::Unlock(office(), Passphrase("東京都江戸川区中央一丁目5番"), {})), Status::kSecret);
  EXPECT_EQ(StatusOf(Keys::Unlock(office(), Passphrase(""), {})), Status::kSecret);
  const std::string file(64, 'k');
  EXPECT_EQ(StatusOf(Keys::Unlock(office(), {LockKind::kKeyFile, file, {}}, {})), Status::kSecret);
  EXPECT_EQ(std::filesystem::status(path("keys.db")).permissions(), std::filesystem::perms(0600));
}

TEST_F(KeysTest, WeakSecretsAreRefused) {
  const auto status = [&](const Secret& secret, const PassphraseCost& cost = kCheap) {
    return StatusOf(Keys::Init(office(), secret, cost, kNow, {}));
  };
  EXPECT_EQ(status(Passphrase("十一文字の合言葉です。")), Status::kArgument);
  EXPECT_EQ(status(Passphrase("\xff\xfe not text at all")), Status::kArgument);
  EXPECT_EQ(status({LockKind::kKeyFile, "31 bytes are one byte too few..", {}}), Status::kArgument);
  EXPECT_EQ(status({LockKind::kShares, "", {}}), Status::kArgument);
  EXPECT_EQ(status(Passphrase(), {0, 8 << 10}), Status::kArgument);
  EXPECT_EQ(status(Passphrase(), {1, 1 << 10}), Status::kArgument);
  EXPECT_FALSE(std::filesystem::exists(path("keys.db"))) << "nothing is made then";
  EXPECT_EQ(status(Passphrase("十二文字の合言葉ですよ。")), Status::kOk);
}

TEST_F(KeysTest, SubjectsHaveNumbersAndKeysOfTheirOwn) {
  auto keys = Init();
  const std::vector<std::string> subjects = {"宛名0000001", "宛名0000002", "宛名0000001", "𠮷田 花子"};
  const auto made = keys->Make(subjects, "相談記録");
  ASSERT_TRUE(made.ok()) << made.error().ToString();
  ASSERT_EQ(made->size(), 4u);
  EXPECT_TRUE(made->at(0) == made->at(2));
  EXPECT_FALSE(made->at(0) == made->at(1));
  EXPECT_TRUE(*keys->Make(subjects, "相談記録") == *made);
  const auto found = keys->Find("宛名0000002");
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_TRUE(**found == made->at(1));
  EXPECT_FALSE(keys->Find("宛名0000003")->has_value());
  EXPECT_EQ(*keys->IdOf(made->at(3)), "𠮷田 花子");
  EXPECT_EQ(keys->IdOf(SubjectNumber{}).error().status, Status::kNotFound);
  EXPECT_EQ(keys->Open(made->at(0), "給付台帳").error().status, Status::kNotFound);
  std::set<std::string> all;
  for (const SubjectNumber& subject : {made->at(0), made->at(1), made->at(3)}) {
    const auto opened = *keys->Open(subject, "相談記録");
    EXPECT_EQ(opened->primary(), 1u);
    for (const char* item : {"氏名", "住所"}) all.emplace(reinterpret_cast<const char*>(*opened->Field(1, item)), 32);
    all.emplace(reinterpret_cast<const char*>(*opened->Head(1)), 32);
    EXPECT_EQ(opened->Field(2, "氏名").error().status, Status::kNotFound);
    EXPECT_EQ(opened->Head(0).error().status, Status::kNotFound);
    EXPECT_EQ(*opened->Field(1, "氏名"), *opened->Field(1, "氏名")) << "derived once";
  }
  EXPECT_EQ(all.size(), 9u);
  EXPECT_EQ(*keys->Open(made->at(0), "相談記録"), *keys->Open(made->at(0), "相談記録"));
  const std::string before = FieldOf(*keys, made->at(0), "相談記録");
  keys.reset();
  const auto again = Unlock({.read_only = true});
  EXPECT_TRUE(FieldOf(*again, made->at(0), "相談記録") == before);
  EXPECT_EQ(again->Make(std::vector<std::string>{"宛名9"}, "相談記録").error().status, Status::kIo);
  EXPECT_TRUE(*again->Make(subjects, "相談記録") == *made) << "what is there needs no writing";
  EXPECT_EQ(FileWith(directory_, "宛名"), "");
}

TEST_F(KeysTest, NamesThatAreNone) {
  const auto keys = Init();
  for (const std::string& bad : {std::string(), std::string("a\nb"), std::string("\xe3\x81"), std::string(256, 'x')}) {
    EXPECT_EQ(keys->Find(bad).error().status, Status::kArgument);
    EXPECT_EQ(keys->Make(std::vector<std::string>{"宛名1", bad}, "f").error().status, Status::kArgument);
    EXPECT_EQ(keys->Make(std::vector<std::string>{"宛名1"}, bad).error().status, Status::kArgument);
    EXPECT_EQ(keys->Open(SubjectNumber{}, bad).error().status, Status::kArgument);
  }
  EXPECT_FALSE(keys->Find("宛名1")->has_value()) << "all or none";
  EXPECT_TRUE(keys->Make(std::vector<std::string>{std::string(255, 'x')}, "f").ok());
}

TEST_F(KeysTest, DestroyedKeysAreGoneEverywhere) {
  auto keys = Init();
  auto other = Unlock();
  const SubjectNumber one = MakeOne(*keys, "宛名0000001", "相談記録"), two = MakeOne(*keys, "宛名0000002", "相談記録");
  EXPECT_TRUE(MakeOne(*keys, "宛名0000001", "給付台帳") == one);
  const auto held = *other->Open(one, "相談記録");
  const std::string number(reinterpret_cast<const char*>(one.data()), one.size());
  EXPECT_EQ(FileWith(directory_, number), "keys.db") << "the search finds what is there";
  EXPECT_FALSE(*keys->Destroy(one, "相談記録"));
  EXPECT_EQ(other->Open(one, "相談記録").error().status, Status::kNotFound);
  EXPECT_EQ(keys->Destroy(one, "相談記録").error().status, Status::kNotFound);
  EXPECT_TRUE(other->Open(one, "給付台帳").ok());
  EXPECT_TRUE(held->Field(1, "住所").ok()) << "what was handed out stays";
  EXPECT_TRUE(*keys->Destroy(one, "給付台帳"));
  EXPECT_FALSE(other->Find("宛名0000001")->has_value());
  EXPECT_EQ(other->IdOf(one).error().status, Status::kNotFound);
  EXPECT_TRUE(other->Open(two, "相談記録").ok());
  EXPECT_EQ(FileWith(directory_, number), "");
  EXPECT_FALSE(MakeOne(*other, "宛名0000001", "相談記録") == one) << "who comes again is somebody new";
}

TEST_F(KeysTest, ABackupPutBackDoesNotUndoErasures) {
  auto keys = Init();
  const SubjectNumber one = MakeOne(*keys, "宛名0000001", "相談記録"), two = MakeOne(*keys, "宛名0000002", "相談記録");
  const std::string backup = path("控え.db").string();
  ASSERT_TRUE(keys->Backup(backup).ok());
  EXPECT_EQ(keys->Backup(backup).error().status, Status::kExists);
  EXPECT_EQ(std::filesystem::status(backup).permissions(), std::filesystem::perms(0600));
  EXPECT_TRUE(*keys->Destroy(one, "相談記録"));
  const std::string before = FieldOf(*keys, two, "相談記録");
  keys.reset();
  const auto restored = RestoreKeys(office(), backup);
  ASSERT_TRUE(restored.ok()) << restored.error().ToString();
  keys = Unlock();
  EXPECT_FALSE(keys->Find("宛名0000001")->has_value());
  EXPECT_EQ(keys->Open(one, "相談記録").error().status, Status::kNotFound);
  EXPECT_TRUE(FieldOf(*keys, two, "相談記録") == before);
  EXPECT_EQ(RestoreKeys(office(), path("ない.db").string()).error().status, Status::kNotFound);
  // Put in place by hand, past RestoreKeys.
  keys.reset();
  std::filesystem::copy_file(backup, path("keys.db"), std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(StatusOf(Keys::Unlock(office(), Passphrase(), {.read_only = true})), Status::kBusy);
  keys = Unlock();
  EXPECT_EQ(keys->Open(one, "相談記録").error().status, Status::kNotFound);
  EXPECT_TRUE(FieldOf(*keys, two, "相談記録") == before);
}

TEST_F(KeysTest, TheOfficeKeyIsTurnedOver) {
  auto keys = Init(), other = Unlock();
  std::vector<std::string> subjects;
  for (int i = 0; i < 25; ++i) subjects.push_back("宛名" + std::to_string(i));
  const auto numbers = *keys->Make(subjects, "相談記録");
  std::vector<std::string> before;
  for (const auto& number : numbers) before.push_back(FieldOf(*keys, number, "相談記録"));
  int calls = 0;
  const auto stopped = keys->RotateOffice(kNow + 1, 10, [&](uint64_t done, uint64_t total) {
    EXPECT_EQ(total, 50u);
    EXPECT_EQ(done, 10u * static_cast<uint64_t>(++calls));
    return calls < 2;
  });
  EXPECT_EQ(stopped.error().status, Status::kStopped);
  const auto office_keys = [&] {
    std::vector<std::pair<KeyState, uint64_t>> states;
    const auto now = keys->List();
    for (const auto& info : *now) {
      if (info.kind == "office") states.emplace_back(info.state, info.uses);
    }
    return states;
  };
  using States = std::vector<std::pair<KeyState, uint64_t>>;
  EXPECT_TRUE((office_keys() == States{{KeyState::kEnabled, 30}, {KeyState::kPrimary, 20}}));
  for (const auto& all : {keys, other, Unlock()}) {
    for (size_t i = 0; i < numbers.size(); ++i) EXPECT_TRUE(FieldOf(*all, numbers[i], "相談記録") == before[i]);
  }
  MakeOne(*other, "宛名100", "相談記録");
  ASSERT_TRUE(keys->SetState("office", 1, KeyState::kDisabled).ok());
  int open = 0, locked = 0;
  for (const auto& number : numbers) {
    const auto opened = other->Open(number, "相談記録");
    open += opened.ok();
    locked += !opened.ok() && opened.error().status == Status::kLocked;
  }
  EXPECT_EQ(open, 20);
  EXPECT_EQ(locked, 5);
  EXPECT_EQ(keys->SetState("office", 1, KeyState::kDestroyed).error().status, Status::kArgument);
  EXPECT_EQ(keys->RotateOffice(kNow + 2, 7, nullptr).error().status, Status::kLocked);
  ASSERT_TRUE(keys->SetState("office", 1, KeyState::kEnabled).ok());
  ASSERT_TRUE(keys->RotateOffice(kNow + 2, 7, nullptr).ok());
  EXPECT_TRUE((office_keys() == States{{KeyState::kDestroyed, 0}, {KeyState::kPrimary, 52}}));
  for (const auto& all : {keys, other, Unlock()}) {
    for (size_t i = 0; i < numbers.size(); ++i) EXPECT_TRUE(FieldOf(*all, numbers[i], "相談記録") == before[i]);
    EXPECT_EQ(*all->IdOf(numbers[3]), "宛名3");
    EXPECT_TRUE(**all->Find("宛名7") == numbers[7]);
  }
}

TEST_F(KeysTest, TheMasterIsTurnedOver) {
  auto keys = Init(), other = Unlock();
  const SubjectNumber one = MakeOne(*keys, "宛名1", "f");
  const std::string before = FieldOf(*keys, one, "f");
  const std::string file(40, 'k');
  const Secret key_file{LockKind::kKeyFile, file, {}};
  ASSERT_TRUE(keys->AddLock(key_file, kCheap, kNow).ok());
  EXPECT_TRUE(Keys::Unlock(office(), key_file, {}).ok());
  ASSERT_TRUE(keys->RotateMaster(Passphrase("もっと長くて新しい合言葉。"), kCheap, kNow + 1).ok());
  EXPECT_EQ(StatusOf(Keys::Unlock(office(), key_file, {})), Status::kSecret);
  EXPECT_EQ(StatusOf(Keys::Unlock(office(), Passphrase(), {})), Status::kSecret);
  const auto opened = Keys::Unlock(office(), Passphrase("もっと長くて新しい合言葉。"), {});
  ASSERT_TRUE(opened.ok()) << opened.error().ToString();
  for (const auto& all : {keys, other, *opened}) EXPECT_TRUE(FieldOf(*all, one, "f") == before);
  EXPECT_EQ(other->AddLock(key_file, kCheap, kNow).error().status, Status::kLocked) << "it knows the old master only";
  EXPECT_TRUE(keys->AddLock(key_file, kCheap, kNow).ok());
  ASSERT_TRUE(keys->RotateOffice(kNow + 2, 100, nullptr).ok());
  EXPECT_TRUE(FieldOf(**opened, one, "f") == before);
  EXPECT_EQ(other->Open(one, "f").error().status, Status::kLocked);
}

TEST_F(KeysTest, SharesOpenTheMaster) {
  auto keys = Init();
  const std::vector<std::string> custodians = {"情報政策課長", "髙橋 監査委員", "ｿｳﾑ部長"};
  const auto old = *keys->Share(2, custodians, kNow);
  const auto shares = *keys->Share(2, custodians, kNow);
  const auto open = [&](std::vector<std::string> texts) {
    return StatusOf(Keys::Unlock(office(), {LockKind::kShares, "", texts}, {}));
  };
  EXPECT_EQ(open({shares[0], shares[1]}), Status::kOk);
  EXPECT_EQ(open({shares[2], shares[0]}), Status::kOk);
  EXPECT_EQ(open({"  " + shares[2] + "\r\n", shares[1]}), Status::kOk);
  EXPECT_EQ(open({shares[0]}), Status::kArgument);
  EXPECT_EQ(open({shares[0], shares[1], shares[2]}), Status::kArgument);
  EXPECT_EQ(open({shares[0], shares[0]}), Status::kArgument) << "twice";
  EXPECT_EQ(open({shares[0], old[1]}), Status::kArgument) << "of two sets";
  EXPECT_EQ(open({old[0], old[1]}), Status::kSecret) << "of an old set";
  for (const size_t k : {size_t{0}, size_t{1}, size_t{4}})
    EXPECT_EQ(keys->Share(k, custodians, kNow).error().status, Status::kArgument);
  EXPECT_EQ(keys->Share(2, std::vector<std::string>{"a", ""}, kNow).error().status, Status::kArgument);
}

TEST_F(KeysTest, SubjectAndIndexKeysHaveVersions) {
  auto keys = Init(), other = Unlock();
  const SubjectNumber one = MakeOne(*keys, "宛名1", "f");
  const std::string first = FieldOf(*keys, one, "f");
  EXPECT_TRUE(FieldOf(*other, one, "f") == first);
  EXPECT_EQ(*keys->RotateSubject(one, "f"), 2u);
  EXPECT_EQ((*other->Open(one, "f"))->primary(), 2u);
  EXPECT_TRUE(FieldOf(*other, one, "f", 1) == first);
  EXPECT_FALSE(FieldOf(*other, one, "f", 2) == first);
  EXPECT_EQ(keys->RetireSubject(one, "f", 3).error().status, Status::kArgument);
  ASSERT_TRUE(keys->RetireSubject(one, "f", 2).ok());
  EXPECT_EQ((*other->Open(one, "f"))->Field(1, "氏名").error().status, Status::kNotFound);
  EXPECT_EQ(keys->RotateSubject(one, "g").error().status, Status::kNotFound);
  // Many at once: who has no key is passed over, and nothing is retired where one may not be.
  const SubjectNumber two = MakeOne(*keys, "宛名2", "f"), nobody{};
  const SubjectNumber all[] = {one, nobody, two};
  EXPECT_EQ(*keys->RotateSubjects(all, "f"), (std::vector<uint32_t>{3, 0, 2}));
  const Keys::Kept wrong[] = {{one, 3}, {two, 3}}, right[] = {{one, 3}, {nobody, 1}, {two, 2}};
  EXPECT_EQ(keys->RetireSubjects(wrong, "f").error().status, Status::kArgument);
  EXPECT_TRUE((*keys->Open(one, "f"))->Field(2, "氏名").ok()) << "none went";
  ASSERT_TRUE(keys->RetireSubjects(right, "f").ok());
  EXPECT_EQ((*keys->Open(one, "f"))->Field(2, "氏名").error().status, Status::kNotFound);
  EXPECT_EQ((*keys->Open(two, "f"))->primary(), 2u);
  const auto before = *other->IndexKeys();
  EXPECT_EQ(*keys->RotateIndex(kNow), 2u);
  const auto after = *other->IndexKeys();
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[0].version, 2u);
  EXPECT_EQ(after[1].key, before[0].key);
  EXPECT_EQ(keys->RetireIndex(3).error().status, Status::kArgument);
  ASSERT_TRUE(keys->RetireIndex(2).ok());
  EXPECT_EQ(other->IndexKeys()->size(), 1u);
  EXPECT_NE(before[0].key[0] | before[0].key[1] | before[0].key[2] | before[0].key[3], 0) << "it lives as long as they";
}

TEST_F(KeysTest, WhatOthersTurnOverIsForgottenAndTheRestIsKept) {
  auto keys = Init(), other = Unlock();
  std::vector<SubjectNumber> all;
  for (int i = 0; i < 5; ++i) all.push_back(MakeOne(*keys, "宛名" + std::to_string(i), "f"));
  const SubjectNumber kept = all.back();
  const SubjectNumber in_g = MakeOne(*keys, "宛名0", "g");
  const auto held = *other->Open(kept, "f"), held_g = *other->Open(in_g, "g"), old = *other->Open(all[0], "f");
  const auto still = [&] { return *other->Open(kept, "f") == held && *other->Open(in_g, "g") == held_g; };
  const std::span some = std::span(all).first(4);
  // One change, several that were not looked at, and as many as are told of.
  for (const size_t changes : {size_t{1}, size_t{3}, size_t{64}}) {
    for (size_t i = 0; i < changes; ++i) ASSERT_TRUE(keys->RotateSubjects(some, "f").ok());
    for (const SubjectNumber& subject : some)
      EXPECT_EQ((*other->Open(subject, "f"))->primary(), (*keys->Open(subject, "f"))->primary());
    EXPECT_TRUE(still()) << changes;
  }
  ASSERT_TRUE(keys->RetireSubject(all[0], "f", 69).ok());
  EXPECT_EQ((*other->Open(all[0], "f"))->Field(68, "氏名").error().status, Status::kNotFound);
  EXPECT_TRUE(still());
  // More than are told of, or something else among them: all is forgotten.
  for (int i = 0; i < 65; ++i) ASSERT_TRUE(keys->RotateSubjects(some, "f").ok());
  EXPECT_EQ((*other->Open(all[1], "f"))->primary(), 134u);
  EXPECT_FALSE(still());
  const auto again = *other->Open(kept, "f");
  ASSERT_TRUE(keys->RotateSubjects(some, "f").ok());
  EXPECT_EQ(*keys->RotateIndex(kNow), 2u);
  ASSERT_TRUE(keys->RotateSubjects(some, "f").ok());
  EXPECT_EQ((*other->Open(all[1], "f"))->primary(), 136u);
  EXPECT_NE(*other->Open(kept, "f"), again);
  // Whoever is erased is named nowhere, and known to nobody.
  const std::string_view number(reinterpret_cast<const char*>(all[2].data()), all[2].size());
  EXPECT_EQ(FileWith(directory_, number), "keys.db");
  ASSERT_TRUE(*keys->Destroy(all[2], "f"));
  EXPECT_EQ(FileWith(directory_, number), "");
  EXPECT_EQ(other->Open(all[2], "f").error().status, Status::kNotFound);
}

TEST_F(KeysTest, KeysOfForm2AreReadAsTheyAreAndBroughtToTheNewest) {
  SubjectNumber one{};
  std::string field;
  {
    const auto keys = Init();
    one = MakeOne(*keys, "宛名1", "f");
    field = FieldOf(*keys, one, "f");
  }
  {
    const auto database = *store::Database::Open(path("keys.db"), {.content = store::Content::kKeys});
    for (const char* sql : {"DROP TABLE vault_change", "DROP TABLE person_forgotten", "PRAGMA user_version = 2"})
      ASSERT_TRUE(database->Run(sql).ok());
  }
  const auto reader = Unlock({.read_only = true});
  EXPECT_TRUE(FieldOf(*reader, one, "f") == field);
  const auto keys = Unlock();
  EXPECT_EQ(*keys->RotateSubject(one, "f"), 2u);
  EXPECT_EQ((*reader->Open(one, "f"))->primary(), 2u);
  EXPECT_EQ((*store::Database::Open(path("keys.db"), {.content = store::Content::kKeys, .read_only = true}))->form(),
            store::Database::NewestForm(store::Content::kKeys));
}

TEST_F(KeysTest, NumbersMadeTogetherBeginAlikeAndNoFurther) {
  const auto keys = Init();
  const auto beginning = [](const SubjectNumber& number) { return std::string(number.begin(), number.begin() + 4); };
  const auto rest = [](const SubjectNumber& number) { return std::string(number.begin() + 4, number.end()); };
  const std::vector<std::string> ids = {"宛名1", "宛名2", "宛名3"}, later = {"宛名4", "宛名1"};
  const auto one = *keys->Make(ids, "f"), two = *keys->Make(later, "f");
  EXPECT_EQ(beginning(one[0]), beginning(one[1]));
  EXPECT_EQ(beginning(one[0]), beginning(one[2]));
  EXPECT_NE(rest(one[0]), rest(one[1]));
  EXPECT_NE(beginning(one[0]), beginning(two[0]));
  EXPECT_EQ(one[0], two[1]) << "who has a number keeps it";
}

// Keys that were made just now are in memory without having been read.
TEST_F(KeysTest, KeysJustMadeAreThoseOfTheFileAndGoWhenAnotherErases) {
  const auto keys = Init(), other = Unlock();
  const SubjectNumber one = MakeOne(*keys, "宛名1", "f"), two = MakeOne(*keys, "宛名2", "f");
  EXPECT_TRUE(FieldOf(*keys, one, "f") == FieldOf(*other, one, "f"));
  ASSERT_TRUE(*other->Destroy(one, "f"));
  EXPECT_EQ(keys->Open(one, "f").error().status, Status::kNotFound);
  EXPECT_FALSE(keys->Find("宛名1")->has_value());
  EXPECT_TRUE(FieldOf(*keys, two, "f") == FieldOf(*other, two, "f"));
}

TEST_F(KeysTest, ManyAreFoundAsEachIs) {
  auto keys = Init(), other = Unlock();
  const SubjectNumber one = MakeOne(*keys, "宛名1", "f"), two = MakeOne(*keys, "宛名2", "g");
  const std::string_view asked[] = {"宛名2", "髙橋", "宛名1", "宛名2"};
  for (int again = 0; again < 2; ++again) {
    const auto found = other->Find(asked, "f");
    ASSERT_TRUE(found.ok()) << found.error().ToString();
    EXPECT_TRUE(*found == (std::vector<std::optional<SubjectNumber>>{two, std::nullopt, one, two}));
  }
  EXPECT_TRUE(FieldOf(*other, one, "f") == FieldOf(*keys, one, "f"));
  EXPECT_EQ(other->Open(two, "f").error().status, Status::kNotFound);
  ASSERT_TRUE(*keys->Destroy(one, "f"));
  EXPECT_FALSE((*other->Find(asked, "f"))[2].has_value());
  const std::string_view wrong[] = {"宛名2", ""};
  EXPECT_EQ(other->Find(wrong, "f").error().status, Status::kArgument);
  EXPECT_EQ(other->Find(asked, "").error().status, Status::kArgument);
}

TEST_F(KeysTest, SubjectsAreListedInOrder) {
  const auto keys = Init();
  std::vector<Keys::SubjectFile> made;
  for (int i = 0; i < 10; ++i) {
    for (const char* file : {"相談記録", "給付台帳"})
      made.push_back({MakeOne(*keys, "宛名" + std::to_string(i), file), file});
  }
  ASSERT_TRUE(keys->RotateSubject(made[0].subject, made[0].file).ok());
  std::sort(made.begin(), made.end());
  std::vector<Keys::SubjectFile> listed;
  for (std::optional<Keys::SubjectFile> after;;) {
    const auto some = *keys->Subjects(after, 3);
    if (some.empty()) break;
    listed.insert(listed.end(), some.begin(), some.end());
    after = listed.back();
  }
  EXPECT_TRUE(listed == made);
}

}  // namespace
}  // namespace hikae::vault
