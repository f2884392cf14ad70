#include "registry/row_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "registry/scalar.h"
#include "registry/wording.h"

namespace hikae::registry {
namespace {

using base::Error;
using base::Result;
using base::Status;
using cedar::Attribute;
using cedar::EntityType;
using cedar::Value;
using Kind = cedar::Type::Kind;

Error Wrong(const EntityType& type, std::string_view annotation, std::string en, std::string ja) {
  return Error(Status::kRules,
               {fmt::format("@{} of {}: {}", annotation, type.name, en),
                fmt::format("{} の @{}：{}", type.name, annotation, ja)},
               type.where);
}

bool IsDay(int64_t ms) { return ms % 86'400'000 == 0; }

// Nothing where the row does not say, or says that there is nothing.
const Value* StatedIn(const Row& row, const std::string& name) {
  const auto found = row.entity.attributes.find(name);
  return found == row.entity.attributes.end() ? nullptr : &found->second;
}

// Of two datetimes; where one of them is a day, only the days say which comes first.
bool IsBefore(const Value& a, const Value& b) {
  if (a.kind() != Value::Kind::kDatetime) return a.integer() < b.integer();
  const bool day = IsDay(a.integer()) || IsDay(b.integer());
  return day ? CivilDayOf(a.integer()) < CivilDayOf(b.integer()) : a.integer() < b.integer();
}

}  // namespace

// "from until, a b": names that belong together stand beside each other.
Result<std::vector<std::vector<RowChecks::Named>>> RowChecks::Lists(const EntityType& type, const char* annotation) {
  std::vector<std::vector<Named>> lists;
  const auto given = type.annotations.find(annotation);
  if (given == type.annotations.end()) return lists;
  std::stringstream parts(given->second);
  for (std::string part; std::getline(parts, part, ',');) {
    std::stringstream words(part);
    std::vector<Named> names;
    for (std::string name; words >> name;) {
      const Attribute* attribute = type.Find(name);
      if (attribute == nullptr)
        return Wrong(type, annotation, fmt::format("there is no attribute \"{}\"", name),
                     fmt::format("「{}」という項目はない", name));
      names.push_back({name, Label(name, attribute->annotations)});
    }
    if (names.size() < 2) return Wrong(type, annotation, "two attributes at least are expected", "項目を二つ以上書く");
    lists.push_back(std::move(names));
  }
  if (lists.empty()) return Wrong(type, annotation, "two attributes at least are expected", "項目を二つ以上書く");
  return lists;
}

Result<RowChecks::OfType> RowChecks::Read(const EntityType& type) {
  OfType checks;
  HIKAE_TRY(checks.orders, Lists(type, "order"));
  HIKAE_TRY(checks.differs, Lists(type, "differs"));
  for (const auto& names : checks.orders) {
    const Kind kind = type.Find(names.front().name)->type.kind;
    const bool same = std::all_of(names.begin(), names.end(),
                                  [&](const Named& one) { return type.Find(one.name)->type.kind == kind; });
    if (!same || (kind != Kind::kDatetime && kind != Kind::kLong))
      return Wrong(type, "order", "dates, or numbers, are expected", "日付か整数の項目を書く");
  }
  for (const Attribute& attribute : type.attributes) {
    if (attribute.annotations.contains("time") && attribute.type.kind != Kind::kDatetime)
      return Wrong(type, "time", fmt::format("a datetime is expected at {}", attribute.name),
                   fmt::format("{} は日時の項目でない", attribute.name));
    const auto least = attribute.annotations.find("least");
    if (least == attribute.annotations.end()) continue;
    const auto number = ReadWholeNumber(least->second);
    if (!number || attribute.type.kind != Kind::kLong)
      return Wrong(type, "least", fmt::format("a number, on a Long, is expected at {}", attribute.name),
                   fmt::format("{} に、整数の項目の下限を書く", attribute.name));
    checks.least.push_back({{attribute.name, Label(attribute.name, attribute.annotations)}, *number});
  }
  return checks;
}

Result<void> RowChecks::ReadConfirms(const EntityType& type, const cedar::Schema& schema) {
  const auto given = type.annotations.find("confirms");
  if (given == type.annotations.end()) return {};
  const EntityType* confirmed = schema.FindEntityType(given->second);
  if (confirmed == nullptr || !confirmed->annotations.contains("ledger"))
    return Wrong(type, "confirms", fmt::format("there is no ledger \"{}\"", given->second),
                 fmt::format("「{}」という台帳はない", given->second));
  for (const Attribute& attribute : type.attributes) {
    if (attribute.type.kind != Kind::kEntity || attribute.type.name != given->second) continue;
    confirmations_[given->second].push_back({type.name, attribute.name});
    return {};
  }
  return Wrong(type, "confirms", fmt::format("no attribute names a {}", given->second),
               fmt::format("{} を指す項目がない", given->second));
}

Result<RowChecks> RowChecks::Of(const cedar::Schema& schema) {
  RowChecks all;
  for (const EntityType& type : schema.entity_types()) {
    HIKAE_TRY(OfType checks, Read(type));
    if (!checks.orders.empty() || !checks.differs.empty() || !checks.least.empty())
      all.by_type_.emplace(type.name, std::move(checks));
    HIKAE_CHECK(all.ReadConfirms(type, schema));
  }
  return all;
}

std::vector<RowChecks::Fault> RowChecks::FaultsOf(const Row& row) const {
  std::vector<Fault> faults;
  const auto found = by_type_.find(row.entity.uid.type);
  if (found == by_type_.end()) return faults;
  for (const auto& names : found->second.orders) {
    const Named* before = nullptr;
    for (const Named& name : names) {
      const Value* value = StatedIn(row, name.name);
      if (value == nullptr) continue;
      if (before != nullptr && IsBefore(*value, *StatedIn(row, before->name))) {
        faults.push_back({name.name,
                          {fmt::format("{} is before {}", name.label.en, before->label.en),
                           fmt::format("{} が {} より前である", name.label.ja, before->label.ja)},
                          {"look at both", "両方の値を確かめる"}});
        break;
      }
      before = &name;
    }
  }
  for (const auto& names : found->second.differs) {
    for (size_t i = 1; i < names.size(); ++i) {
      const Value* value = StatedIn(row, names[i].name);
      const auto same = std::find_if(names.begin(), names.begin() + static_cast<ptrdiff_t>(i), [&](const Named& other) {
        const Value* stated = StatedIn(row, other.name);
        return value != nullptr && stated != nullptr && *stated == *value;
      });
      if (same == names.begin() + static_cast<ptrdiff_t>(i)) continue;
      faults.push_back({names[i].name,
                        {fmt::format("{} and {} are the same", same->label.en, names[i].label.en),
                         fmt::format("{} と {} が同じである", same->label.ja, names[i].label.ja)},
                        {"they must differ", "異なるものを書く"}});
    }
  }
  for (const auto& [name, least] : found->second.least) {
    const Value* value = StatedIn(row, name.name);
    if (value == nullptr || value->integer() >= least) continue;
    faults.push_back({name.name,
                      {fmt::format("{} is less than {}", name.label.en, least),
                       fmt::format("{} が {} より小さい", name.label.ja, least)},
                      {fmt::format("write {} or more", least), fmt::format("{}以上の数を書く", least)}});
  }
  return faults;
}

std::vector<RowChecks::Confirmation> RowChecks::ConfirmationsOf(const std::string& type) const {
  const auto found = confirmations_.find(type);
  return found == confirmations_.end() ? std::vector<Confirmation>() : found->second;
}

}  // namespace hikae::registry
