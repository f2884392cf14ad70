// Threads and processes on one office at once.
#include <atomic>
#include <chrono>
#include <csignal>
#include <sstream>
#include <thread>

#include "gate/fault_office.h"

namespace hikae::gate {
namespace {

using base::Status;
const std::vector<std::string> kItems = {"氏名漢字"};
const char* const kWho[] = {"宛名-1", "宛名-2", "宛名-3"};

void FillAll(GateOffice& office) {
  const auto session = office.Begin();
  for (const char* who : kWho) PutOne(*session, kFile, who, {{"氏名漢字", "髙橋󠄁 零"}});
}

// Four sessions read while one writes, one turns the subjects' keys over, and another declares.
TEST(Together, Threads) {
  GateOffice office;
  FillAll(office);
  std::atomic<bool> over{false};
  std::atomic<int> reads{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    auto session = std::shared_ptr<Session>(office.Begin());
    threads.emplace_back([&, session] {
      do {
        for (const char* who : kWho) {
          const auto read = session->Read(Reading(kItems), who);
          ASSERT_TRUE(read.ok()) << read.error().ToString();
          EXPECT_TRUE(read->items[0].value.view().starts_with("髙橋󠄁 "));
          ++reads;
        }
      } while (!over);
    });
  }
  std::vector<std::thread> changers;
  auto writer = std::shared_ptr<Session>(office.Begin());
  changers.emplace_back([&, writer] {
    for (int i = 0; i < 10; ++i) PutOne(*writer, kFile, kWho[i % 3], {{"氏名漢字", "髙橋󠄁 " + std::to_string(i)}});
  });
  auto head = std::shared_ptr<Session>(office.Begin(GateOffice::Head()));
  changers.emplace_back([&, head] {
    Ask ask;
    ask.act = Act::kAdminister;
    ask.file = kFile;
    for (int i = 0; i < 3; ++i) {
      const auto rotated = head->RotateSubjects(ask, {});
      EXPECT_TRUE(rotated.ok()) << rotated.error().ToString(base::Language::kJapanese);
    }
  });
  changers.emplace_back([&] {
    for (int i = 0; i < 3; ++i) office.Also("項目" + std::to_string(i), fmt::format("Item: {{ 新項目{}: {{}} }}\n", i));
  });
  for (std::thread& thread : changers) thread.join();
  over = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(reads, 12);
  ExpectAgreement(office);
}

// Who declares holds the registry's connection and waits for the lock of the records; who holds that lock decides anew.
TEST(Together, WhoDeclaresWaitsForNobodyWhoWaitsForIt) {
  GateOffice office;
  const auto records = *store::Database::Open(office.directory + "/hikae.db", {});
  std::thread declaring;
  const auto held = records->Write([&]() -> base::Result<void> {
    declaring = std::thread([&] { office.Also("項目", "Item: { 新項目: {} }\n"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(500));  // it has begun to wait
    gate::RuleSource& rules = office.office->rules();
    HIKAE_TRY(const int64_t version, rules.Version());
    HIKAE_TRY(const auto book, rules.At(version, base::DayInJapan(office.now) + 1));  // not made yet
    EXPECT_NE(book, nullptr);
    return {};
  });
  EXPECT_TRUE(held.ok()) << held.error().ToString();
  declaring.join();  // says itself when it had to give up
}

// Processes that are killed while two threads of each read and write, again and again.
TEST(Together, KilledProcesses) {
  GateOffice office;
  FillAll(office);
  office.Close();
  int acknowledged = 0;
  for (int round = 0; round < 4; ++round) {
    std::vector<std::pair<pid_t, int>> children;
    for (int p = 0; p < 2; ++p) {
      int ends[2];
      ASSERT_EQ(::pipe(ends), 0);
      const pid_t child = ::fork();
      if (child == 0) {
        office.Open();
        office.Unlock();
        if (office.gate == nullptr) ::_exit(1);
        const auto work = [&](int t) {
          const auto session = office.Begin();
          for (int i = 0;; ++i) {
            const std::string who = fmt::format("宛名-{}-{}", p, t);
            const std::string name = fmt::format("髙橋󠄁 {}-{}", round, i);
            const Put put{who, {{"氏名漢字", name}}};
            const auto written = session->Write(Writing(), {&put, 1});
            // Subject, number: told once it is there.
            const std::string line = fmt::format("{} {} {}\n", who, round, i);
            if (!written.ok() || ::write(ends[1], line.data(), line.size()) < 0) ::_exit(2);
            if (!session->Read(Reading(kItems), who).ok()) ::_exit(3);
          }
        };
        std::thread other([&] { work(1); });
        work(0);
        ::_exit(0);
      }
      ::close(ends[1]);
      children.emplace_back(child, ends[0]);
    }
    std::map<std::string, std::pair<int, int>> last;
    for (const auto& [child, fd] : children) {
      std::string text;
      char buffer[4096];
      // Some twenty are waited for, then it is killed wherever it is; what it still said counts.
      bool killed = false;
      for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<size_t>(got));
        if (!killed && std::count(text.begin(), text.end(), '\n') >= 20) killed = ::kill(child, SIGKILL) == 0;
      }
      int status = 0;
      ::waitpid(child, &status, 0);
      EXPECT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
      ::close(fd);
      std::istringstream lines(text);
      std::string who;
      for (int in = 0, i = 0; lines >> who >> in >> i; ++acknowledged) last[who] = {in, i};
    }
    office.Reopen();
    ASSERT_NE(office.gate, nullptr);
    ExpectAgreement(office);
    {
      const auto session = office.Begin();
      for (const auto& [who, what] : last) {
        const auto read = session->Read(Reading(kItems), who);
        ASSERT_TRUE(read.ok()) << who;
        const std::string name(read->items[0].value.view());
        const int there = std::stoi(name.substr(name.rfind('-') + 1));
        EXPECT_TRUE(there == what.second || there == what.second + 1) << name << " after " << what.second;
      }
    }
    office.Close();
    ExpectSoundLog(office.directory);
  }
  std::printf("killed: %d acknowledged writes, none lost\n", acknowledged);
}

}  // namespace
}  // namespace hikae::gate
