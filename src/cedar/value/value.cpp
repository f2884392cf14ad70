#include "cedar/value/value.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#include "cedar/value/extension.h"
#include "cedar/value/value_rep.h"

namespace hikae::cedar {

namespace {

// Sets up to this size are searched one by one.
constexpr size_t kSmallSet = 8;
constexpr int64_t kSmallNumbers = 64;

std::shared_ptr<const Value::Rep> NumberRep(Value::Kind kind, int64_t number) {
  return std::make_shared<const Value::Rep>(kind, number);
}

bool LessReps(const Value::Rep& a, const Value::Rep& b) {
  if (&a == &b) return false;
  if (a.kind != b.kind) return a.kind < b.kind;
  switch (a.kind) {
    case Value::Kind::kBool:
    case Value::Kind::kLong:
    case Value::Kind::kDecimal:
    case Value::Kind::kDatetime:
    case Value::Kind::kDuration:
      return a.number < b.number;
    case Value::Kind::kString:
      return AsText(a).text < AsText(b).text;
    case Value::Kind::kEntity:
      return AsEntity(a).uid < AsEntity(b).uid;
    case Value::Kind::kIp:
      return AsIp(a).network < AsIp(b).network;
    case Value::Kind::kSet:
      return std::lexicographical_compare(AsSet(a).elements.begin(), AsSet(a).elements.end(), AsSet(b).elements.begin(),
                                          AsSet(b).elements.end());
    case Value::Kind::kRecord:
      return std::ranges::lexicographical_compare(
          AsRecord(a).attributes, AsRecord(b).attributes,
          [](const auto& x, const auto& y) { return x.first != y.first ? x.first < y.first : x.second < y.second; });
  }
  return false;
}

}  // namespace

IpRep::IpRep(const IpNetwork& n) : Rep(Value::Kind::kIp, 0), network(n) {
  uint64_t halves[2];
  std::memcpy(halves, network.address.data(), sizeof halves);
  hash = MixHash(MixHash(halves[0], halves[1]), network.prefix * 2u + (network.v6 ? 1 : 0));
}

SetRep::SetRep(std::vector<Value> sorted_unique) : Rep(Value::Kind::kSet, 0), elements(std::move(sorted_unique)) {
  hash = 0x2545F4914F6CDD1DULL;
  hashes.reserve(elements.size());
  for (const Value& element : elements) {
    hashes.push_back(ValueAccess::Of(element).hash);
    hash = MixHash(hash, hashes.back());
  }
  if (elements.size() <= kSmallSet) return;
  table.resize(std::bit_ceil(elements.size() * 2));
  for (size_t i = 0; i < elements.size(); ++i) {
    size_t at = hashes[i] & (table.size() - 1);
    while (table[at] != 0) at = (at + 1) & (table.size() - 1);
    table[at] = static_cast<uint32_t>(i + 1);
  }
}

RecordRep::RecordRep(std::map<std::string, Value> a) : Rep(Value::Kind::kRecord, 0), attributes(std::move(a)) {
  hash = 0x9FB21C651E98DF25ULL;
  index.reserve(attributes.size());
  for (const auto& entry : attributes) {
    const auto& [name, value] = entry;
    Slot slot{HashText(name), Cell(value), &entry, kLong, {}};
    if (name.size() <= slot.name.size()) {
      slot.size = static_cast<uint8_t>(name.size());
      std::ranges::copy(name, slot.name.begin());
    }
    index.push_back(slot);
    hash = MixHash(MixHash(hash, slot.hash), ValueAccess::Of(value).hash);
  }
  std::ranges::sort(index, {}, &Slot::hash);
}

const RecordRep::Slot* RecordRep::FindHashed(uint64_t name_hash, std::string_view name) const {
  const Slot* at = index.data();
  const Slot* end = at + index.size();
  if (index.size() > kSmallSet) {
    at = std::ranges::lower_bound(at, end, name_hash, {}, &Slot::hash);
  } else {
    while (at != end && at->hash != name_hash) ++at;
  }
  for (; at != end && at->hash == name_hash; ++at) {
    if (at->Names(name)) return at;
  }
  return nullptr;
}

bool EqualReps(const Value::Rep& a, const Value::Rep& b) {
  if (&a == &b) return true;
  if (a.kind != b.kind || a.hash != b.hash) return false;
  switch (a.kind) {
    case Value::Kind::kBool:
    case Value::Kind::kLong:
    case Value::Kind::kDecimal:
    case Value::Kind::kDatetime:
    case Value::Kind::kDuration:
      return a.number == b.number;
    case Value::Kind::kString:
      return SameText(AsText(a).text, AsText(b).text);
    case Value::Kind::kEntity:
      return AsEntity(a).uid == AsEntity(b).uid;
    case Value::Kind::kIp:
      return AsIp(a).network == AsIp(b).network;
    case Value::Kind::kSet:
      return AsSet(a).elements == AsSet(b).elements;
    case Value::Kind::kRecord:
      return AsRecord(a).attributes == AsRecord(b).attributes;
  }
  return false;
}

Value Value::Bool(bool value) {
  static const Value kFalse(NumberRep(Kind::kBool, 0));
  static const Value kTrue(NumberRep(Kind::kBool, 1));
  return value ? kTrue : kFalse;
}
Value Value::Long(int64_t value) {
  // Most numbers are counts of something there is little of.
  static const std::vector<Value> kSmall = [] {
    std::vector<Value> small;
    for (int64_t number = 0; number < kSmallNumbers; ++number) small.push_back(Value(NumberRep(Kind::kLong, number)));
    return small;
  }();
  if (value >= 0 && value < kSmallNumbers) return kSmall[static_cast<size_t>(value)];
  return Value(NumberRep(Kind::kLong, value));
}
Value Value::String(std::string value) { return Value(std::make_shared<const TextRep>(std::move(value))); }
Value Value::Entity(EntityUid uid) { return Value(std::make_shared<const OwnedEntityRep>(std::move(uid))); }

Value Value::Set(std::vector<Value> elements) {
  static const Value kEmpty(std::make_shared<const SetRep>(std::vector<Value>()));
  if (elements.empty()) return kEmpty;
  std::ranges::sort(elements, [](const Value& a, const Value& b) { return a < b; });
  const auto [first, last] = std::ranges::unique(elements);
  elements.erase(first, last);
  elements.shrink_to_fit();
  return Value(std::make_shared<const SetRep>(std::move(elements)));
}

Value Value::Record(std::map<std::string, Value> attributes) {
  return Value(std::make_shared<const RecordRep>(std::move(attributes)));
}

base::Result<Value> Value::Decimal(std::string_view text) {
  HIKAE_TRY(const int64_t number, ParseDecimal(text));
  return Value(NumberRep(Kind::kDecimal, number));
}
base::Result<Value> Value::Ip(std::string_view text) {
  HIKAE_TRY(const IpNetwork network, ParseIp(text));
  return Value(std::make_shared<const IpRep>(network));
}
base::Result<Value> Value::Datetime(std::string_view text) {
  HIKAE_TRY(const int64_t number, ParseDatetime(text));
  return DatetimeOf(number);
}
base::Result<Value> Value::Duration(std::string_view text) {
  HIKAE_TRY(const int64_t number, ParseDuration(text));
  return DurationOf(number);
}
Value Value::DatetimeOf(int64_t milliseconds) { return Value(NumberRep(Kind::kDatetime, milliseconds)); }
Value Value::DurationOf(int64_t milliseconds) { return Value(NumberRep(Kind::kDuration, milliseconds)); }

Value::Kind Value::kind() const { return rep_->kind; }
bool Value::boolean() const { return assert(kind() == Kind::kBool), rep_->number != 0; }
int64_t Value::integer() const { return rep_->number; }
const std::string& Value::text() const { return assert(kind() == Kind::kString), AsText(*rep_).text; }
const EntityUid& Value::entity() const { return assert(kind() == Kind::kEntity), AsEntity(*rep_).uid; }
const std::vector<Value>& Value::elements() const { return assert(kind() == Kind::kSet), AsSet(*rep_).elements; }
const std::map<std::string, Value>& Value::attributes() const {
  return assert(kind() == Kind::kRecord), AsRecord(*rep_).attributes;
}
const Value* Value::Find(std::string_view attribute) const {
  if (kind() != Kind::kRecord) return nullptr;
  const RecordRep::Slot* slot = AsRecord(*rep_).FindHashed(HashText(attribute), attribute);
  return slot != nullptr ? &slot->entry->second : nullptr;
}

bool operator==(const Value& a, const Value& b) { return EqualReps(*a.rep_, *b.rep_); }
bool operator<(const Value& a, const Value& b) { return LessReps(*a.rep_, *b.rep_); }

}  // namespace hikae::cedar
