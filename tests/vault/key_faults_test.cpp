// What happens when the disk refuses, the process is killed, the file is altered.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "log/every_nth.h"
#include "office/hooked_io.h"
#include "store/vault_key_tables.h"
#include "vault/keys_fixture.h"

namespace hikae::vault {
namespace {

using base::Status;
using test::HookedIo;
using test::Touch;

constexpr std::string_view kFile = "相談記録";

class KeyFaults : public KeysOnDisk {
 protected:
  // Keys of two subjects, and what their fields' keys are.
  void Prepare() {
    const auto keys = Init();
    one_ = MakeOne(*keys, "宛名0000001", kFile);
    two_ = MakeOne(*keys, "宛名0000002", kFile);
    first_ = FieldOf(*keys, one_, kFile);
    second_ = FieldOf(*keys, two_, kFile);
  }
  void Save() {
    saved_.clear();
    for (const auto& entry : std::filesystem::directory_iterator(directory_))
      saved_[entry.path().filename().string()] = WholeFile(entry.path());
  }
  void PutBack() {
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) std::filesystem::remove(entry.path());
    for (const auto& [name, bytes] : saved_) PutFile(directory_ / name, bytes);
  }
  SubjectNumber one_{}, two_{};
  std::string first_, second_;
  std::map<std::string, std::string> saved_;
};

// Every operation on the journal's file fails in turn: the subject is wholly there or wholly gone, and what was said to
// be gone is. Then it goes on without faults.
TEST_F(KeyFaults, TheDiskRefusesAnyStepOfADestruction) {
  Prepare();
  Save();
  int refused = 0;
  for (int step = 0;; ++step) {
    PutBack();
    int n = 0;
    bool armed = false;  // unlocking, which clears away what a restore left, is not meant here
    HookedIo io([&](Touch touch) { return !armed || touch == Touch::kLook || n++ != step; });
    const auto opened = Keys::Unlock(office(), Passphrase(), {.io = &io});
    ASSERT_TRUE(opened.ok()) << opened.error().ToString();
    armed = true;
    const auto destroyed = (*opened)->Destroy(one_, kFile);
    if (!destroyed.ok()) {
      ++refused;
      EXPECT_EQ(destroyed.error().status, Status::kIo);
      EXPECT_TRUE(FieldOf(**opened, one_, kFile) == first_) << step;
      EXPECT_TRUE(FieldOf(*Unlock(), one_, kFile) == first_) << step << ": not done, as was said";
      EXPECT_TRUE(*(*opened)->Destroy(one_, kFile));
    }
    EXPECT_EQ((*opened)->Open(one_, kFile).error().status, Status::kNotFound);
    EXPECT_TRUE(FieldOf(*Unlock(), two_, kFile) == second_);
    if (destroyed.ok() && n <= step) break;
  }
  EXPECT_GE(refused, 4) << "open, truncate, write, sync";
}

// The child is killed at the n-th change of the disk by way of Io; the parent looks.
TEST_F(KeyFaults, KilledAtAnyStepOfADestruction) {
  Prepare();
  Save();
  int gone = 0, there = 0;
  for (int step = 0;; ++step) {
    PutBack();
    const pid_t child = fork();
    if (child == 0) {
      int n = 0;
      HookedIo io([&](Touch touch) {
        if (touch == Touch::kChange && n++ == step) _exit(9);
        return true;
      });
      auto keys = Keys::Unlock(office(), Passphrase(), {.io = &io});
      if (!keys.ok() || !(*keys)->Destroy(one_, kFile).ok()) _exit(1);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WEXITSTATUS(status) == 9 || status == 0) << status;
    const auto keys = Unlock();
    ASSERT_NE(keys, nullptr);
    const auto opened = keys->Open(one_, kFile);
    EXPECT_TRUE(opened.ok() || opened.error().status == Status::kNotFound);
    (opened.ok() ? there : gone) += 1;
    EXPECT_EQ(keys->Find("宛名0000001")->has_value(), opened.ok()) << step;
    EXPECT_TRUE(FieldOf(*keys, two_, kFile) == second_);
    if (opened.ok()) {
      EXPECT_TRUE(*keys->Destroy(one_, kFile));
    }
    if (status == 0) break;
  }
  EXPECT_GE(there, 2);
  EXPECT_GE(gone, 1);
}

// The line is on the disk and the rows are not gone: a kill between the two, made by hand.
TEST_F(KeyFaults, AnErasureThatWasCutOffIsCarriedOut) {
  Prepare();
  const std::string before = WholeFile(path("keys.db"));
  ASSERT_TRUE(*Unlock()->Destroy(one_, kFile));
  PutFile(path("keys.db"), before);
  EXPECT_EQ(StatusOf(Keys::Unlock(office(), Passphrase(), {.read_only = true})), Status::kBusy);
  auto keys = Unlock();
  EXPECT_FALSE(keys->Find("宛名0000001")->has_value());
  EXPECT_EQ(FileWith(directory_, {reinterpret_cast<const char*>(one_.data()), 16}), "");
  // And while somebody has it open.
  const std::string after = WholeFile(path("keys.db"));
  EXPECT_TRUE(*keys->Destroy(two_, kFile));
  keys.reset();
  PutFile(path("keys.db"), after);
  keys = Unlock();
  EXPECT_EQ(keys->Open(two_, kFile).error().status, Status::kNotFound);
}

TEST_F(KeyFaults, AJournalThatIsNotThisOne) {
  Prepare();
  const std::string empty = WholeFile(path("erased"));
  std::filesystem::remove(path("erased"));
  EXPECT_TRUE(Unlock()->Open(one_, kFile).ok()) << "nothing was erased yet: it is made again";
  EXPECT_EQ(WholeFile(path("erased")), empty);
  ASSERT_TRUE(*Unlock()->Destroy(one_, kFile));
  const std::string whole = WholeFile(path("erased"));
  const auto status = [&] { return StatusOf(Keys::Unlock(office(), Passphrase(), {})); };
  std::filesystem::remove(path("erased"));
  EXPECT_EQ(status(), Status::kTampered);
  PutFile(path("erased"), empty);
  EXPECT_EQ(status(), Status::kTampered) << "a line is missing";
  PutFile(path("erased"), "hikae erased 1 00");
  EXPECT_EQ(status(), Status::kTampered);
  PutFile(path("erased"), whole + "2 00");
  EXPECT_EQ(status(), Status::kOk) << "a torn line is none";
  EXPECT_TRUE(*Unlock()->Destroy(two_, kFile));
  EXPECT_EQ(status(), Status::kOk);
  PutFile(path("erased"), whole);
  EXPECT_EQ(status(), Status::kTampered);
}

// Killed at every change of the disk while a backup is put back: old or new, whole.
TEST_F(KeyFaults, KilledWhilePuttingABackupBack) {
  Prepare();
  const std::string backup = path("控え.db").string();
  ASSERT_TRUE(Unlock()->Backup(backup).ok());
  ASSERT_TRUE(*Unlock()->Destroy(one_, kFile));
  const SubjectNumber three = MakeOne(*Unlock(), "宛名0000003", kFile);
  Save();
  int old = 0, fresh = 0;
  for (int step = 0;; ++step) {
    PutBack();
    const pid_t child = fork();
    if (child == 0) {
      int n = 0;
      HookedIo io([&](Touch touch) {
        if (touch == Touch::kChange && n++ == step) _exit(9);
        return true;
      });
      _exit(RestoreKeys(office(), backup, &io).ok() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WEXITSTATUS(status) == 9 || status == 0) << status;
    {
      const auto keys = Unlock();
      ASSERT_NE(keys, nullptr);
      (keys->Open(three, kFile).ok() ? old : fresh) += 1;
      EXPECT_EQ(keys->Open(one_, kFile).error().status, Status::kNotFound);
      EXPECT_TRUE(FieldOf(*keys, two_, kFile) == second_);
    }
    const auto again = RestoreKeys(office(), backup);
    EXPECT_TRUE(again.ok()) << again.error().ToString();
    EXPECT_EQ(Unlock()->Open(three, kFile).error().status, Status::kNotFound);
    if (status == 0) break;
  }
  EXPECT_GE(old, 2);
  EXPECT_GE(fresh, 1);
}

TEST_F(KeyFaults, OnlyABackupOfThisOfficeIsPutBack) {
  Prepare();
  const std::string backup = path("控え.db").string();
  ASSERT_TRUE(Unlock()->Backup(backup).ok());
  std::string bytes = WholeFile(backup);
  PutFile(path("短い.db"), bytes.substr(0, bytes.size() / 2));
  EXPECT_EQ(RestoreKeys(office(), path("短い.db").string()).error().status, Status::kTampered);
  PutFile(path("紙.db"), "hikae");
  EXPECT_EQ(RestoreKeys(office(), path("紙.db").string()).error().status, Status::kTampered);
  const std::string other = path("別の台帳").string();
  std::filesystem::create_directories(other);
  ASSERT_TRUE(Keys::Init(other, Passphrase(), kCheap, kNow, {}).ok());
  EXPECT_EQ(RestoreKeys(other, backup).error().status, Status::kTampered);
  std::filesystem::remove(other + "/keys.db");
  EXPECT_EQ(RestoreKeys(other, backup).error().status, Status::kTampered) << "its journal tells";
  PutFile(path("keys.db"), "damaged beyond reading");
  ASSERT_TRUE(RestoreKeys(office(), backup).ok());
  EXPECT_TRUE(FieldOf(*Unlock(), one_, kFile) == first_);
}

// A child dies in the middle of a transaction of any kind: at its n-th system call that writes (by the file's size
// limit there is no seam in SQLite, so the kill comes by progress and by Io).
TEST_F(KeyFaults, KilledBetweenTheBatchesOfARotation) {
  std::vector<SubjectNumber> numbers;
  std::vector<std::string> fields;
  {
    const auto keys = Init();
    for (int i = 0; i < 12; ++i) {
      numbers.push_back(MakeOne(*keys, "宛名" + std::to_string(i), kFile));
      fields.push_back(FieldOf(*keys, numbers.back(), kFile));
    }
  }
  Save();
  for (uint64_t after = 1;; ++after) {
    PutBack();
    const pid_t child = fork();
    if (child == 0) {
      auto keys = Keys::Unlock(office(), Passphrase(), {});
      uint64_t batches = 0;
      const auto done = (*keys)->RotateOffice(kNow, 5, [&](uint64_t, uint64_t) {
        if (++batches == after) _exit(9);
        return true;
      });
      _exit(done.ok() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WEXITSTATUS(status) == 9 || status == 0) << status;
    const auto keys = Unlock();
    for (size_t i = 0; i < numbers.size(); ++i) EXPECT_TRUE(FieldOf(*keys, numbers[i], kFile) == fields[i]);
    if (status != 0) {
      ASSERT_TRUE(keys->RotateOffice(kNow, 5, nullptr).ok());
      const auto list = keys->List();
      EXPECT_EQ(std::count_if(list->begin(), list->end(), [](const KeyInfo& k) { return k.kind == "office"; }), 2)
          << "it went on, and began no other";
    }
    if (status == 0) break;
  }
}

// The bytes of keys and of what stands around them in their rows.
std::vector<size_t> BytesOfKeys(const std::string& file, const SubjectNumber& subject) {
  std::set<size_t> bytes;
  const auto around = [&](const std::string& mark, size_t before, size_t after) {
    for (size_t at = file.find(mark); at != std::string::npos; at = file.find(mark, at + 1)) {
      for (size_t i = at < before ? 0 : at - before; i < std::min(at + after, file.size()); ++i) bytes.insert(i);
    }
  };
  for (const char kind : {1, 2, 3, 4, 5})
    around(std::string("\x01\x01") + kind + std::string("\0\0\0\1\0\0\0\1", 8), 64, 132);
  around({reinterpret_cast<const char*>(subject.data()), 16}, 48, 100);
  return {bytes.begin(), bytes.end()};
}

// Every fifth bit of them, so that each of a byte has its turn: the keys are what they were, or something is refused;
// never others.
TEST_F(KeyFaults, AnyBitOfAKeysRowIsAnother) {
  Prepare();
  const std::string whole = WholeFile(path("keys.db"));
  size_t refused = 0, unaffected = 0, secret = 0;
  const auto bytes = BytesOfKeys(whole, one_);
  EXPECT_GT(bytes.size(), 1'000u);
  for (size_t n = 0; n < bytes.size() * 8; n += 5 * log::EveryNth(13)) {
    const size_t bit = bytes[n / 8] * 8 + n % 8;
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    PutFile(path("keys.db"), flipped);
    const auto keys = Keys::Unlock(office(), Passphrase(), {.read_only = true});
    if (!keys.ok()) {
      secret += keys.error().status == Status::kSecret;
      ++refused;
      continue;
    }
    bool all = true;
    for (const auto& [id, number, field] : {std::tuple("宛名0000001", one_, first_), {"宛名0000002", two_, second_}}) {
      const auto found = (*keys)->Find(id);
      EXPECT_TRUE(!found.ok() || !found->has_value() || **found == number) << bit;
      all = all && found.ok() && found->has_value();
      const auto opened = (*keys)->Open(number, kFile);
      all = all && opened.ok();
      if (!opened.ok()) continue;
      const auto key = (*opened)->Field((*opened)->primary(), "氏名");
      EXPECT_TRUE(std::string(reinterpret_cast<const char*>(*key), 32) == field) << bit;
    }
    (all ? unaffected : refused) += 1;
  }
  std::printf("%zu refused, %zu unaffected, %zu taken for a wrong secret\n", refused, unaffected, secret);
  EXPECT_GT(refused, unaffected);
  EXPECT_GT(unaffected, 20u) << "bits outside of rows";
  EXPECT_LT(secret, 20u) << "only where the row of the lock is not found under its kind";
}

// Rows of two subjects exchanged, with the file's own means: the bytes change places.
TEST_F(KeyFaults, ExchangedNumbersNameNobodyElse) {
  Prepare();
  std::string bytes = WholeFile(path("keys.db"));
  const std::string one(reinterpret_cast<const char*>(one_.data()), 16);
  const std::string two(reinterpret_cast<const char*>(two_.data()), 16);
  int exchanged = 0;
  for (size_t at = 0; at + 16 <= bytes.size(); ++at) {
    if (bytes.compare(at, 16, one) == 0) {
      bytes.replace(at, 16, two), at += 15, ++exchanged;
    } else if (bytes.compare(at, 16, two) == 0) {
      bytes.replace(at, 16, one), at += 15, ++exchanged;
    }
  }
  EXPECT_GE(exchanged, 4);
  PutFile(path("keys.db"), bytes);
  const auto keys = Unlock({.read_only = true});
  const auto found = keys->Find("宛名0000001");
  EXPECT_TRUE(!found.ok() || !found->has_value() || **found == one_);
  const auto opened = keys->Open(one_, kFile);
  EXPECT_FALSE(opened.ok());
}

// Nothing of an erased subject is in any byte of the directory, however the pages were moved about before.
TEST_F(KeyFaults, NothingIsLeftInFreedPages) {
  const auto keys = Init();
  std::vector<std::string> subjects;
  for (int i = 0; i < 600; ++i) subjects.push_back("宛名" + std::to_string(i * 7'919 % 1'000'000));
  std::vector<SubjectNumber> numbers;
  for (size_t i = 0; i < subjects.size(); i += 50) {
    const std::vector<std::string> some(subjects.begin() + static_cast<long>(i),
                                        subjects.begin() + static_cast<long>(i) + 50);
    const auto made = keys->Make(some, kFile);
    numbers.insert(numbers.end(), made->begin(), made->end());
  }
  for (size_t i = 0; i < numbers.size(); i += 3) {
    ASSERT_TRUE(keys->RotateSubject(numbers[i], kFile).ok());
    if (i > 60) break;
  }
  std::vector<std::string> secrets;
  {
    const auto database = *store::Database::Open(path("keys.db").string(), {.content = store::Content::kKeys});
    const store::VaultKeyTables tables(*database);
    EXPECT_TRUE(database
                    ->Read([&]() -> base::Result<void> {
                      for (size_t i = 0; i <= 160; i += 2) {
                        secrets.emplace_back(reinterpret_cast<const char*>(numbers[i].data()), 16);
                        HIKAE_TRY(const auto subject, tables.SubjectOf(secrets.back()));
                        HIKAE_TRY(const auto rows, tables.SubjectKeys(secrets.back(), kFile));
                        secrets.push_back(subject->lookup);
                        secrets.push_back(subject->sealed.substr(2, 24));
                        secrets.push_back(subject->sealed.substr(26));
                        for (const auto& row : rows) secrets.push_back(row.wrapped.substr(11, 24));
                        for (const auto& row : rows) secrets.push_back(row.wrapped.substr(67));
                      }
                      return {};
                    })
                    .ok());
  }
  const auto left = [&] {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) all += WholeFile(entry.path());
    return std::count_if(secrets.begin(), secrets.end(),
                         [&](const std::string& secret) { return all.find(secret) != std::string::npos; });
  };
  EXPECT_EQ(left(), static_cast<long>(secrets.size()));
  for (size_t i = 0; i <= 160; i += 2) ASSERT_TRUE(*keys->Destroy(numbers[i], kFile));
  EXPECT_EQ(left(), 0) << "of " << secrets.size();
}

// Readers go on, with the same keys, while another process's worth of connections rotates and destroys.
TEST_F(KeyFaults, ThreadsReadWhileAnotherRotates) {
  std::vector<SubjectNumber> numbers;
  std::vector<std::string> fields;
  const auto keys = Init({.kept_subjects = 8});
  for (int i = 0; i < 20; ++i) {
    numbers.push_back(MakeOne(*keys, "宛名" + std::to_string(i), kFile));
    fields.push_back(FieldOf(*keys, numbers.back(), kFile));
  }
  const auto other = Unlock();
  std::atomic<bool> done{false};
  std::atomic<size_t> reads{0}, wrong{0};
  std::vector<std::thread> threads;
  for (const auto& source : {keys, keys, other}) {
    threads.emplace_back([&, source] {
      for (size_t i = 0; !done || i < 40; ++i) {
        const size_t n = i % numbers.size();
        if (FieldOf(*source, numbers[n], kFile) != fields[n]) ++wrong;
        const auto found = source->Find("宛名" + std::to_string(n));
        if (!found.ok() || **found != numbers[n]) ++wrong;
        ++reads;
      }
    });
  }
  for (int turn = 0; turn < 3; ++turn) {
    const auto rotated = other->RotateOffice(kNow + turn, 7, nullptr);
    EXPECT_TRUE(rotated.ok()) << rotated.error().ToString();
    EXPECT_TRUE(keys->RotateIndex(kNow).ok());
    const SubjectNumber gone = MakeOne(*keys, "一時", kFile);
    EXPECT_TRUE(keys->Destroy(gone, kFile).ok());
  }
  done = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_GT(reads, 100u);
}

}  // namespace
}  // namespace hikae::vault
