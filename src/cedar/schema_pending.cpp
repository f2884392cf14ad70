// What of the schema the entity store calls, until conformance checks are here. Refuses; never accepts unchecked.
#include "cedar/schema.h"

namespace hikae::cedar {
namespace {
base::Error Pending() { return base::Error(base::Status::kInternal, "checks against a schema are not built in"); }
}  // namespace

base::Result<void> Schema::CheckEntity(const Entity&) const { return Pending(); }
base::Result<Value> Schema::ReadValue(const codec::Node&, const Type&, std::string_view) const { return Pending(); }

}  // namespace hikae::cedar
