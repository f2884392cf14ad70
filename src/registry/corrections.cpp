#include "registry/corrections.h"

#include "registry/row_codec.h"

namespace hikae::registry {

using base::Result;
using cedar::EntityUid;

const EntityUid* CorrectedBy(const Row& row, const cedar::Schema& schema) {
  const auto names = row.entity.attributes.find("corrects");
  if (names == row.entity.attributes.end() || names->second.kind() != cedar::Value::Kind::kEntity) return nullptr;
  const cedar::EntityType* type = schema.FindEntityType(row.entity.uid.type);
  return type != nullptr && type->annotations.contains("ledger") ? &names->second.entity() : nullptr;
}

Result<void> Corrections::Load(const std::string& type) {
  if (!loaded_.insert(type).second) return {};
  return tables_.ForEachOfType(type, [&](store::VersionRow& stored) -> Result<void> {
    Row row;
    row.entity.uid = {stored.type, stored.id};
    HIKAE_CHECK(DecodeContent(stored.content, row));
    if (const EntityUid* old = CorrectedBy(row, schema_)) by_.emplace(*old, row.entity.uid);
    return {};
  });
}

Result<EntityUid> Corrections::NewestOf(const EntityUid& uid) {
  HIKAE_CHECK(Load(uid.type));
  // Rows recorded before corrections were looked at may go round; the walk ends all the same.
  std::set<EntityUid> seen = {uid};
  EntityUid newest = uid;
  for (auto next = by_.find(uid); next != by_.end(); next = by_.find(newest)) {
    if (!seen.insert(next->second).second) break;
    newest = next->second;
  }
  return newest;
}

Result<void> Corrections::Add(const EntityUid& uid, const EntityUid& by) {
  HIKAE_CHECK(Load(uid.type));
  by_.emplace(uid, by);
  return {};
}

}  // namespace hikae::registry
