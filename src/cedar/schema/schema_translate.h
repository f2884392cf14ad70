// Schemas from text to JSON and back, one fragment at a time, without resolving its names: a pack laid over another one
// can be translated alone. Namespaces, common types, annotations and the order of declarations are kept.
#ifndef HIKAE_CEDAR_SCHEMA_SCHEMA_TRANSLATE_H_
#define HIKAE_CEDAR_SCHEMA_SCHEMA_TRANSLATE_H_

#include <string>
#include <string_view>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "codec/node.h"

namespace hikae::cedar {

// What a JSON schema may ask of its reader. A record costs two levels of JSON, so that every text has a JSON form that
// can be read again.
inline constexpr codec::Limits kSchemaJsonLimits = {.max_depth = size_t{2} * kMaxTypeNesting + 16};

// The JSON form as the official engine writes it. Errors (kRules): what the text parser refuses, and a name declared
// twice, which JSON cannot hold.
base::Result<codec::Node> SchemaTextToJson(std::string_view text, const std::string& file);

// Text that means what the JSON means. Errors (kRules): what the JSON reader refuses, and the few things text has no
// words for, each named: annotations of the declarations without namespace, a shape or context that is no record, a
// shape of another namespace, and a name that is an entity type in JSON but would be a common type in text.
// An action that applies to no principals or to no resources is written without appliesTo: it fits no request.
base::Result<std::string> SchemaJsonToText(const codec::Node& json, std::string_view file);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SCHEMA_SCHEMA_TRANSLATE_H_
