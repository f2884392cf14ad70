// Reports: one document model, several formats. Nothing here judges.
#ifndef HIKAE_REPORT_REPORT_H_
#define HIKAE_REPORT_REPORT_H_

#include <string>
#include <string_view>
#include <vector>

#include "audit/finding.h"
#include "audit/pack.h"
#include "base/error.h"
#include "registry/registry.h"

namespace hikae::report {

enum class Format : uint8_t { kText, kHtml, kCsv, kJson, kSarif };

struct ReportInfo {
  std::string name;  // "consultation", "findings", "access-log"
  std::string id;    // "R1"
  base::Text title;
  std::vector<Format> formats;
};
const std::vector<ReportInfo>& Reports();

struct AccessSource;  // access_report.h

// What a report is made of. The snapshot and the findings are of the same day.
struct Source {
  const registry::Snapshot& snapshot;
  const audit::Findings& findings;
  const audit::Pack& pack;
  std::string handling;                         // id
  std::string office;                           // the office's name, for the head of the page
  const AccessSource* access = nullptr;         // of R11 alone
  std::vector<const audit::Pack*> others = {};  // further packs that judged: where `pack` has no word for a thing
};

// Whether the report is made of the access log: R11.
bool NeedsAccessLog(std::string_view name);

// Byte-stable: the same source gives the same bytes. Errors: kNotFound for a name or handling, kArgument for a format,
// or for R11 without an access log.
base::Result<std::string> Render(std::string_view name, Format format, const Source& source, base::Language language);

// Findings by themselves, for the command line and for machines: text, json, sarif.
// `packs`: as for FindingsText.
base::Result<std::string> RenderFindings(const audit::Findings& findings, Format format, base::Language language,
                                         const std::vector<const audit::Pack*>& packs = {});

}  // namespace hikae::report

#endif  // HIKAE_REPORT_REPORT_H_
