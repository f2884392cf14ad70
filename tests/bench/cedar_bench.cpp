// Decisions and judgements per second, beside SHA-256 of 64 bytes in the same run, in interleaved rounds.
#include <fmt/format.h>
#include <sodium.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "cedar/engine/judge.h"
#include "cedar/engine/policy_set.h"

namespace hikae::cedar {
namespace {

constexpr size_t kRequests = 4096;  // a power of two

struct World {
  Entities entities;
  std::vector<Request> requests;
};

// How many sections and folders the entities are spread over, and the scopes of policies with them.
struct Spread {
  size_t sections;
  size_t folders;
};

// Users in sections in departments, records in folders; attributes as a ward's system would have them.
World MakeWorld(size_t count, Spread spread) {
  std::vector<Entity> all;
  const auto [sections, folders] = spread;
  for (size_t i = 0; i < sections; ++i) {
    all.push_back(
        {{"Section", fmt::format("section{}", i)}, {{"Department", fmt::format("dept{}", i % 20)}}, {}, {}, {}, {}});
  }
  for (size_t i = 0; i < 20; ++i) all.push_back({{"Department", fmt::format("dept{}", i)}, {}, {}, {}, {}, {}});
  for (size_t i = 0; i < folders; ++i) all.push_back({{"Folder", fmt::format("folder{}", i)}, {}, {}, {}, {}, {}});
  const size_t users = count * 3 / 10;
  for (size_t i = 0; i < users; ++i) {
    Entity user{
        {"User", fmt::format("user{}", i)}, {{"Section", fmt::format("section{}", i % sections)}}, {}, {}, {}, {}};
    user.attributes = {{"level", Value::Long(static_cast<int64_t>(i % 10))},
                       {"certified", Value::Bool(i % 7 != 0)},
                       {"name", Value::String(fmt::format("利用者{}", i))}};
    all.push_back(std::move(user));
  }
  while (all.size() < count) {
    const size_t i = all.size();
    Entity record{
        {"Record", fmt::format("record{}", i)}, {{"Folder", fmt::format("folder{}", i % folders)}}, {}, {}, {}, {}};
    record.attributes = {
        {"owner", Value::Entity({"User", fmt::format("user{}", i % users)})},
        {"sensitive", Value::Bool(i % 3 == 0)},
        {"purpose", Value::String(i % 2 ? "支援" : "調査")},
        {"endsOn", Value::DatetimeOf(static_cast<int64_t>(i) * 86'400'000)},
        {"items", Value::Set({Value::String("氏名"), Value::String("住所"), Value::String("生年月日")})}};
    all.push_back(std::move(record));
  }
  std::vector<Request> requests;
  for (size_t i = 0; i < kRequests; ++i) {
    const size_t n = i * 2654435761u;
    const size_t first_record = sections + 20 + folders + users;
    requests.push_back({{"User", fmt::format("user{}", n % users)},
                        {"Action", i % 3 ? "read" : "write"},
                        {"Record", fmt::format("record{}", first_record + n % (count - first_record))},
                        Value::Record({{"purpose", Value::String(i % 2 ? "支援" : "調査")},
                                       {"asOf", Value::DatetimeOf(static_cast<int64_t>(i) * 40'000'000'000)},
                                       {"items", Value::Set({Value::String("氏名")})}})});
  }
  return {std::move(*Entities::Create(std::move(all))), std::move(requests)};
}

// Five shapes: rank, purpose, retention, section and folder, item sets.
PolicySet MakePolicies(size_t count, Spread spread) {
  const auto [sections, folders] = spread;
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    switch (i % 5) {
      case 0:
        text += fmt::format(
            "permit(principal in Section::\"section{}\", action == Action::\"read\", resource) when {{ principal.level "
            ">= {} }};\n",
            i * 7 % sections, i % 10);
        break;
      case 1:
        text += fmt::format(
            "forbid(principal, action, resource in Folder::\"folder{}\") when {{ resource.purpose != context.purpose "
            "}};\n",
            i * 13 % folders);
        break;
      case 2:
        text += fmt::format(
            "forbid(principal, action == Action::\"write\", resource in Folder::\"folder{}\") unless {{ context.asOf < "
            "resource.endsOn }};\n",
            i * 11 % folders);
        break;
      case 3:
        text += fmt::format(
            "permit(principal in Section::\"section{}\", action in [Action::\"read\", Action::\"write\"], resource in "
            "Folder::\"folder{}\");\n",
            i * 3 % sections, i * 5 % folders);
        break;
      default:
        text += fmt::format(
            "permit(principal == User::\"user{}\", action, resource is Record) when {{ "
            "resource.items.containsAll(context.items) }};\n",
            i);
    }
  }
  // What every system has: rules that hold for everybody.
  text +=
      "forbid(principal is User, action == Action::\"write\", resource is Record) unless { principal.certified };\n"
      "permit(principal is User, action == Action::\"read\", resource is Record) when { resource.owner == principal "
      "};\n";
  auto set = PolicySet::Parse({{"bench.cedar", text}});
  if (!set.ok()) std::fprintf(stderr, "%s\n", set.error().ToString().c_str()), std::exit(1);
  return std::move(*set);
}

// Contracts with the dates and sets that an audit reads, a tenth of them with gaps.
World MakeContracts(size_t count) {
  std::vector<Entity> all{{{"Handling", "ひきこもり"}, {}, {}, {}, {}, {}}};
  all[0].attributes = {{"promises", Value::Set({Value::String("P1"), Value::String("P2"), Value::String("P3")})}};
  std::vector<Request> requests;
  const Value context = Value::Record(
      {{"asOf", *Value::Datetime("2022-10-01")}, {"params", Value::Record({{"within", *Value::Duration("14d")}})}});
  for (size_t i = 0; i < count; ++i) {
    Entity contract{{"Contract", fmt::format("契約{}", i)}, {}, {}, {}, {}, {}};
    contract.attributes = {{"signedOn", Value::DatetimeOf(static_cast<int64_t>(1'600'000'000'000 + i * 1'000'000))},
                           {"endsOn", Value::DatetimeOf(static_cast<int64_t>(1'660'000'000'000 + i * 1'000'000))},
                           {"clauses", Value::Set({Value::String("confidentiality"), Value::String("return")})}};
    if (i % 10 != 0) contract.attributes["reportOn"] = Value::DatetimeOf(static_cast<int64_t>(1'661'000'000'000 + i));
    requests.push_back({contract.uid, {"Action", "audit.end"}, {"Handling", "ひきこもり"}, context});
    all.push_back(std::move(contract));
  }
  return {std::move(*Entities::Create(std::move(all))), std::move(requests)};
}

PolicySet MakeRules(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += fmt::format(
        "@evidence(\"principal.reportOn\") forbid (principal is Contract, action in Action::\"audit.end\", resource is "
        "Handling)"
        " when {{ resource.promises.contains(\"P{}\") && principal.endsOn < context.asOf }}",
        i % 4);
    text += i % 2 ? " unless { principal has reportOn && principal.reportOn.durationSince(principal.endsOn) <= "
                    "context.params.within };\n"
                  : " unless { principal.clauses.containsAll([\"confidentiality\", \"return\"]) };\n";
  }
  return std::move(*PolicySet::Parse({{"rules.cedar", text}}));
}

// The thread's own time: what others do on the machine then costs cache, not time.
double ThreadNanos() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double NanosPer(size_t calls, const std::function<void(size_t)>& call) {
  const double start = ThreadNanos();
  for (size_t i = 0; i < calls; ++i) call(i);
  return (ThreadNanos() - start) / static_cast<double>(calls);
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Case {
  std::string name;
  size_t calls;
  std::function<void(size_t)> call;
  std::vector<double> nanos = {};
};

int Run(bool quick) {
  if (sodium_init() < 0) return 1;
  constexpr Spread kWard{201, 501}, kCity{2000, 2500};
  const World world = MakeWorld(10'000, kWard), city = MakeWorld(10'000, kCity);
  const PolicySet tiny = MakePolicies(10, kWard), thousand = MakePolicies(1000, kWard);
  const PolicySet few = MakePolicies(36, kCity), many = MakePolicies(9903, kCity);
  unsigned char block[64] = {}, digest[32];
  volatile size_t allowed = 0;
  Answer answer;
  const auto decide = [&](const World& place, const PolicySet& set) {
    return [&](size_t i) {
      Decide(place.requests[i & (kRequests - 1)], set, place.entities, answer);
      allowed = allowed + (answer.decision == Decision::kAllow ? 1 : 0);
    };
  };
  std::vector<Case> cases = {
      {"sha256-64", 200'000,
       [&](size_t i) { block[0] = static_cast<unsigned char>(i), crypto_hash_sha256(digest, block, 64); }},
      {"decide-small", 200'000, decide(world, tiny)},
      {"decide-1000", 200'000, decide(world, thousand)},
      {"decide-38", 200'000, decide(city, few)},
      {"decide-9905", 200'000, decide(city, many)},
  };
  constexpr size_t kRules = 120;
  const World contracts = MakeContracts(10'000);
  const PolicySet rules = MakeRules(kRules);
  volatile size_t found = 0;
  cases.push_back({"judge-120", 2000, [&](size_t i) {
                     const auto judged = Judge(contracts.requests[i * 5 % 10'000], rules, contracts.entities);
                     for (const Judgement& one : judged) found = found + (one.outcome == Outcome::kViolated ? 1 : 0);
                   }});
  const int rounds = quick ? 3 : 7;
  for (int round = 0; round < rounds; ++round) {
    for (Case& one : cases) one.nanos.push_back(NanosPer(quick ? one.calls / 4 : one.calls, one.call));
  }
  const double yardstick = Median(cases[0].nanos);
  for (const Case& one : cases) {
    fmt::print("{:14} {:9.1f} ns  {:6.2f} x sha256\n", one.name, Median(one.nanos), Median(one.nanos) / yardstick);
  }
  fmt::print("decide-scale   {:9.2f} x the 38-policy decision\n", Median(cases[4].nanos) / Median(cases[3].nanos));
  fmt::print("judge          {:9.1f} ns for each rule and thing, all of them in scope\n",
             Median(cases[5].nanos) / kRules);
  fmt::print("allowed {}\n", static_cast<size_t>(allowed));
  return 0;
}

}  // namespace
}  // namespace hikae::cedar

int main(int argc, char** argv) { return hikae::cedar::Run(argc > 1 && std::string_view(argv[1]) == "--quick"); }
