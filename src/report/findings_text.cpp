// Findings for a terminal: nothing but text, no colour, no width assumed beyond indentation.
#include <fmt/format.h>

#include "report/escape.h"
#include "report/findings.h"

namespace hikae::report {
namespace {

using audit::Outcome;
using base::Language;

constexpr size_t kOfASet = 8;  // elements of a set shown as evidence; the JSON has all of them

class TextWriter {
 public:
  TextWriter(const audit::Findings& findings, Language language, const std::vector<const audit::Pack*>& packs)
      : findings_(findings),
        language_(language),
        names_(packs.empty() ? nullptr : packs.front(), nullptr, language, packs),
        several_(findings.packs.size() > 1) {}

  std::string Write(const std::string& office) {
    if (!office.empty()) Line(0, office);
    Line(0, Say(language_, "Findings as of ", "指摘　基準日 ") + findings_.as_of);
    for (const auto& pack : findings_.packs) {
      Line(0, Say(language_, "pack ", "規程集 ") + SayPack(pack, language_));
      if (several_) Line(4, Say(language_, "digest ", "要約値 ") + pack.digest.substr(0, 16));
    }
    Line(0, SayTotals(findings_.totals, language_));
    std::string handling;
    for (size_t i = 0; i < findings_.findings.size();) {
      const audit::Finding first = findings_.findings[i];
      if (i == 0 || first.handling != handling) {
        handling = first.handling;
        out_ += '\n';
        Line(0, Say(language_, "handling ", "業務 ") + handling);
      }
      i = Group(i, first);
    }
    return std::move(out_);
  }

 private:
  // Every field is one line, whatever is in it.
  void Line(size_t indent, std::string_view text) { out_ += std::string(indent, ' ') + VisibleLine(text) + "\n"; }

  // Those of one handling at one moment, to where they end: violations first, then what could not be shown; what is met
  // or not applicable is counted, and stays in the JSON.
  size_t Group(size_t begin, const audit::Finding& first) {
    std::map<Outcome, std::vector<size_t>> open;
    audit::Findings::Totals totals;
    size_t end = begin;
    for (; end < findings_.findings.size(); ++end) {
      const audit::Finding finding = findings_.findings[end];
      if (finding.handling != first.handling || finding.moment != first.moment) break;
      totals.Count(finding.outcome);
      open[finding.outcome].push_back(end);
    }
    Line(2, audit::Label(first.moment).In(language_) + Say(language_, ": ", "：") + SayTotals(totals, language_));
    for (const Outcome outcome : {Outcome::kViolated, Outcome::kNotShown, Outcome::kExcepted}) {
      for (const size_t at : open[outcome]) Put(findings_.findings[at]);
    }
    return end;
  }

  void Put(const audit::Finding& finding) {
    const audit::Rule& rule = RuleOf(findings_, finding);
    Line(4, fmt::format("{} [{}] {}", audit::Label(finding.outcome).In(language_),
                        audit::Label(rule.severity).In(language_), rule.title.In(language_)));
    const std::string thing = finding.thing.ToString();
    Line(8, Say(language_, "thing:    ", "対象: ") +
                (finding.thing_title.empty() || finding.thing_title == finding.thing.id
                     ? thing
                     : fmt::format("{}  {}", finding.thing_title, thing)));
    const std::string known = language_ == Language::kJapanese ? names_.Confidence(rule.confidence) : "";
    Line(8, Say(language_, "citation: ", "根拠: ") + rule.article + "  (" + rule.id + ", " +
                (known.empty() ? rule.confidence : known) +
                (several_ ? Say(language_, ", pack ", ", 規程集 ") + rule.pack : "") + ")");
    const audit::Grounds grounds = finding.grounds();
    for (const audit::Evidence& evidence : grounds.evidence) Put(evidence, rule.pack);
    for (const std::string& missing : grounds.missing)
      Line(8, Say(language_, "missing:  ", "不足: ") + names_.ValueText(missing));
    if (!finding.note.empty()) Line(8, Say(language_, "note:     ", "注記: ") + finding.note);
    const bool to_do = finding.outcome != Outcome::kExcepted && !rule.remedy.empty();
    if (to_do) Line(8, Say(language_, "remedy:   ", "是正: ") + rule.remedy.In(language_));
  }

  void Put(const audit::Evidence& evidence, const std::string& pack) {
    std::string text = Say(language_, "evidence: ", "証跡: ");
    const bool given = evidence.entity == "context";
    text += given ? names_.Context(evidence.path, pack) : evidence.entity;
    if (!given && !evidence.attribute.empty()) text += "." + evidence.attribute;
    text += " = " + (evidence.value ? names_.ValueText(*evidence.value, kOfASet)
                     : evidence.reason.empty()
                         ? Say(language_, "(no value)", "（値なし）")
                         : Say(language_, "(", "（") + evidence.reason.In(language_) + Say(language_, ")", "）"));
    if (!evidence.source.empty()) text += "  [" + SaySource(evidence.source, language_) + "]";
    Line(8, text);
  }

  const audit::Findings& findings_;
  const Language language_;
  const Names names_;
  const bool several_;  // packs: then each finding says whose its rule is
  std::string out_;
};

}  // namespace

std::string FindingsText(const audit::Findings& findings, Language language,
                         const std::vector<const audit::Pack*>& packs, const std::string& office) {
  return TextWriter(findings, language, packs).Write(office);
}

}  // namespace hikae::report
