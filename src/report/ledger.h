// The rows of one ledger, written out.
#ifndef HIKAE_REPORT_LEDGER_H_
#define HIKAE_REPORT_LEDGER_H_

#include <string>
#include <vector>

#include "audit/pack.h"
#include "base/error.h"
#include "cedar/schema/schema.h"
#include "registry/ledger.h"
#include "report/report.h"

namespace hikae::report {

// What stands around the rows on paper.
struct LedgerHead {
  std::string office;
  std::string rows_of;                    // which rows: of whom, from when until when; "" = all
  std::vector<const audit::Pack*> packs;  // for the words of values
};

// kHtml: a sheet to print, in words, without empty columns. kJson: a list of rows, whose keys do not depend on the
// language; kCsv: a table by the names that an import takes, then who said it, when, and what became of it; kText: the
// same without empty columns, for a person. kArgument: another format.
base::Result<std::string> RenderLedger(const cedar::EntityType& type, const std::vector<registry::LedgerLine>& lines,
                                       Format format, base::Language language, const LedgerHead& head = {});

}  // namespace hikae::report

#endif  // HIKAE_REPORT_LEDGER_H_
