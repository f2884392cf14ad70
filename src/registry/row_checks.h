// What makes a row unsound whatever any rule says: the annotations @order, @least and @differs of the schema.
#ifndef HIKAE_REGISTRY_ROW_CHECKS_H_
#define HIKAE_REGISTRY_ROW_CHECKS_H_

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "registry/registry.h"

namespace hikae::registry {

// Immutable. Holds no pointer into the schema it was read from.
class RowChecks {
 public:
  // kRules: an annotation names what is not there, or goes with another type.
  static base::Result<RowChecks> Of(const cedar::Schema& schema);

  struct Fault {
    std::string attribute;  // at which it is reported
    base::Text text, hint;  // name attributes, never what they hold
  };
  std::vector<Fault> FaultsOf(const Row& row) const;

  // The types whose rows confirm rows of `type` (@confirms), each with the attribute that names the row confirmed.
  struct Confirmation {
    std::string type;
    std::string attribute;
  };
  std::vector<Confirmation> ConfirmationsOf(const std::string& type) const;

 private:
  struct Named {
    std::string name;
    base::Text label;
  };
  struct OfType {
    std::vector<std::vector<Named>> orders;
    std::vector<std::vector<Named>> differs;
    std::vector<std::pair<Named, int64_t>> least;
  };
  static base::Result<OfType> Read(const cedar::EntityType& type);
  base::Result<void> ReadConfirms(const cedar::EntityType& type, const cedar::Schema& schema);
  static base::Result<std::vector<std::vector<Named>>> Lists(const cedar::EntityType& type, const char* annotation);

  std::map<std::string, OfType> by_type_;
  std::map<std::string, std::vector<Confirmation>> confirmations_;  // by the type that is confirmed
};

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_ROW_CHECKS_H_
