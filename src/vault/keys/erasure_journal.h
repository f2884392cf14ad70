// The erasure journal of an office: who is erased stays erased, whatever backup of the keys is put back
// (docs/formats/key-hierarchy.md §7). It names nobody: a line is a digest of a random number and a file.
#ifndef HIKAE_VAULT_KEYS_ERASURE_JOURNAL_H_
#define HIKAE_VAULT_KEYS_ERASURE_JOURNAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "vault/keys/derive.h"
#include "vault/subject.h"

namespace hikae::vault {

// What a journal's bytes hold.
struct JournalText {
  OfficeId office{};
  std::vector<Tombstone> erased;
  uint64_t whole = 0;     // bytes up to the end of the last whole line
  uint32_t last_crc = 0;  // of that line
  bool torn = false;      // a line that was never wholly written follows

  static std::optional<JournalText> Parse(std::string_view text);  // nothing: damaged
  static std::string Opening(const OfficeId& office);
  // The line that follows.
  std::string Line(const Tombstone& tombstone) const;
};

// Not for several threads at once; who appends holds the write lock of the key database.
class ErasureJournal {
 public:
  ErasureJournal(base::Io& io, std::string directory);
  const std::string& path() const { return path_; }

  // Makes one without lines, or takes one that has none. kExists: lines of other keys are there.
  base::Result<void> Create(const OfficeId& office);
  // What it holds now; kNotFound, kTampered.
  base::Result<const JournalText*> Read();
  // On the disk when it returns. On failure nothing of it stays, as far as the disk lets itself be told.
  base::Result<void> Append(const Tombstone& tombstone);

 private:
  base::Result<void> WriteAll(uint64_t at, const std::string& text);
  base::Io& io_;
  const std::string directory_;
  const std::string path_;
  std::optional<JournalText> known_;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEYS_ERASURE_JOURNAL_H_
