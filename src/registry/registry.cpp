#include "registry/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_set>

#include "base/civil_date.h"
#include "crypto/sha256.h"
#include "registry/paper.h"
#include "registry/references.h"
#include "registry/row_codec.h"
#include "registry/statement.h"
#include "registry/wording.h"
#include "store/database.h"
#include "store/registry_tables.h"

namespace hikae::registry {
namespace {

using base::Error;
using base::Result;
using base::Status;
using cedar::EntityUid;

constexpr size_t kMostLevels = 1000;  // of a hierarchy

Result<Row> RowOf(const store::VersionRow& stored, const std::map<int64_t, std::string>& documents) {
  Row row;
  row.entity.uid = {stored.type, stored.id};
  HIKAE_CHECK(DecodeContent(stored.content, row));
  HIKAE_CHECK(DecodeLines(stored.lines, row));
  if (const auto name = documents.find(stored.document); name != documents.end()) row.document = name->second;
  row.document_number = static_cast<uint64_t>(stored.document);
  row.version = static_cast<uint64_t>(stored.version);
  row.recorded_at = stored.recorded_at;
  row.valid_from = stored.valid_from;
  row.valid_until = stored.valid_until;
  row.by = stored.by;
  return row;
}

// The version that holds from `day` on, as far as the later ones leave it: the newest that began by then.
const store::VersionRow* HoldingOn(const std::vector<store::VersionRow>& versions, Day day) {
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (version->valid_from <= day) return &*version;
  }
  return nullptr;
}

// The ledger row that this one corrects.
const EntityUid* CorrectedBy(const Row& row, const cedar::Schema& schema) {
  const auto names = row.entity.attributes.find("corrects");
  if (names == row.entity.attributes.end() || names->second.kind() != cedar::Value::Kind::kEntity) return nullptr;
  const cedar::EntityType* type = schema.FindEntityType(row.entity.uid.type);
  return type != nullptr && type->annotations.contains("ledger") ? &names->second.entity() : nullptr;
}

std::optional<LogPlace> PlaceOf(std::optional<store::LogPositionRow> row) {
  if (!row) return std::nullopt;
  return LogPlace{std::move(row->origin), std::move(row->period), static_cast<uint64_t>(row->next)};
}

Result<void> KeepPlace(store::RegistryTables& tables, const LogPlace& place) {
  return tables.SetLogPosition({place.origin, place.period, static_cast<int64_t>(place.next)});
}

// One call of Declare, within its transaction.
class Declaration {
 public:
  Declaration(const cedar::Schema& schema, store::Database& database, const std::vector<Document>& documents,
              const std::vector<std::unique_ptr<Paper>>& papers)
      : tables_(database), references_(schema, tables_), documents_(documents), papers_(papers), schema_(schema) {}
  Result<Declared> Run(Micros now);

 private:
  struct Pending {
    Row row;
    const Stated* stated;
    size_t paper;
  };
  Result<void> ReadRows();
  Result<void> CheckAcyclic();
  Result<void> Climb(const EntityUid& uid, Day day, std::vector<EntityUid>& path, std::set<EntityUid>& done);
  Result<std::vector<EntityUid>> ParentsOn(const EntityUid& uid, Day day);
  Result<void> Record(Pending& pending);
  Result<int64_t> DocumentOf(size_t paper);

  store::RegistryTables tables_;
  References references_;
  const std::vector<Document>& documents_;
  const std::vector<std::unique_ptr<Paper>>& papers_;
  const cedar::Schema& schema_;
  std::vector<Pending> pending_;
  std::map<EntityUid, size_t> by_uid_;  // those with parents only
  std::vector<std::optional<int64_t>> numbers_;
  Micros recorded_at_ = 0;
  Declared declared_;
};

Result<void> Declaration::ReadRows() {
  for (const auto& paper : papers_) {
    for (const Stated& stated : paper->entities) HIKAE_CHECK(references_.Add(stated));
  }
  for (size_t i = 0; i < papers_.size(); ++i) {
    for (const Stated& stated : papers_[i]->entities) {
      HIKAE_TRY(Row row, ReadStatement(stated, references_));
      row.document = papers_[i]->file;
      row.by = papers_[i]->by;
      if (!row.entity.parents.empty()) by_uid_.emplace(row.entity.uid, pending_.size());
      pending_.push_back({std::move(row), &stated, i});
    }
  }
  return {};
}

Result<std::vector<EntityUid>> Declaration::ParentsOn(const EntityUid& uid, Day day) {
  if (const auto own = by_uid_.find(uid); own != by_uid_.end() && pending_[own->second].row.valid_from <= day) {
    return pending_[own->second].row.entity.parents;
  }
  HIKAE_TRY(const auto versions, tables_.Versions(uid.type, uid.id));
  const store::VersionRow* held = HoldingOn(versions, day);
  if (held == nullptr) return std::vector<EntityUid>();
  Row row;
  HIKAE_CHECK(DecodeContent(held->content, row));
  return std::move(row.entity.parents);
}

Result<void> Declaration::Climb(const EntityUid& uid, Day day, std::vector<EntityUid>& path,
                                std::set<EntityUid>& done) {
  if (done.contains(uid)) return {};
  if (std::find(path.begin(), path.end(), uid) != path.end()) {
    const Stated& stated = *pending_[by_uid_.at(path.front())].stated;
    return RefuseAt(*stated.file, stated.parents->mark(),
                    {fmt::format("{} would be within itself", uid.ToString()),
                     fmt::format("{} が自分自身に属することになる", uid.ToString())},
                    {"`in` must lead upward", "in は上位のものだけを書く"});
  }
  if (path.size() >= kMostLevels) {
    const Stated& stated = *pending_[by_uid_.at(path.front())].stated;
    return RefuseAt(
        *stated.file, stated.parents->mark(),
        {fmt::format("more than {} levels of `in`", kMostLevels), fmt::format("in の段数が{}を超える", kMostLevels)},
        {"`in` names organisations and groups", "in は組織やまとまりを書く"});
  }
  path.push_back(uid);
  HIKAE_TRY(const std::vector<EntityUid> parents, ParentsOn(uid, day));
  for (const EntityUid& parent : parents) HIKAE_CHECK(Climb(parent, day, path, done));
  path.pop_back();
  done.insert(uid);
  return {};
}

Result<void> Declaration::CheckAcyclic() {
  // The same day is climbed once: entities of one document mostly share theirs.
  std::map<Day, std::set<EntityUid>> done;
  for (const auto& [uid, index] : by_uid_) {
    std::vector<EntityUid> path;
    const Day day = pending_[index].row.valid_from;
    HIKAE_CHECK(Climb(uid, day, path, done[day]));
  }
  return {};
}

Result<int64_t> Declaration::DocumentOf(size_t paper) {
  if (numbers_[paper]) return *numbers_[paper];
  const std::string& text = documents_[paper].text;
  const crypto::Digest digest = crypto::Sha256Of({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
  HIKAE_TRY(auto number, tables_.FindDocument(documents_[paper].name, bytes));
  if (!number) {
    HIKAE_TRY(number, tables_.AddDocument(documents_[paper].name, bytes, documents_[paper].text, recorded_at_));
  }
  numbers_[paper] = number;
  return *number;
}

Result<void> Declaration::Record(Pending& pending) {
  Row& row = pending.row;
  const EntityUid& uid = row.entity.uid;
  store::VersionRow stored;
  stored.content = EncodeContent(row);
  HIKAE_TRY(const auto versions, tables_.Versions(uid.type, uid.id));
  const store::VersionRow* held = HoldingOn(versions, row.valid_from);
  if (held != nullptr && held->content == stored.content && held->valid_until == row.valid_until) {
    return ++declared_.unchanged, Result<void>();
  }
  if (!versions.empty() && schema_.FindEntityType(uid.type)->annotations.contains("ledger")) {
    return RefuseAt(*pending.stated->file, pending.stated->mark,
                    {fmt::format("{} is recorded and cannot be changed", uid.ToString()),
                     fmt::format("{} は記録済みで、変更できない", uid.ToString())},
                    {"write a new row whose `corrects` names it", "corrects にこれを書いた新しい行を加える"});
  }
  stored.type = uid.type;
  stored.id = uid.id;
  stored.version = versions.empty() ? 1 : versions.back().version + 1;
  stored.recorded_at = recorded_at_;
  stored.valid_from = row.valid_from;
  stored.valid_until = row.valid_until;
  HIKAE_TRY(stored.document, DocumentOf(pending.paper));
  stored.by = row.by;
  stored.lines = EncodeLines(row);
  HIKAE_CHECK(tables_.Add(stored));
  ++(versions.empty() ? declared_.added : declared_.changed);
  declared_.touched.push_back(uid);
  if (const EntityUid* corrected = CorrectedBy(row, schema_)) declared_.corrected.push_back(*corrected);
  return {};
}

Result<Declared> Declaration::Run(Micros now) {
  HIKAE_CHECK(ReadRows());
  HIKAE_CHECK(CheckAcyclic());
  HIKAE_TRY(recorded_at_, tables_.NextRecordedAt(now));
  numbers_.resize(papers_.size());
  // The texts themselves are kept even where nothing in them is new.
  for (size_t i = 0; i < papers_.size(); ++i) HIKAE_CHECK(DocumentOf(i));
  for (Pending& pending : pending_) HIKAE_CHECK(Record(pending));
  return std::move(declared_);
}

// A ledger row that a later row corrects is out of the picture from when the later one holds.
void DropCorrected(std::vector<Row>& rows, const cedar::Schema& schema) {
  std::set<EntityUid> corrected;
  for (const Row& row : rows) {
    if (const EntityUid* old = CorrectedBy(row, schema)) corrected.insert(*old);
  }
  if (corrected.empty()) return;
  std::erase_if(rows, [&](const Row& row) { return corrected.contains(row.entity.uid); });
}

}  // namespace

Snapshot::Snapshot(std::vector<Row> rows) : rows_(std::move(rows)) {
  std::sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.entity.uid < b.entity.uid; });
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

struct Registry::Rep {
  std::shared_ptr<store::Database> database;
  cedar::Schema schema;
  std::string pack;

  Result<void> CheckPack(const Paper& paper) const {
    if (pack.empty() || paper.pack.empty() || paper.pack == pack) return {};
    return Error(Status::kArgument,
                 {fmt::format("the document is written for pack \"{}\"", paper.pack),
                  fmt::format("文書は規程集「{}」のために書かれている", paper.pack)},
                 {paper.file, paper.pack_mark.line, paper.pack_mark.column},
                 {fmt::format("this office uses {}", pack), fmt::format("この台帳の規程集は {}", pack)});
  }
};

Registry::Registry(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Registry::~Registry() = default;

Result<std::unique_ptr<Registry>> Registry::Open(std::shared_ptr<store::Database> database, cedar::Schema schema,
                                                 std::string pack) {
  return std::unique_ptr<Registry>(
      new Registry(std::unique_ptr<Rep>(new Rep{std::move(database), std::move(schema), std::move(pack)})));
}

Result<Declared> Registry::Declare(const std::vector<Document>& documents, Micros now,
                                   const BeforeCommit& before_commit) {
  // Reading needs no lock: a document that cannot be read never touches the database.
  std::vector<std::unique_ptr<Paper>> papers;
  for (const Document& document : documents) {
    HIKAE_TRY(std::unique_ptr<Paper> paper, ReadPaper(document, rep_->schema, base::DayInJapan(now)));
    HIKAE_CHECK(rep_->CheckPack(*paper));
    papers.push_back(std::move(paper));
  }
  return rep_->database->Write([&]() -> Result<Declared> {
    HIKAE_TRY(Declared declared, Declaration(rep_->schema, *rep_->database, documents, papers).Run(now));
    if (!before_commit) return declared;
    store::RegistryTables tables(*rep_->database);
    HIKAE_TRY(auto answered, tables.LogPosition());
    HIKAE_TRY(const LogPlace place, before_commit(declared, PlaceOf(std::move(answered))));
    HIKAE_CHECK(KeepPlace(tables, place));
    return declared;
  });
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

Result<std::shared_ptr<const Snapshot>> Registry::AsOf(Day day, std::optional<Micros> known_at) const {
  return rep_->database->Read([&]() -> Result<std::shared_ptr<const Snapshot>> {
    const store::RegistryTables tables(*rep_->database);
    HIKAE_TRY(const auto documents, tables.DocumentNames());
    std::vector<Row> rows;
    HIKAE_CHECK(tables.ForEachAsOf(day, known_at.value_or(std::numeric_limits<Micros>::max()),
                                   [&](store::VersionRow& stored) -> Result<void> {
                                     if (stored.valid_until && *stored.valid_until < day) return {};
                                     HIKAE_TRY(Row row, RowOf(stored, documents));
                                     rows.push_back(std::move(row));
                                     return {};
                                   }));
    DropCorrected(rows, rep_->schema);
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
