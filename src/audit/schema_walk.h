// Walking a schema along the paths that facts and expectations are written in.
#ifndef HIKAE_AUDIT_SCHEMA_WALK_H_
#define HIKAE_AUDIT_SCHEMA_WALK_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/fact_spec.h"
#include "base/error.h"
#include "cedar/schema/schema.h"

namespace hikae::audit {

// Where a path leads.
struct Walk {
  cedar::Type leaf;                                        // elements of sets, not sets: sets on the way are flattened
  bool many = false;                                       // a set or a climb stands on the way
  bool may_miss = false;                                   // an optional attribute or a climb stands on the way
  std::vector<std::pair<std::string, std::string>> reads;  // (entity type, attribute), in order
};

// Errors (kRules, no place) name the type, what it lacks, and the nearest attribute.
base::Result<Walk> WalkPath(const cedar::Schema& schema, std::string_view type, const std::vector<Step>& path);

base::Result<const cedar::EntityType*> RequireType(const cedar::Schema& schema, std::string_view name);
base::Result<const cedar::Attribute*> RequireAttribute(const cedar::EntityType& type, std::string_view name);

// The attribute's type when it is one entity, its elements' when it is a set of entities; else "".
std::string TargetType(const cedar::Type& type);

// The attribute annotated @owner that points to `owner`; nullptr when there is none.
const cedar::Attribute* OwnerAttribute(const cedar::EntityType& type, std::string_view owner);

// True when entities of `type` may be below entities of `ancestor`.
bool MayClimb(const cedar::Schema& schema, std::string_view type, std::string_view ancestor);

// Where the attribute is declared, as near as the texts tell; the type's own place otherwise.
base::Place PlaceOf(const std::vector<cedar::SourceText>& texts, const cedar::EntityType& type,
                    std::string_view attribute);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_SCHEMA_WALK_H_
