#include "log/verify/verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/civil_date.h"

namespace hikae::log::verify {
namespace {

using base::Text;

// The same numbers in both languages.
template <class... Args>
Text Line(fmt::format_string<const Args&...> en, fmt::format_string<const Args&...> ja, const Args&... args) {
  return {fmt::format(en, args...), fmt::format(ja, args...)};
}

size_t OrderOf(const std::vector<PeriodVerdict>& periods, const std::string& name) {
  const auto at = std::find_if(periods.begin(), periods.end(), [&](const PeriodVerdict& p) { return p.name == name; });
  return static_cast<size_t>(at - periods.begin());
}

}  // namespace

void Verdict::Add(Finding finding) {
  if (findings.size() < kMaxFindings) {
    findings.push_back(std::move(finding));
  } else {
    ++unlisted;
  }
}

const Finding* Verdict::FirstBad() const {
  const auto before = [&](const Finding& a, const Finding& b) {
    const size_t period_a = OrderOf(periods, a.period);
    const size_t period_b = OrderOf(periods, b.period);
    return period_a != period_b ? period_a < period_b : a.first < b.first;
  };
  const auto first = std::min_element(findings.begin(), findings.end(), before);
  return first == findings.end() ? nullptr : &*first;
}

std::vector<Text> Verdict::Checked() const {
  std::vector<Text> out;
  for (const PeriodVerdict& p : periods) {
    if (p.certified)
      out.push_back(Line("{}: dropped on {}; the certificate is the one that the entry about it names",
                         "{}: {} に廃棄。証明は廃棄の記録が示すものと一致", p.name,
                         base::FormatIso(base::DayInJapan(p.dropped_at))));
    if (p.chained)
      out.push_back(Line("{}: the certificate holds the checkpoint that the period after begins with",
                         "{}: 証明のチェックポイントは次の期間の最初の記録と一致", p.name));
    if (p.dropped) continue;
    out.push_back(Line("{}: {} entries ({} bytes) hashed again", "{}: 記録 {} 件({} バイト)のハッシュを再計算", p.name,
                       p.entries, p.bytes));
    out.push_back(Line("{}: {} checkpoints: root recomputed, signature valid; {} keys in turn",
                       "{}: チェックポイント {} 件の根を再計算し署名を検証、署名鍵 {} 本の継承を検証", p.name,
                       p.checkpoints, p.keys));
    if (p.details > 0)
      out.push_back(Line("{}: {} sealed details compared with their digests", "{}: 封緘された詳細 {} 件を照合", p.name,
                         p.details));
    if (p.cosignatures > 0)
      out.push_back(Line("{}: {} cosignatures of witnesses, entries before {} vouched for by as many as asked",
                         "{}: 立会人の副署 {} 件を検証、必要数の副署があるのは記録 {} 番の前まで", p.name,
                         p.cosignatures, p.witnessed_until));
    if (p.anchored_until > 0)
      out.push_back(Line("{}: entries before {} agree with a checkpoint seen outside",
                         "{}: 記録 {} 番の前までは外部で控えたチェックポイントと一致", p.name, p.anchored_until));
  }
  return out;
}

std::vector<Text> Verdict::NotChecked() const {
  std::vector<Text> out;
  if (!key_trusted)
    out.push_back({"whose the first key is: no key was given that is known from outside",
                   "最初の署名鍵が誰のものか(外部で確認した鍵が与えられていない)"});
  for (const PeriodVerdict& p : periods) {
    if (p.dropped)
      out.push_back(Line("{}: the period was dropped; only its last checkpoint is left",
                         "{}: 廃棄済みの期間(最後のチェックポイントのみ残る)", p.name));
    if (p.dropped && !p.certified)
      out.push_back(
          Line("{}: whether the certificate is the one made when the period was dropped: not held against an "
               "entry about that",
               "{}: 証明が廃棄時のものか(廃棄の記録と照合していない)", p.name));
    if (p.entries > p.signed_until)
      out.push_back(Line("{}: {} entries from {} on are not signed yet", "{}: 記録 {} 件({} 番以降)は未署名", p.name,
                         p.entries - p.signed_until, p.signed_until));
    if (p.details_absent > 0)
      out.push_back(Line("{}: {} sealed details are not here and were not compared", "{}: 詳細 {} 件は手元になく未照合",
                         p.name, p.details_absent));
    if (p.foreign > 0)
      out.push_back(Line("{}: {} entries are of another version: hashed, not taken apart",
                         "{}: 別の版の記録 {} 件は内容を確認していない", p.name, p.foreign));
    if (p.unjudged > 0)
      out.push_back(Line("{}: {} checkpoints behind a fault could not be compared",
                         "{}: 不一致より後のチェックポイント {} 件は比較できない", p.name, p.unjudged));
    if (p.losses > 0)
      out.push_back(Line("{}: {} entries tell of a possible loss before them", "{}: 欠落の可能性を示す記録が {} 件ある",
                         p.name, p.losses));
    if (p.times_back > 0)
      out.push_back(Line("{}: the clock went back {} times, first at entry {}",
                         "{}: 時刻の後退が {} 回、最初は記録 {} 番", p.name, p.times_back, p.first_time_back));
  }
  out.push_back({"whether what happened was logged: a log shows what was written, not what was left out",
                 "起きたことが全て記録されたか(記録は書かれたことだけを示す)"});
  return out;
}

std::vector<Text> Verdict::OnlyFromOutside() const {
  std::vector<Text> out;
  for (const PeriodVerdict& p : periods) {
    const uint64_t vouched = std::max(p.witnessed_until, p.anchored_until);
    if (p.dropped || p.entries <= vouched) continue;
    out.push_back(
        Line("{}: whether entries from {} on were cut off, exchanged for an older copy, or written anew by who "
             "has the key: no checkpoint seen outside covers them",
             "{}: 記録 {} 番以降の切捨て、古い写しへの差替え、鍵の保有者による書直しの有無"
             "(外部で控えたチェックポイントが及ばない)",
             p.name, vouched));
  }
  return out;
}

}  // namespace hikae::log::verify
