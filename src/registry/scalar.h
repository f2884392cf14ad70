// Texts to values by the declared type, never by their looks.
#ifndef HIKAE_REGISTRY_SCALAR_H_
#define HIKAE_REGISTRY_SCALAR_H_

#include <optional>
#include <string_view>

#include "base/civil_date.h"
#include "base/error.h"
#include "cedar/schema/schema.h"
#include "codec/node.h"

namespace hikae::registry {

// A value of a scalar type that is no reference; nothing when the node is not one. An error (without a place) when it
// looks like one but cannot be: a day that is not in the calendar.
base::Result<std::optional<cedar::Value>> ReadScalar(const codec::Node& node, cedar::Type::Kind kind);

// Decimal digits, half or full width, with a sign and commas between groups of three. Nothing when it is not one.
std::optional<int64_t> ReadWholeNumber(std::string_view text);

// The day in Japan of a datetime. A civil date stands as midnight UTC and is that day itself.
int64_t CivilDayOf(int64_t ms);

// A date (midnight UTC) or a date, a T, a time and a zone. Milliseconds since 1970.
base::Result<int64_t> ReadMoment(std::string_view text);

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_SCALAR_H_
