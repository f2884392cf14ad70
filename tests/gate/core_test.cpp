// What a dump of the process tells when its sessions are over: neither plaintext nor passphrase nor keys.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "gate/fault_office.h"

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

enum class Leave : uint8_t { kNothing, kText };

// In a child: opens, writes, reads, ends, closes; then aborts in `where`.
[[maybe_unused]] int Dump(const std::string& directory, const std::string& where, Leave leave) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    if (::setrlimit(RLIMIT_CORE, &all) != 0 || ::chdir(where.c_str()) != 0) ::_exit(3);
    ::prctl(PR_SET_DUMPABLE, 1);
    static std::string kept;  // for the check that the search finds what is there
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
      if (!(*session)->End().ok()) ::_exit(9);
    }
    if (leave == Leave::kText) kept = Clear(Hidden(kHiddenHome));
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
  for (const Leave leave : {Leave::kText, Leave::kNothing}) {
    fs::remove_all(where);
    fs::create_directories(where);
    ASSERT_EQ(Dump(office.directory, where, leave), -SIGABRT);
    const std::string core = CoreIn(where);
    if (core.empty()) GTEST_SKIP() << "this system writes no dumps";
    std::string home = Clear(Hidden(kHiddenHome)), secret = Clear(Hidden(kHiddenPassphrase));
    EXPECT_EQ(core.find(home) != std::string::npos, leave == Leave::kText);
    EXPECT_EQ(core.find(secret), std::string::npos) << "the passphrase is in the dump";
    // Even parts of it.
    if (leave == Leave::kNothing) {
      EXPECT_EQ(core.find(home.substr(0, 12)), std::string::npos);
      EXPECT_EQ(core.find(secret.substr(8, 12)), std::string::npos);
    }
    std::printf("dump: %zu bytes searched\n", core.size());
    Wipe(home), Wipe(secret);
  }
  fs::remove_all(where);
#endif
}

}  // namespace
}  // namespace hikae::gate
