// The second half of R11: whether the log is whole, and what people say of it.
#include <fmt/format.h>

#include "codec/hex.h"
#include "report/access_report.h"
#include "report/charts.h"

namespace hikae::report {
namespace {

using log::verify::PeriodVerdict;
using log::verify::Verdict;

// Up to where something vouches for a period, or that nothing does.
Content Until(uint64_t until, const PeriodVerdict& period, const AccessWords& words) {
  if (until == 0) return Content(words.In("not shown", "示されていない"), Tone::kOpen);
  if (until >= period.entries) return Content(words.In("all", "すべて"), Tone::kGood);
  return Content(words.In("before entry ", "番号") + SayCount(until) + words.In("", "の前まで"));
}

Content Numbers(const PeriodVerdict& period, const Verdict& verdict, const AccessWords& words) {
  if (period.dropped) return words.None();
  if (period.entries == 0) return Content(words.In("no entry", "記録なし"), Tone::kMuted);
  for (const log::verify::Finding& finding : verdict.findings) {
    if (finding.period == period.name) return Content(words.In("see the faults", "不備の欄を参照"), Tone::kBad);
  }
  return Content(words.In("none: 0 to ", "なし（0番から") + SayCount(period.entries - 1) +
                 words.In(" without a gap", "番まで連続）"));
}

Table PeriodTable(const Verdict& verdict, const AccessWords& words) {
  Table table;
  table.key = "periods";
  table.caption = words.In("periods of the log", "記録の期間と末尾ハッシュ");
  table.columns = {{"period", words.In("period", "期間"), 9},
                   {"entries", words.In("entries", "件数"), 10},
                   {"missing", words.In("missing numbers", "欠番"), 19},
                   {"signed", words.In("signed", "署名"), 12},
                   {"witnessed", words.In("witnessed", "立会人の副署"), 13},
                   {"anchored", words.In("seen outside", "外部の控え"), 13},
                   {"head", words.In("tail hash (root of the tree)", "末尾ハッシュ（木の根）"), 0}};
  for (const PeriodVerdict& period : verdict.periods) {
    if (period.dropped) {
      table.rows.push_back({"",
                            {period.name, Content(words.In("dropped", "廃棄済み"), Tone::kMuted), words.None(),
                             words.None(), words.None(), words.None(), words.None()}});
      continue;
    }
    table.rows.push_back(
        {"",
         {period.name, SayCount(period.entries), Numbers(period, verdict, words),
          Until(period.signed_until, period, words), Until(period.witnessed_until, period, words),
          Until(period.anchored_until, period, words), Content(codec::Hex(period.root), Tone::kCode)}});
  }
  return table;
}

void AddLines(Document& document, const std::string& heading, const std::vector<base::Text>& lines,
              const AccessWords& words) {
  document.Add(Heading{3, heading});
  if (lines.empty()) {
    document.Add(Paragraph{words.None()});
    return;
  }
  List list;
  for (const base::Text& line : lines) list.items.emplace_back(line.In(words.language()));
  document.Add(std::move(list));
}

void AddFaults(Document& document, const Verdict& verdict, const AccessWords& words) {
  if (verdict.sound()) return;
  Table table;
  table.key = "faults";
  table.caption = words.In("faults found", "見つかった不備");
  table.columns = {{"period", words.In("period", "期間"), 12},
                   {"entries", words.In("among entries", "記録番号"), 20},
                   {"fault", words.In("fault", "不備"), 0}};
  for (const log::verify::Finding& finding : verdict.findings) {
    const std::string where = finding.first == finding.last ? SayCount(finding.first)
                                                            : SayCount(finding.first) + "–" + SayCount(finding.last);
    table.rows.push_back({"", {finding.period, where, Content(finding.text.In(words.language()), Tone::kBad)}});
  }
  document.Add(std::move(table));
  if (verdict.unlisted != 0)
    document.Add(Paragraph{Content(words.In(SayCount(verdict.unlisted) + " more faults are not listed.",
                                            "ほか" + SayCount(verdict.unlisted) + "件の不備は示していない。"))});
}

// A cell to write or stamp into.
Content Room(int lines) {
  Content room;
  for (int i = 0; i < lines; ++i) room.Add("　");
  return room;
}

// The review's row, its days for people.
std::vector<Content> ReviewRow(const registry::Row& row, const AccessWords& words) {
  const auto value = [&](const char* name) {
    const auto found = row.entity.attributes.find(name);
    return found == row.entity.attributes.end() ? std::string() : words.names().Value(found->second);
  };
  const auto or_open = [&](std::string text, std::string_view en, std::string_view ja) {
    return text.empty() ? Content(words.In(en, ja), Tone::kOpen) : Content(text);
  };
  Content range(value("period"));
  range.Add(value("firstEntry") + "–" + value("endEntry"), Tone::kMuted);
  Content signed_off = or_open(value("signedOffBy"), "not yet", "未決裁");
  if (const std::string on = value("signedOffOn"); !on.empty()) signed_off.Add(on);
  return {std::move(range), or_open(value("on"), "not stated", "記載なし"),
          or_open(value("reviewedBy"), "not stated", "記載なし"), or_open(value("findings"), "not stated", "記載なし"),
          std::move(signed_off)};
}

}  // namespace

Content SayVerdict(const AccessSource& access, const AccessWords& words, std::string_view where_en,
                   std::string_view where_ja) {
  if (access.verdict == nullptr) return Content(words.In("not checked", "検証していない"), Tone::kOpen);
  const std::string where = words.In(where_en, where_ja);
  if (!access.verdict->sound()) return Content(words.In("faults found", "不備あり") + where, Tone::kBad);
  Content content(words.In("sound", "異常なし"), Tone::kGood);
  if (!access.verdict->OnlyFromOutside().empty())
    content.Then(words.In("; not all is covered from outside", "。ただし外部の控えが及ばない部分がある") + where,
                 Tone::kOpen);
  return content;
}

void AddChain(Document& document, const AccessSource& access, const AccessWords& words) {
  document.Add(Heading{2, words.In("11 Whether the log is whole", "11 連鎖検証の結果・欠番・末尾ハッシュ")});
  if (access.verdict == nullptr) {
    document.Add(
        Note{Tone::kOpen, words.In("Not checked", "検証していない"),
             Content(words.In("The chain of entries was not checked for this report. Nothing is said about missing "
                              "numbers or the tail hash.",
                              "この報告では連鎖を検証していない。欠番と末尾ハッシュについては何も言えない。"))});
    return;
  }
  const Verdict& verdict = *access.verdict;
  document.Add(
      Note{verdict.sound() ? Tone::kPlain : Tone::kBad, words.In("Result", "結果"), SayVerdict(access, words, "", "")});
  AddFaults(document, verdict, words);
  document.Add(PeriodTable(verdict, words));
  AddLines(document, words.In("Checked", "検証したこと"), verdict.Checked(), words);
  AddLines(document, words.In("Not checked", "検証していないこと"), verdict.NotChecked(), words);
  AddLines(document, words.In("Only something outside can tell", "外部の控えがなければ分からないこと"),
           verdict.OnlyFromOutside(), words);
}

void AddReviews(Document& document, const Source& source, const AccessSource& access, const AccessWords& words) {
  document.Add(Heading{2, words.In("12 Findings of the reviewers", "12 点検者所見")});
  Table table;
  table.key = "reviews";
  table.caption = words.In("reviews in the ledger", "点検の台帳");
  table.columns = {{"range", words.In("period and entries", "期間・番号"), 16},
                   {"on", words.In("reviewed on", "点検日"), 16},
                   {"by", words.In("by", "点検者"), 16},
                   {"findings", words.In("findings", "所見"), 0},
                   {"signed_off", words.In("signed off", "決裁"), 16}};
  for (const registry::Row* row : source.snapshot.OfType("LogReview")) {
    if (row->valid_from < access.statistics.options.from) continue;
    table.rows.push_back({"", ReviewRow(*row, words)});
  }
  table.empty_text = words.In("No review of this period is in the ledger.", "この期間の点検は台帳にない。");
  document.Add(std::move(table));
  Table seals;
  seals.key = "seals";
  seals.caption = words.In("for writing and sealing", "所見記入・決裁欄");
  seals.columns = {{"findings", words.In("findings of the reviewer", "点検者所見"), 52},
                   {"reviewer", words.In("reviewer", "点検者"), 0},
                   {"manager", words.In("protection manager", "保護管理責任者"), 0},
                   {"approval", words.In("approval", "決裁"), 0}};
  seals.rows.push_back({"", {Room(5), Room(5), Room(5), Room(5)}});
  document.Add(std::move(seals));
}

}  // namespace hikae::report
