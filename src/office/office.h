// One opened office: directory, database, registry, packs. The C++ face of the whole.
#ifndef HIKAE_OFFICE_OFFICE_H_
#define HIKAE_OFFICE_OFFICE_H_

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.h"
#include "audit/pack.h"
#include "base/error.h"
#include "gate/gate.h"
#include "gate/rulebook.h"
#include "office/access_log.h"
#include "office/office_packs.h"
#include "registry/ledger.h"
#include "registry/registry.h"
#include "report/report.h"

namespace hikae::office {

struct OpenOptions {
  bool create = false;
  bool read_only = false;
  uint32_t busy_ms = 0;  // how long to wait for another process; 0 = the default (5,000)
  std::string pack;      // when creating: pack id, or a folder (copied into the office); "" = edogawa-2021
  std::vector<std::string> more_packs = {};  // when creating: further ones
  int64_t max_pages = 0;                     // the database may not grow past so many pages; 0 = no limit
  std::function<registry::Micros()> now;     // empty: the system clock, asked only here
  std::string actor;                         // id of who acts, for the access log; "" = "unnamed"
  std::string origin;                        // when creating: name of the access log, e.g. "hikae.example/江戸川"
  log::Durability durability;                // of entries of the access log; what changes the registry is always strict
  base::Io* io = nullptr;                    // of the access log; null: the system's
  bool sign_in_background = true;            // as AccessLog::Options
  std::string spool;  // directory of entries that wait while the log cannot be written; "" = `spool` in the office's
  std::function<void(const base::Text&)> alarm;  // called when entries are put there, by the thread that acts
};

// Shareable between threads; calls are serialised where they must be.
class Office {
 public:
  // kNotFound: no office there; kExists: create on one that is; kVersion: made by a newer hikae; kTampered: half-made
  // or damaged, or its access log is not the one the registry knows; kBusy; kIo (read-only directory, disk full).
  // Opened for writing, an office that has no access log yet gets one.
  static base::Result<std::shared_ptr<Office>> Open(const std::string& directory, const OpenOptions& options);
  ~Office();

  // Stands in the access log before it is in the registry. `also`: further entries of the same act, behind its own;
  // they share its outcome. On failure neither the registry nor, but for what says so, the log tells of it.
  base::Result<registry::Declared> Declare(const std::vector<registry::Document>& documents,
                                           std::span<const Act> also = {});
  // Rows of ledgers (registry/ledger.h), recorded as a declaration is; where nobody is named who says it, the actor
  // does.
  base::Result<registry::Declared> AppendRows(registry::LedgerRows rows, registry::Problems& problems);
  base::Result<registry::Declared> CorrectRow(registry::Correction correction, registry::Problems& problems);
  base::Result<std::string> ListRows(const registry::LedgerQuery& query, report::Format format,
                                     base::Language language) const;
  // The types that are ledgers. They live as long as the office.
  std::vector<const cedar::EntityType*> Ledgers() const;
  // Makes the office's keys, locked by the secret. kExists: it has some.
  base::Result<void> MakeKeys(const vault::Secret& secret, const vault::PassphraseCost& cost);
  // Where nobody can unlock the keys any more: the custodians' shares open them, and `fresh` does from then on. Nobody
  // can be logged in before that, so it is no act of a session: who holds as many shares as it takes decides, and the
  // log has it, with the custodians' names in its detail, before it is done.
  base::Result<void> RecoverKeys(const vault::Secret& shares, const vault::Secret& fresh,
                                 const vault::PassphraseCost& cost);
  // Opens the keys, and the gate before the records. The office must outlive the gate. Entries that wait in the spool
  // are recorded first, then that the keys were unlocked, and by what kind of secret; a wrong secret is recorded too.
  // kLocked: no keys were made; kSecret; kTampered; kIo: the office is open for reading only.
  base::Result<std::shared_ptr<gate::Gate>> Unlock(const vault::Secret& secret);
  // The access log. Read-only it is opened at the first call: audits need none. kNotFound: an office of form 1, opened
  // for reading, has none yet.
  base::Result<AccessLog*> log();
  const std::string& actor() const;
  registry::Micros now() const;
  // pack: id or folder; "" = all of the office's that judge on that day (audit::AuditTogether).
  base::Result<audit::Findings> Audit(const audit::AuditOptions& options, std::string_view pack = {}) const;
  // The packs that Audit judges by, for their words.
  base::Result<std::vector<PackPtr>> PacksOn(registry::Day as_of, std::string_view pack = {}) const;
  // The packs of the office, in its order.
  base::Result<std::vector<PackPtr>> Packs() const;
  // From then on the rows of the office may say what the pack has words for, and it judges in its time. The change
  // stands in the access log before it is made. kExists: the office has it; kRules: it does not load, or does not go
  // together with the others (audit::CheckTogether, VocabularyOf); kNotFound: no such pack; kIo: read-only, disk.
  base::Result<void> AddPack(const std::string& id_or_folder);
  // kNotFound: the office does not have it; kExists: rows say what only it has words for (which, and how many);
  // kArgument: it is the last one; kRules: the others do not go together without it.
  base::Result<void> RemovePack(const std::string& id);
  base::Result<std::string> Report(std::string_view name, std::string_view handling, report::Format format,
                                   registry::Day as_of, base::Language language, std::string_view pack = {}) const;
  base::Result<std::vector<std::string>> Handlings(registry::Day as_of) const;
  // What a gate over this office decides by. Lives as long as the office.
  gate::RuleSource& rules();

 private:
  struct Rep;
  explicit Office(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_OFFICE_H_
