// The functions by which the libraries write to files, taken over: the program that is linked with disk.cpp can be
// stopped at its n-th write, have it refused, or lose the power there. SQLite's writes are among them.
#ifndef HIKAE_TESTS_GATE_DISK_H_
#define HIKAE_TESTS_GATE_DISK_H_

#include <cstdint>
#include <string>

namespace hikae::test {

enum class Stop : uint8_t {
  kBefore,     // before any write, change of a size or of a name
  kTorn,       // in the middle of a write of bytes
  kForgotten,  // before a sync, without all that was not synced: contents, sizes, names
  kScattered,  // of which any part may be there, by sectors of 512 bytes; of the names the first so many
};
const char* Name(Stop stop);

// What the process exits with where it is stopped.
inline constexpr int kStopped = 9;

// The process ends at its n-th such place from here on (0: the next). seed: of what a scattered stop keeps.
void StopAt(long n, Stop stop, uint32_t seed = 0);
// The n-th write from here on fails with this errno; so do all after it where `always`. Reads too, with kReads.
enum class Which : uint8_t { kWrites, kReads };
void FailAt(long n, int error, bool always, Which which = Which::kWrites);
// From here on nothing is stopped or refused. Whether something was refused.
bool GoOn();

// Notes what is not synced of the files whose paths begin so: to be called in a child, before it opens them. Removed
// files, and those that others were renamed over, are kept in the directory `aside`, whose path begins otherwise.
void WatchDisk(const std::string& begin, const std::string& aside);
// Ends the process as a loss of power does. kForgotten or kScattered.
[[noreturn]] void LosePower(Stop stop, uint32_t seed, int code);

}  // namespace hikae::test

#endif  // HIKAE_TESTS_GATE_DISK_H_
