// One opened office: directory, database, registry, packs. The C++ face of the whole.
#ifndef HIKAE_OFFICE_OFFICE_H_
#define HIKAE_OFFICE_OFFICE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.h"
#include "audit/pack.h"
#include "base/error.h"
#include "registry/registry.h"
#include "report/report.h"

namespace hikae::office {

struct OpenOptions {
  bool create = false;
  bool read_only = false;
  uint32_t busy_ms = 0;   // how long to wait for another process; 0 = the default (5,000)
  std::string pack;       // when creating: pack id, or a folder (copied into the office); "" = edogawa-2021
  int64_t max_pages = 0;  // the database may not grow past so many pages; 0 = no limit
  std::function<registry::Micros()> now;  // empty: the system clock, asked only here
};

// Shareable between threads; calls are serialised where they must be.
class Office {
 public:
  // kNotFound: no office there; kExists: create on one that is; kVersion: made by a newer hikae; kTampered: half-made
  // or damaged; kBusy; kIo (read-only directory, disk full).
  static base::Result<std::shared_ptr<Office>> Open(const std::string& directory, const OpenOptions& options);
  ~Office();

  base::Result<registry::Declared> Declare(const std::vector<registry::Document>& documents);
  // pack: id or folder; "" = the office's pack that is in force on that day.
  base::Result<audit::Findings> Audit(const audit::AuditOptions& options, std::string_view pack = {}) const;
  base::Result<std::string> Report(std::string_view name, std::string_view handling, report::Format format,
                                   registry::Day as_of, base::Language language, std::string_view pack = {}) const;
  base::Result<std::vector<std::string>> Handlings(registry::Day as_of) const;

 private:
  struct Rep;
  explicit Office(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_OFFICE_H_
