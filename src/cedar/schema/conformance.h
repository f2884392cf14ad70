// What the checks of values and the typed reader of JSON have in common. Internal.
#ifndef HIKAE_CEDAR_SCHEMA_CONFORMANCE_H_
#define HIKAE_CEDAR_SCHEMA_CONFORMANCE_H_

#include <string>
#include <string_view>

#include "cedar/schema/schema.h"
#include "cedar/schema/schema_rep.h"

namespace hikae::cedar {

Value::Kind ValueKindOf(Type::Kind kind);
std::string_view NameOfKind(Value::Kind kind);  // for messages, which show no values

// Misfits are kArgument, without a place; `where` names what was looked at: `User::"a".home.city`.
base::Error Misfit(std::string text, std::string hint = {});
base::Error UnknownAttribute(std::string_view name, const std::vector<Attribute>& attributes, const std::string& where);
base::Error MissingAttribute(const Attribute& attribute, const std::string& where);
base::Error WrongKind(const Type& expected, std::string_view found, const std::string& where);

// An id of an enumerated type is one of its ids; an action is declared. Of other types every id will do.
base::Result<void> CheckReference(const Schema::Rep& schema, const EntityUid& uid, const std::string& where);
base::Result<void> CheckValue(const Schema::Rep& schema, const Value& value, const Type& type,
                              const std::string& where);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SCHEMA_CONFORMANCE_H_
