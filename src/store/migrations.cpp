#include "store/migrations.h"

#include <string_view>
#include <vector>

#include "store/database.h"

namespace hikae::store {
namespace {

// Key columns begin with the office; text is compared by bytes; numbers that count up are rows of `counter`.
const std::vector<std::vector<std::string_view>>& Forms() {
  static const std::vector<std::vector<std::string_view>> kForms = {
      // Form 1: the registry.
      {
          "CREATE TABLE counter (office BIGINT NOT NULL, name TEXT NOT NULL, last BIGINT NOT NULL, "
          "PRIMARY KEY (office, name))",
          // The statements themselves, byte for byte. Nothing is ever deleted from here.
          "CREATE TABLE registry_document (office BIGINT NOT NULL, document BIGINT NOT NULL, name TEXT NOT NULL, "
          "digest BYTEA NOT NULL, body BYTEA NOT NULL, recorded_at BIGINT NOT NULL, PRIMARY KEY (office, document), "
          "UNIQUE (office, name, digest))",
          // Versions of entities. content and lines are written by registry/row_codec.
          "CREATE TABLE registry_version (office BIGINT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, "
          "version BIGINT NOT NULL, recorded_at BIGINT NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT, "
          "document BIGINT NOT NULL, stated_by TEXT NOT NULL, content BYTEA NOT NULL, lines BYTEA NOT NULL, "
          "PRIMARY KEY (office, type, id, version))",
      },
  };
  return kForms;
}

}  // namespace

int64_t NewestForm() { return static_cast<int64_t>(Forms().size()); }

base::Result<void> Migrate(Database& database, int64_t form) {
  for (size_t next = static_cast<size_t>(form); next < Forms().size(); ++next) {
    for (const std::string_view sql : Forms()[next]) HIKAE_CHECK(database.Run(sql));
  }
  return {};
}

int64_t Database::NewestForm() { return store::NewestForm(); }

}  // namespace hikae::store
