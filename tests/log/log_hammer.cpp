// Writes an access log the way an office does, for tests that run several of it, kill it, and read what is there.
//   log_hammer make DIR                                  a log of the period 2021, with its first entry
//   log_hammer append DIR WRITER THREADS CALLS ENTRIES   each thread appends CALLS times ENTRIES entries, strict; tells
//                                                        "WRITER.THREAD N FIRST" once they are on the disk
//   log_hammer bounded DIR WRITER CALLS                  bounded(50 ms, 1,000); tells "handed N"; closes well
//   log_hammer period DIR NAME                           begins the next period
//   log_hammer head DIR                                  "PERIOD SIZE ROOT"
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "log/append/log_writer.h"
#include "log/entry.h"
#include "log/periods.h"

using namespace hikae;
using namespace hikae::log;

namespace {

constexpr char kOffice[] = "hikae.example/江戸川";

int Fail(const base::Error& error) {
  std::fprintf(stderr, "%s\n", error.ToString().c_str());
  return 1;
}

std::vector<uint8_t> Begun(const std::string& period, const std::string& previous) {
  Entry entry;
  entry.type = EntryType::kPeriodBegun;
  entry.origin = OriginOf(kOffice, period);
  entry.previous = previous;
  return *EncodeEntry(entry);
}

// One line with one system call, so that what was told is told, whenever the process dies.
void Tell(const std::string& line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::_Exit(3);
}

// Entry n of a thread: a read, with a detail of n mod 100 bytes.
struct Made {
  std::vector<uint8_t> leaf, detail;
};
Made Make(uint64_t writer, uint64_t thread, uint64_t n) {
  Made made;
  made.detail.assign(n % 100, static_cast<uint8_t>(n));
  Entry entry;
  entry.type = EntryType::kRead;
  entry.time = static_cast<int64_t>(n);
  entry.actor = crypto::Pseudonym{static_cast<uint8_t>(writer), static_cast<uint8_t>(thread)};
  entry.handling = "hikikomori";
  entry.ground = "条例第12条第1項";
  entry.decision = Decision::kAllowed;
  entry.count = n;
  if (!made.detail.empty()) entry.detail = crypto::Sha256Of(made.detail);
  made.leaf = *EncodeEntry(entry);
  return made;
}

int Append(const std::string& directory, uint64_t writer, uint64_t threads, uint64_t calls, uint64_t entries) {
  WriterOptions options;
  options.sizes.full = 1 << 20;  // more segments in less time
  auto log = LogWriter::Open(base::PosixIo(), directory, options);
  if (!log.ok()) return Fail(log.error());
  std::vector<std::thread> running;
  for (uint64_t t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      for (uint64_t n = 0; n < calls * entries; n += entries) {
        std::vector<Made> made;
        for (uint64_t i = 0; i < entries; ++i) made.push_back(Make(writer, t, n + i));
        std::vector<NewEntry> batch;
        for (const Made& one : made) batch.push_back({one.leaf, one.detail});
        const auto position = (*log)->Append(batch);
        if (!position.ok()) std::_Exit(Fail(position.error()));
        Tell(std::to_string(writer) + "." + std::to_string(t) + " " + std::to_string(n) + " " +
             std::to_string(position->first) + "\n");
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  const auto closed = (*log)->Close();
  return closed.ok() ? 0 : Fail(closed.error());
}

int Bounded(const std::string& directory, uint64_t writer, uint64_t calls) {
  WriterOptions options;
  options.durability = Durability::Bounded(50, 1000);
  options.now = 1;
  auto log = LogWriter::Open(base::PosixIo(), directory, options);
  if (!log.ok()) return Fail(log.error());
  for (uint64_t n = 0; n < calls; ++n) {
    const Made made = Make(writer, 0, n);
    const auto position = (*log)->Append(std::vector<NewEntry>{{made.leaf, made.detail}});
    if (!position.ok()) return Fail(position.error());
    Tell("handed " + std::to_string(n) + "\n");
  }
  const auto closed = (*log)->Close();
  return closed.ok() ? 0 : Fail(closed.error());
}

int BeginNext(const std::string& directory, const std::string& name) {
  auto log = LogWriter::Open(base::PosixIo(), directory);
  if (!log.ok()) return Fail(log.error());
  const auto begun = (*log)->BeginPeriod(name, [&](const LogHead& last) -> base::Result<std::vector<uint8_t>> {
    return Begun(name, last.origin + "\n" + std::to_string(last.size) + "\n");
  });
  return begun.ok() ? 0 : Fail(begun.error());
}

int Head(const std::string& directory) {
  auto log = LogWriter::Open(base::PosixIo(), directory);
  if (!log.ok()) return Fail(log.error());
  const LogHead head = (*log)->head();
  std::string root;
  for (const uint8_t byte : head.root) {
    root += "0123456789abcdef"[byte >> 4];
    root += "0123456789abcdef"[byte & 15];
  }
  std::printf("%s %llu %s\n", head.period.c_str(), static_cast<unsigned long long>(head.size), root.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  const auto number = [&](size_t i) { return std::strtoull(args[i].c_str(), nullptr, 10); };
  if (args.size() == 2 && args[0] == "make") {
    const auto made = CreateLog(base::PosixIo(), args[1], kOffice, "2021", Begun("2021", ""));
    return made.ok() ? 0 : Fail(made.error());
  }
  if (args.size() == 6 && args[0] == "append") return Append(args[1], number(2), number(3), number(4), number(5));
  if (args.size() == 4 && args[0] == "bounded") return Bounded(args[1], number(2), number(3));
  if (args.size() == 3 && args[0] == "period") return BeginNext(args[1], args[2]);
  if (args.size() == 2 && args[0] == "head") return Head(args[1]);
  std::fprintf(stderr, "see the head of tests/log/log_hammer.cpp\n");
  return 2;
}
