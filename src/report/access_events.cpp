// What R11 lists one by one.
#include <fmt/format.h>

#include "report/access_report.h"
#include "report/charts.h"

namespace hikae::report {
namespace {

Content Count(uint64_t count) { return Content(SayCount(count)); }

class Events {
 public:
  Events(Document& document, const AccessSource& access, const AccessWords& words)
      : document_(document), counted_(access.statistics), words_(words) {}

  void Write() {
    Large();
    Refusals();
    Administration();
    Losses();
    NotShown();
  }

 private:
  std::string In(std::string_view en, std::string_view ja) const { return words_.In(en, ja); }

  void More(uint64_t total, size_t shown) {
    if (total <= shown) return;
    document_.Add(Paragraph{Content(In(SayCount(total - shown) + " more are not listed here.",
                                       "ほか" + SayCount(total - shown) + "件はここに示していない。"))});
  }

  void Large() {
    document_.Add(Heading{2, In("7 Much at once", "7 大量の閲覧・持出し等")});
    document_.Add(Paragraph{Content(In("Counted as such: ", "大量とみなすのは、") + words_.Threshold() +
                                    In(".", "閲覧・検索・書込み・持出し・消去した場合である。"))});
    Table table;
    table.key = "large";
    table.caption = In("much at once", "大量の閲覧・持出し等");
    table.show_caption = false;
    table.columns = {{"hour", In("hour from", "時間帯の始まり"), 22},
                     {"person", In("person", "利用者"), 30},
                     {"acts", In("acts", "操作"), 0},
                     {"touched", In("items touched", "対象件数"), 0},
                     {"entries", In("entries", "記録番号"), 20}};
    table.empty_text = In("Nobody touched so many within an hour.", "該当する操作はない。");
    for (const log::LargeHour& hour : counted_.large) {
      const std::string entries = hour.first_index == hour.last_index
                                      ? std::to_string(hour.first_index)
                                      : fmt::format("{}–{}", hour.first_index, hour.last_index);
      table.rows.push_back({"",
                            {Content(words_.Time(hour.hour).substr(0, 16)), words_.Person(hour.actor), Count(hour.acts),
                             Count(hour.touched), Content(entries)}});
    }
    const size_t shown = table.rows.size();
    document_.Add(std::move(table));
    More(counted_.large_total, shown);
  }

  Table EntryTable(const char* key, std::string caption) const {
    Table table;
    table.key = key;
    table.caption = std::move(caption);
    table.columns = {{"index", In("entry", "番号"), 10},
                     {"time", In("time in Japan", "日時（日本時間）"), 20},
                     {"act", In("act", "操作"), 16},
                     {"person", In("person", "利用者"), 22},
                     {"what", In("what", "内容"), 0}};
    return table;
  }
  Content What(const log::Entry& entry) const {
    Content what;
    const auto add = [&](const std::string& label, const std::string& value) {
      if (!value.empty()) what.Add(label + value);
    };
    if (!entry.handling.empty()) add(In("handling: ", "業務: "), words_.Handling(entry.handling));
    add("", entry.thing);
    if (entry.count) add(In("count: ", "件数: "), SayCount(*entry.count));
    if (entry.range_end) add(In("entries before: ", "対象: 番号の上限 "), SayCount(*entry.range_end));
    std::string rules;
    for (const std::string& rule : entry.rules) rules += (rules.empty() ? "" : ", ") + rule;
    if (!rules.empty()) what.Add(rules, Tone::kCode);
    return what;
  }
  void AddEntries(Table table, const log::EntryList& list) {
    for (const log::ListedEntry& listed : list.first) {
      const log::Entry& entry = listed.entry;
      table.rows.push_back(
          {"",
           {Content(SayCount(listed.index)), Content(words_.Time(entry.time)),
            Content(log::EntryTypeName(entry.type).In(words_.language())), words_.Person(entry.actor), What(entry)}});
    }
    document_.Add(std::move(table));
    More(list.total, list.first.size());
  }

  void Refusals() {
    document_.Add(Heading{2, In("8 Refusals", "8 拒否された操作")});
    Table rules;
    rules.key = "refused_by";
    rules.caption = In("refusals by rule", "規定別の拒否");
    rules.first_is_header = true;
    rules.columns = {{"rule", In("rule", "規定"), 70}, {"refusals", In("refusals", "件数"), 0}};
    for (const auto& [rule, count] : counted_.refused_by)
      rules.rows.push_back({"", {Content(rule, Tone::kCode), Count(count)}});
    if (counted_.refused_without_rule != 0)
      rules.rows.push_back({"", {In("no rule is named", "規定の記録なし"), Count(counted_.refused_without_rule)}});
    if (counted_.refused_by_others != 0)
      rules.rows.push_back({"", {In("other rules", "その他の規定"), Count(counted_.refused_by_others)}});
    document_.Add(std::move(rules));
    Table table = EntryTable("refusals", In("refused acts", "拒否された操作の一覧"));
    table.empty_text = In("Nothing was refused.", "拒否された操作はない。");
    AddEntries(std::move(table), counted_.refusals);
  }

  void Administration() {
    document_.Add(Heading{2, In("9 Acts of administration", "9 管理者操作")});
    Table table = EntryTable("administrative", In("acts of administration", "管理者操作"));
    table.show_caption = false;
    table.empty_text = In("No act of administration in this period.", "この期間に管理者操作はない。");
    AddEntries(std::move(table), counted_.administrative);
  }

  void Losses() {
    if (counted_.losses.total == 0) return;
    Table losses = EntryTable("losses", In("possible losses of entries", "記録の欠落の可能性"));
    losses.columns[4] = {"bound", In("at most", "失われた上限"), 0};
    for (const log::ListedEntry& listed : counted_.losses.first) {
      const log::Entry& entry = listed.entry;
      losses.rows.push_back(
          {"",
           {Content(SayCount(listed.index)), Content(words_.Time(entry.time)),
            Content(log::EntryTypeName(entry.type).In(words_.language())), words_.None(),
            Content(In(fmt::format("{} ms, {} entries", entry.loss_ms.value_or(0), entry.loss_records.value_or(0)),
                       fmt::format("{}ミリ秒・{}件", entry.loss_ms.value_or(0), entry.loss_records.value_or(0))))}});
    }
    document_.Add(std::move(losses));
    More(counted_.losses.total, counted_.losses.first.size());
  }

  void NotShown() {
    document_.Add(Heading{2, In("10 Not shown here", "10 この報告では示していないこと")});
    List list;
    list.items = {
        Content(In("Reads for a purpose other than declared: ", "目的不一致（申告した目的と異なる利用）: "),
                Tone::kStrong)
            .Then(In("not shown. An entry has the handling and the ground relied on; whether the work served them is "
                     "for the reviewer to ask.",
                     "示していない。記録にあるのは業務と根拠であり、実際の目的との一致は点検者が確認する。")),
        Content(In("Records of persons under protection (domestic violence and the like): ",
                   "DV等支援対象者の記録の閲覧: "),
                Tone::kStrong)
            .Then(
                In("not shown. Entries carry pseudonyms of subjects, and no list of those protected is joined to them.",
                   "示していない。記録の本人は仮名であり、支援対象者の一覧と突き合わせていない。")),
        Content(In("Acts outside of hikae: ", "hikae を経ない閲覧: "), Tone::kStrong)
            .Then(
                In("not shown. A log shows what was written to it.", "示していない。記録は書かれたことだけを示す。"))};
    document_.Add(std::move(list));
  }

  Document& document_;
  const log::Statistics& counted_;
  const AccessWords& words_;
};

}  // namespace

void AddEvents(Document& document, const AccessSource& access, const AccessWords& words) {
  Events(document, access, words).Write();
}

}  // namespace hikae::report
