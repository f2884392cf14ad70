// Typed entities with history: what an office has declared and recorded, as of any day.
#ifndef HIKAE_REGISTRY_REGISTRY_H_
#define HIKAE_REGISTRY_REGISTRY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cedar/entities/entities.h"
#include "cedar/schema/schema.h"

namespace hikae::store {
class Database;
}

namespace hikae::registry {

class Ledgers;

using Micros = int64_t;  // since 1970, UTC
using Day = int32_t;     // days since 1970-01-01 (civil date)

// Why an attribute has no value, when the document says so.
enum class Gap : uint8_t { kBlank = 1, kNone = 2, kUnknown = 3 };  // stored; never renumber

// One version of one entity, as it was stated.
struct Row {
  cedar::Entity entity;  // known_absent holds the attributes whose gap is kNone
  std::map<std::string, Gap> gaps;
  std::string document;                   // the document that stated it, by the name it was declared under
  uint64_t document_number = 0;           // which text of that name: see Registry::StatedText
  std::map<std::string, uint32_t> lines;  // attribute -> line in the document; "" -> line of the entity itself
  uint64_t version = 1;                   // 1, 2, … per entity
  Micros recorded_at = 0;
  Day valid_from = 0;
  std::optional<Day> valid_until;  // last day on which it held
  std::string by;                  // who stated it
  std::string reason;              // why it corrects another row, where that was asked for
};

// A consistent view. Shareable between threads; holds what it was read from.
class Snapshot {
 public:
  const Row* Find(const cedar::EntityUid& uid) const;
  // Ordered by id. Empty for a type nothing was declared of.
  const std::vector<const Row*>& OfType(std::string_view type) const;
  const std::vector<Row>& rows() const { return rows_; }  // ordered by type, id
  explicit Snapshot(std::vector<Row> rows);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  std::vector<Row> rows_;
  std::map<std::string, std::vector<const Row*>, std::less<>> by_type_;
};

struct Declared {
  size_t added = 0;
  size_t changed = 0;
  size_t unchanged = 0;
  std::vector<cedar::EntityUid> touched;    // added and changed, in the order of the document
  std::vector<cedar::EntityUid> corrected;  // ledger rows that rows added here correct
};

// How far the access log is answered by what is in the registry: whatever it says before this place was done or is
// said not to have been.
struct LogPlace {
  std::string origin;  // the office's part of the log's
  std::string period;
  uint64_t next = 0;  // index of the first entry behind
  friend bool operator==(const LogPlace&, const LogPlace&) = default;
};
// Called within the transaction when all is recorded and nothing is committed yet, with the place kept by the last one;
// gives the place to keep. It may be called again when the engine asks for the work again. Its error undoes the
// transaction.
using BeforeCommit =
    std::function<base::Result<LogPlace>(const Declared& declared, const std::optional<LogPlace>& answered)>;

// One document to declare. `text` is YAML or JSON; a name ending in .json is read as JSON.
struct Document {
  std::string name;  // stands in messages and as evidence
  std::string text;
};

// The statements of one office, read by one schema. Nothing is ever changed or deleted: a statement is a new version.
// Shareable between threads; calls on one database wait for each other.
class Registry {
 public:
  // The database must be open; the registry creates or migrates its tables. The schema must outlive no one: it is
  // shared. `pack`: whose schema it is; a document written for another is refused. "" takes any.
  static base::Result<std::unique_ptr<Registry>> Open(std::shared_ptr<store::Database> database, cedar::Schema schema,
                                                      std::string pack = {});
  ~Registry();

  // From now on rows are typed by this schema, and documents for one of these packs are taken (empty: for any). Calls
  // under way end by the schema they began with. The rows that are there have to fit it (Unfit).
  base::Result<void> Adopt(cedar::Schema schema, std::vector<std::string> packs);

  // All documents or none, in one durable transaction; on any error the registry is as it was. Errors: kArgument with
  // file, line, column, what was expected and the nearest known name; kVersion (a newer form of document); kBusy, kIo.
  // A version is recorded where the content, or its end, differs from what holds on its valid_from; rows of a @ledger
  // type are never given a second one. `now` going back does not take recorded times back.
  base::Result<Declared> Declare(const std::vector<Document>& documents, Micros now,
                                 const BeforeCommit& before_commit = {});

  // Grows with every Declare that committed, by whomever; read anew each time, so cheap and never stale.
  base::Result<int64_t> ChangeNumber() const;

  // The rows of its ledgers, one by one (registry/ledger.h). Not to be used after the registry.
  Ledgers ledgers() const;

  // Nothing before the first place was kept.
  base::Result<std::optional<LogPlace>> Answered() const;
  // Keeps the place that `work` gives, under the lock that all who declare share.
  base::Result<void> Answer(const std::function<base::Result<LogPlace>(const std::optional<LogPlace>& answered)>& work);
  // What rows, of whatever version, say in words that a schema does not have: how many, by the name of their type, or
  // by the member of an enumeration (`Control::"training"`).
  using Unfit = std::map<std::string, size_t>;
  // Answer, where `work` is first told what would not fit the schema.
  base::Result<void> AnswerFor(
      const cedar::Schema& schema,
      const std::function<base::Result<LogPlace>(const std::optional<LogPlace>& answered, const Unfit& unfit)>& work);

  // What held on `day`, as known at `known_at` (default: all that is recorded). Of an entity's versions the newest that
  // began by `day` counts, and only it: where it has ended, the entity is not there. A ledger row that a row of the
  // snapshot corrects is left out, and what names it names that one, save a confirmation (@confirms); History has it as
  // it was.
  base::Result<std::shared_ptr<const Snapshot>> AsOf(Day day, std::optional<Micros> known_at = {}) const;
  // The text of a document, byte for byte as it was declared. kNotFound when there is none of the number.
  base::Result<std::string> StatedText(uint64_t document_number) const;
  // Every version of one entity, oldest first.
  base::Result<std::vector<Row>> History(const cedar::EntityUid& uid) const;

 private:
  struct Rep;
  explicit Registry(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_REGISTRY_H_
