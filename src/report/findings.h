// Findings in every format, and the report made of them. Inside src/report only.
#ifndef HIKAE_REPORT_FINDINGS_H_
#define HIKAE_REPORT_FINDINGS_H_

#include <string>
#include <vector>

#include "audit/finding.h"
#include "codec/node.h"
#include "report/document.h"
#include "report/report.h"
#include "report/words.h"

namespace hikae::report {

// The rule a finding is of; a finding whose rule is not listed gets an empty one that carries its id. Valid while the
// findings and the thread live.
const audit::Rule& RuleOf(const audit::Findings& findings, const audit::Finding& finding);

// The findings of one handling, with their own totals; handling "" = all of them.
audit::Findings Only(const audit::Findings& findings, const std::string& handling);

// "papers/2.yaml:12; papers/3.yaml:7 (Type::"id")" taken apart. Parts that name no line are left out.
struct SourceLine {
  std::string file;
  uint32_t line = 0;
};
std::vector<SourceLine> SourceLines(std::string_view source);

// "違反 3、未提示 2 …", in the order an officer asks for.
std::string SayTotals(const audit::Findings::Totals& totals, base::Language language);
// "edogawa-2021 江戸川区…（2021-04-01 から）".
std::string SayPack(const audit::Findings::PackUsed& pack, base::Language language);
codec::Node PacksNode(const audit::Findings& findings);
codec::Node TotalsNode(const audit::Findings::Totals& totals);

Tone ToneOf(audit::Outcome outcome);

// `packs`: those that judged, for their words; without them values are printed as the data spells them.
std::string FindingsText(const audit::Findings& findings, base::Language language,
                         const std::vector<const audit::Pack*>& packs, const std::string& office = {});
codec::Node FindingsJson(const audit::Findings& findings);
codec::Node FindingsSarif(const audit::Findings& findings, base::Language language);
// Every finding, one row each: what the CSV of the findings report holds.
Table FindingsTable(const audit::Findings& findings, const Names& names, const std::string& office);
Document FindingsReport(const Source& source, base::Language language);

// Packs, day, totals and office, for the end of every report, and the line at the foot of its pages.
void AddProvenance(Document& document, const audit::Findings& findings, const Source& source);

}  // namespace hikae::report

#endif  // HIKAE_REPORT_FINDINGS_H_
