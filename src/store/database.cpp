#include "store/database.h"

namespace hikae::store {

base::Result<void> Database::Run(std::string_view sql) {
  HIKAE_TRY(const auto query, Ask(sql));
  HIKAE_CHECK(query->Step());
  return {};
}

}  // namespace hikae::store
