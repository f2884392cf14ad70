// What the benchmarks of the log have in common: rounds in which ours and the yardstick take turns, and a line of JSON
// for each case.
#ifndef HIKAE_TESTS_BENCH_ROUNDS_H_
#define HIKAE_TESTS_BENCH_ROUNDS_H_

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"

namespace hikae::log::bench {

inline double Seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

inline double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class T>
T Must(base::Result<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.error().ToString().c_str());
  std::exit(1);
}

inline void Must(base::Result<void> result) {
  if (result.ok()) return;
  std::fprintf(stderr, "%s\n", result.error().ToString().c_str());
  std::exit(1);
}

// Nanoseconds for one of the `units` that a work does: of the clock on the wall, and of all processors together.
struct Cost {
  double wall = 0;
  double cpu = 0;
};
using Work = std::function<Cost()>;

inline Cost Timed(uint64_t units, const std::function<void()>& work) {
  const double wall = Seconds(CLOCK_MONOTONIC), cpu = Seconds(CLOCK_PROCESS_CPUTIME_ID);
  work();
  const double each = 1e9 / static_cast<double>(units);
  return {(Seconds(CLOCK_MONOTONIC) - wall) * each, (Seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * each};
}

// One case. `yardstick` empty: nothing is compared.
struct Case {
  std::string name;
  uint64_t size = 0;
  std::string yardstick;
};

inline void Print(const Case& about, double ns) {
  std::printf("%s\n", fmt::format(R"({{"name": "{}", "size": {}, "ns": {:.3f}}})", about.name, about.size, ns).c_str());
  std::fflush(stdout);
}

inline void Print(const Case& about, const std::vector<double>& ours, const std::vector<double>& theirs) {
  std::vector<double> ratios;
  for (size_t i = 0; i < ours.size(); ++i) ratios.push_back(theirs[i] / ours[i]);
  const std::string line = fmt::format(
      R"({{"name": "{}", "size": {}, "ns": {:.3f}, "yardstick": "{}", "yardstick_ns": {:.3f}, "ratio": {:.4f}}})",
      about.name, about.size, Median(ours), about.yardstick, Median(theirs), Median(ratios));
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

// Ours and theirs in turn; who begins changes from round to round. The ratio, how many times faster ours is, is the
// median over the rounds of what was measured a moment apart. A second line, NAME-cpu, has the time of the processors.
inline void Compare(const Case& about, int rounds, const Work& ours, const Work& theirs) {
  std::vector<double> our_wall, our_cpu, their_wall, their_cpu;
  for (int round = 0; round < rounds; ++round) {
    for (const bool mine : {round % 2 == 0, round % 2 != 0}) {
      const Cost cost = mine ? ours() : theirs();
      (mine ? our_wall : their_wall).push_back(cost.wall);
      (mine ? our_cpu : their_cpu).push_back(cost.cpu);
    }
  }
  Print(about, our_wall, their_wall);
  Print({about.name + "-cpu", about.size, about.yardstick}, our_cpu, their_cpu);
}

}  // namespace hikae::log::bench

#endif  // HIKAE_TESTS_BENCH_ROUNDS_H_
