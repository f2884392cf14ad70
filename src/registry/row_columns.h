// What people call the attributes of a ledger, and which one a name means.
#ifndef HIKAE_REGISTRY_ROW_COLUMNS_H_
#define HIKAE_REGISTRY_ROW_COLUMNS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "codec/node.h"

namespace hikae::registry {

struct Column {
  enum class Kind : uint8_t { kAttribute, kTag, kId, kFrom, kUntil };
  Kind kind = Kind::kAttribute;
  const cedar::Attribute* attribute = nullptr;
  std::string tag;
};

inline constexpr std::string_view kTagHeaderJa = "その他:";
inline constexpr std::string_view kTagHeaderEn = "tags.";

class RowColumns {
 public:
  // `owner`: the attribute that is said of all the rows, if one is.
  RowColumns(const cedar::EntityType& type, const cedar::Attribute* owner);
  // Always kArgument where no column has that name.
  base::Result<Column> Find(const std::string& name, const std::string& file, codec::Mark mark) const;
  // Neither the name of a column nor near to one.
  bool IsFar(const std::string& name) const;

 private:
  void Name(const std::string& name, const cedar::Attribute& attribute);
  std::vector<std::string> Known() const;
  base::Result<Column> Allowed(const cedar::Attribute& attribute, const std::string& file, codec::Mark mark) const;

  const cedar::EntityType& type_;
  const cedar::Attribute* owner_;
  std::map<std::string, const cedar::Attribute*, std::less<>> by_name_;  // null: several have it
};

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_ROW_COLUMNS_H_
