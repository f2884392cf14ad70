// 指摘報告: a page for committee members, then every finding with what it rests on.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "report/findings.h"

namespace hikae::report {
namespace {

using audit::Finding;
using audit::Findings;
using audit::Outcome;
using audit::Severity;
using base::Language;

constexpr Outcome kOutcomes[] = {Outcome::kViolated, Outcome::kNotShown, Outcome::kExcepted, Outcome::kMet,
                                 Outcome::kNotApplicable};
constexpr Severity kSeverities[] = {Severity::kBlock, Severity::kError, Severity::kWarn, Severity::kInfo};
constexpr size_t kOfASet = 8;  // elements of a set shown as evidence; the CSV and the JSON have all of them
constexpr size_t kLinesOfAFile = 5;
// Of each list of the first page, which says how many more there are and where.
constexpr size_t kViolationsOnFirstPage = 3;
constexpr size_t kNotShownOnFirstPage = 2;

class Writer {
 public:
  Writer(const Source& source, Language language)
      : source_(source),
        language_(language),
        findings_(Only(source.findings, source.handling)),
        names_(&source.pack, &source.snapshot, language, source.others) {}

  Document Write() {
    document_.report = "findings";
    document_.id = "findings";
    document_.language = language_;
    document_.title = In("Findings report", "指摘報告");
    AddProvenance(document_, findings_, source_);
    if (!source_.handling.empty())
      document_.subtitles.push_back(In("Handling: ", "業務: ") + HandlingTitle(source_.handling));
    document_.subtitles.push_back(In("As of ", "基準日: ") + SayDay(findings_.as_of, language_));
    Summary();
    document_.Add(PageBreak{});
    Details();
    return std::move(document_);
  }

 private:
  using Places = std::vector<size_t>;  // of findings, in findings_
  Finding At(size_t place) const { return findings_.findings[place]; }
  std::string In(std::string_view en, std::string_view ja) const { return Say(language_, en, ja); }
  std::string HandlingTitle(std::string_view id) const { return names_.Entity({"Handling", std::string(id)}); }
  std::string ThingName(const Finding& finding) const {
    const std::string title(finding.thing_title.empty() ? finding.thing.id : finding.thing_title);
    return names_.Type(finding.thing.type) + In(" \"" + title + "\"", "「" + title + "」");
  }

  // ---- the first page ---------------------------------------------------------------------------------------------
  void Summary() {
    document_.Add(Heading{2, In("Summary for members of the committee", "委員の皆さまへの要約")});
    document_.Add(Paragraph{Content(WhatWasJudged()).Append(Packs())});
    document_.Add(TotalsTable());
    Important(Outcome::kViolated, In("The weightiest violations", "特に重い違反"),
              In("No violation was found among what could be judged.", "判定できた範囲では、違反は見つからなかった。"));
    Important(Outcome::kNotShown, In("What could not be shown", "示されていないこと"),
              In("Nothing was left without evidence.", "証跡が足りないものはなかった。"));
    document_.Add(Heading{3, In("How to read this report", "この報告の読み方")});
    document_.Add(HowToRead());
  }

  std::string WhatWasJudged() const {
    std::set<std::string> rules, handlings;
    std::set<cedar::EntityUid> things;
    for (const Finding& finding : findings_.findings) {
      rules.emplace(finding.rule);
      handlings.emplace(finding.handling);
      things.insert(finding.thing);
    }
    return In(
        fmt::format(
            "{} rules were applied to {} things (papers, systems, contracts, ledger rows …) of {} handling(s), as the "
            "office had declared and recorded them on {}; {} outcomes in all.",
            rules.size(), things.size(), handlings.size(), findings_.as_of, findings_.findings.size()),
        fmt::format("{}現在の登録内容について、{}業務の{}件の対象（諮問依頼書の記載、システム、契約、台帳など）に{}"
                    "件の規定を当てはめ、"
                    "延べ{}件を判定した。",
                    SayDay(findings_.as_of, language_), handlings.size(), things.size(), rules.size(),
                    findings_.findings.size()));
  }

  Table TotalsTable() const {
    std::map<std::pair<Outcome, Severity>, size_t> counts;
    for (const Finding& finding : findings_.findings) ++counts[{finding.outcome, RuleOf(findings_, finding).severity}];
    Table table;
    table.key = "totals";
    table.caption = In("Outcomes by severity", "判定の結果（重大度別）");
    table.show_caption = false;
    table.first_is_header = true;
    table.columns.push_back({"outcome", In("outcome", "結果"), 24});
    for (const Severity severity : kSeverities)
      table.columns.push_back({audit::Name(severity), audit::Label(severity).In(language_), 0});
    table.columns.push_back({"total", In("total", "計"), 0});
    for (const Outcome outcome : kOutcomes) {
      TableRow row{"", {Content(audit::Label(outcome).In(language_), ToneOf(outcome))}};
      size_t total = 0;
      for (const Severity severity : kSeverities) {
        const auto found = counts.find({outcome, severity});
        const size_t count = found == counts.end() ? 0 : found->second;
        total += count;
        row.cells.emplace_back(fmt::format("{}", count));
      }
      row.cells.emplace_back(fmt::format("{}", total), Tone::kStrong);
      table.rows.push_back(std::move(row));
    }
    return table;
  }

  // One entry a rule, the gravest first; things of the same rule stand together.
  void Important(Outcome outcome, const std::string& heading, const std::string& none) {
    std::map<std::string, Places> by_rule;
    size_t place = 0;
    for (const Finding& finding : findings_.findings) {
      if (finding.outcome == outcome) by_rule[std::string(finding.rule)].push_back(place);
      ++place;
    }
    std::vector<std::pair<audit::Rule, Places>> order;
    for (auto& [rule, found] : by_rule) order.emplace_back(RuleOf(findings_, At(found[0])), std::move(found));
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return a.first.severity != b.first.severity ? a.first.severity < b.first.severity
                                                  : a.second.size() > b.second.size();
    });
    const size_t most = outcome == Outcome::kViolated ? kViolationsOnFirstPage : kNotShownOnFirstPage;
    const bool some = order.size() > most;
    document_.Add(Heading{3, heading + (some ? In(fmt::format(" ({} of {} rules)", most, order.size()),
                                                  fmt::format("（{}件の規定のうち{}件）", order.size(), most))
                                             : "")});
    if (order.empty()) {
      document_.Add(Paragraph{Content(none)});
      return;
    }
    List list;
    list.ordered = true;
    for (size_t i = 0; i < order.size() && i < most; ++i)
      list.items.push_back(ImportantItem(order[i].first, order[i].second));
    document_.Add(std::move(list));
  }

  Content ImportantItem(const audit::Rule& rule, const Places& found) const {
    Content item(rule.title.In(language_), Tone::kStrong);
    item.Then(In(" [", "〔") + audit::Label(rule.severity).In(language_) + In("]", "〕"));
    const Finding first = At(found[0]);
    std::string things = ThingName(first);
    if (found.size() > 1)
      things += In(fmt::format(" and {} more", found.size() - 1), fmt::format("ほか{}件", found.size() - 1));
    item.Add(In("Concerns ", "対象: ") + things + In("; citation ", "　根拠: ") + rule.article);
    if (first.outcome == Outcome::kViolated && !rule.remedy.empty())
      item.Then(In("; to do: ", "　是正: ") + rule.remedy.In(language_));
    return item;
  }

  Paragraph HowToRead() const {
    Content text(
        In("Each rule is worded as the state that would break it. ", "規定の欄には、違反となる状態を書いてある。"));
    const auto entry = [&](Outcome outcome, std::string_view en, std::string_view ja) {
      text.Then(audit::Label(outcome).In(language_), ToneOf(outcome)).Then(In(": ", "：") + In(en, ja));
    };
    entry(Outcome::kViolated, "the evidence shows that the duty was not kept. ",
          "義務が守られていないことが証跡から分かる。");
    entry(Outcome::kNotShown, "nothing recorded shows whether it was kept; it is neither a violation nor met. ",
          "守られているかを示す記録がなく、違反とも充足ともいえない。");
    entry(Outcome::kExcepted, "a departure approved until a date. ", "責任者が期限を定めて承認した例外である。");
    entry(Outcome::kMet, "the evidence shows that it was kept. ", "守られていることが証跡から分かる。");
    entry(Outcome::kNotApplicable, "the duty does not arise here.", "この対象には義務が生じない。");
    return Paragraph{std::move(text)};
  }

  Content Packs() const {
    Content packs;
    for (const auto& pack : findings_.packs)
      packs.Add(In("Pack applied: ", "適用した規程集: ") + SayPack(pack, language_));
    return packs;
  }

  // ---- the details ------------------------------------------------------------------------------------------------
  void Details() {
    const size_t count = findings_.findings.size();
    if (count == 0) document_.Add(Paragraph{Content(In("Nothing was judged.", "判定したものはない。"))});
    std::string handling;
    for (size_t i = 0; i < count;) {
      const Finding first = At(i);
      if (i == 0 || first.handling != handling) {
        handling = first.handling;
        document_.Add(Heading{2, In("Handling: ", "業務: ") + HandlingTitle(handling)});
      }
      document_.Add(Heading{3, Headline(audit::Label(first.moment).In(language_))});
      std::map<Outcome, Places> group;
      for (; i < count; ++i) {
        const Finding finding = At(i);
        if (finding.handling != first.handling || finding.moment != first.moment) break;
        group[finding.outcome].push_back(i);
      }
      for (const Outcome outcome : kOutcomes) Details(group[outcome], outcome);
    }
  }

  void Details(const Places& found, Outcome outcome) {
    if (found.empty()) return;
    document_.Add(Heading{4, Headline(audit::Label(outcome).In(language_)) +
                                 In(fmt::format(" ({})", found.size()), fmt::format("（{}件）", found.size()))});
    document_.Add(outcome == Outcome::kNotApplicable ? ByRule(found) : OneByOne(found, outcome));
  }

  Table TableOf(const Finding& first, Outcome outcome) const {
    Table table;
    table.key = fmt::format("{}.{}.{}", first.handling, audit::Name(first.moment), audit::Name(outcome));
    table.caption = audit::Label(first.moment).In(language_) + In(": ", "：") + audit::Label(outcome).In(language_);
    table.show_caption = false;
    table.first_is_header = false;
    table.columns = {{"rule", In("rule (state that breaks it)", "規定（違反となる状態）"), 34},
                     {"thing", In("thing", "対象"), 20}};
    return table;
  }

  Content RuleCell(const audit::Rule& rule) const {
    Content cell(rule.title.In(language_), Tone::kStrong);
    cell.Add(audit::Label(rule.severity).In(language_), Tone::kTag);
    cell.Then(" " + rule.article);
    const std::string confidence = names_.Confidence(rule.confidence);
    if (!confidence.empty()) cell.Add(confidence, Tone::kMuted);
    if (findings_.packs.size() > 1) cell.Add(In("pack ", "規程集 ") + rule.pack, Tone::kMuted);
    return cell.Add(rule.id, Tone::kCode);
  }

  Table OneByOne(const Places& found, Outcome outcome) const {
    Table table = TableOf(At(found[0]), outcome);
    table.columns.push_back(
        {"basis", outcome == Outcome::kMet ? In("evidence", "証跡") : In("evidence and remedy", "証跡・是正"), 0});
    for (const size_t place : found) {
      const Finding finding = At(place);
      const audit::Rule& rule = RuleOf(findings_, finding);
      const audit::Grounds grounds = finding.grounds();
      Content basis;
      for (const audit::Evidence& evidence : grounds.evidence) Append(basis, finding, evidence);
      if (grounds.evidence.empty()) basis.Add(In("(no evidence is named)", "（証跡の指定なし）"), Tone::kMuted);
      for (const std::string& missing : grounds.missing) {
        basis.Add(In("Missing: ", "不足: "), Tone::kOpen).Then(names_.ValueText(missing));
      }
      if (!finding.note.empty()) basis.Add(In("Note: ", "注記: ") + finding.note);
      const bool to_do = outcome == Outcome::kViolated || outcome == Outcome::kNotShown;
      if (to_do && !rule.remedy.empty())
        basis.Add(In("Remedy: ", "是正: "), Tone::kStrong).Then(rule.remedy.In(language_));
      table.rows.push_back({"", {RuleCell(rule), Content(ThingName(finding)), std::move(basis)}});
    }
    return table;
  }

  // "papers/2.yaml:12, 14": the lines of one file together, a few of them. The word that may stand before them in the
  // source has been said for people already.
  std::string Lines(std::string_view source) const {
    std::map<std::string, std::set<uint32_t>> files;
    for (SourceLine& line : SourceLines(source)) files[std::move(line.file)].insert(line.line);
    std::string out;
    for (const auto& [file, lines] : files) {
      out += (out.empty() ? "" : "; ") + file + ":";
      size_t count = 0;
      for (const uint32_t line : lines) {
        if (++count <= kLinesOfAFile) out += fmt::format("{}{}", count == 1 ? "" : ", ", line);
      }
      if (count > kLinesOfAFile) {
        out += In(fmt::format(" and {} more", count - kLinesOfAFile), fmt::format(" ほか{}行", count - kLinesOfAFile));
      }
    }
    return out;
  }

  void Append(Content& basis, const Finding& finding, const audit::Evidence& evidence) const {
    const std::string type = evidence.entity.substr(0, evidence.entity.find("::\""));
    if (evidence.value && names_.IsOwner(type, evidence.attribute)) return;
    const bool given = evidence.entity == "context";
    std::string what;
    if (given) what = names_.Context(evidence.path, RuleOf(findings_, finding).pack);
    if (!given && evidence.entity != finding.thing.ToString()) what = names_.EntityText(evidence.entity);
    if (!given && !evidence.attribute.empty()) {
      what += (what.empty() ? "" : In(", ", "の")) + names_.Attribute(type, evidence.attribute);
    }
    if (what.empty()) what = In("registration", "登録");
    basis.Add(what + In(": ", "："));
    if (evidence.value) {
      basis.Then(names_.ValueText(*evidence.value, kOfASet));
    } else {
      basis.Then(evidence.reason.empty() ? In("no value", "値なし") : evidence.reason.In(language_), Tone::kGap);
    }
    const std::string lines = Lines(evidence.source);
    if (!lines.empty()) basis.Then(In("  [", "〔") + lines + In("]", "〕"), Tone::kMuted);
  }

  Table ByRule(const Places& found) const {
    Table table = TableOf(At(found[0]), Outcome::kNotApplicable);
    table.columns[1].width = 0;
    for (size_t i = 0; i < found.size();) {
      Content things;
      std::string line;
      const Finding first = At(found[i]);
      for (; i < found.size(); ++i) {
        const Finding finding = At(found[i]);
        if (finding.rule != first.rule) break;
        line += (line.empty() ? "" : In(", ", "、")) + ThingName(finding);
      }
      things.Add(line);
      const audit::Rule& rule = RuleOf(findings_, first);
      Content cell(rule.title.In(language_));
      cell.Add(rule.article + "  ").Then(rule.id, Tone::kCode);
      if (findings_.packs.size() > 1) cell.Add(In("pack ", "規程集 ") + rule.pack, Tone::kMuted);
      table.rows.push_back({"", {std::move(cell), std::move(things)}});
    }
    return table;
  }

  const Source& source_;
  const Language language_;
  const Findings findings_;
  const Names names_;
  Document document_;
};

std::string EvidenceText(const audit::Grounds& grounds, Language language) {
  std::string out;
  for (const audit::Evidence& evidence : grounds.evidence) {
    if (!out.empty()) out += "\n";
    out += evidence.entity + (evidence.attribute.empty() ? "" : "." + evidence.attribute) + " = " +
           evidence.value.value_or(Say(language, "(no value)", "（値なし）"));
    if (!evidence.source.empty()) out += " [" + SaySource(evidence.source, language) + "]";
  }
  return out;
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : "\n") + text;
  return out;
}

}  // namespace

Document FindingsReport(const Source& source, Language language) { return Writer(source, language).Write(); }

Table FindingsTable(const Findings& findings, const Names& names, const std::string& office) {
  const Language language = names.language();
  const auto in = [&](std::string_view en, std::string_view ja) { return Say(language, en, ja); };
  Table table;
  table.key = "findings";
  table.caption = in("findings", "指摘");
  table.columns = {{"office", in("office", "実施機関"), 0},
                   {"as_of", in("as of", "基準日"), 0},
                   {"pack", in("pack", "規程集"), 0},
                   {"handling", in("handling", "業務"), 0},
                   {"handling_title", in("handling title", "業務の名称"), 0},
                   {"moment", in("moment", "時点"), 0},
                   {"outcome", in("outcome", "結果"), 0},
                   {"severity", in("severity", "重大度"), 0},
                   {"rule", in("rule", "規定"), 0},
                   {"article", in("citation", "根拠条項"), 0},
                   {"title", in("title", "規定の内容（違反となる状態）"), 0},
                   {"confidence", in("confidence", "確度"), 0},
                   {"controls", in("controls", "対策"), 0},
                   {"thing_type", in("thing type", "対象の種類"), 0},
                   {"thing_id", in("thing id", "対象の識別子"), 0},
                   {"thing", in("thing", "対象"), 0},
                   {"evidence", in("evidence", "証跡"), 0},
                   {"missing", in("missing", "不足"), 0},
                   {"note", in("note", "注記"), 0},
                   {"remedy", in("remedy", "是正"), 0}};
  for (const Finding& finding : findings.findings) {
    const audit::Rule& rule = RuleOf(findings, finding);
    const audit::Grounds grounds = finding.grounds();
    table.rows.push_back({"",
                          {office,
                           findings.as_of,
                           rule.pack,
                           std::string(finding.handling),
                           names.Entity({"Handling", std::string(finding.handling)}),
                           audit::Label(finding.moment).In(language),
                           audit::Label(finding.outcome).In(language),
                           audit::Label(rule.severity).In(language),
                           std::string(finding.rule),
                           rule.article,
                           rule.title.In(language),
                           rule.confidence,
                           Joined(rule.controls),
                           names.Type(std::string(finding.thing.type)),
                           std::string(finding.thing.id),
                           std::string(finding.thing_title),
                           EvidenceText(grounds, language),
                           Joined(grounds.missing),
                           finding.note,
                           rule.remedy.In(language)}});
  }
  return table;
}

}  // namespace hikae::report
