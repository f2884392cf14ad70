// Sealed records: what is kept of the subjects of an office, readable only with its keys. Knows no rules: only the gate
// may open (see Leave).
#ifndef HIKAE_VAULT_VAULT_H_
#define HIKAE_VAULT_VAULT_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "vault/item.h"
#include "vault/key_source.h"
#include "vault/subject.h"

namespace hikae::store {
class Database;
}
namespace hikae::gate {
class Releasing;
}

namespace hikae::vault {

// Whoever holds one has decided and recorded. Only src/gate can make it; search for its name to find all that releases
// plaintext.
class Leave {
  friend class hikae::gate::Releasing;
  Leave() = default;
};

using Head = std::array<uint8_t, 32>;

// A mark of a subject: a restriction (支援措置, 廃棄停止 …), or a consent to a purpose.
struct Mark {
  std::string kind;   // of the pack: "support-measures", "hold"; "consent", "consent-abroad" …
  std::string value;  // of a consent: the purpose; else ""
  int32_t from = 0;   // day, since 1970
  std::optional<int32_t> until;
  friend bool operator==(const Mark&, const Mark&) = default;
};

// A record as it lies on the disk, with the marks of its subject as of the same moment.
struct SealedRecord {
  SubjectNumber subject{};
  uint64_t version = 0;  // 1, 2, … ; 0: there is no record
  std::string body;      // sealed
  std::string marks;     // encoded; equal marks are equal bytes, "" = none
  int64_t row = 0;       // where it lies
};

// One item in the clear. Wiped when it goes; movable, not copyable.
class PlainItem {
 public:
  PlainItem() = default;
  PlainItem(std::string item, PlainText value, uint64_t version)
      : item_(std::move(item)), value_(std::move(value)), version_(version) {}
  const std::string& item() const { return item_; }
  std::string_view value() const { return value_.view(); }
  // Taken out, which leaves it empty.
  std::string TakeItem() { return std::move(item_); }
  PlainText TakeValue() { return std::move(value_); }
  uint64_t version() const { return version_; }  // of the record when it was last set

 private:
  std::string item_;
  PlainText value_;
  uint64_t version_ = 0;
};

// What a put sets and removes. Values are borrowed for the call.
struct Change {
  SubjectNumber subject{};
  struct Set {
    std::string_view item;
    std::string_view value;
  };
  std::vector<Set> set;
  std::vector<std::string_view> remove;
};
// A sealed change, to be written within the transaction it was read in.
struct Prepared {
  SubjectNumber subject{};
  uint64_t version = 0;  // after the write
  uint32_t key_version = 0;
  std::string body;
  Head head{};
  std::vector<std::string> touched;  // items set and removed, ordered
  struct IndexValue {
    std::string item;
    IndexKind kind = IndexKind::kExact;
    uint32_t key_version = 0;
    std::array<uint8_t, 16> value{};
  };
  std::vector<IndexValue> indexes;  // of the items set
  int64_t row = 0;                  // of the record before the write
  bool keep = false;                // that one becomes history
  bool resealed = false;            // the version stays, and so do those of `history`
  std::vector<SealedRecord> history;
};

// Works on one connection: one thread at a time, within a transaction of the caller's (Fetch: or without one). Several
// may stand on several connections of one database.
class Vault {
 public:
  // Both must outlive it.
  Vault(store::Database& database, KeySource& keys);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  // One for each subject, in the order given; version 0 where there is no record. No plaintext.
  base::Result<void> Fetch(std::string_view file, std::span<const SubjectNumber> subjects,
                           std::vector<SealedRecord>& out);
  // Checks the head, then opens the items asked for (empty: all); those that are not there are left out. In the order
  // of the record. kTampered: damaged, moved, exchanged, of another version; kNotFound: the key is gone.
  base::Result<std::vector<PlainItem>> Open(const Leave& leave, std::string_view file, const SealedRecord& record,
                                            std::span<const std::string> items);
  // Which items the record has: names, no values. Checks the head.
  base::Result<std::vector<std::string>> ItemsOf(std::string_view file, const SealedRecord& record);

  // Seals. kArgument: an item that is ill-typed, too long, set twice, or removed and not there.
  base::Result<Prepared> Prepare(const FileSpec& spec, const SealedRecord& now, const Change& change);
  // The same content sealed under the primary key, history included: for rotation. Nothing when it already is.
  base::Result<std::optional<Prepared>> Reseal(const FileSpec& spec, const SealedRecord& now);
  // kBusy: a record is not as it was fetched; the transaction is to be given up.
  base::Result<void> Write(const FileSpec& spec, std::span<const Prepared> prepared);
  base::Result<void> Write(const FileSpec& spec, const Prepared& prepared) { return Write(spec, {&prepared, 1}); }
  // Rows of the record, its history and its index values. Whether there was anything.
  base::Result<bool> Remove(std::string_view file, const SubjectNumber& subject);
  base::Result<std::optional<Head>> HeadOf(std::string_view file, const SubjectNumber& subject);
  // Earlier versions, oldest first.
  base::Result<std::vector<SealedRecord>> History(std::string_view file, const SubjectNumber& subject);

  // By blind index. kArgument: the item has no such index, or the text is too short for it.
  base::Result<std::vector<SubjectNumber>> Search(const FileSpec& spec, std::string_view item, IndexKind kind,
                                                  std::string_view text, size_t most);
  // Every record of a file in a stable order behind `after`, at most `most`: for bulk reads and rotation.
  base::Result<std::vector<SealedRecord>> Scan(std::string_view file, const std::optional<SubjectNumber>& after,
                                               size_t most);
  base::Result<uint64_t> Count(std::string_view file);
  // Takes away what is left of records whose keys are gone, and the marks of subjects that are: of erasures that were
  // cut off or that a restored database does not know of. How many records.
  base::Result<uint64_t> Sweep();
  base::Result<std::vector<std::string>> Files();  // that have records, ordered

  base::Result<std::vector<Mark>> MarksOf(const SubjectNumber& subject);
  base::Result<void> SetMarks(const SubjectNumber& subject, std::span<const Mark> marks);
  // All marks of the office under the newest index key, so that older ones may be retired.
  base::Result<void> ResealMarks();
  // Whether an index value of any file was made with this version of the index key. Looks at all of them.
  base::Result<bool> HasIndexUnder(uint32_t version);
  static base::Result<std::vector<Mark>> ReadMarks(std::string_view encoded);

 private:
  base::Result<void> SweepMarks();
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_VAULT_H_
