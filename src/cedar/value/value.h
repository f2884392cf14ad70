// Values of the policy language: what attributes hold and expressions yield.
#ifndef HIKAE_CEDAR_VALUE_VALUE_H_
#define HIKAE_CEDAR_VALUE_VALUE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "codec/node.h"

namespace hikae::cedar {

struct EntityUid {
  std::string type;  // with namespace: "Ns::User"
  std::string id;
  friend auto operator<=>(const EntityUid&, const EntityUid&) = default;
  friend bool operator==(const EntityUid&, const EntityUid&) = default;
  std::string ToString() const;  // Type::"id", the id escaped as Cedar text
};

// An immutable value; copying is cheap (shared). Equality is Cedar's ==: structural, and false between kinds.
class Value {
 public:
  enum class Kind : uint8_t { kBool, kLong, kString, kEntity, kSet, kRecord, kDecimal, kIp, kDatetime, kDuration };

  Value() : Value(Bool(false)) {}
  static Value Bool(bool value);
  static Value Long(int64_t value);
  static Value String(std::string value);
  static Value Entity(EntityUid uid);
  static Value Set(std::vector<Value> elements);  // duplicates are dropped; order of elements is canonical
  static Value Record(std::map<std::string, Value> attributes);
  static base::Result<Value> Decimal(std::string_view text);  // decimal("1.23"); error text as Cedar's
  static base::Result<Value> Ip(std::string_view text);
  static base::Result<Value> Datetime(std::string_view text);  // ISO 8601 as Cedar allows
  static base::Result<Value> Duration(std::string_view text);
  static Value DatetimeOf(int64_t milliseconds);  // since 1970, UTC
  static Value DurationOf(int64_t milliseconds);

  Kind kind() const;
  bool boolean() const;
  int64_t integer() const;  // of kLong; the milliseconds of kDatetime and kDuration; the ten-thousandths of kDecimal
  const std::string& text() const;
  const EntityUid& entity() const;
  const std::vector<Value>& elements() const;              // of a set
  const std::map<std::string, Value>& attributes() const;  // of a record
  const Value* Find(std::string_view attribute) const;     // of a record; nullptr when absent

  // Cedar's text of the value: "a", Type::"id", [1, 2], {"a": 1}, datetime("2021-05-06"), decimal("1.5") …
  std::string ToString() const;
  // Cedar JSON with explicit __entity and __extn escapes, and back. Read checks nothing against a schema.
  codec::Node ToJson() const;
  static base::Result<Value> FromJson(const codec::Node& json, std::string_view file = {});

  friend bool operator==(const Value& a, const Value& b);
  friend bool operator<(const Value& a, const Value& b);  // an arbitrary total order, stable across runs
  struct Rep;

 private:
  friend struct ValueAccess;
  explicit Value(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}
  std::shared_ptr<const Rep> rep_;
};

// {"type": …, "id": …}, or the same within "__entity". Errors (kArgument) with the place.
base::Result<EntityUid> ReadUid(const codec::Node& json, std::string_view file);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_VALUE_VALUE_H_
