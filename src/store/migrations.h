// The tables of every form of the database, oldest first. A form is never changed once released; a change is a new one.
#ifndef HIKAE_STORE_MIGRATIONS_H_
#define HIKAE_STORE_MIGRATIONS_H_

#include <cstdint>

#include "base/error.h"
#include "store/database.h"

namespace hikae::store {

// Brings the tables from `form` (0: there are none) to the newest. Within the caller's transaction.
base::Result<void> Migrate(Database& database, Content content, int64_t form);
// The oldest form whose tables can be read as they are.
int64_t OldestReadableForm(Content content);

}  // namespace hikae::store

#endif  // HIKAE_STORE_MIGRATIONS_H_
