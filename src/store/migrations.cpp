#include "store/migrations.h"

#include <string_view>
#include <vector>

namespace hikae::store {
namespace {

// Key columns begin with the office; text is compared by bytes; numbers that count up are rows of `counter`.
using Tables = std::vector<std::vector<std::string_view>>;

const Tables& OfficeForms() {
  static const Tables kForms = {
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
      // Form 2: how far the access log is answered by what is here. One row.
      {
          "CREATE TABLE log_position (office BIGINT NOT NULL, origin TEXT NOT NULL, period TEXT NOT NULL, "
          "next BIGINT NOT NULL, PRIMARY KEY (office))",
      },
      // Form 3: the vault. Bodies are sealed (docs/formats/record-envelope.md); subjects are numbers of 16 bytes.
      {
          "CREATE TABLE record (office BIGINT NOT NULL, file TEXT NOT NULL, subject BYTEA NOT NULL, "
          "version BIGINT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (office, file, subject))",
          "CREATE TABLE record_history (office BIGINT NOT NULL, file TEXT NOT NULL, subject BYTEA NOT NULL, "
          "version BIGINT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (office, file, subject, version))",
          // A value is of one file, item and kind: they are in its hash.
          "CREATE TABLE blind_index (office BIGINT NOT NULL, value BYTEA NOT NULL, subject BYTEA NOT NULL, "
          "file TEXT NOT NULL, item TEXT NOT NULL, kind BIGINT NOT NULL, key_version BIGINT NOT NULL, "
          "PRIMARY KEY (office, value, subject))",
          "CREATE INDEX blind_index_of_subject ON blind_index (office, subject, file, item)",
          "CREATE TABLE subject_marks (office BIGINT NOT NULL, subject BYTEA NOT NULL, marks BYTEA NOT NULL, "
          "PRIMARY KEY (office, subject))",
      },
      // Form 4: the gate. What a session's token is, only its holder knows. One position: as log_position, of records.
      {
          "CREATE TABLE gate_session (office BIGINT NOT NULL, session TEXT NOT NULL, token_hash BYTEA NOT NULL, "
          "actor_type TEXT NOT NULL, actor TEXT NOT NULL, handling TEXT NOT NULL, purpose TEXT NOT NULL, "
          "terminal TEXT NOT NULL, place TEXT NOT NULL, factors TEXT NOT NULL, begun_at BIGINT NOT NULL, "
          "used_at BIGINT NOT NULL, ended_at BIGINT, revoked_at BIGINT, PRIMARY KEY (office, session), "
          "UNIQUE (office, token_hash))",
          "CREATE TABLE gate_position (office BIGINT NOT NULL, period TEXT NOT NULL, next BIGINT NOT NULL, "
          "PRIMARY KEY (office))",
          // Erasures of the key database that the records here have followed. One row.
          "CREATE TABLE gate_erasures (office BIGINT NOT NULL, followed BIGINT NOT NULL, PRIMARY KEY (office))",
      },
      // Form 5: a login looks for the actor's other sessions, however many there have been.
      {"CREATE INDEX gate_session_of_actor ON gate_session (office, actor)"},
      // Form 6: bodies lie one behind the other, in the order in which they were written, and a record points to its
      // newest. `before` is the row of the body before it of the same record, 0: none. Small rows are kept in the order
      // of their key. And the items that have index values, so that nobody looks for those of others.
      {
          "CREATE TABLE record_move (n INTEGER PRIMARY KEY, office BIGINT NOT NULL, file TEXT NOT NULL, "
          "subject BYTEA NOT NULL, version BIGINT NOT NULL, UNIQUE (office, file, subject, version))",
          "INSERT INTO record_move (office, file, subject, version) SELECT office, file, subject, version FROM "
          "(SELECT office, file, subject, version FROM record_history UNION SELECT office, file, subject, version "
          "FROM record) ORDER BY office, file, subject, version",
          "CREATE TABLE record_body (n INTEGER PRIMARY KEY, office BIGINT NOT NULL, file TEXT NOT NULL, "
          "subject BYTEA NOT NULL, version BIGINT NOT NULL, before BIGINT NOT NULL, body BYTEA NOT NULL)",
          "INSERT INTO record_body (n, office, file, subject, version, before, body) SELECT m.n, m.office, m.file, "
          "m.subject, m.version, coalesce(p.n, 0), coalesce(r.body, h.body) FROM record_move m LEFT JOIN record_move p "
          "ON p.n = m.n - 1 AND p.office = m.office AND p.file = m.file AND p.subject = m.subject LEFT JOIN record r "
          "ON r.office = m.office AND r.file = m.file AND r.subject = m.subject AND r.version = m.version LEFT JOIN "
          "record_history h ON h.office = m.office AND h.file = m.file AND h.subject = m.subject AND "
          "h.version = m.version ORDER BY m.n",
          "CREATE TABLE record_place (office BIGINT NOT NULL, file TEXT NOT NULL, subject BYTEA NOT NULL, "
          "at BIGINT NOT NULL, PRIMARY KEY (office, file, subject)) WITHOUT ROWID",
          "INSERT INTO record_place (office, file, subject, at) SELECT m.office, m.file, m.subject, m.n FROM "
          "record_move m JOIN record r ON r.office = m.office AND r.file = m.file AND r.subject = m.subject AND "
          "r.version = m.version ORDER BY m.n",
          "DROP TABLE record",
          "DROP TABLE record_history",
          "DROP TABLE record_move",
          "ALTER TABLE record_place RENAME TO record",
          "CREATE TABLE indexed_item (office BIGINT NOT NULL, file TEXT NOT NULL, item TEXT NOT NULL, "
          "PRIMARY KEY (office, file, item)) WITHOUT ROWID",
          "INSERT INTO indexed_item (office, file, item) SELECT DISTINCT office, file, item FROM blind_index",
      },
  };
  return kForms;
}

const Tables& KeyForms() {
  static const Tables kForms = {
      // Form 1: the keys of the access log, and those of the persons in it.
      {
          "CREATE TABLE log_key (office BIGINT NOT NULL, origin TEXT NOT NULL, epoch BIGINT NOT NULL, "
          "current BYTEA NOT NULL, next BYTEA, PRIMARY KEY (office))",
          "CREATE TABLE person_key (office BIGINT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, "
          "pseudonym BYTEA NOT NULL, salt BYTEA NOT NULL, detail_key BYTEA NOT NULL, PRIMARY KEY (office, kind, id), "
          "UNIQUE (office, kind, pseudonym))",
      },
      // Form 2: the keys of the vault (docs/formats/key-hierarchy.md), and what actors prove themselves with.
      {
          "CREATE TABLE vault (office BIGINT NOT NULL, id BYTEA NOT NULL, generation BIGINT NOT NULL, "
          "applied BIGINT NOT NULL, PRIMARY KEY (office))",
          "CREATE TABLE vault_lock (office BIGINT NOT NULL, kind BIGINT NOT NULL, master BIGINT NOT NULL, "
          "made_at BIGINT NOT NULL, operations BIGINT NOT NULL, memory BIGINT NOT NULL, salt BYTEA NOT NULL, "
          "needed BIGINT NOT NULL, wrapped BYTEA NOT NULL, checksum BYTEA NOT NULL, PRIMARY KEY (office, kind))",
          "CREATE TABLE vault_key (office BIGINT NOT NULL, kind BIGINT NOT NULL, version BIGINT NOT NULL, "
          "state BIGINT NOT NULL, made_at BIGINT NOT NULL, wrapped BYTEA NOT NULL, checksum BYTEA NOT NULL, "
          "PRIMARY KEY (office, kind, version))",
          "CREATE TABLE vault_subject (office BIGINT NOT NULL, lookup BYTEA NOT NULL, number BYTEA NOT NULL, "
          "office_key BIGINT NOT NULL, sealed BYTEA NOT NULL, PRIMARY KEY (office, lookup), UNIQUE (office, number))",
          "CREATE TABLE vault_subject_key (office BIGINT NOT NULL, subject BYTEA NOT NULL, file TEXT NOT NULL, "
          "version BIGINT NOT NULL, office_key BIGINT NOT NULL, wrapped BYTEA NOT NULL, "
          "PRIMARY KEY (office, subject, file, version))",
          "CREATE TABLE credential (office BIGINT NOT NULL, actor TEXT NOT NULL, n BIGINT NOT NULL, "
          "set_at BIGINT NOT NULL, operations BIGINT NOT NULL, memory BIGINT NOT NULL, salt BYTEA NOT NULL, "
          "hash BYTEA NOT NULL, PRIMARY KEY (office, actor, n))",
          "CREATE TABLE credential_failure (office BIGINT NOT NULL, actor TEXT NOT NULL, failures BIGINT NOT NULL, "
          "last_at BIGINT NOT NULL, PRIMARY KEY (office, actor))",
      },
      // Form 3: what a process that keeps keys or persons in memory need not forget when the file was changed.
      {
          "CREATE TABLE vault_change (office BIGINT NOT NULL, generation BIGINT NOT NULL, file TEXT NOT NULL, "
          "subjects BYTEA NOT NULL, PRIMARY KEY (office, generation))",
          "CREATE TABLE person_forgotten (office BIGINT NOT NULL, count BIGINT NOT NULL, PRIMARY KEY (office))",
      },
  };
  return kForms;
}

const Tables& Forms(Content content) { return content == Content::kKeys ? KeyForms() : OfficeForms(); }

}  // namespace

base::Result<void> Migrate(Database& database, Content content, int64_t form) {
  const Tables& forms = Forms(content);
  for (size_t next = static_cast<size_t>(form); next < forms.size(); ++next) {
    for (const std::string_view sql : forms[next]) HIKAE_CHECK(database.Run(sql));
  }
  return {};
}

// Who reads an office that cannot be written looks at its registry and its log, never at records: there, every form so
// far only added what can be done without.
int64_t OldestReadableForm(Content) { return 1; }

int64_t Database::NewestForm(Content content) { return static_cast<int64_t>(Forms(content).size()); }

}  // namespace hikae::store
