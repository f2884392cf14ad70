// What the records need of the keys: numbers for subjects, and the keys of one subject in one file.
#ifndef HIKAE_VAULT_KEY_SOURCE_H_
#define HIKAE_VAULT_KEY_SOURCE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "vault/subject.h"

namespace hikae::vault {

// The keys of one subject in one file, all versions that are there. Shareable between threads. What is handed out lies
// in guarded memory and lives as long as this object.
class RecordKeys {
 public:
  virtual ~RecordKeys() = default;
  virtual uint32_t primary() const = 0;  // the version that seals
  // 32 bytes. Derived once and kept. kNotFound: no key of that version (destroyed, or never made).
  virtual base::Result<const uint8_t*> Field(uint32_t version, std::string_view item) = 0;
  // 32 bytes, for the head of the record.
  virtual base::Result<const uint8_t*> Head(uint32_t version) = 0;
};

// A key of a blind index; `version` stands beside each index value.
struct IndexKey {
  uint32_t version = 0;
  const uint8_t* key = nullptr;  // 32 bytes in guarded memory, living as long as the source
};

// Shareable between threads; several processes may work on one key database. A call that begins after an erasure, in
// whatever process, does not know the erased subject any more.
class KeySource {
 public:
  virtual ~KeySource() = default;
  virtual const OfficeId& office() const = 0;

  // The number of a subject by the host's id; nothing when it was never made, or was erased.
  virtual base::Result<std::optional<SubjectNumber>> Find(std::string_view subject) = 0;
  // The same of many, in their order, with one look at the key database. The keys of those it finds are about to be
  // opened in `file`, and may be read along.
  virtual base::Result<std::vector<std::optional<SubjectNumber>>> Find(std::span<const std::string_view> subjects,
                                                                       [[maybe_unused]] std::string_view file) {
    std::vector<std::optional<SubjectNumber>> numbers;
    numbers.reserve(subjects.size());
    for (const std::string_view subject : subjects) {
      HIKAE_TRY(const auto number, Find(subject));
      numbers.push_back(number);
    }
    return numbers;
  }
  // Makes what is missing: a number for each subject, and its key in the file. All or none, durable when it returns; in
  // the order given.
  virtual base::Result<std::vector<SubjectNumber>> Make(std::span<const std::string> subjects,
                                                        std::string_view file) = 0;
  // The host's id of a number. kNotFound.
  virtual base::Result<std::string> IdOf(const SubjectNumber& subject) = 0;
  // kNotFound: no key (erased). The same object again while nothing changed.
  virtual base::Result<std::shared_ptr<RecordKeys>> Open(const SubjectNumber& subject, std::string_view file) = 0;
  // Between the two, what others have changed is looked at once on this thread: for a call on many records, which is
  // one moment to whoever makes it. Not nested.
  virtual void BeginCall() {}
  virtual void EndCall() {}
  // Newest first: the first one writes, all of them are asked when searching.
  virtual base::Result<std::vector<IndexKey>> IndexKeys() = 0;
};

class OneCall {
 public:
  explicit OneCall(KeySource& keys) : keys_(keys) { keys_.BeginCall(); }
  OneCall(const OneCall&) = delete;
  OneCall& operator=(const OneCall&) = delete;
  ~OneCall() { keys_.EndCall(); }

 private:
  KeySource& keys_;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEY_SOURCE_H_
