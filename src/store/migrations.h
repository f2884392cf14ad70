// The tables of every form of the database, oldest first. A form is never changed once released; a change is a new one.
#ifndef HIKAE_STORE_MIGRATIONS_H_
#define HIKAE_STORE_MIGRATIONS_H_

#include <cstdint>

#include "base/error.h"

namespace hikae::store {

class Database;

int64_t NewestForm();
// Brings the tables from `form` (0: there are none) to the newest. Within the caller's transaction.
base::Result<void> Migrate(Database& database, int64_t form);

}  // namespace hikae::store

#endif  // HIKAE_STORE_MIGRATIONS_H_
