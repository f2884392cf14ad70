// What a dump of the process tells when its sessions are over: neither plaintext nor passphrase nor keys. Keys and the
// passphrase are not in the dump of an open office either.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "gate/fault_office.h"
#include "store/vault_key_tables.h"
#include "vault/keys/lock.h"
#include "vault/keys/wrapped_key.h"

namespace hikae::gate {
namespace {

// Texts that this program does not hold: made from what is stored the other way round.
constexpr uint8_t kMask = 0x5a;
std::string Clear(std::string_view hidden) {
  std::string text;
  for (const char c : hidden) text += static_cast<char>(static_cast<uint8_t>(c) ^ kMask);
  return text;
}
void Wipe(std::string& text) {
  volatile char* at = text.data();
  for (size_t i = 0; i < text.size(); ++i) at[i] = 0;
}
// An address and a passphrase, by the mask.
std::string Hidden(const std::vector<uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }
const std::vector<uint8_t> kHiddenHome = {0x11, 0x3b, 0x37, 0x33, 0x29, 0x32, 0x33, 0x34, 0x35, 0x20, 0x3b, 0x31, 0x33,
                                          0x77, 0x0b, 0x6d, 0x77, 0x09, 0x3f, 0x34, 0x2e, 0x33, 0x34, 0x3f, 0x36};
const std::vector<uint8_t> kHiddenPassphrase = {0x0a, 0x3b, 0x29, 0x29, 0x2a, 0x32, 0x28, 0x3b, 0x29,
                                                0x3f, 0x77, 0x35, 0x3c, 0x77, 0x13, 0x39, 0x32, 0x33,
                                                0x34, 0x35, 0x3f, 0x77, 0x68, 0x6a, 0x68, 0x6b};

// What is left in memory: nothing, the text or the keys on purpose, or everything that an open office has.
enum class Leave : uint8_t { kNothing, kText, kKeys, kOpen };

// The master, office and subject keys of an office, opened by hand.
base::Result<std::vector<std::string>> KeysByHand(const std::string& directory, std::string_view passphrase) {
  HIKAE_TRY(const auto database, store::Database::Open(directory + "/keys.db", {.content = store::Content::kKeys}));
  return database->Read([&]() -> base::Result<std::vector<std::string>> {
    const base::Error none(base::Status::kTampered, std::string("a key does not open"));
    const store::VaultKeyTables tables(*database);
    HIKAE_TRY(const auto vault, tables.Vault());
    HIKAE_TRY(const auto locks, tables.Locks());
    HIKAE_TRY(const auto rows, tables.Keys());
    HIKAE_TRY(const auto subjects, tables.SubjectKeysNotUnder(0, {}, 1));
    if (!vault || locks.empty() || subjects.empty()) return none;
    vault::OfficeId office{};
    std::copy(vault->id.begin(), vault->id.end(), reinterpret_cast<char*>(office.data()));
    const vault::Secret secret{.kind = vault::LockKind::kPassphrase, .text = passphrase};
    HIKAE_TRY(const auto wrapping, vault::OpenLock(locks[0], secret, directory));
    crypto::Secret master, key, subject;
    const auto open = [&](const crypto::Secret& by, std::string_view context, const std::string& wrapped,
                          crypto::Secret& into) {
      const auto name = vault::NameOfWrapped(wrapped);
      return name && vault::UnwrapKey(by.bytes.data(), office, *name, context, wrapped, into.bytes.data()) ==
                         vault::Unwrapped::kOpened;
    };
    if (!open(wrapping, {}, locks[0].wrapped, master)) return none;
    for (const auto& row : rows) {
      if (row.kind == static_cast<int64_t>(vault::KeyKind::kOffice) && !open(master, {}, row.wrapped, key)) return none;
    }
    vault::SubjectNumber number{};
    std::copy(subjects[0].subject.begin(), subjects[0].subject.end(), reinterpret_cast<char*>(number.data()));
    if (!open(key, vault::SubjectContext(number, subjects[0].file), subjects[0].wrapped, subject)) return none;
    std::vector<std::string> bytes;
    for (const crypto::Secret* one : {&master, &key, &subject})
      bytes.emplace_back(reinterpret_cast<const char*>(one->bytes.data()), one->bytes.size());
    return bytes;
  });
}

// In a child: opens, writes, reads, ends, closes; then aborts in `where`.
[[maybe_unused]] int Dump(const std::string& directory, const std::string& where, Leave leave) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    if (::setrlimit(RLIMIT_CORE, &all) != 0 || ::chdir(where.c_str()) != 0) ::_exit(3);
    ::prctl(PR_SET_DUMPABLE, 1);
    // For the check that the search finds what is there.
    static std::string kept;
    static std::vector<std::string> kept_keys;
    {
      office::OpenOptions options;
      options.now = [] { return kNow; };
      options.actor = "試験";
      options.sign_in_background = false;
      auto office = office::Office::Open(directory, options);
      if (!office.ok()) ::_exit(4);
      std::string passphrase = Clear(Hidden(kHiddenPassphrase));
      auto gate = (*office)->Unlock({.kind = vault::LockKind::kPassphrase, .text = passphrase});
      Wipe(passphrase);
      if (!gate.ok()) ::_exit(5);
      std::shared_ptr<const Decision> decision;
      auto session = (*gate)->Begin(GateOffice::Clerk(), decision);
      if (!session.ok()) ::_exit(6);
      std::string home = Clear(Hidden(kHiddenHome));
      const Put put{"宛名-0000007", {{"住所", home}}};
      if (!(*session)->Write(Writing(), {&put, 1}).ok()) ::_exit(7);
      Wipe(home);
      const std::vector<std::string> items = {"住所"};
      for (int i = 0; i < 3; ++i) {
        const auto read = (*session)->Read(Reading(items), "宛名-0000007");
        if (!read.ok() || read->items.size() != 1) ::_exit(8);
      }
      if (leave == Leave::kOpen) ::signal(SIGABRT, SIG_DFL), ::abort();
      if (!(*session)->End().ok()) ::_exit(9);
    }
    if (leave == Leave::kText) kept = Clear(Hidden(kHiddenHome));
    if (leave == Leave::kKeys) {
      std::string passphrase = Clear(Hidden(kHiddenPassphrase));
      auto keys = KeysByHand(directory, passphrase);
      Wipe(passphrase);
      if (!keys.ok()) ::_exit(10);
      kept_keys = *std::move(keys);
    }
    ::signal(SIGABRT, SIG_DFL);
    ::abort();
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

[[maybe_unused]] std::string CoreIn(const std::string& where) {
  std::string core;
  for (const auto& [name, content] : AllFiles(where)) core += content;
  return core;
}

TEST(Core, HoldsNothingOfWhatWasRead) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer keeps freed memory";
#else
  if (Whole("/proc/sys/kernel/core_pattern").find_first_of("|/") != std::string::npos)
    GTEST_SKIP() << "dumps of this system go elsewhere";
  GateOffice office;
  office.Close();
  fs::remove(office.directory + "/unused");
  std::string passphrase = Clear(Hidden(kHiddenPassphrase));
  {
    // The office's keys under that passphrase instead.
    office.Reopen();
    const auto rotated = office.gate->keys_past_the_rules().RotateMaster(
        {.kind = vault::LockKind::kPassphrase, .text = passphrase}, GateOffice::kCheap, kNow);
    ASSERT_TRUE(rotated.ok()) << rotated.error().ToString();
    office.Close();
  }
  Wipe(passphrase);
  const std::string where = office.directory + "-core";
  // All dumps first: a child is a copy of this process, which then knows neither text nor keys.
  const Leave leaves[] = {Leave::kText, Leave::kKeys, Leave::kNothing, Leave::kOpen};
  const auto place = [&](Leave leave) { return where + "/" + std::to_string(static_cast<int>(leave)); };
  fs::remove_all(where);
  for (const Leave leave : leaves) {
    fs::create_directories(place(leave));
    ASSERT_EQ(Dump(office.directory, place(leave), leave), -SIGABRT);
  }
  const std::string home = Clear(Hidden(kHiddenHome)), secret = Clear(Hidden(kHiddenPassphrase));
  const auto keys = KeysByHand(office.directory, secret);
  ASSERT_TRUE(keys.ok()) << keys.error().ToString();
  const char* const names[] = {"master", "office", "subject"};
  for (const Leave leave : leaves) {
    const std::string core = CoreIn(place(leave));
    if (core.empty()) GTEST_SKIP() << "this system writes no dumps";
    const auto holds = [&](std::string_view bytes) { return core.find(bytes) != std::string::npos; };
    if (leave != Leave::kOpen) {
      EXPECT_EQ(holds(home), leave == Leave::kText);
    }
    EXPECT_FALSE(holds(secret)) << "the passphrase is in the dump";
    // Even parts of it.
    if (leave == Leave::kNothing) {
      EXPECT_FALSE(holds(home.substr(0, 12)) || holds(secret.substr(8, 12)));
    }
    for (size_t i = 0; i < keys->size(); ++i) {
      for (const size_t half : {0, 16}) {
        EXPECT_EQ(holds((*keys)[i].substr(half, 16)), leave == Leave::kKeys) << names[i] << " key";
      }
    }
    std::printf("dump: %zu bytes searched\n", core.size());
  }
  fs::remove_all(where);
#endif
}

}  // namespace
}  // namespace hikae::gate
