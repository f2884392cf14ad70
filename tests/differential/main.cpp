// hikae's Cedar engine beside the official one, over worlds made from seeds.
//
//   cedar_differential run [--seconds N] [--cases N] [--seed S] [--jobs N] [--fault] [--shrink N] [SEED…] -- COMMAND…
//   cedar_differential edges -- COMMAND…              the worlds of edges (edges.h)
//   cedar_differential show SEED                      the world of a seed
//   cedar_differential world FILE -- COMMAND…         one world from a file, both answers
//   cedar_differential fixtures FOLDER [-- COMMAND…]  each has to give the answers it records
//
// COMMAND starts the official engine's driver. Exit: 0 all the same, 1 a difference, 2 it could not be done.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <list>
#include <memory>

#include "differential/compare.h"
#include "differential/edges.h"
#include "differential/oracle.h"
#include "differential/ours.h"
#include "differential/random.h"
#include "differential/shrink.h"
#include "differential/world.h"

namespace hikae::differential {
namespace {

using codec::Node;

struct Options {
  std::string mode;
  std::string argument;
  std::vector<uint64_t> worlds;  // these and no others
  uint64_t seconds = 0;          // 0: no bound
  uint64_t cases = 0;
  uint64_t seed = 1;
  uint64_t jobs = 1;
  uint64_t shrink = 10;  // how many differences are made small
  bool fault = false;
  std::vector<std::string> command;
};

class Run {
 public:
  explicit Run(const Options& options) : options_(options) {
    for (uint64_t i = 0; i < options.jobs; ++i) oracles_.emplace_back(options.command);
  }

  int Go() {
    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [&] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    if (options_.mode == "edges") return Round() && Round() ? Summary(seconds()) : 2;
    if (!options_.worlds.empty()) {
      while (next_ < options_.worlds.size()) {
        if (!Round()) return 2;
      }
      return Summary(seconds());
    }
    while ((options_.seconds == 0 || seconds() < static_cast<double>(options_.seconds)) &&
           (options_.cases == 0 || Cases() < options_.cases)) {
      if (!Round()) return 2;
    }
    return Summary(seconds());
  }

 private:
  int Summary(double seconds) const {
    fmt::print("seed {}, {} worlds, {} cases in {:.0f} s: {:.0f} cases/s\n", options_.seed, next_, Cases(), seconds,
               static_cast<double>(Cases()) / seconds);
    for (const auto& [name, count] : tally_) fmt::print("  {:<28}{:>9}\n", name, count);
    for (const auto& [name, count] : classes_) fmt::print("  difference {:<80}{:>6}\n", name, count);
    fmt::print("{}\n", classes_.empty() ? "no difference" : "DIFFERENCES");
    return classes_.empty() ? 0 : 1;
  }

  size_t Cases() const { return tally_.contains("cases") ? tally_.at("cases") : 0; }

  Node NextWorld() {
    if (options_.mode != "edges") return MakeWorld(NextSeed());
    return next_++ == 0 ? EdgeWorld() : TypedEdgeWorld();
  }

  uint64_t NextSeed() {
    const uint64_t at = next_++;
    return options_.worlds.empty() ? Derive(options_.seed, at)
                                   : options_.worlds[std::min(at, options_.worlds.size() - 1)];
  }

  // One world for every process: they work while this one answers.
  bool Round() {
    std::vector<Node> worlds;
    for (Oracle& oracle : oracles_) {
      worlds.push_back(NextWorld());
      oracle.Send(WithMade(worlds.back()));
    }
    std::vector<Node> ours;
    for (const Node& world : worlds) ours.push_back(Ours(world));
    auto oracle = oracles_.begin();
    for (size_t i = 0; i < worlds.size(); ++i, ++oracle) {
      base::Result<Node> theirs = oracle->Receive();
      if (!theirs.ok()) {
        // JavaScript engines have been seen to die; one that dies of this very world does so again.
        fmt::print(stderr, "world {}: {}; asked again\n", worlds[i].Find("seed")->text(), theirs.error().ToString());
        ++tally_["worlds asked again"];
        theirs = oracle->Ask(WithMade(worlds[i]));
      }
      if (!theirs.ok()) {
        fmt::print(stderr, "world {}: {}\n", worlds[i].Find("seed")->text(), theirs.error().ToString());
        return false;
      }
      Count(worlds[i], *theirs, tally_);
      for (const Difference& difference : Compare(ours[i], *theirs)) Report(worlds[i], difference);
    }
    return true;
  }

  Node Ours(const Node& world) const {
    const Node made = WithMade(world);
    return OurAnswers(options_.fault ? WithFault(made) : made);
  }

  void Report(const Node& world, const Difference& difference) {
    if (const char* fixture = DocumentedAs(difference)) {
      ++tally_[std::string("documented: ") + fixture];
      return;
    }
    const size_t seen = ++classes_[difference.Class()];
    if (seen <= 2 && options_.shrink == 0) {
      fmt::print("seed {} {}: ours {}, official {} ({})\n", world.Find("seed")->text(), difference.where,
                 difference.ours, difference.theirs, difference.why);
    }
    if (shrunk_ >= options_.shrink || seen > 1) return;
    ++shrunk_;
    Oracle oracle(options_.command);
    const auto holds = [&](const Node& candidate) {
      const base::Result<Node> theirs = oracle.Ask(WithMade(candidate));
      if (!theirs.ok()) return false;
      const auto found = Compare(Ours(candidate), *theirs);
      return std::ranges::any_of(found, [&](const Difference& d) { return d.Class() == difference.Class(); });
    };
    const Node small = Shrink(world, difference, holds);
    fmt::print("difference at seed {}: {}: ours {}, official {}\n{}\n", world.Find("seed")->text(), difference.where,
               difference.ours, difference.theirs, codec::WriteJson(small, 1));
    fmt::print("ours {}\n", codec::WriteJson(Ours(small)));
    if (const auto theirs = oracle.Ask(WithMade(small)); theirs.ok())
      fmt::print("official {}\n", codec::WriteJson(*theirs));
    std::fflush(stdout);
  }

  const Options& options_;
  std::list<Oracle> oracles_;
  uint64_t next_ = 0;
  Tally tally_;
  std::map<std::string, size_t> classes_;
  size_t shrunk_ = 0;
};

base::Result<Node> ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return codec::ReadJson(text, path.filename().string());
}

int ShowWorld(const Options& options) {
  const base::Result<Node> file = ReadFile(options.argument);
  if (!file.ok()) return fmt::print(stderr, "{}\n", file.error().ToString()), 2;
  const Node world = WithMade(*file);
  Oracle oracle(options.command);
  const base::Result<Node> theirs = oracle.Ask(world);
  if (!theirs.ok()) return fmt::print(stderr, "{}\n", theirs.error().ToString()), 2;
  const Node ours = OurAnswers(world);
  fmt::print("ours {}\nofficial {}\n", codec::WriteJson(ours, 1), codec::WriteJson(*theirs, 1));
  return Compare(ours, *theirs).empty() ? 0 : 1;
}

// {"note": text, "world": …, "hikae": answer, "official": answer}
bool FixtureHolds(const std::string& name, const Node& fixture, Oracle* oracle) {
  bool holds = true;
  const auto check = [&](const char* who, const Node& found) {
    for (const Difference& d : Compare(found, *fixture.Find(who))) {
      fmt::print("{}: {} at {}: {} now, {} recorded\n", name, who, d.where, d.ours, d.theirs);
      holds = false;
    }
  };
  const Node world = WithMade(*fixture.Find("world"));
  check("hikae", OurAnswers(world));
  if (oracle == nullptr) return holds;
  const base::Result<Node> theirs = oracle->Ask(world);
  if (!theirs.ok()) return fmt::print("{}: {}\n", name, theirs.error().ToString()), false;
  check("official", *theirs);
  return holds;
}

int Fixtures(const Options& options) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(options.argument)) files.push_back(entry.path());
  std::ranges::sort(files);
  const auto oracle = options.command.empty() ? nullptr : std::make_unique<Oracle>(options.command);
  bool all = !files.empty();
  for (const auto& file : files) {
    const base::Result<Node> fixture = ReadFile(file);
    if (!fixture.ok()) return fmt::print(stderr, "{}\n", fixture.error().ToString()), 2;
    all = FixtureHolds(file.filename().string(), *fixture, oracle.get()) && all;
  }
  fmt::print("{} fixtures, {}\n", files.size(), all ? "all as recorded" : "NOT as recorded");
  return all ? 0 : 1;
}

bool ReadOptions(int argc, char** argv, Options& out) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const auto dashes = std::ranges::find(words, "--");
  if (dashes != words.end()) out.command.assign(dashes + 1, words.end());
  words.erase(dashes, words.end());
  if (words.empty()) return false;
  out.mode = words.front();
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--fault") {
      out.fault = true;
      continue;
    }
    uint64_t* number = word == "--seconds"  ? &out.seconds
                       : word == "--cases"  ? &out.cases
                       : word == "--seed"   ? &out.seed
                       : word == "--jobs"   ? &out.jobs
                       : word == "--shrink" ? &out.shrink
                                            : nullptr;
    if (number == nullptr && word.starts_with("--")) return false;
    if (number == nullptr) {
      out.argument = word;
      out.worlds.push_back(std::strtoull(word.c_str(), nullptr, 10));
    } else if (++i < words.size()) {
      *number = std::strtoull(words[i].c_str(), nullptr, 10);
    }
  }
  return true;
}

int Main(int argc, char** argv) {
  Options options;
  const bool read = ReadOptions(argc, argv, options);
  const bool runs = options.mode == "run" || options.mode == "edges";
  if (read && runs && !options.command.empty()) return Run(options).Go();
  if (read && options.mode == "world" && !options.command.empty()) return ShowWorld(options);
  if (read && options.mode == "fixtures" && !options.argument.empty()) return Fixtures(options);
  if (read && options.mode == "show" && !options.argument.empty()) {
    fmt::print("{}", codec::WriteJson(MakeWorld(std::strtoull(options.argument.c_str(), nullptr, 10)), 1));
    return 0;
  }
  fmt::print(stderr, "cedar_differential run|edges|show|world|fixtures …: see the head of main.cpp\n");
  return 2;
}

}  // namespace
}  // namespace hikae::differential

int main(int argc, char** argv) { return hikae::differential::Main(argc, argv); }
