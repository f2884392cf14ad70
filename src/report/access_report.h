// R11: アクセス記録点検報告, of the statistics of an access log and the verdict on it. Nothing here reads a log or
// judges.
#ifndef HIKAE_REPORT_ACCESS_REPORT_H_
#define HIKAE_REPORT_ACCESS_REPORT_H_

#include <functional>
#include <optional>
#include <string>

#include "log/statistics.h"
#include "log/verify/verdict.h"
#include "report/document.h"
#include "report/report.h"
#include "report/words.h"

namespace hikae::report {

// What R11 is made of beside what every report is. Borrowed for the call.
struct AccessSource {
  const log::Statistics& statistics;
  const log::verify::Verdict* verdict = nullptr;  // null: the chain was not checked, and the report says so
  // Who a pseudonym stands for, by a name for people; nothing when nobody can say any more. Empty: nobody is named.
  std::function<std::optional<std::string>(const crypto::Pseudonym&)> name_of;
  bool kept = true;  // false: the office keeps no access log, so that nothing is shown
};

Document AccessReport(const Source& source, const AccessSource& access, base::Language language);

// Parts of it, inside src/report only.
// Names persons and times as the report does.
class AccessWords {
 public:
  AccessWords(const AccessSource& access, const Names& names) : access_(access), names_(names) {}
  base::Language language() const { return names_.language(); }
  std::string In(std::string_view en, std::string_view ja) const { return Say(language(), en, ja); }
  const Names& names() const { return names_; }
  Content Person(const std::optional<crypto::Pseudonym>& actor) const;
  std::string Handling(const std::string& code) const;
  static std::string Time(int64_t micros);  // 2021-05-20 10:00:00, in Japan
  std::string Threshold() const;            // what counts as much at once
  Content None() const { return Content(In("none", "なし"), Tone::kMuted); }

 private:
  const AccessSource& access_;
  const Names& names_;
};

// Much at once, refusals, administration, losses: what is listed one by one; and what nothing here shows.
void AddEvents(Document& document, const AccessSource& access, const AccessWords& words);
// The verdict: result, what was checked, what was not, what only something outside can tell; heads and missing numbers.
void AddChain(Document& document, const AccessSource& access, const AccessWords& words);
// What reviewers found, from the ledger; room to write where nobody did; room for seals.
void AddReviews(Document& document, const Source& source, const AccessSource& access, const AccessWords& words);
// "sound", "faults found", "not checked"; `where` more is said stands behind it.
Content SayVerdict(const AccessSource& access, const AccessWords& words, std::string_view where_en,
                   std::string_view where_ja);

}  // namespace hikae::report

#endif  // HIKAE_REPORT_ACCESS_REPORT_H_
