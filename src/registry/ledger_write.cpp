#include "registry/ledger_write.h"

#include <fmt/format.h>

#include <algorithm>

#include "registry/ledger.h"
#include "registry/scalar.h"
#include "registry/wording.h"

namespace hikae::registry {
namespace {

using base::Result;
using cedar::Attribute;
using cedar::EntityType;
using cedar::EntityUid;
using cedar::Value;
using codec::Mark;
using codec::Node;
using Kind = cedar::Type::Kind;

constexpr size_t kLongestId = 1000;  // bytes, as in a document

const cedar::Type& Single(const cedar::Type& type) { return type.kind == Kind::kSet ? *type.element : type; }

const Attribute* OwnerFor(const EntityType& type, const EntityUid& owner) {
  for (const Attribute* attribute : OwnerAttributes(type)) {
    if (Single(attribute->type).name == owner.type) return attribute;
  }
  return nullptr;
}

bool CanBeId(const std::string& id) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return !id.empty() && id.size() <= kLongestId && std::none_of(id.begin(), id.end(), control) && id.front() != ' ' &&
         id.back() != ' ';
}

}  // namespace

std::vector<const Attribute*> OwnerAttributes(const EntityType& type) {
  std::vector<const Attribute*> owners;
  for (const Attribute& attribute : type.attributes) {
    if (attribute.annotations.contains("owner") && Single(attribute.type).kind == Kind::kEntity)
      owners.push_back(&attribute);
  }
  return owners;
}

std::optional<EntityUid> OwnerOf(const EntityType& type, const Row& row) {
  for (const Attribute* attribute : OwnerAttributes(type)) {
    const auto found = row.entity.attributes.find(attribute->name);
    if (found == row.entity.attributes.end()) continue;
    if (found->second.kind() == Value::Kind::kEntity) return found->second.entity();
    if (found->second.kind() == Value::Kind::kSet && !found->second.elements().empty())
      return found->second.elements().front().entity();
  }
  return std::nullopt;
}

const Attribute* DayAttribute(const EntityType& type) {
  for (const Attribute& attribute : type.attributes) {
    if (attribute.type.kind == Kind::kDatetime && !attribute.annotations.contains("fact")) return &attribute;
  }
  return nullptr;
}

std::optional<Day> DayOf(const Value& value) {
  if (value.kind() != Value::Kind::kDatetime) return std::nullopt;
  const int64_t day = CivilDayOf(value.integer());
  return day == static_cast<Day>(day) ? std::optional(static_cast<Day>(day)) : std::nullopt;
}

Result<std::string> RowNumbers::Next(const std::string& owner) {
  auto last = last_.find(owner);
  if (last == last_.end()) {
    HIKAE_TRY(const int64_t stored, tables_.LastRow(type_, owner));
    last = last_.emplace(owner, stored).first;
  }
  // Rows that were given an id may hold a number already.
  for (;;) {
    std::string id = fmt::format("{}{}{}", owner, owner.empty() ? "" : "/", ++last->second);
    HIKAE_TRY(const bool taken, tables_.Has(type_, id));
    if (!taken) return id;
  }
}

Result<void> RowNumbers::Keep() {
  for (const auto& [owner, number] : last_) HIKAE_CHECK(tables_.SetLastRow(type_, owner, number));
  return {};
}

Result<void> LedgerWrite::SetOwner(const std::string& name) {
  if (name.empty()) return {};
  std::vector<std::string> types;
  for (const Attribute* attribute : OwnerAttributes(type_)) types.push_back(Single(attribute->type).name);
  if (types.empty()) {
    const base::Text label = Label(type_.name, type_.annotations);
    return RefuseAt(
        "", {},
        {fmt::format("a row of {} belongs to nothing", label.en), fmt::format("{} の行に所属先はない", label.ja)},
        {"leave the owner out", "所属先を指定しない"});
  }
  static const std::string kNowhere;
  Stated from;
  from.file = &kNowhere;
  HIKAE_TRY(owner_, recording_.references().Resolve(Node::Plain(name), types, from, {}));
  return {};
}

// A row says its owner itself where the call did not.
Result<void> LedgerWrite::FindOwner(const GivenRow& row, Stated& stated) {
  if (owner_) stated.owner = owner_;
  for (const GivenRow::Cell& cell : row.cells) {
    if (!cell.attribute->annotations.contains("owner")) continue;
    const Node& given = cell.value.IsList() && cell.value.items().size() == 1 ? cell.value.items()[0] : cell.value;
    HIKAE_TRY(stated.owner, recording_.references().Resolve(given, {Single(cell.attribute->type).name}, stated, {}));
  }
  if (stated.owner) stated.owner_attribute = OwnerFor(type_, *stated.owner);
  if (stated.owner || OwnerAttributes(type_).empty()) return {};
  const Attribute& attribute = *OwnerAttributes(type_).front();
  const base::Text label = Label(attribute.name, attribute.annotations);
  return RefuseAt(document_.name, row.mark,
                  {fmt::format("the row does not say its {}", label.en), fmt::format("行に {} がない", label.ja)},
                  {"name it with the call, or in the row", "呼出しで指定するか、行に書く"});
}

Result<void> LedgerWrite::SetId(const GivenRow& row, Stated& stated) {
  const std::string owner = stated.owner ? stated.owner->id : "";
  if (row.id.empty()) {
    HIKAE_TRY(stated.uid.id, numbers_.Next(owner));
    return {};
  }
  const bool whole = owner.empty() || row.id.starts_with(owner + "/");
  stated.uid.id = whole ? row.id : owner + "/" + row.id;
  if (CanBeId(row.id) && CanBeId(stated.uid.id)) return {};
  return RefuseAt(document_.name, row.id_mark, {"this cannot be an id", "識別名として使えない"},
                  {fmt::format("one line of 1 to {} bytes, no blanks around it", kLongestId),
                   fmt::format("改行や前後の空白のない{}バイト以内の文字列", kLongestId)});
}

void LedgerWrite::SetFields(const GivenRow& row, Stated& stated) const {
  stated.lines.emplace("", row.mark.line);
  for (const GivenRow::Cell& cell : row.cells) {
    stated.lines.emplace(cell.attribute->name, cell.mark.line);
    if (!cell.attribute->annotations.contains("owner"))
      stated.fields.push_back({cell.attribute, &cell.value, cell.value.mark()});
  }
  if (row.tags.entries().empty()) return;
  stated.tags = &row.tags;
  stated.tags_mark = row.tags_mark;
}

// What it is about began on that day, even where it was written down later; what is written down before it happens is
// known from when it is written.
Day LedgerWrite::Begins(const Stated& stated) const {
  const Attribute* about = DayAttribute(type_);
  for (const Field& field : stated.fields) {
    if (field.attribute != about || !field.value->IsText()) continue;
    const auto moment = ReadMoment(field.value->text());
    if (moment.ok()) return static_cast<Day>(std::min<int64_t>(CivilDayOf(*moment), today_));
  }
  return today_;
}

Result<std::optional<Stated>> LedgerWrite::StatementOf(const GivenRow& row, const std::optional<Day>& valid_from) {
  Stated stated;
  stated.uid.type = type_.name;
  stated.type = &type_;
  stated.file = &document_.name;
  stated.mark = row.mark;
  SetFields(row, stated);
  auto found = FindOwner(row, stated);
  if (found.ok()) found = SetId(row, stated);
  if (!found.ok()) {
    if (found.error().status != base::Status::kArgument) return found.error();
    problems_.Add(std::move(found).error());
    return std::optional<Stated>();
  }
  stated.valid.from = row.valid_from ? *row.valid_from : valid_from ? *valid_from : Begins(stated);
  stated.valid.until = row.valid_until;
  if (stated.valid.until && *stated.valid.until < stated.valid.from) {
    problems_.Add(RefuseAt(document_.name, row.mark,
                           {"valid_until is before valid_from", "valid_until が valid_from より前である"},
                           {fmt::format("valid_from is {}", base::FormatIso(stated.valid.from)),
                            fmt::format("valid_from は {}", base::FormatIso(stated.valid.from))}));
    return std::optional<Stated>();
  }
  return std::optional(std::move(stated));
}

Result<std::optional<Stated>> LedgerWrite::CorrectionOf(const GivenRow& row, const Row& old) {
  if (!owner_) owner_ = OwnerOf(type_, old);
  HIKAE_TRY(auto stated, StatementOf(row, old.valid_from));
  if (!stated) return stated;
  stated->carried = &old;
  stated->corrects = old.entity.uid;
  stated->dropped = row.dropped;
  return stated;
}

}  // namespace hikae::registry
