#include "registry/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/civil_date.h"
#include "base/utf8.h"
#include "registry/ledger_rows.h"
#include "registry/ledger_write.h"
#include "registry/recording.h"
#include "registry/wording.h"
#include "store/database.h"

namespace hikae::registry {
namespace {

using base::Error;
using base::Result;
using base::Status;
using cedar::EntityType;
using cedar::EntityUid;

Error Refuse(base::Text text, base::Text hint) {
  return Error(Status::kArgument, std::move(text), {}, std::move(hint));
}

// What is recorded of one document, once its statements are made.
Result<Declared> RecordAll(Recording& recording, const std::vector<Stated>& all, const std::string& by, Micros now,
                           Problems& problems, const BeforeCommit& before_commit) {
  for (const Stated& stated : all) {
    auto added = recording.references().Add(stated);
    if (!added.ok()) problems.Add(std::move(added).error());
  }
  for (const Stated& stated : all) {
    if (problems.full()) break;
    HIKAE_CHECK(recording.Read(stated, 0, by, &problems));
  }
  if (!problems.empty()) return problems.Summary();
  HIKAE_TRY(Declared declared, recording.Record(now));
  return Conclude(std::move(declared), recording.tables(), before_commit);
}

Result<void> CheckNew(const LedgerRows& rows, const store::RegistryTables& tables) {
  if (!rows.once) return {};
  HIKAE_TRY(const auto known, tables.FindDocument(rows.document.name, DigestOf(rows.document.text)));
  if (!known) return {};
  return Error(Status::kExists, {"this file was taken in before", "このファイルはすでに取り込まれている"},
               {rows.document.name, 0, 0},
               {"its rows are recorded; to record them once more, say so (--again)",
                "行は記録済みである。もう一度記録するなら、そう指定する（--again）"});
}

// The row to be corrected, whatever its id is written like.
Result<Row> RowToCorrect(const Correction& correction, const EntityType& type, const Ledgers& ledgers,
                         Recording& recording) {
  EntityUid uid = {type.name, correction.id};
  if (const auto qualified = ReadQualifiedId(correction.id)) uid = *qualified;
  const auto other = [&](const std::string& name) {
    return Refuse({fmt::format("{} is a row of {}, not of {}", uid.id, name, type.name),
                   fmt::format("{} は {} の行で、{} の行ではない", uid.id, name, type.name)},
                  {fmt::format("correct it as a row of {}", name), fmt::format("{} の行として訂正する", name)});
  };
  if (uid.type != type.name) return other(uid.type);
  HIKAE_TRY(const auto versions, recording.tables().Versions(uid.type, uid.id));
  if (!versions.empty()) return RowOf(versions.back(), {});
  for (const EntityType* one : ledgers.Types()) {
    HIKAE_TRY(const bool there, recording.tables().Has(one->name, uid.id));
    if (there) return other(one->name);
  }
  HIKAE_TRY(const std::vector<std::string> ids, recording.tables().Ids(type.name));
  Error none = Refuse({fmt::format("no row of {} is named \"{}\"", type.name, uid.id),
                       fmt::format("「{}」という {} の行はない", uid.id, type.name)},
                      NearestHint(uid.id, ids, {"list the rows for their ids", "一覧で識別名を確かめる"}));
  none.status = Status::kNotFound;
  return none;
}

Result<void> CheckCorrects(const EntityType& type, const EntityUid& uid, Recording& recording) {
  if (type.Find("corrects") == nullptr)
    return Refuse(
        {fmt::format("rows of {} cannot be corrected", type.name), fmt::format("{} の行は訂正できない", type.name)},
        {"the type has no attribute `corrects`", "この種類には corrects という項目がない"});
  HIKAE_TRY(const EntityUid newest, recording.corrections().NewestOf(uid));
  if (newest == uid) return {};
  return Refuse({fmt::format("{} is corrected already", uid.ToString()),
                 fmt::format("{} はすでに訂正されている", uid.ToString())},
                {fmt::format("correct the newest row, {}", newest.ToString()),
                 fmt::format("最も新しい行 {} を訂正する", newest.ToString())});
}

bool SaysReason(const std::string& reason) {
  constexpr std::u32string_view kBlanks = U" \t\r\n\u00A0\u3000";
  return base::ToUtf32(reason).find_first_not_of(kBlanks) != std::u32string::npos;
}

// Of "契1/10" and "契1/9" the second goes first.
std::tuple<std::string, int64_t, std::string> Natural(const std::string& id) {
  const size_t slash = id.rfind('/');
  const std::string last = id.substr(slash == id.npos ? 0 : slash + 1);
  const bool number = !last.empty() && last.size() < 18 &&
                      std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!number) return {slash == id.npos ? "" : id.substr(0, slash), 0, last};
  return {slash == id.npos ? "" : id.substr(0, slash), std::stoll(last), ""};
}

// Which rows of a @confirms type name which row; corrected ones do not count.
Result<void> AddConfirmations(const RowChecks::Confirmation& by, const store::RegistryTables& tables,
                              const cedar::Schema& schema, std::map<std::string, std::vector<EntityUid>>& confirmed) {
  std::vector<std::pair<std::string, EntityUid>> found;
  std::set<EntityUid> corrected;
  HIKAE_CHECK(tables.ForEachOfType(by.type, [&](store::VersionRow& stored) -> Result<void> {
    HIKAE_TRY(const Row row, RowOf(stored, {}));
    if (const EntityUid* old = CorrectedBy(row, schema)) corrected.insert(*old);
    const auto names = row.entity.attributes.find(by.attribute);
    if (names != row.entity.attributes.end()) found.emplace_back(names->second.entity().id, row.entity.uid);
    return {};
  }));
  for (auto& [id, uid] : found) {
    if (!corrected.contains(uid)) confirmed[id].push_back(std::move(uid));
  }
  return {};
}

bool Wanted(const LedgerLine& line, const LedgerQuery& query) {
  if (!query.all && !line.corrected_by.empty()) return false;
  // A row that ended on the day it began was taken back.
  if (!query.all && line.row.valid_until && *line.row.valid_until <= line.row.valid_from) return false;
  if (!query.from && !query.until) return true;
  return line.day && (!query.from || *line.day >= *query.from) && (!query.until || *line.day <= *query.until);
}

Result<std::optional<EntityUid>> OwnerNamed(const EntityType& type, const LedgerQuery& query,
                                            const cedar::Schema& schema, store::RegistryTables& tables) {
  if (query.owner.empty()) return std::optional<EntityUid>();
  std::vector<std::string> types;
  for (const cedar::Attribute* attribute : OwnerAttributes(type)) {
    const cedar::Type& one = attribute->type;
    types.push_back(one.kind == cedar::Type::Kind::kSet ? one.element->name : one.name);
  }
  if (types.empty())
    return Refuse(
        {fmt::format("a row of {} belongs to nothing", type.name), fmt::format("{} の行に所属先はない", type.name)},
        {"leave the owner out", "所属先を指定しない"});
  static const std::string kNowhere;
  Stated from;
  from.file = &kNowhere;
  HIKAE_TRY(EntityUid owner, References(schema, tables).Resolve(codec::Node::Plain(query.owner), types, from, {}));
  return std::optional(std::move(owner));
}

}  // namespace

std::vector<const EntityType*> Ledgers::Types() const {
  std::vector<const EntityType*> types;
  for (const EntityType& type : schema_.entity_types()) {
    if (type.annotations.contains("ledger")) types.push_back(&type);
  }
  return types;
}

Result<const EntityType*> Ledgers::Find(std::string_view name) const {
  const EntityType* any = schema_.FindEntityType(name);
  if (any != nullptr && any->annotations.contains("ledger")) return any;
  if (any != nullptr) {
    const base::Text label = Label(any->name, any->annotations);
    return Refuse({fmt::format("{} is no ledger", label.en), fmt::format("{} は台帳ではない", label.ja)},
                  {"state it in a document, and declare that", "文書に書いて登録する"});
  }
  std::vector<std::string> known;
  const EntityType* found = nullptr;
  bool several = false;
  for (const EntityType* type : Types()) {
    known.push_back(type->name);
    for (const char* language : {"ja", "en"}) {
      const auto called = type->annotations.find(language);
      if (called == type->annotations.end()) continue;
      known.push_back(called->second);
      if (called->second != name || found == type) continue;
      several = found != nullptr;
      found = type;
    }
  }
  if (found != nullptr && !several) return found;
  constexpr size_t kMostListed = 30;
  std::string all;
  for (const EntityType* type : Types()) all += (all.empty() ? "" : ", ") + type->name;
  const base::Text known_are = Types().size() <= kMostListed
                                   ? base::Text{"known are " + all, "使えるのは " + all}
                                   : base::Text{"hikae ledger types lists those of the office's packs",
                                                "この台帳一式の規程集にある台帳は hikae ledger types で見られる"};
  if (several) known.clear();
  return Refuse({fmt::format("no ledger is named \"{}\"", name), fmt::format("「{}」という台帳はない", name)},
                NearestHint(name, known, known_are));
}

Result<Declared> Ledgers::Append(const LedgerRows& rows, Micros now, Problems& problems,
                                 const BeforeCommit& before_commit) const {
  HIKAE_TRY(const EntityType* const type, Find(rows.type));
  const std::vector<const cedar::Attribute*> owners = OwnerAttributes(*type);
  RowForm form{type};
  if (!rows.owner.empty() && owners.size() == 1) form.owner = owners.front();
  HIKAE_TRY(const std::vector<GivenRow> given, ReadRows(rows.document, form, problems));
  if (!problems.empty()) return problems.Summary();
  if (given.empty())
    return Error(Status::kArgument, {"there is no row", "行がない"}, {rows.document.name, 0, 0},
                 {"write a row at least", "一行以上書く"});
  const std::vector<Document> documents = {rows.document};
  return database_->Write([&]() -> Result<Declared> {
    Problems found;  // the engine may ask for the work again
    Recording recording(schema_, checks_, *database_, documents);
    recording.references().Know(rows.word_of);
    HIKAE_CHECK(CheckNew(rows, recording.tables()));
    LedgerWrite write(*type, rows.document, recording, found, base::DayInJapan(now));
    HIKAE_CHECK(write.SetOwner(rows.owner));
    std::vector<Stated> all;
    all.reserve(given.size());
    for (const GivenRow& row : given) {
      if (found.full()) break;
      HIKAE_TRY(auto stated, write.StatementOf(row, rows.valid_from));
      if (stated) all.push_back(*std::move(stated));
    }
    HIKAE_CHECK(write.KeepNumbers());
    auto declared = RecordAll(recording, all, rows.by, now, found, before_commit);
    problems = std::move(found);
    return declared;
  });
}

Result<Declared> Ledgers::Correct(const Correction& correction, Micros now, Problems& problems,
                                  const BeforeCommit& before_commit) const {
  HIKAE_TRY(const EntityType* const type, Find(correction.type));
  if (!SaysReason(correction.reason))
    return Refuse({"a correction needs a reason", "訂正には理由が必要である"},
                  {"say in a sentence why the row is wrong", "前の行がなぜ誤りなのかを書く"});
  HIKAE_TRY(const std::vector<GivenRow> given, ReadRows(correction.document, {type, nullptr, false}, problems));
  if (!problems.empty()) return problems.Summary();
  if (given.size() != 1)
    return Error(Status::kArgument,
                 {fmt::format("one row is expected, {} are there", given.size()),
                  fmt::format("一行が必要だが、{}行ある", given.size())},
                 {correction.document.name, 0, 0}, {"correct rows one by one", "一行ずつ訂正する"});
  const GivenRow& row = given.front();
  if (row.cells.empty() && row.dropped.empty() && row.tags.entries().empty() && !row.valid_until)
    return Error(Status::kArgument, {"nothing is changed", "変更がない"}, {correction.document.name, 0, 0},
                 {"say what is right instead", "正しい内容を書く"});
  const std::vector<Document> documents = {correction.document};
  return database_->Write([&]() -> Result<Declared> {
    Problems found;
    Recording recording(schema_, checks_, *database_, documents);
    recording.references().Know(correction.word_of);
    HIKAE_TRY(const Row old, RowToCorrect(correction, *type, *this, recording));
    HIKAE_CHECK(CheckCorrects(*type, old.entity.uid, recording));
    LedgerWrite write(*type, correction.document, recording, found, base::DayInJapan(now));
    HIKAE_TRY(auto stated, write.CorrectionOf(row, old));
    if (!stated) return problems = std::move(found), problems.Summary();
    if (correction.valid_from) stated->valid.from = *correction.valid_from;
    stated->reason = correction.reason;
    HIKAE_CHECK(write.KeepNumbers());
    auto declared = RecordAll(recording, {*std::move(stated)}, correction.by, now, found, before_commit);
    problems = std::move(found);
    return declared;
  });
}

Result<std::vector<LedgerLine>> Ledgers::List(const LedgerQuery& query) const {
  HIKAE_TRY(const EntityType* const type, Find(query.type));
  const cedar::Attribute* const about = DayAttribute(*type);
  return database_->Read([&]() -> Result<std::vector<LedgerLine>> {
    store::RegistryTables tables(*database_);
    HIKAE_TRY(const auto documents, tables.DocumentNames());
    HIKAE_TRY(const auto owner, OwnerNamed(*type, query, schema_, tables));
    std::vector<LedgerLine> lines;
    std::map<EntityUid, std::string> corrected;
    HIKAE_CHECK(tables.ForEachOfType(type->name, [&](store::VersionRow& stored) -> Result<void> {
      LedgerLine line;
      HIKAE_TRY(line.row, RowOf(stored, documents));
      if (const EntityUid* old = CorrectedBy(line.row, schema_)) corrected.emplace(*old, line.row.entity.uid.id);
      const auto& attributes = line.row.entity.attributes;
      if (const auto day = about == nullptr ? attributes.end() : attributes.find(about->name); day != attributes.end())
        line.day = DayOf(day->second);
      lines.push_back(std::move(line));
      return {};
    }));
    std::map<std::string, std::vector<EntityUid>> confirmed;
    for (const auto& by : checks_.ConfirmationsOf(type->name))
      HIKAE_CHECK(AddConfirmations(by, tables, schema_, confirmed));
    for (LedgerLine& line : lines) {
      if (const auto by = corrected.find(line.row.entity.uid); by != corrected.end()) line.corrected_by = by->second;
      if (const auto by = confirmed.find(line.row.entity.uid.id); by != confirmed.end()) line.confirmed = by->second;
    }
    std::erase_if(lines, [&](const LedgerLine& line) {
      return !Wanted(line, query) || (owner && OwnerOf(*type, line.row) != owner);
    });
    std::sort(lines.begin(), lines.end(), [](const LedgerLine& a, const LedgerLine& b) {
      if (a.day != b.day) return a.day < b.day;
      return Natural(a.row.entity.uid.id) < Natural(b.row.entity.uid.id);
    });
    return lines;
  });
}

}  // namespace hikae::registry
