// The parts of values' JSON that those who know a type read by themselves.
#ifndef HIKAE_CEDAR_VALUE_VALUE_JSON_H_
#define HIKAE_CEDAR_VALUE_VALUE_JSON_H_

#include <string_view>

#include "base/error.h"
#include "cedar/value/value.h"
#include "codec/node.h"

namespace hikae::cedar {

// What stands within "__extn": {"fn": …, "arg": …} or {"fn": …, "args": […]}. `implicit`: texts are taken for values of
// the extension type that the function wants. Errors (kArgument) with the place.
base::Result<Value> ReadExtensionCall(const codec::Node& call, std::string_view file, bool implicit);

// Where a value of an extension type is expected: a text, a call with or without its "__extn". What is none of these is
// read as any value: whether its kind fits is for the caller to see.
base::Result<Value> ReadExtension(const codec::Node& json, Value::Kind kind, std::string_view file);

codec::Node UidToJson(const EntityUid& uid);  // {"type": …, "id": …}

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_VALUE_VALUE_JSON_H_
