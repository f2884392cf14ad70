#include "office/log_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace hikae::office {
namespace {

using base::Result;
using base::Status;
using cedar::Value;
using log::EntryType;

constexpr int64_t kMillisPerDay = 86'400'000;

bool IsOutput(EntryType type) {
  return type == EntryType::kPrinted || type == EntryType::kExported || type == EntryType::kTransferred ||
         type == EntryType::kProvided;
}

// The count that an allowed entry of the type goes into; null: it is no use of anything.
template <class Used>
int64_t* CounterOf(EntryType type, Used& used) {
  switch (type) {
    case EntryType::kSessionBegun:
      return &used.sessions;
    case EntryType::kRead:
      return &used.reads;
    case EntryType::kSearched:
      return &used.searches;
    case EntryType::kWriteIntended:
    case EntryType::kCollectionIntended:
    case EntryType::kErased:
      return &used.changes;
    case EntryType::kPrinted:
    case EntryType::kExported:
    case EntryType::kTransferred:
    case EntryType::kProvided:
      return &used.outputs;
    case EntryType::kAdministered:
      return &used.administrations;
    default:
      return nullptr;
  }
}

std::set<std::string> Texts(const codec::Node& detail, std::string_view key) {
  std::set<std::string> texts;
  const codec::Node* list = detail.Find(key);
  if (list == nullptr || !list->IsList()) return texts;
  for (const codec::Node& item : list->items()) {
    if (item.IsText()) texts.insert(item.text());
  }
  return texts;
}

void AddText(const codec::Node& detail, std::string_view key, std::set<std::string>& texts) {
  const codec::Node* text = detail.Find(key);
  if (text != nullptr && text->IsText()) texts.insert(text->text());
}

// What was there every time.
void Narrow(std::set<std::string> these, std::optional<std::set<std::string>>& all) {
  if (!all) {
    all = std::move(these);
    return;
  }
  std::erase_if(*all, [&](const std::string& one) { return !these.contains(one); });
}

Value Entities(std::string_view type, const std::set<std::string>& ids) {
  std::vector<Value> values;
  values.reserve(ids.size());
  for (const std::string& id : ids) values.push_back(Value::Entity({std::string(type), id}));
  return Value::Set(std::move(values));
}

Value DateOf(base::Day day) { return Value::DatetimeOf(int64_t{day} * kMillisPerDay); }

registry::Row RowOf(std::string_view type, std::string id, base::Day day) {
  registry::Row row;
  row.entity.uid = {std::string(type), std::move(id)};
  row.valid_from = day;
  row.by = "hikae";
  return row;
}

// Where to look in the log.
template <class Place>
void Put(const Place& place, registry::Row& row) {
  auto& attributes = row.entity.attributes;
  attributes.emplace("period", Value::String(place.period));
  attributes.emplace("firstEntry", Value::Long(static_cast<int64_t>(place.first)));
  attributes.emplace("lastEntry", Value::Long(static_cast<int64_t>(place.last)));
  row.document = fmt::format("access-log {} {}-{}", place.period, place.first, place.last);
}

int64_t UpTo(const std::map<base::Day, int64_t>& days, base::Day as_of) {
  int64_t sum = 0;
  for (const auto& [day, count] : days) sum += day <= as_of ? count : 0;
  return sum;
}

}  // namespace

size_t LogFacts::PseudonymHash::operator()(const crypto::Pseudonym& pseudonym) const {
  size_t hash = 0;  // as good as random already
  static_assert(sizeof pseudonym >= sizeof hash);
  std::memcpy(&hash, pseudonym.data(), sizeof hash);
  return hash;
}

void LogFacts::CountLogin(const codec::Node& detail, const log::Entry& entry, Used& used) {
  AddText(detail, "terminal", used.terminals);
  AddText(detail, "place", used.places);
  Narrow(Texts(detail, "terminalFactors"), used.terminal_factors);
  Narrow(Texts(detail, "systemFactors"), used.system_factors);
  const codec::Node* type = detail.Find("actorType");
  if (type != nullptr && type->IsText() && entry.actor) types_.insert_or_assign(*entry.actor, type->text());
}

void LogFacts::CountYear(const std::string& period, uint64_t index, const log::Entry& entry, base::Day day,
                         int64_t touched) {
  Year& year = years_[{entry.handling, entry.file, base::FiscalYearOf(day)}];
  if (year.place.period.empty()) year.place = {period, index, index};
  year.place.last = index;
  year.records[day] += touched;
  if (entry.subject) {
    const auto [person, fresh] = year.subjects.emplace(*entry.subject, day);
    if (!fresh) person->second = std::min(person->second, day);  // times may go back
  }
}

Result<void> LogFacts::Count(AccessLog& log, const std::string& period, const log::StoredEntry& stored) {
  const auto decoded = log::DecodeEntry(stored.leaf);
  if (!decoded.ok()) {
    ++unreadable_;
    return {};
  }
  const log::Entry& entry = *decoded;
  const base::Day day = base::DayInJapan(entry.time);
  ++entries_[day];
  if (entry.handling.empty()) return {};
  ++of_handling_[entry.handling][day];
  Used kind;
  if (CounterOf(entry.type, kind) == nullptr) return {};
  Used& used = days_[{entry.handling, entry.file, entry.actor, day}];
  if (used.place.period.empty()) used.place = {period, stored.index, stored.index};
  used.place.last = stored.index;
  if (entry.decision && *entry.decision != log::Decision::kAllowed) {
    ++used.refusals;
    return {};
  }
  ++*CounterOf(entry.type, used);
  const auto touched = static_cast<int64_t>(entry.count.value_or(entry.record || entry.subject ? 1 : 0));
  used.records += touched;
  used.items.insert(entry.items.begin(), entry.items.end());
  if (!entry.ground.empty()) used.purposes.insert(entry.ground);
  if (!entry.file.empty()) CountYear(period, stored.index, entry, day, touched);
  const bool login = entry.type == EntryType::kSessionBegun;
  if (!login && !IsOutput(entry.type)) return {};
  std::set<std::string> approvals;
  if (entry.detail) {
    const auto opened = log.OpenDetail(stored);
    const auto detail = codec::ReadJson(opened.ok() && *opened ? **opened : std::string(), "detail");
    if (!detail.ok()) {
      ++(login ? used.logins_unreadable : used.outputs_unreadable);
      return {};
    }
    if (login) CountLogin(*detail, entry, used);
    approvals = Texts(*detail, "approvals");
  }
  if (!login && approvals.empty()) ++used.outputs_unapproved;
  used.approvals.merge(approvals);
  return {};
}

Result<void> LogFacts::ReadPeriod(AccessLog& log, const std::string& period) {
  HIKAE_TRY(const auto source, log.Entries(period));
  HIKAE_TRY(const uint64_t size, source->Size());
  uint64_t& next = next_[period];
  if (next >= size) return {};
  const Result<void> read = source->Read(next, size, [&](const log::StoredEntry& stored) -> Result<void> {
    next = stored.index + 1;
    return Count(log, period, stored);
  });
  // What lies behind damage is not counted, and is said to be unread.
  if (!read.ok() && read.error().status == Status::kTampered) {
    unreadable_ += static_cast<int64_t>(size - next);
    next = size;
    return {};
  }
  return read;
}

Result<void> LogFacts::CatchUp(AccessLog& log) {
  HIKAE_TRY(const auto periods, log.Periods());
  for (const log::Period& period : periods) HIKAE_CHECK(ReadPeriod(log, period.name));
  return {};
}

registry::Row LogFacts::RowOfDay(const DayKey& key, const Used& used, const std::optional<std::string>& name,
                                 const registry::Snapshot& registry) const {
  const std::string who = name.value_or(fmt::format("{}:{}", used.place.period, used.place.first));
  registry::Row row =
      RowOf("AccessDay",
            fmt::format("{}/{}/{}/{}", key.handling, key.file.empty() ? "-" : key.file, who, base::FormatIso(key.day)),
            key.day);
  auto& attributes = row.entity.attributes;
  attributes.emplace("handling", Value::Entity({"Handling", key.handling}));
  if (!key.file.empty()) attributes.emplace("file", Value::Entity({"File", key.file}));
  if (name) {
    attributes.emplace("actor", Value::String(*name));
    const auto said = types_.find(*key.actor);
    const bool worker = said != types_.end() ? said->second == "Worker" : registry.Find({"Staff", *name}) == nullptr;
    const cedar::EntityUid uid{worker ? "Worker" : "Staff", *name};
    if (registry.Find(uid) != nullptr) attributes.emplace(worker ? "worker" : "staff", Value::Entity(uid));
  }
  attributes.emplace("on", DateOf(key.day));
  const std::pair<const char*, int64_t> counts[] = {{"sessions", used.sessions},
                                                    {"reads", used.reads},
                                                    {"searches", used.searches},
                                                    {"changes", used.changes},
                                                    {"outputs", used.outputs},
                                                    {"administrations", used.administrations},
                                                    {"refusals", used.refusals},
                                                    {"records", used.records},
                                                    {"unreadable", used.logins_unreadable + used.outputs_unreadable}};
  for (const auto& [attribute, count] : counts) attributes.emplace(attribute, Value::Long(count));
  attributes.emplace("items", Entities("Item", used.items));
  attributes.emplace("purposes", Entities("Purpose", used.purposes));
  attributes.emplace("approvals", Entities("Approval", used.approvals));
  if (used.outputs_unreadable == 0) attributes.emplace("outputsUnapproved", Value::Long(used.outputs_unapproved));
  if (used.terminal_factors && used.logins_unreadable == 0) {
    attributes.emplace("terminals", Entities("Device", used.terminals));
    attributes.emplace("places", Entities("Place", used.places));
    attributes.emplace("terminalFactors", Entities("Factor", *used.terminal_factors));
    attributes.emplace("systemFactors", Entities("Factor", *used.system_factors));
  }
  Put(used.place, row);
  return row;
}

registry::Row LogFacts::RowOfYear(const YearKey& key, const Year& year, base::Day as_of) const {
  registry::Row row = RowOf("AccessYear", fmt::format("{}/{}/{}", key.handling, key.file, key.fiscal_year),
                            base::DayOf({key.fiscal_year, 4, 1}));
  auto& attributes = row.entity.attributes;
  attributes.emplace("handling", Value::Entity({"Handling", key.handling}));
  attributes.emplace("file", Value::Entity({"File", key.file}));
  attributes.emplace("fiscalYear", Value::Long(key.fiscal_year));
  const auto persons = std::count_if(year.subjects.begin(), year.subjects.end(),
                                     [&](const auto& subject) { return subject.second <= as_of; });
  attributes.emplace("subjects", Value::Long(persons));
  attributes.emplace("records", Value::Long(UpTo(year.records, as_of)));
  Put(year.place, row);
  return row;
}

registry::Row LogFacts::RowOfReading(const std::string& handling, base::Day as_of) const {
  registry::Row row = RowOf("AccessLogReading", handling, as_of);
  auto& attributes = row.entity.attributes;
  attributes.emplace("handling", Value::Entity({"Handling", handling}));
  attributes.emplace("entries", Value::Long(UpTo(entries_, as_of)));
  attributes.emplace("unreadable", Value::Long(unreadable_));
  const auto of = of_handling_.find(handling);
  const int64_t of_handling = of == of_handling_.end() ? 0 : UpTo(of->second, as_of);
  if (of_handling > 0) attributes.emplace("ofHandling", Value::Long(of_handling));
  attributes.emplace("on", DateOf(as_of));
  row.document = "access-log";
  return row;
}

Result<std::shared_ptr<const registry::Snapshot>> LogFacts::Rows(AccessLog& log, const registry::Snapshot& registry,
                                                                 base::Day as_of) {
  const std::lock_guard lock(mutex_);
  HIKAE_CHECK(CatchUp(log));
  std::vector<registry::Row> rows;
  std::map<crypto::Pseudonym, std::optional<std::string>> names;
  for (const auto& [key, used] : days_) {
    if (key.day > as_of) continue;
    std::optional<std::string> name;
    if (key.actor) {
      auto known = names.find(*key.actor);
      if (known == names.end()) {
        const auto found = log.NameOf("actor", *key.actor);
        known = names.emplace(*key.actor, found.ok() ? *found : std::nullopt).first;
      }
      name = known->second;
    }
    rows.push_back(RowOfDay(key, used, name, registry));
  }
  for (const auto& [key, year] : years_) {
    if (base::DayOf({key.fiscal_year, 4, 1}) <= as_of) rows.push_back(RowOfYear(key, year, as_of));
  }
  for (const registry::Row* handling : registry.OfType("Handling")) {
    rows.push_back(RowOfReading(handling->entity.uid.id, as_of));
  }
  return std::make_shared<const registry::Snapshot>(std::move(rows));
}

}  // namespace hikae::office
