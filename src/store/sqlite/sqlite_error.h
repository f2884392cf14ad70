// What SQLite's codes mean to a person. No SQL, no data.
#ifndef HIKAE_STORE_SQLITE_SQLITE_ERROR_H_
#define HIKAE_STORE_SQLITE_SQLITE_ERROR_H_

#include <string>

#include "base/error.h"

namespace hikae::store {

base::Error SqliteError(int extended_code, const std::string& path);

}  // namespace hikae::store

#endif  // HIKAE_STORE_SQLITE_SQLITE_ERROR_H_
