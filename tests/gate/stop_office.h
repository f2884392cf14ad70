// An office whose process is stopped at every write that an act makes on any file of it, those of the databases
// included. What the process has been told until then is seen here all the same.
#ifndef HIKAE_TESTS_GATE_STOP_OFFICE_H_
#define HIKAE_TESTS_GATE_STOP_OFFICE_H_

#include <sys/mman.h>

#include <atomic>
#include <cstdio>

#include "gate/disk.h"
#include "gate/fault_office.h"

namespace hikae::gate {

inline const std::vector<std::string> kNameAndHome = {"氏名漢字", "住所"};

class Stop : public testing::TestWithParam<test::Stop> {
 protected:
  Stop() : told_(static_cast<Told*>(Shared())), aside_(office_.directory + "_aside") {
    office_.Also("終わった", kDueFile);
  }
  ~Stop() override {
    ::munmap(told_, sizeof *told_);
    std::filesystem::remove_all(aside_);
  }

  // Shared with the process that is stopped: how many of its acts were acknowledged.
  struct Told {
    std::atomic<int> acknowledged{0};
  };
  static void* Shared() {
    return new (::mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Told();
  }
  // To be called by the act when it has been told that something was done.
  bool Acknowledged(bool done = true) {
    told_->acknowledged += done ? 1 : 0;
    return done;
  }
  int acknowledged() const { return told_->acknowledged; }

  enum class From : uint8_t { kOpen, kClosed };
  // Runs `act` in another process which stops at its n-th write; its exit code: 0 done (and then, where that is what is
  // tried, without power), test::kStopped, else it failed. kClosed: the act opens the office by itself, if it does.
  int StoppedAt(long n, const std::function<bool(GateOffice&)>& act, From from = From::kOpen) {
    office_.Close();
    told_->acknowledged = 0;
    const auto seed = static_cast<uint32_t>(n) * 7919u + 1;
    const int code = InChild([&] {
      const bool power = GetParam() == test::Stop::kForgotten || GetParam() == test::Stop::kScattered;
      if (power) test::WatchDisk(office_.directory, aside_);
      if (from == From::kOpen) office_.Reopen();
      if (from == From::kOpen && office_.gate == nullptr) return 71;
      test::StopAt(n, GetParam(), seed);
      const bool done = act(office_);
      test::GoOn();
      if (done && power) test::LosePower(GetParam(), seed, 0);
      return done ? 0 : 1;
    });
    std::filesystem::remove_all(aside_);
    return code;
  }

  // The name that stands in the record; "" = no record, "?" = an error.
  std::string NameNow(std::string_view subject) { return NameNow(*office_.Begin(), subject); }
  static std::string NameNow(Session& session, std::string_view subject) {
    const auto read = session.Read(In(Reading(kNameAndHome), kDue), subject);
    if (!read.ok()) return read.error().status == base::Status::kNotFound ? "" : "?" + read.error().ToString();
    for (const Seen& seen : read->items) {
      if (seen.item == "氏名漢字") return std::string(seen.value.view());
    }
    return "?";
  }
  size_t CountEntries(std::string_view begin) const {
    size_t count = 0;
    for (const std::string& line : office_.Entries()) count += line.starts_with(begin) ? 1 : 0;
    return count;
  }
  // One line of what was tried, for who reads what the tests print.
  static void Print(const char* act, size_t places, const std::string& more) {
    std::printf("%s, %s: stopped at %zu places%s%s\n", act, test::Name(GetParam()), places, more.empty() ? "" : "; ",
                more.c_str());
  }

  GateOffice office_;

 private:
  Told* const told_;
  const std::string aside_;
};

}  // namespace hikae::gate

#endif  // HIKAE_TESTS_GATE_STOP_OFFICE_H_
