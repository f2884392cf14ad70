// The entries of one period, read from its segment files. Holds one group in memory at a time.
#ifndef HIKAE_LOG_PERIOD_SOURCE_H_
#define HIKAE_LOG_PERIOD_SOURCE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "log/entry_source.h"
#include "log/lock_file.h"
#include "log/log_end.h"

namespace hikae::log {

// One thread at a time. Reading on from where the last Read ended costs nothing extra; elsewhere, a walk over the
// groups of one segment.
class PeriodSource final : public EntrySource {
 public:
  // `durable`: how far one may read, for who has the log open to write; without it the segments tell. They are looked
  // at under the log's lock, and in a log nobody writes to they may end with entries that were never acknowledged.
  // kNotFound, kTampered, kVersion, kBusy, kIo.
  using Durable = std::function<base::Result<std::optional<uint64_t>>()>;
  static base::Result<std::unique_ptr<PeriodSource>> Open(base::Io& io, const std::string& log_directory,
                                                          const std::string& period, Durable durable = {});
  // Of a period whose end cannot be found because it is damaged (kTampered): its entries up to the damage, and an error
  // there. Size() is one more than can be read, so that whoever reads to the end meets the error.
  static base::Result<std::unique_ptr<PeriodSource>> OpenDamaged(base::Io& io, const std::string& log_directory,
                                                                 const std::string& period);

  base::Result<uint64_t> Size() override;
  base::Result<void> Read(uint64_t begin, uint64_t end, const EntryVisitor& visit) override;
  const std::string& origin() const { return end_.origin; }

 private:
  PeriodSource(base::Io& io, std::string directory, std::string period, Durable durable)
      : io_(io), directory_(std::move(directory)), period_(std::move(period)), durable_(std::move(durable)) {}

  base::Result<void> FindNewEnd();  // of the segments, under the log's lock
  base::Result<void> OpenSegmentOf(uint64_t index);
  base::Result<void> GoTo(uint64_t index);  // walker_ stands on the group that holds it

  base::Io& io_;
  const std::string directory_;
  const std::string period_;  // path
  Durable durable_;
  uint64_t size_ = 0;             // what Size() said last
  std::vector<uint64_t> firsts_;  // of the segments
  LogEnd end_;
  std::unique_ptr<base::File> file_;
  std::optional<GroupWalker> walker_;
  uint64_t segment_ = 0;   // of walker_
  bool on_group_ = false;  // walker_ has gone to one
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_PERIOD_SOURCE_H_
