// A request as JSON: {"principal": uid, "action": uid, "resource": uid, "context": {…}}.
#ifndef HIKAE_CEDAR_SCHEMA_REQUEST_JSON_H_
#define HIKAE_CEDAR_SCHEMA_REQUEST_JSON_H_

#include <string_view>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "cedar/value/entity.h"
#include "codec/node.h"

namespace hikae::cedar {

// A uid is {"type": …, "id": …}, or the same within "__entity". "context" may be left out when it is empty. With a
// schema, __entity and __extn may be implicit in the context, and the request has to fit the schema.
// Errors (kArgument) with the place in the document.
base::Result<Request> RequestFromJson(const codec::Node& json, std::string_view file, const Schema* schema = nullptr);

// The context alone, for callers who hold the three uids already.
base::Result<Value> ContextFromJson(const codec::Node& json, std::string_view file, const EntityUid& action,
                                    const Schema* schema = nullptr);

// Reads as the same request again, with and without the schema.
codec::Node RequestToJson(const Request& request);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SCHEMA_REQUEST_JSON_H_
