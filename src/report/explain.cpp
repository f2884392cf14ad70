#include "report/explain.h"

#include <fmt/format.h>

#include "report/escape.h"
#include "report/findings.h"

namespace hikae::report {
namespace {

using audit::Outcome;
using base::Language;

constexpr size_t kOfASet = 12;  // elements of a set shown; the JSON of the audit has all of them

class Explainer {
 public:
  Explainer(const audit::Findings& findings, const audit::Finding& finding, const audit::Pack* pack, Language language,
            const std::vector<const audit::Pack*>& others)
      : finding_(finding),
        grounds_(finding.whole_grounds()),
        rule_(RuleOf(findings, finding)),
        as_of_(findings.as_of),
        names_(pack, nullptr, language, others),
        words_(SayRule(rule_, pack, language)),
        row_(IsRow(pack, finding.thing.type)),
        language_(language) {}

  std::string Write() {
    Line(0, fmt::format("{} [{}] {}", audit::Label(finding_.outcome).In(language_),
                        audit::Label(rule_.severity).In(language_), rule_.title.In(language_)));
    Field("thing:      ", "対象:     ", ThingText());
    Field("handling:   ", "業務:     ", std::string(finding_.handling));
    Field("judged:     ", "判定:     ",
          fmt::format("{}  {}", SayDay(as_of_, language_), audit::Label(finding_.moment).In(language_)));
    Field("rule:       ", "規定:     ", fmt::format("{} ({})", finding_.rule, rule_.where.ToString()));
    Field("pack:       ", "規程集:   ", rule_.pack);
    const std::string sure = names_.Confidence(rule_.confidence);
    Field("article:    ", "根拠:     ",
          fmt::format("{} ({}{})", rule_.article, rule_.confidence,
                      sure.empty() ? "" : Say(language_, ": ", "：") + sure));
    if (!rule_.controls.empty()) Field("controls:   ", "対策:     ", Controls());
    if (!words_.applies.empty()) Field("applies if: ", "適用:     ", words_.applies);
    if (!words_.kept.empty()) Field("asks that:  ", "求めること: ", words_.kept);
    Facts();
    for (const std::string& missing : grounds_.missing) Field("not found:  ", "不足:     ", names_.ValueText(missing));
    if (!finding_.note.empty()) Field("note:       ", "注記:     ", finding_.note);
    Remedy();
    return std::move(out_);
  }

 private:
  // Every field is one line, whatever is in it.
  void Line(size_t indent, std::string_view text) { out_ += std::string(indent, ' ') + VisibleLine(text) + "\n"; }
  void Field(const char* en, const char* ja, const std::string& text) { Line(2, Say(language_, en, ja) + text); }

  std::string ThingText() const {
    const std::string thing = finding_.thing.ToString();
    const bool titled = !finding_.thing_title.empty() && finding_.thing_title != finding_.thing.id;
    return names_.Type(finding_.thing.type) + Say(language_, " ", "　") +
           (titled ? fmt::format("{}  {}", finding_.thing_title, thing) : thing);
  }

  std::string Controls() const {
    std::string text;
    for (const std::string& control : rule_.controls) {
      const std::string title = names_.Entity({"Control", control});
      text += (text.empty() ? "" : Say(language_, "; ", "、")) + (title == control ? control : title + " " + control);
    }
    return text;
  }

  void Facts() {
    Line(2, Say(language_, "read:", "読んだ事実:"));
    for (const audit::Evidence& evidence : grounds_.evidence) Fact(evidence);
  }

  void Fact(const audit::Evidence& evidence) {
    const std::string type = evidence.entity.substr(0, evidence.entity.find("::"));
    const std::string name = evidence.entity == "context" ? names_.Context(evidence.path, rule_.pack)
                             : evidence.attribute.empty() ? evidence.entity
                                                          : names_.Attribute(type, evidence.attribute);
    const std::string value = evidence.value            ? names_.ValueText(*evidence.value, kOfASet)
                              : evidence.reason.empty() ? Say(language_, "(no value)", "(値なし)")
                                                        : "(" + evidence.reason.In(language_) + ")";
    Line(4, fmt::format("{} = {}", name, value));
    if (evidence.entity != "context") Line(6, fmt::format("{}  {}", evidence.path, evidence.entity));
    const bool nothing = evidence.source.empty() && evidence.entity != "context";
    if (nothing) Line(6, Say(language_, "from ", "出所 ") + SaySource("no row", language_));
    if (!evidence.source.empty()) Line(6, Say(language_, "from ", "出所 ") + SaySource(evidence.source, language_));
  }

  void Remedy() {
    const bool open = finding_.outcome == Outcome::kViolated || finding_.outcome == Outcome::kNotShown;
    if (!open) return;
    if (!rule_.remedy.empty()) Field("to be met:  ", "充足には: ", rule_.remedy.In(language_));
    if (finding_.outcome == Outcome::kViolated && row_)
      Field(
          "            ", "          ",
          Say(language_,
              "where the row is not what happened, correct it, and it is judged anew; what did happen may stay on "
              "record as a violation",
              "行が事実と違えば、訂正すると判定し直される。事実であれば、対応した後も違反の記録として残ることがある"));
    if (finding_.outcome == Outcome::kNotShown)
      Field("            ", "          ",
            Say(language_, "it is not shown because what it asks for is on no record: put it on record",
                "求められる事実の記録がないため未提示となっている。事実を登録すれば判定される"));
  }

  static bool IsRow(const audit::Pack* pack, std::string_view type) {
    const cedar::EntityType* const found = pack == nullptr ? nullptr : pack->schema.FindEntityType(type);
    return found != nullptr && found->annotations.contains("ledger");
  }

  const audit::Finding& finding_;
  const audit::Grounds grounds_;
  const audit::Rule rule_;
  const std::string as_of_;
  Names names_;
  RuleWords words_;
  const bool row_;  // of a ledger: it says what happened
  Language language_;
  std::string out_;
};

}  // namespace

std::string ExplainFinding(const audit::Findings& findings, const audit::Finding& finding, const audit::Pack* pack,
                           Language language, const std::vector<const audit::Pack*>& others) {
  return Explainer(findings, finding, pack, language, others).Write();
}

}  // namespace hikae::report
