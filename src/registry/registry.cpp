#include "registry/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "base/civil_date.h"
#include "registry/ledger.h"
#include "registry/paper.h"
#include "registry/recording.h"
#include "registry/row_checks.h"
#include "registry/row_codec.h"
#include "store/database.h"
#include "store/registry_tables.h"

namespace hikae::registry {
namespace {

using base::Error;
using base::Result;
using base::Status;
using cedar::EntityUid;

// By a row that is corrected: the one that stands in its place.
using Newest = std::map<EntityUid, EntityUid>;

// `by`: of corrections that have ended, which bring back nothing.
Newest NewestOf(const std::vector<Row>& rows, const cedar::Schema& schema, Newest by) {
  for (const Row& row : rows) {
    if (const EntityUid* old = CorrectedBy(row, schema)) by.emplace(*old, row.entity.uid);
  }
  Newest newest;
  for (const auto& [old, next] : by) {
    std::vector<const EntityUid*> passed;
    const EntityUid* last = &old;
    // Rows recorded before corrections were looked at may go round; the walk ends all the same.
    for (auto further = by.find(*last); further != by.end() && passed.size() < by.size(); further = by.find(*last)) {
      passed.push_back(last);
      const auto known = newest.find(*last);
      last = known == newest.end() ? &further->second : &known->second;
    }
    const EntityUid end = *last;
    for (const EntityUid* one : passed) newest.insert_or_assign(*one, end);
  }
  return newest;
}

// The value with the newest rows where it names corrected ones; nothing where it names none.
std::optional<cedar::Value> Forwarded(const cedar::Value& value, const Newest& newest) {
  using Kind = cedar::Value::Kind;
  if (value.kind() == Kind::kEntity) {
    const auto found = newest.find(value.entity());
    return found == newest.end() ? std::optional<cedar::Value>() : cedar::Value::Entity(found->second);
  }
  if (value.kind() != Kind::kSet) return std::nullopt;
  bool any = false;
  std::vector<cedar::Value> elements;
  for (const cedar::Value& element : value.elements()) {
    std::optional<cedar::Value> forwarded = Forwarded(element, newest);
    any = any || forwarded.has_value();
    elements.push_back(forwarded ? *std::move(forwarded) : element);
  }
  return any ? std::optional(cedar::Value::Set(std::move(elements))) : std::nullopt;
}

// A ledger row that a later row corrects is out of the picture from when the later one holds, and what names it then
// means the later one: a withdrawal stays one of the consent, a step one of the incident. Who confirmed a row has not
// confirmed another.
void DropCorrected(std::vector<Row>& rows, const cedar::Schema& schema, const RowChecks& checks, Newest ended) {
  const Newest newest = NewestOf(rows, schema, std::move(ended));
  if (newest.empty()) return;
  std::erase_if(rows, [&](const Row& row) { return newest.contains(row.entity.uid); });
  std::set<std::pair<std::string, std::string>> kept;  // type and attribute
  for (const auto& entry : newest) {
    for (const auto& by : checks.ConfirmationsOf(entry.first.type)) kept.emplace(by.type, by.attribute);
  }
  for (Row& row : rows) {
    for (auto& [name, value] : row.entity.attributes) {
      if (name == "corrects" || kept.contains({row.entity.uid.type, name})) continue;
      if (auto forwarded = Forwarded(value, newest)) value = *std::move(forwarded);
    }
  }
}

// The members of enumerations in the value that the schema does not have.
void CollectUnknown(const cedar::Value& value, const cedar::Schema& schema, std::set<std::string>& unknown) {
  using Kind = cedar::Value::Kind;
  if (value.kind() == Kind::kSet) {
    for (const cedar::Value& element : value.elements()) CollectUnknown(element, schema, unknown);
  } else if (value.kind() == Kind::kRecord) {
    for (const auto& field : value.attributes()) CollectUnknown(field.second, schema, unknown);
  } else if (value.kind() == Kind::kEntity) {
    const cedar::EntityType* type = schema.FindEntityType(value.entity().type);
    if (type == nullptr || type->enum_ids.empty()) return;
    const auto& ids = type->enum_ids;
    if (std::find(ids.begin(), ids.end(), value.entity().id) == ids.end()) unknown.insert(value.entity().ToString());
  }
}

Result<Registry::Unfit> UnfitFor(const cedar::Schema& schema, const store::RegistryTables& tables) {
  Registry::Unfit rows;
  std::set<EntityUid> counted;  // of types: several versions are one row
  HIKAE_CHECK(tables.ForEachVersion([&](store::VersionRow& stored) -> Result<void> {
    if (schema.FindEntityType(stored.type) == nullptr) {
      if (counted.emplace(EntityUid{stored.type, stored.id}).second) ++rows[stored.type];
      return {};
    }
    Row row;
    HIKAE_CHECK(DecodeContent(stored.content, row));
    std::set<std::string> unknown;
    for (const auto& entry : row.entity.attributes) CollectUnknown(entry.second, schema, unknown);
    for (const std::string& word : unknown) ++rows[word];
    return {};
  }));
  return rows;
}

}  // namespace

Snapshot::Snapshot(std::vector<Row> rows) : rows_(std::move(rows)) {
  // A database gives them in order, or in an order of its own.
  const auto before = [](const Row& a, const Row& b) { return a.entity.uid < b.entity.uid; };
  if (!std::is_sorted(rows_.begin(), rows_.end(), before)) std::sort(rows_.begin(), rows_.end(), before);
  for (const Row& row : rows_) by_type_[row.entity.uid.type].push_back(&row);
}

const Row* Snapshot::Find(const EntityUid& uid) const {
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), uid,
                                   [](const Row& row, const EntityUid& key) { return row.entity.uid < key; });
  return at != rows_.end() && at->entity.uid == uid ? &*at : nullptr;
}

const std::vector<const Row*>& Snapshot::OfType(std::string_view type) const {
  static const std::vector<const Row*> kNone;
  const auto found = by_type_.find(type);
  return found == by_type_.end() ? kNone : found->second;
}

// What rows are typed by.
struct Words {
  cedar::Schema schema;
  std::vector<std::string> packs;  // a document is for one of them; empty: for any
  RowChecks checks;

  Result<void> CheckPack(const Paper& paper) const {
    const bool known = std::find(packs.begin(), packs.end(), paper.pack) != packs.end();
    if (packs.empty() || paper.pack.empty() || known) return {};
    const std::string uses = fmt::format("{}", fmt::join(packs, ", "));
    return Error(Status::kArgument,
                 {fmt::format("the document is written for pack \"{}\"", paper.pack),
                  fmt::format("文書は規程集「{}」のために書かれている", paper.pack)},
                 {paper.file, paper.pack_mark.line, paper.pack_mark.column},
                 {fmt::format("this office uses {}", uses), fmt::format("この台帳の規程集は {}", uses)});
  }
};

struct Registry::Rep {
  std::shared_ptr<store::Database> database;
  // The last ones are in use. The others stay: calls under way, and Ledgers, refer to them.
  mutable std::mutex mutex;
  std::vector<std::unique_ptr<const Words>> adopted;

  const Words& Current() const {
    const std::lock_guard lock(mutex);
    return *adopted.back();
  }
};

Registry::Registry(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Registry::~Registry() = default;

Result<std::unique_ptr<Registry>> Registry::Open(std::shared_ptr<store::Database> database, cedar::Schema schema,
                                                 std::string pack) {
  auto rep = std::make_unique<Rep>();
  rep->database = std::move(database);
  std::unique_ptr<Registry> registry(new Registry(std::move(rep)));
  std::vector<std::string> packs;
  if (!pack.empty()) packs.push_back(std::move(pack));
  HIKAE_CHECK(registry->Adopt(std::move(schema), std::move(packs)));
  return registry;
}

Result<void> Registry::Adopt(cedar::Schema schema, std::vector<std::string> packs) {
  HIKAE_TRY(RowChecks checks, RowChecks::Of(schema));
  auto words = std::make_unique<const Words>(Words{std::move(schema), std::move(packs), std::move(checks)});
  const std::lock_guard lock(rep_->mutex);
  rep_->adopted.push_back(std::move(words));
  return {};
}

Result<Declared> Registry::Declare(const std::vector<Document>& documents, Micros now,
                                   const BeforeCommit& before_commit) {
  // Reading needs no lock: a document that cannot be read never touches the database.
  const Words& words = rep_->Current();
  std::vector<std::unique_ptr<Paper>> papers;
  for (const Document& document : documents) {
    HIKAE_TRY(std::unique_ptr<Paper> paper, ReadPaper(document, words.schema, base::DayInJapan(now)));
    HIKAE_CHECK(words.CheckPack(*paper));
    papers.push_back(std::move(paper));
  }
  return rep_->database->Write([&]() -> Result<Declared> {
    Recording recording(words.schema, words.checks, *rep_->database, documents);
    for (const auto& paper : papers) {
      for (const Stated& stated : paper->entities) HIKAE_CHECK(recording.references().Add(stated));
    }
    for (size_t i = 0; i < papers.size(); ++i) {
      for (const Stated& stated : papers[i]->entities) HIKAE_CHECK(recording.Read(stated, i, papers[i]->by));
    }
    HIKAE_TRY(Declared declared, recording.Record(now));
    return Conclude(std::move(declared), recording.tables(), before_commit);
  });
}

Ledgers Registry::ledgers() const {
  const Words& words = rep_->Current();
  return {rep_->database, words.schema, words.checks};
}

Result<int64_t> Registry::ChangeNumber() const {
  return rep_->database->Read([&] { return store::RegistryTables(*rep_->database).ChangeNumber(); });
}

Result<std::optional<LogPlace>> Registry::Answered() const {
  HIKAE_TRY(auto row, rep_->database->Read([&] { return store::RegistryTables(*rep_->database).LogPosition(); }));
  return PlaceOf(std::move(row));
}

Result<void> Registry::Answer(const std::function<Result<LogPlace>(const std::optional<LogPlace>&)>& work) {
  return rep_->database->Write([&]() -> Result<void> {
    store::RegistryTables tables(*rep_->database);
    HIKAE_TRY(auto answered, tables.LogPosition());
    HIKAE_TRY(const LogPlace place, work(PlaceOf(std::move(answered))));
    return KeepPlace(tables, place);
  });
}

Result<void> Registry::AnswerFor(
    const cedar::Schema& schema,
    const std::function<Result<LogPlace>(const std::optional<LogPlace>&, const Unfit&)>& work) {
  return rep_->database->Write([&]() -> Result<void> {
    store::RegistryTables tables(*rep_->database);
    HIKAE_TRY(const Unfit unfit, UnfitFor(schema, tables));
    HIKAE_TRY(auto answered, tables.LogPosition());
    HIKAE_TRY(const LogPlace place, work(PlaceOf(std::move(answered)), unfit));
    return KeepPlace(tables, place);
  });
}

Result<std::shared_ptr<const Snapshot>> Registry::AsOf(Day day, std::optional<Micros> known_at) const {
  return rep_->database->Read([&]() -> Result<std::shared_ptr<const Snapshot>> {
    const store::RegistryTables tables(*rep_->database);
    HIKAE_TRY(const auto documents, tables.DocumentNames());
    const Words& words = rep_->Current();
    std::vector<Row> rows;
    Newest ended;
    HIKAE_CHECK(tables.ForEachAsOf(day, known_at.value_or(std::numeric_limits<Micros>::max()),
                                   [&](store::VersionRow& stored) -> Result<void> {
                                     const bool over = stored.valid_until && *stored.valid_until < day;
                                     HIKAE_TRY(Row row, RowOf(stored, documents));
                                     if (!over) {
                                       rows.push_back(std::move(row));
                                     } else if (const EntityUid* old = CorrectedBy(row, words.schema)) {
                                       ended.emplace(*old, row.entity.uid);
                                     }
                                     return {};
                                   }));
    DropCorrected(rows, words.schema, words.checks, std::move(ended));
    return std::shared_ptr<const Snapshot>(std::make_shared<Snapshot>(std::move(rows)));
  });
}

Result<std::string> Registry::StatedText(uint64_t document_number) const {
  return rep_->database->Read([&]() -> Result<std::string> {
    HIKAE_TRY(auto text, store::RegistryTables(*rep_->database).DocumentBody(static_cast<int64_t>(document_number)));
    if (text) return *std::move(text);
    return Error(Status::kNotFound, {"no document has this number", "この番号の文書はない"}, {}, {});
  });
}

Result<std::vector<Row>> Registry::History(const EntityUid& uid) const {
  return rep_->database->Read([&]() -> Result<std::vector<Row>> {
    const store::RegistryTables tables(*rep_->database);
    HIKAE_TRY(const auto documents, tables.DocumentNames());
    HIKAE_TRY(const auto versions, tables.Versions(uid.type, uid.id));
    std::vector<Row> rows;
    for (const store::VersionRow& version : versions) {
      HIKAE_TRY(Row row, RowOf(version, documents));
      rows.push_back(std::move(row));
    }
    return rows;
  });
}

}  // namespace hikae::registry
