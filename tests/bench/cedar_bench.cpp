// Decisions and judgements per second, beside SHA-256 of 64 bytes in the same run, in interleaved rounds.
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "cedar/judge.h"
#include "cedar/policy_set.h"

namespace hikae::cedar {
namespace {

constexpr size_t kRequests = 4096;  // a power of two

struct World {
  Entities entities;
  std::vector<Request> requests;
};

// Users in sections in departments, records in folders; attributes as a ward's system would have them.
World MakeWorld(size_t count) {
  std::vector<Entity> all;
  const size_t sections = count / 50 + 1, folders = count / 20 + 1;
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

// Five shapes: rank, purpose, retention, section and folder, item sets. `spread`: how many sections and folders exist.
PolicySet MakePolicies(size_t count, size_t entities) {
  const size_t sections = entities / 50 + 1, folders = entities / 20 + 1;
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

double NanosPer(size_t calls, const std::function<void(size_t)>& call) {
  const auto start = std::chrono::steady_clock::now();
  for (size_t i = 0; i < calls; ++i) call(i);
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() /
         static_cast<double>(calls);
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
  const World world = MakeWorld(10'000);
  const PolicySet tiny = MakePolicies(10, 10'000), thousand = MakePolicies(1000, 10'000);
  const PolicySet few = MakePolicies(36, 10'000), many = MakePolicies(9903, 10'000);
  unsigned char block[64] = {}, digest[32];
  volatile size_t allowed = 0;
  Answer answer;
  const auto decide = [&](const PolicySet& set) {
    return [&](size_t i) {
      Decide(world.requests[i & (kRequests - 1)], set, world.entities, answer);
      allowed = allowed + (answer.decision == Decision::kAllow ? 1 : 0);
    };
  };
  std::vector<Case> cases = {
      {"sha256-64", 200'000,
       [&](size_t i) { block[0] = static_cast<unsigned char>(i), crypto_hash_sha256(digest, block, 64); }},
      {"decide-small", 200'000, decide(tiny)},
      {"decide-1000", 200'000, decide(thousand)},
      {"decide-38", 200'000, decide(few)},
      {"decide-9905", 200'000, decide(many)},
  };
  const int rounds = quick ? 3 : 7;
  for (int round = 0; round < rounds; ++round) {
    for (Case& one : cases) one.nanos.push_back(NanosPer(quick ? one.calls / 4 : one.calls, one.call));
  }
  const double yardstick = Median(cases[0].nanos);
  for (const Case& one : cases) {
    fmt::print("{:14} {:9.1f} ns  {:6.2f} x sha256\n", one.name, Median(one.nanos), Median(one.nanos) / yardstick);
  }
  fmt::print("decide-scale   {:9.2f} x the 38-policy decision\n", Median(cases[4].nanos) / Median(cases[3].nanos));
  fmt::print("allowed {}\n", static_cast<size_t>(allowed));
  return 0;
}

}  // namespace
}  // namespace hikae::cedar

int main(int argc, char** argv) { return hikae::cedar::Run(argc > 1 && std::string_view(argv[1]) == "--quick"); }
