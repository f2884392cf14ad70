// Values written as text in a pack: in the `where` of facts and as parameters.
#ifndef HIKAE_AUDIT_LITERAL_H_
#define HIKAE_AUDIT_LITERAL_H_

#include <string_view>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "cedar/value/value.h"
#include "codec/node.h"

namespace hikae::audit {

// One value of the declared type, never by its looks. Entities: the bare id, or Type::"id"; ids of enum types are
// checked. The error (kRules) has no place.
base::Result<cedar::Value> ReadLiteral(std::string_view text, const cedar::Type& type, const cedar::Schema& schema);

// The same for a node of pack.yaml, with sets and records. The error's place is the node's.
base::Result<cedar::Value> ReadNode(const codec::Node& node, const cedar::Type& type, const cedar::Schema& schema,
                                    std::string_view file);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_LITERAL_H_
