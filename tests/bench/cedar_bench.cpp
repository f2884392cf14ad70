// Measures decisions, judgements, loading and changing, each beside its yardstick in interleaved rounds. Prints a JSON
// object a line; `run` reads them.
//   cedar_bench [--quick] [--only PREFIX]   everything whose name begins with PREFIX
//   cedar_bench --peer DIRECTORY            what `peer.mjs` measures too: writes its input there, prints our figures
#include <fmt/format.h>
#include <sodium.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cedar/engine/judge.h"
#include "cedar/schema/request_json.h"
#include "worlds.h"

namespace hikae::cedar::bench {
namespace {

constexpr size_t kRequests = 4096;  // a power of two
constexpr size_t kBatch = 64;

// The thread's own time: what others do on the machine then costs cache, not time.
double ThreadNanos() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

// One thing measured: `run` does `operations` of it and says nothing; what it finds goes into `found`.
struct Case {
  std::string name;
  size_t size;  // of what grows
  size_t operations;
  std::string yardstick;  // a name and a size, "" for none
  std::function<void()> run;
  std::vector<double> nanos = {};  // of one operation, in each round
  std::string Key() const { return fmt::format("{}/{}", name, size); }
};

class Bench {
 public:
  Bench(bool quick, std::string only) : quick_(quick), only_(std::move(only)) {}

  void Add(std::string name, size_t size, size_t operations, std::string yardstick, std::function<void()> run) {
    cases_.push_back({std::move(name), size, operations, std::move(yardstick), std::move(run)});
  }
  bool Wants(std::string_view name) const { return name.starts_with(only_); }
  size_t Scaled(size_t operations) const { return quick_ ? operations / 8 + 1 : operations; }

  // Every case in every round, one after the other, so that what happens to the machine happens to all of them.
  void Run() {
    const int rounds = quick_ ? 5 : 9;
    for (int round = 0; round < rounds; ++round) {
      for (Case& one : cases_) {
        const double start = ThreadNanos();
        one.run();
        one.nanos.push_back((ThreadNanos() - start) / static_cast<double>(one.operations));
      }
    }
    for (const Case& one : cases_) Print(one);
  }

 private:
  // The median of the rounds' ratios: each round compares what was measured a moment apart.
  void Print(const Case& one) const {
    std::string beside;
    const auto yardstick = std::ranges::find(cases_, one.yardstick, &Case::Key);
    if (yardstick != cases_.end()) {
      std::vector<double> ratios;
      for (size_t i = 0; i < one.nanos.size(); ++i) ratios.push_back(one.nanos[i] / yardstick->nanos[i]);
      beside = fmt::format(R"(, "yardstick": "{}", "yardstick_ns": {:.1f}, "ratio": {:.4f})", one.yardstick,
                           Median(yardstick->nanos), Median(ratios));
    }
    fmt::print("{{\"name\": \"{}\", \"size\": {}, \"ns\": {:.1f}{}}}\n", one.name, one.size, Median(one.nanos), beside);
    std::fflush(stdout);
  }

  bool quick_;
  std::string only_;
  std::vector<Case> cases_;
};

// Where results go, so that none is left out by the compiler.
volatile uint64_t found = 0;

void Consume(const Answer& answer) {
  found = found + (answer.decision == Decision::kAllow ? 1 : 0) + answer.reasons.size() + answer.errors.size();
}

// Decides requests drawn from the whole store, one after the other; goes on where the last round ended.
std::function<void()> Deciding(std::shared_ptr<const World> world, PolicySet set, size_t operations) {
  return [world, set, operations, at = size_t{0}, answer = Answer()]() mutable {
    for (size_t i = 0; i < operations; ++i, ++at) {
      Decide(world->requests[at & (kRequests - 1)], set, world->entities, answer);
      Consume(answer);
    }
  };
}

std::function<void()> DecidingMany(std::shared_ptr<const World> world, PolicySet set, size_t operations) {
  return [world, set, operations, at = size_t{0}, answers = std::vector<Answer>()]() mutable {
    for (size_t i = 0; i < operations; i += kBatch, at += kBatch) {
      const std::span<const Request> batch(&world->requests[at & (kRequests - 1)], kBatch);
      if (!DecideMany(batch, set, world->entities, {}, answers).ok()) std::abort();
      for (const Answer& answer : answers) Consume(answer);
    }
  };
}

void AddDecisions(Bench& bench) {
  const size_t count = bench.Scaled(200'000) / kBatch * kBatch;
  bench.Add("sha256-64", 64, count, "", [count, block = std::array<unsigned char, 64>()]() mutable {
    unsigned char digest[32];
    for (size_t i = 0; i < count; ++i) {
      block[i % 64] = static_cast<unsigned char>(i);
      crypto_hash_sha256(digest, block.data(), block.size());
      found = found + digest[0];
    }
  });
  const PolicySet ten = Parsed(WardPolicies(10)), thousand = Parsed(WardPolicies(1000));
  for (const size_t entities : {10'000, 100'000}) {
    if (!bench.Wants("decide-small") && !bench.Wants("decide-1000")) continue;
    const auto ward = std::make_shared<const World>(Ward(entities, kRequests));
    if (bench.Wants("decide-small")) {
      bench.Add("decide-small", entities, count, "sha256-64/64", Deciding(ward, ten, count));
      bench.Add("decide-small-many", entities, count, "sha256-64/64", DecidingMany(ward, ten, count));
    }
    if (bench.Wants("decide-1000")) {
      bench.Add("decide-1000", entities, count, "sha256-64/64", Deciding(ward, thousand, count));
      bench.Add("decide-1000-many", entities, count, "sha256-64/64", DecidingMany(ward, thousand, count));
    }
  }
  for (const size_t departments : {1, 30, 300}) {
    if (!bench.Wants("decide-scale")) continue;
    const auto hospital = std::make_shared<const World>(Hospital(departments, kRequests));
    const PolicySet set = Parsed(HospitalPolicies(departments));
    bench.Add("decide-scale", set.policies().size(), count, departments == 1 ? "" : "decide-scale/38",
              Deciding(hospital, set, count));
  }
  if (!bench.Wants("decide-sparse")) return;
  const auto city = std::make_shared<const World>(City(kRequests));
  for (const size_t policies : {36, 9903}) {
    bench.Add("decide-sparse", policies + 2, count, policies == 36 ? "" : "decide-sparse/38",
              Deciding(city, Parsed(CityPolicies(policies)), count));
  }
}

void AddJudgements(Bench& bench) {
  if (!bench.Wants("judge")) return;
  constexpr size_t kRules = 120;
  const PolicySet rules = Parsed(ContractRules(kRules));
  for (const size_t count : {1000, 10'000}) {
    const auto contracts = std::make_shared<const World>(Contracts(count));
    const size_t things = bench.Scaled(1600);
    bench.Add("judge", count, things * kRules, count == 1000 ? "" : "judge/1000",
              [contracts, rules, things, count, at = size_t{0}]() mutable {
                for (size_t i = 0; i < things; ++i, at = (at + 7) % count) {
                  for (const Judgement& one : Judge(contracts->requests[at], rules, contracts->entities)) {
                    found = found + (one.outcome == Outcome::kViolated ? 1 : 0);
                  }
                }
              });
  }
}

// One entity of a store replaced by another of its kind, in a row of versions.
void AddChanges(Bench& bench, bool quick) {
  if (!bench.Wants("with")) return;
  for (const size_t entities : {10'000, 100'000, 1'000'000}) {
    if (quick && entities > 100'000) continue;
    const auto first = std::make_shared<World>(Ward(entities, kRequests));
    constexpr size_t kChanges = 100;
    bench.Add("with", entities, kChanges, entities == 10'000 ? "" : "with/10000", [first, entities] {
      auto version = first->entities.With({}, {});
      for (size_t i = 0; i < kChanges; ++i) {
        Entity entity = *first->entities.Find(first->requests[i * 37 % kRequests].resource);
        entity.attributes["purpose"] = Value::String("変更");
        entity.parents = {{"Folder", fmt::format("folder{}", i)}};
        version = version->With({std::move(entity)}, {});
        if (!version.ok()) std::abort();
      }
      found = found + version->size() + entities;
    });
  }
}

// ---- beside the official engine ----
void AddLoading(Bench& bench) {
  if (!bench.Wants("load")) return;
  for (const size_t count : {100, 1000}) {
    const std::string text = WardPolicies(count - 2);
    bench.Add("load", count, 1, "", [text] {
      const auto schema = Schema::Parse({{"ward.cedarschema", kWardSchema}});
      auto set = PolicySet::Parse({{"ward.cedar", text}});
      if (!set.ok() || !ValidateAndMark(*set, *schema).errors.empty()) std::abort();
      found = found + set->policies().size();
    });
  }
}

// The entities that a decision about the request can need, as a caller of the official engine would choose them.
codec::Node SliceOf(const World& world, const Request& request) {
  std::vector<EntityUid> wanted = {request.principal, request.resource};
  std::set<EntityUid> seen;
  std::vector<Entity> slice;
  while (!wanted.empty()) {
    const EntityUid uid = wanted.back();
    wanted.pop_back();
    const Entity* entity = world.entities.Find(uid);
    if (entity == nullptr || !seen.insert(uid).second) continue;
    wanted.insert(wanted.end(), entity->parents.begin(), entity->parents.end());
    slice.push_back(*entity);
  }
  return Entities::Create(std::move(slice))->ToJson();
}

codec::Node Texts(const std::vector<std::string>& texts) {
  codec::Node list = codec::Node::List();
  for (const std::string& text : texts) list.Append(codec::Node::String(text));
  return list;
}

void Write(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) std::fprintf(stderr, "%s: cannot be written\n", file.c_str()), std::exit(1);
}

void WritePeerInput(const std::string& directory, const World& world, size_t policies, const PolicySet& set) {
  codec::Node cases = codec::Node::List();
  for (size_t i = 0; i < 256; ++i) {
    const Request& request = world.requests[i];
    const Response response = Authorize(request, set, world.entities);
    codec::Node one = RequestToJson(request);
    one.Set("entities", SliceOf(world, request));
    one.Set("decision", codec::Node::String(response.decision == Decision::kAllow ? "allow" : "deny"));
    one.Set("reasons", Texts(response.reasons));
    cases.Append(std::move(one));
  }
  Write(fmt::format("{}/requests-{}.json", directory, policies), codec::WriteJson(cases));
  Write(fmt::format("{}/policies-{}.cedar", directory, policies), WardPolicies(policies - 2));
}

int RunPeer(const std::string& directory, bool quick) {
  Bench bench(quick, "");
  const auto ward = std::make_shared<const World>(Ward(10'000, kRequests));
  Write(directory + "/ward.cedarschema", kWardSchema);
  for (const size_t policies : {12, 1000}) {
    const PolicySet set = Parsed(WardPolicies(policies - 2));
    WritePeerInput(directory, *ward, policies, set);
    const size_t count = bench.Scaled(50'000);
    bench.Add("decide-peer", policies, count, "", Deciding(ward, set, count));
  }
  Write(directory + "/policies-100.cedar", WardPolicies(98));
  AddLoading(bench);
  bench.Run();
  return 0;
}

int Main(const std::vector<std::string_view>& arguments) {
  if (sodium_init() < 0) return 1;
  bool quick = false;
  std::string only, peer;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--quick") {
      quick = true;
    } else if (arguments[i] == "--only" && i + 1 < arguments.size()) {
      only = arguments[++i];
    } else if (arguments[i] == "--peer" && i + 1 < arguments.size()) {
      peer = arguments[++i];
    } else {
      std::fprintf(stderr, "usage: cedar_bench [--quick] [--only PREFIX | --peer DIRECTORY]\n");
      return 2;
    }
  }
  if (!peer.empty()) return RunPeer(peer, quick);
  Bench bench(quick, only);
  AddDecisions(bench);
  AddJudgements(bench);
  AddChanges(bench, quick);
  bench.Run();
  return 0;
}

}  // namespace
}  // namespace hikae::cedar::bench

int main(int argc, char** argv) { return hikae::cedar::bench::Main({argv + 1, argv + argc}); }
