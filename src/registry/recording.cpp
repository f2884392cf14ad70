#include "registry/recording.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/sha256.h"
#include "registry/row_codec.h"
#include "registry/statement.h"
#include "registry/wording.h"

namespace hikae::registry {
namespace {

using base::Result;
using cedar::EntityUid;

constexpr size_t kMostLevels = 1000;  // of a hierarchy

// The version that holds from `day` on, as far as the later ones leave it: the newest that began by then.
const store::VersionRow* HoldingOn(const std::vector<store::VersionRow>& versions, Day day) {
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (version->valid_from <= day) return &*version;
  }
  return nullptr;
}

// Where the attribute is stated, or the entity where it is not.
codec::Mark MarkOf(const Stated& stated, const std::string& attribute) {
  for (const Field& field : stated.fields) {
    if (field.attribute->name == attribute) return field.mark;
  }
  return stated.mark;
}

// Whether a correction says anything that the row it corrects does not.
bool Changes(const Row& row, const Row& old) {
  auto now = row.entity.attributes;
  auto before = old.entity.attributes;
  now.erase("corrects"), before.erase("corrects");
  return now != before || row.entity.tags != old.entity.tags || row.gaps != old.gaps;
}

}  // namespace

Result<void> Recording::Read(const Stated& stated, size_t document, const std::string& by, Problems* problems) {
  Problems own;
  Problems& found = problems != nullptr ? *problems : own;
  const size_t before = found.all().size();
  HIKAE_TRY(Row row, ReadStatement(stated, references_, problems));
  for (const RowChecks::Fault& fault : checks_.FaultsOf(row))
    found.Add(RefuseAt(*stated.file, MarkOf(stated, fault.attribute), fault.text, fault.hint));
  const bool ends =
      stated.carried != nullptr && stated.valid.until && stated.valid.until != stated.carried->valid_until;
  if (stated.carried != nullptr && found.all().size() == before && !ends && !Changes(row, *stated.carried))
    found.Add(RefuseAt(*stated.file, stated.mark, {"nothing is changed", "変更がない"},
                       {"say what is right instead", "正しい内容を書く"}));
  if (problems == nullptr && !own.empty()) return own.all().front();
  if (found.all().size() != before) return {};
  row.document = *stated.file;
  row.by = by;
  if (!row.entity.parents.empty()) by_uid_.emplace(row.entity.uid, pending_.size());
  pending_.push_back({std::move(row), &stated, document});
  return {};
}

Result<std::vector<EntityUid>> Recording::ParentsOn(const EntityUid& uid, Day day) {
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

Result<void> Recording::Climb(const EntityUid& uid, Day day, std::vector<EntityUid>& path, std::set<EntityUid>& done) {
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

Result<void> Recording::CheckAcyclic() {
  // The same day is climbed once: entities of one document mostly share theirs.
  std::map<Day, std::set<EntityUid>> done;
  for (const auto& [uid, index] : by_uid_) {
    std::vector<EntityUid> path;
    const Day day = pending_[index].row.valid_from;
    HIKAE_CHECK(Climb(uid, day, path, done[day]));
  }
  return {};
}

Result<int64_t> Recording::DocumentOf(size_t document) {
  if (numbers_[document]) return *numbers_[document];
  const auto& [name, text] = documents_[document];
  const std::string digest = DigestOf(text);
  HIKAE_TRY(auto number, tables_.FindDocument(name, digest));
  if (!number) {
    HIKAE_TRY(number, tables_.AddDocument(name, digest, text, recorded_at_));
  }
  numbers_[document] = number;
  return *number;
}

// A row has one correction: where there were two, neither could be told to be the one that counts.
Result<void> Recording::TakeCorrection(const Pending& pending) {
  const EntityUid* corrected = CorrectedBy(pending.row, schema_);
  if (corrected == nullptr) return {};
  const EntityUid& uid = pending.row.entity.uid;
  const codec::Mark mark = MarkOf(*pending.stated, "corrects");
  HIKAE_TRY(const EntityUid newest, corrections_.NewestOf(*corrected));
  if (newest != *corrected) {
    return RefuseAt(*pending.stated->file, mark,
                    {fmt::format("{} is corrected already", corrected->ToString()),
                     fmt::format("{} はすでに訂正されている", corrected->ToString())},
                    {fmt::format("correct the newest row, {}", newest.ToString()),
                     fmt::format("最も新しい行 {} を訂正する", newest.ToString())});
  }
  HIKAE_TRY(const EntityUid end, corrections_.NewestOf(uid));
  if (end == *corrected) {
    return RefuseAt(*pending.stated->file, mark,
                    {fmt::format("{} would correct itself", uid.ToString()),
                     fmt::format("{} が自分自身を訂正することになる", uid.ToString())},
                    {"`corrects` names an earlier row", "corrects には前の行を書く"});
  }
  return corrections_.Add(*corrected, uid);
}

Result<void> Recording::RecordOne(Pending& pending) {
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
  HIKAE_CHECK(TakeCorrection(pending));
  stored.type = uid.type;
  stored.id = uid.id;
  stored.version = versions.empty() ? 1 : versions.back().version + 1;
  stored.recorded_at = recorded_at_;
  stored.valid_from = row.valid_from;
  stored.valid_until = row.valid_until;
  HIKAE_TRY(stored.document, DocumentOf(pending.document));
  stored.by = row.by;
  stored.lines = EncodeLines(row);
  HIKAE_CHECK(tables_.Add(stored));
  ++(versions.empty() ? declared_.added : declared_.changed);
  declared_.touched.push_back(uid);
  if (const EntityUid* corrected = CorrectedBy(row, schema_)) declared_.corrected.push_back(*corrected);
  return {};
}

Result<Declared> Recording::Record(Micros now) {
  HIKAE_CHECK(CheckAcyclic());
  HIKAE_TRY(recorded_at_, tables_.NextRecordedAt(now));
  numbers_.resize(documents_.size());
  for (size_t i = 0; i < documents_.size(); ++i) HIKAE_CHECK(DocumentOf(i));
  for (Pending& pending : pending_) HIKAE_CHECK(RecordOne(pending));
  return std::move(declared_);
}

std::string DigestOf(const std::string& text) {
  const crypto::Digest digest = crypto::Sha256Of({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

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

std::optional<LogPlace> PlaceOf(std::optional<store::LogPositionRow> row) {
  if (!row) return std::nullopt;
  return LogPlace{std::move(row->origin), std::move(row->period), static_cast<uint64_t>(row->next)};
}

Result<void> KeepPlace(store::RegistryTables& tables, const LogPlace& place) {
  return tables.SetLogPosition({place.origin, place.period, static_cast<int64_t>(place.next)});
}

Result<Declared> Conclude(Declared declared, store::RegistryTables& tables, const BeforeCommit& before_commit) {
  if (!before_commit) return declared;
  HIKAE_TRY(auto answered, tables.LogPosition());
  HIKAE_TRY(const LogPlace place, before_commit(declared, PlaceOf(std::move(answered))));
  HIKAE_CHECK(KeepPlace(tables, place));
  return declared;
}

}  // namespace hikae::registry
