// The access log of an opened office, together with its registry: begun, opened, written ahead.
#ifndef HIKAE_OFFICE_OFFICE_LOG_H_
#define HIKAE_OFFICE_OFFICE_LOG_H_

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/pack.h"
#include "base/error.h"
#include "office/access_log.h"
#include "office/office_packs.h"
#include "office/write_ahead.h"
#include "registry/registry.h"
#include "store/database.h"

namespace hikae::office {

// Shareable between threads once it is opened or begun.
class OfficeLog {
 public:
  OfficeLog(std::string directory, AccessLog::Options options, std::string actor);

  // That of the registry; before anything else here.
  void On(std::shared_ptr<store::Database> database) { database_ = std::move(database); }

  enum class Made : uint8_t { kWithOffice, kLater };
  // Makes the log, with the entries that say of the office what there is to say, and lets the registry begin from
  // there. What a stop left of an earlier attempt is made whole. The caller keeps others from doing the same.
  base::Result<void> Begin(registry::Registry& registry, Made made, const std::vector<PackPtr>& packs);
  // For writing. Says what did not come about of changes that were cut off.
  base::Result<void> Open(registry::Registry& registry);
  base::Result<void> OpenLater();  // for reading, when somebody asks
  base::Result<AccessLog*> Get();

  // Does `work`, a declaration that calls Record; perhaps more than once (WriteAhead::Telling).
  template <class Work>
  auto Telling(Work&& work) -> decltype(work()) {
    return ahead_ ? ahead_->Telling(work) : work();
  }
  // Within the transaction of a declaration (registry::BeforeCommit).
  base::Result<registry::LogPlace> Record(const std::vector<registry::Document>& documents,
                                          const registry::Declared& declared, std::span<const Act> also,
                                          const std::optional<registry::LogPlace>& answered);
  // A change of the office's packs, under the lock that all who declare share. `vocabulary`: what rows may say from
  // then on; `check` is told what would not fit it. Then the entry, on the disk; then `work`. Where that fails, or
  // never came about, the log says so, but for a stop between the two: it then says too much rather than too little.
  base::Result<void> ChangePack(registry::Registry& registry, const cedar::Schema& vocabulary, const audit::Pack& pack,
                                const std::string& what,
                                const std::function<base::Result<void>(const registry::Registry::Unfit&)>& check,
                                const std::function<base::Result<void>()>& work);
  const std::string& actor() const { return actor_; }

 private:
  base::Result<void> Settle(registry::Registry& registry);
  std::vector<Act> Beginning(Made made, const std::vector<PackPtr>& packs) const;
  void Take(std::unique_ptr<AccessLog> log);

  const std::string directory_;
  const AccessLog::Options options_;
  const std::string actor_;
  std::shared_ptr<store::Database> database_;
  bool later_ = false;
  std::mutex mutex_;  // guards log_ where it is opened later
  std::unique_ptr<AccessLog> log_;
  std::optional<WriteAhead> ahead_;
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_OFFICE_LOG_H_
