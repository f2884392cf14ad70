// The vault's tables. Bodies, marks and index values are plain bytes here: what they mean is the vault's business.
#ifndef HIKAE_STORE_VAULT_TABLES_H_
#define HIKAE_STORE_VAULT_TABLES_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/database.h"

namespace hikae::store {

// A record and the marks of its subject. Borrowed: valid until the next call on the tables.
struct RecordView {
  std::string_view subject;
  int64_t version = 0;  // 0: there is no record, and no body
  std::string_view body;
  std::string_view marks;
  int64_t row = 0;  // of record_body; 0: there is no record
};
// Borrowed.
struct IndexRow {
  std::string_view value;
  std::string_view item;
  int64_t kind = 0;
  int64_t key_version = 0;
};
// Bodies are rows of record_body, numbered as they come, each with the number of the one before it of the same record;
// a record points to its newest. So a write that keeps history puts its body behind all others and moves a pointer.
// Keeps its statements from call to call; so it is for one thread, and its database must outlive it. Changes are to
// stand within a transaction; a read may stand alone. `file` and `subject` of a call are the first key columns.
class VaultTables {
 public:
  explicit VaultTables(Database& database) : database_(database) {}
  VaultTables(const VaultTables&) = delete;
  VaultTables& operator=(const VaultTables&) = delete;

  using Use = std::function<base::Result<void>(const RecordView&)>;
  // The record and the marks as of one moment.
  template <class UseOne>
  base::Result<void> Record(std::string_view file, std::string_view subject, UseOne&& use);
  // Ordered by subject, behind `after` ("": from the first), at most `most`.
  base::Result<void> Records(std::string_view file, std::string_view after, int64_t most, const Use& use);
  base::Result<int64_t> Count(std::string_view file);
  // kBusy of these three: the record is not as it was read. A new record; row.row is not read.
  base::Result<void> AddRecord(std::string_view file, const RecordView& row);
  // The next body of a record; that of row.row becomes history.
  base::Result<void> Succeed(std::string_view file, const RecordView& row);
  // Another body in the place of that of row.row, which has the version `before`.
  base::Result<void> Replace(const RecordView& row, int64_t before);
  // With its history.
  base::Result<bool> RemoveRecord(std::string_view file, std::string_view subject);
  // Bodies of the subject, to which no record points too; looks at every row there is.
  base::Result<bool> RemoveBodies(std::string_view file, std::string_view subject);

  // Oldest first; without marks. kTampered: rows that cannot be before one another, or are of another record.
  base::Result<void> History(std::string_view file, std::string_view subject, const Use& use);

  // The items of which the file has, or ever had, index values.
  base::Result<std::vector<std::string>> IndexedItems(std::string_view file);
  base::Result<void> AddIndexedItem(std::string_view file, std::string_view item);
  base::Result<void> AddIndex(std::string_view file, std::string_view subject, const IndexRow& row);
  base::Result<bool> RemoveIndexes(std::string_view file, std::string_view subject);  // of all items
  base::Result<void> RemoveIndexes(std::string_view file, std::string_view subject, std::string_view item);
  // Whether an index value of the record is under another version of the key.
  base::Result<bool> HasOtherIndex(std::string_view file, std::string_view subject, int64_t key_version);
  // Whether any index value of the office is under this version of the key.
  base::Result<bool> HasIndexUnder(int64_t key_version);
  // The subjects that have the value, ordered, at most `most`.
  base::Result<void> Subjects(std::string_view value, int64_t most, const std::function<void(std::string_view)>& use);

  base::Result<std::string> Marks(std::string_view subject);  // "": none
  base::Result<void> AllMarks(const std::function<base::Result<void>(std::string_view subject, std::string_view)>& use);
  base::Result<void> SetMarks(std::string_view subject, std::string_view marks);

  struct Owner {
    std::string file;
    std::string subject;
  };
  base::Result<std::vector<Owner>> Owners();       // of records, histories and index values; each once
  base::Result<std::vector<std::string>> Files();  // that have records, ordered

 private:
  enum Statement : uint8_t {
    kRecord,
    kRecords,
    kCount,
    kAddBody,
    kAdd,
    kPoint,
    kReplace,
    kRemove,
    kPlaceOf,
    kBodyOf,
    kRemoveBody,
    kRemoveBodies,
    kIndexedItems,
    kAddIndexedItem,
    kAddIndex,
    kRemoveIndexes,
    kRemoveIndexesOfItem,
    kHasOtherIndex,
    kHasIndexUnder,
    kSubjects,
    kMarks,
    kAllMarks,
    kSetMarks,
    kRemoveMarks,
    kStatements,
  };
  // A kept statement, given back when this goes.
  class Run {
   public:
    explicit Run(Query* query) : query_(query) {}
    Run(Run&& other) noexcept : query_(std::exchange(other.query_, nullptr)) {}
    Run& operator=(Run&&) = delete;
    ~Run() {
      if (query_ != nullptr) query_->Reset();
    }
    Query* operator->() const { return query_; }

   private:
    Query* query_;
  };
  // With the office bound.
  base::Result<Run> Start(Statement statement, int office_at = 1);
  base::Result<bool> Removed(Statement statement, std::string_view file, std::string_view subject);
  base::Result<int64_t> AddBody(std::string_view file, const RecordView& row, int64_t before);
  // The rows of a record, newest first; empty: there is none.
  base::Result<std::vector<int64_t>> Chain(std::string_view file, std::string_view subject);

  Database& database_;
  std::array<std::unique_ptr<Query>, kStatements> kept_;
};

template <class UseOne>
base::Result<void> VaultTables::Record(std::string_view file, std::string_view subject, UseOne&& use) {
  HIKAE_TRY(const Run run, Start(kRecord));
  run->BindText(2, file).BindBytes(3, subject);
  HIKAE_TRY(const bool found, run->Step());
  if (!found) return use(RecordView{subject, 0, {}, {}, 0});
  return use(RecordView{subject, run->Long(0), run->Bytes(1), run->Bytes(2), run->Long(3)});
}

}  // namespace hikae::store

#endif  // HIKAE_STORE_VAULT_TABLES_H_
