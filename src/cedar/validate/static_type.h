// Types as the validator infers them: the schema's, and beside them Booleans known to be true or false. Internal.
#ifndef HIKAE_CEDAR_VALIDATE_STATIC_TYPE_H_
#define HIKAE_CEDAR_VALIDATE_STATIC_TYPE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "cedar/schema/schema.h"

namespace hikae::cedar {

// What is known of a Boolean before anything is evaluated.
enum class Truth : uint8_t { kAny, kTrue, kFalse };

struct StaticAttribute;
using StaticRecord = std::map<std::string, StaticAttribute, std::less<>>;

// Immutable; copying shares.
struct StaticType {
  Type::Kind kind = Type::Kind::kBool;
  Truth truth = Truth::kAny;                   // of kBool
  std::string entity;                          // of kEntity: the entity type
  std::shared_ptr<const StaticType> element;   // of kSet
  std::shared_ptr<const StaticRecord> record;  // of kRecord
  size_t weight = 1;                           // types in it, itself counted: what comparing it may cost

  static StaticType Bool(Truth truth) { return {Type::Kind::kBool, truth, {}, nullptr, nullptr}; }
  static StaticType Of(Type::Kind kind) { return {kind, Truth::kAny, {}, nullptr, nullptr}; }
  static StaticType Entity(std::string type) {
    return {Type::Kind::kEntity, Truth::kAny, std::move(type), nullptr, nullptr};
  }
  static StaticType Set(StaticType element);
  static StaticType Record(StaticRecord record);
  std::string ToString() const;  // for messages: cut off where it grows long
};

struct StaticAttribute {
  StaticType type;
  bool required = true;
};

// The least type both fit; nullopt when the strict rules know none: entity types have to be the same, records to have
// the same attributes, required or optional alike.
std::optional<StaticType> LeastUpperBound(const StaticType& a, const StaticType& b);

// What one validation may cost: an expression checked for one kind of request is a step, and comparing large types or
// long keys is more. Schemas and policies multiply: without a bound, small texts would ask for years.
inline constexpr size_t kMaxValidationSteps = 50'000'000;

// Types of a schema, converted once each, and the steps that are left. Holds pointers into the schema, which has to
// outlive it. One thread.
class StaticTypes {
 public:
  explicit StaticTypes(size_t steps = kMaxValidationSteps) : steps_(steps) {}
  const StaticType& From(const Type& type);
  // False once there is nothing left; what is found from then on counts for nothing.
  bool Spend(size_t steps) {
    if (steps > steps_) spent_ = true;
    steps_ = spent_ ? 0 : steps_ - steps;
    return !spent_;
  }
  bool spent() const { return spent_; }

 private:
  size_t steps_;
  bool spent_ = false;
  std::unordered_map<const Type*, StaticType> known_;
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_VALIDATE_STATIC_TYPE_H_
