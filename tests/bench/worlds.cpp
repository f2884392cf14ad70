#include "worlds.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <random>

namespace hikae::cedar::bench {
namespace {

struct Spread {
  size_t sections;
  size_t folders;
};
constexpr Spread kWard{201, 501}, kCity{2000, 2500};

Value Items(size_t i) {
  static const std::vector<std::string> kNames = {"氏名", "住所", "生年月日", "健康状態", "世帯構成", "ｶﾅ氏名"};
  std::vector<Value> items;
  for (size_t bit = 0; bit < kNames.size(); ++bit) {
    if ((i * 2654435761u >> bit & 3) != 0) items.push_back(Value::String(kNames[bit]));
  }
  return Value::Set(std::move(items));
}

Value Purpose(size_t i) {
  static const std::vector<std::string> kPurposes = {"支援", "調査", "給付", "相談"};
  return Value::String(kPurposes[i % kPurposes.size()]);
}

Entity Make(std::string type, std::string id, std::vector<EntityUid> parents = {},
            std::map<std::string, Value> attributes = {}) {
  return {{std::move(type), std::move(id)}, std::move(parents), std::move(attributes), {}, {}, {}};
}

World MakeWorld(size_t count, Spread spread, size_t request_count) {
  std::vector<Entity> all;
  const auto [sections, folders] = spread;
  for (size_t i = 0; i < sections; ++i) {
    all.push_back(Make("Section", fmt::format("section{}", i), {{"Department", fmt::format("dept{}", i % 20)}}));
  }
  for (size_t i = 0; i < 20; ++i) all.push_back(Make("Department", fmt::format("dept{}", i)));
  for (size_t i = 0; i < folders; ++i) all.push_back(Make("Folder", fmt::format("folder{}", i)));
  const size_t users = count * 3 / 10, first_record = all.size() + users;
  for (size_t i = 0; i < users; ++i) {
    all.push_back(Make("User", fmt::format("user{}", i), {{"Section", fmt::format("section{}", i % sections)}},
                       {{"level", Value::Long(static_cast<int64_t>(i % 10))},
                        {"certified", Value::Bool(i % 7 != 0)},
                        {"name", Value::String(fmt::format("利用者{}", i))}}));
  }
  while (all.size() < count) {
    const size_t i = all.size();
    all.push_back(Make("Record", fmt::format("record{}", i), {{"Folder", fmt::format("folder{}", i % folders)}},
                       {{"owner", Value::Entity({"User", fmt::format("user{}", i % users)})},
                        {"sensitive", Value::Bool(i % 3 == 0)},
                        {"purpose", Purpose(i)},
                        {"endsOn", Value::DatetimeOf(static_cast<int64_t>(i) * 86'400'000)},
                        {"items", Items(i)}}));
  }
  std::vector<Request> requests;
  std::mt19937 random(7);
  const auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); };
  for (size_t i = 0; i < request_count; ++i) {
    requests.push_back({{"User", fmt::format("user{}", below(users))},
                        {"Action", i % 3 ? "read" : "write"},
                        {"Record", fmt::format("record{}", first_record + below(count - first_record))},
                        Value::Record({{"purpose", Purpose(below(4))},
                                       {"asOf", Value::DatetimeOf(static_cast<int64_t>(below(count)) * 86'400'000)},
                                       {"items", Value::Set({Value::String("氏名")})}})});
  }
  return {std::move(*Entities::Create(std::move(all))), std::move(requests)};
}

std::string MakePolicies(size_t count, Spread spread) {
  const auto [sections, folders] = spread;
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    const size_t section = i * 7 % sections, folder = i * 13 % folders;
    switch (i % 5) {
      case 0:
        text +=
            fmt::format("permit(principal in Section::\"section{}\", action == Action::\"read\", resource)", section);
        text += fmt::format(" when {{ principal.level >= {} }};\n", i % 10);
        break;
      case 1:
        text += fmt::format("forbid(principal, action, resource in Folder::\"folder{}\")", folder);
        text += " when { resource.purpose != context.purpose };\n";
        break;
      case 2:
        text += fmt::format("forbid(principal, action == Action::\"write\", resource in Folder::\"folder{}\")", folder);
        text += " unless { context.asOf < resource.endsOn };\n";
        break;
      case 3:
        text += fmt::format(
            "permit(principal in Section::\"section{}\", action in [Action::\"read\", Action::\"write\"], resource in "
            "Folder::\"folder{}\");\n",
            section, folder);
        break;
      default:
        text += fmt::format("permit(principal == User::\"user{}\", action, resource is Record)", i);
        text += " when { resource.items.containsAll(context.items) };\n";
    }
  }
  // What every system has: rules that hold for everybody.
  text +=
      "forbid(principal is User, action == Action::\"write\", resource is Record) unless { principal.certified };\n";
  text +=
      "permit(principal is User, action == Action::\"read\", resource is Record) when { resource.owner == principal "
      "};\n";
  return text;
}

// ---- the hospital ----
struct Grant {
  const char* role;
  const char* kind;
  std::vector<const char*> actions;
};
const std::vector<Grant>& Grants() {
  static const std::vector<Grant> kGrants = {{"attending", "PatientRecord", {"read", "write", "create"}},
                                             {"attending", "LabResult", {"read", "order"}},
                                             {"attending", "Prescription", {"read", "write", "prescribe"}},
                                             {"attending", "Imaging", {"read", "order"}},
                                             {"attending", "CareNote", {"read", "write", "create"}},
                                             {"attending", "Referral", {"read", "write", "create"}},
                                             {"resident", "PatientRecord", {"read", "write"}},
                                             {"resident", "LabResult", {"read"}},
                                             {"resident", "Prescription", {"read"}},
                                             {"resident", "Imaging", {"read", "order"}},
                                             {"resident", "CareNote", {"read", "write", "create"}},
                                             {"resident", "Referral", {"read", "create"}},
                                             {"nurse", "PatientRecord", {"read", "write"}},
                                             {"nurse", "LabResult", {"read"}},
                                             {"nurse", "Prescription", {"read"}},
                                             {"nurse", "CareNote", {"read", "write", "create"}},
                                             {"nurse", "Schedule", {"read", "write"}},
                                             {"labTech", "LabResult", {"read", "write", "create"}},
                                             {"labTech", "Imaging", {"read", "write", "create"}},
                                             {"pharmacist", "Prescription", {"read", "write", "approve"}},
                                             {"pharmacist", "PatientRecord", {"read"}},
                                             {"admin", "Schedule", {"read", "write", "create", "delete"}},
                                             {"admin", "BillingRecord", {"read", "write"}},
                                             {"admin", "AuditLog", {"read"}},
                                             {"billing", "BillingRecord", {"read", "write", "create", "bill"}},
                                             {"billing", "PatientRecord", {"read"}},
                                             {"auditor", "AuditLog", {"read", "write", "create", "audit"}},
                                             {"auditor", "PatientRecord", {"read"}},
                                             {"auditor", "BillingRecord", {"read"}},
                                             {"researcher", "PatientRecord", {"read"}},
                                             {"researcher", "LabResult", {"read"}},
                                             {"researcher", "Imaging", {"read"}}};
  return kGrants;
}
const std::vector<std::pair<std::string, int>> kRoles = {{"attending", 4}, {"resident", 3},   {"nurse", 3},
                                                         {"labTech", 2},   {"pharmacist", 3}, {"admin", 2},
                                                         {"billing", 2},   {"auditor", 4},    {"researcher", 1}};
// As often as they are asked for.
const std::vector<std::string> kAsked = {"PatientRecord", "PatientRecord", "PatientRecord", "LabResult", "LabResult",
                                         "CareNote",      "CareNote",      "Prescription",  "Imaging",   "Schedule",
                                         "BillingRecord", "AuditLog",      "Referral"};
const std::vector<std::string> kDone = {"read",  "read",      "read",    "read",  "read",   "read",
                                        "read",  "write",     "write",   "write", "create", "create",
                                        "order", "prescribe", "approve", "bill",  "audit",  "delete"};
constexpr size_t kStaff = 1500, kRecords = 7500;

EntityUid Department(size_t i) { return {"Department", fmt::format("dept_{}", i)}; }
EntityUid Team(size_t department, size_t i) { return {"Team", fmt::format("team_{}", department * 2 + i)}; }

}  // namespace

const char* const kWardSchema = R"(
entity Department; entity Section in [Department]; entity Folder;
entity User in [Section] { level: Long, certified: Bool, name: String };
entity Record in [Folder] { owner: User, sensitive: Bool, purpose: String, endsOn: datetime, items: Set<String> };
action read, write appliesTo {
  principal: User, resource: Record, context: { purpose: String, asOf: datetime, items: Set<String> }
};
)";

World Ward(size_t count, size_t requests) { return MakeWorld(count, kWard, requests); }
std::string WardPolicies(size_t count) { return MakePolicies(count, kWard); }
World City(size_t requests) { return MakeWorld(10'000, kCity, requests); }
std::string CityPolicies(size_t count) { return MakePolicies(count, kCity); }

World Hospital(size_t departments, size_t request_count) {
  std::mt19937 random(42);
  const auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); };
  std::vector<Entity> all;
  for (size_t d = 0; d < departments; ++d) {
    all.push_back(Make("Department", Department(d).id));
    for (size_t t = 0; t < 2; ++t) all.push_back(Make("Team", Team(d, t).id, {Department(d)}));
  }
  for (size_t i = 0; i < kStaff; ++i) {
    const size_t home = i % departments;
    std::vector<EntityUid> teams = {Team(home, below(2))};
    for (size_t d = 0; d < departments; ++d) {
      if (d != home && below(20) == 0) teams.push_back(Team(d, below(2)));
    }
    const auto& [role, clearance] = kRoles[below(kRoles.size())];
    all.push_back(Make("Staff", fmt::format("staff_{}", i), std::move(teams),
                       {{"role", Value::String(role)}, {"clearance", Value::Long(clearance)}}));
  }
  // Every department has records of every kind that is asked for.
  std::vector<std::vector<EntityUid>> records(departments);
  for (size_t i = 0; i < kRecords; ++i) {
    const size_t d = i % departments;
    const int64_t sensitivity = below(10) < 7 ? 1 : static_cast<int64_t>(below(4)) + 1;
    all.push_back(Make(kAsked[i / departments % kAsked.size()], fmt::format("rec_{}", i), {Department(d)},
                       {{"sensitivity", Value::Long(sensitivity)}}));
    records[d].push_back(all.back().uid);
  }
  std::vector<Request> requests;
  for (size_t i = 0; i < request_count; ++i) {
    const size_t who = below(kStaff), where = below(10) < 8 ? who % departments : below(departments);
    requests.push_back({{"Staff", fmt::format("staff_{}", who)},
                        {"Action", kDone[below(kDone.size())]},
                        records[where][below(records[where].size())],
                        Value::Record({})});
  }
  return {std::move(*Entities::Create(std::move(all))), std::move(requests)};
}

std::string HospitalPolicies(size_t departments) {
  std::string text;
  for (size_t d = 0; d < departments; ++d) {
    const std::string place = Department(d).ToString();
    for (const Grant& grant : Grants()) {
      std::string actions;
      for (const char* action : grant.actions)
        actions += fmt::format("{}Action::\"{}\"", actions.empty() ? "" : ", ", action);
      text += fmt::format(
          "permit(principal in {}, action {}, resource is {} in {}) when {{ principal.role == \"{}\" }};\n", place,
          grant.actions.size() == 1 ? "== " + actions : "in [" + actions + "]", grant.kind, place, grant.role);
    }
    text += fmt::format(
        "forbid(principal, action, resource in {}) when {{ resource.sensitivity > principal.clearance }};\n", place);
  }
  for (const char* kind : {"PatientRecord", "LabResult", "Prescription", "Imaging", "CareNote"}) {
    text += fmt::format(
        "permit(principal, action in [Action::\"read\", Action::\"write\", Action::\"prescribe\", "
        "Action::\"override\"], "
        "resource is {}) when {{ principal.role == \"emergency\" }};\n",
        kind);
  }
  return text;
}

World Contracts(size_t count) {
  std::vector<Entity> all{Make("Handling", "ひきこもり")};
  all[0].attributes = {{"promises", Value::Set({Value::String("P1"), Value::String("P2"), Value::String("P3")})}};
  std::vector<Request> requests;
  const Value context = Value::Record(
      {{"asOf", *Value::Datetime("2022-10-01")}, {"params", Value::Record({{"within", *Value::Duration("14d")}})}});
  for (size_t i = 0; i < count; ++i) {
    Entity contract = Make("Contract", fmt::format("契約{}", i));
    contract.attributes = {{"signedOn", Value::DatetimeOf(static_cast<int64_t>(1'600'000'000'000 + i * 1'000'000))},
                           {"endsOn", Value::DatetimeOf(static_cast<int64_t>(1'660'000'000'000 + i * 1'000'000))},
                           {"clauses", Value::Set({Value::String("confidentiality"), Value::String("return")})}};
    if (i % 10 != 0) contract.attributes["reportOn"] = Value::DatetimeOf(static_cast<int64_t>(1'661'000'000'000 + i));
    requests.push_back({contract.uid, {"Action", "audit.end"}, {"Handling", "ひきこもり"}, context});
    all.push_back(std::move(contract));
  }
  return {std::move(*Entities::Create(std::move(all))), std::move(requests)};
}

std::string ContractRules(size_t count) {
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
  return text;
}

PolicySet Parsed(const std::string& text) {
  auto set = PolicySet::Parse({{"bench.cedar", text}});
  if (!set.ok()) std::fprintf(stderr, "%s\n", set.error().ToString().c_str()), std::exit(1);
  return std::move(*set);
}

}  // namespace hikae::cedar::bench
