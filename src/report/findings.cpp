#include "report/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>

namespace hikae::report {

using audit::Findings;
using audit::Outcome;
using base::Language;
using codec::Node;

const audit::Rule& RuleOf(const Findings& findings, const audit::Finding& finding) {
  const auto found = findings.rules.find(finding.rule);
  if (found != findings.rules.end()) return found->second;
  static thread_local std::map<std::string, audit::Rule, std::less<>> unlisted;
  audit::Rule& rule = unlisted.try_emplace(std::string(finding.rule)).first->second;
  rule.id = finding.rule;
  rule.title = {rule.id, rule.id};
  return rule;
}

Findings Only(const Findings& findings, const std::string& handling) {
  Findings out = findings;
  if (handling.empty()) return out;
  out.findings = findings.findings.Of(handling);
  out.totals = {};
  for (const audit::Finding& finding : out.findings) out.totals.Count(finding.outcome);
  return out;
}

std::vector<SourceLine> SourceLines(std::string_view source) {
  std::vector<SourceLine> lines;
  while (!source.empty()) {
    const size_t end = source.find("; ");
    std::string_view part = source.substr(0, end);
    source.remove_prefix(end == std::string_view::npos ? source.size() : end + 2);
    // The row that stands behind its place: file:line (Type::"id").
    if (const size_t row = part.rfind(" (", part.find("::\"")); part.ends_with("\")") && row != std::string_view::npos)
      part = part.substr(0, row);
    const size_t colon = part.rfind(':');
    if (colon == std::string_view::npos || colon == 0) continue;
    uint32_t line = 0;
    const std::string_view digits = part.substr(colon + 1);
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), line);
    if (error == std::errc() && rest == digits.data() + digits.size() && line != 0) {
      lines.push_back({std::string(part.substr(0, colon)), line});
    }
  }
  return lines;
}

std::string SayTotals(const Findings::Totals& totals, Language language) {
  const std::pair<Outcome, size_t> counts[] = {{Outcome::kViolated, totals.violated},
                                               {Outcome::kNotShown, totals.not_shown},
                                               {Outcome::kExcepted, totals.excepted},
                                               {Outcome::kMet, totals.met},
                                               {Outcome::kNotApplicable, totals.not_applicable}};
  std::string out;
  for (const auto& [outcome, count] : counts) {
    if (!out.empty()) out += Say(language, ", ", "、");
    out += fmt::format("{} {}", audit::Label(outcome).In(language), count);
  }
  return out;
}

std::string SayPack(const Findings::PackUsed& pack, Language language) {
  std::string out = pack.id;
  if (!pack.title.empty()) out += " " + pack.title.In(language);
  if (pack.from.empty() && pack.until.empty()) return out;
  if (pack.past) {
    const std::string source = pack.transition.empty() ? "" : ": " + pack.transition;
    return out + Say(language,
                     " (in force " + pack.from + " to " + pack.until + "; what it keeps for what began in its time" +
                         source + ")",
                     "（" + SayDay(pack.from, language) + "から" + SayDay(pack.until, language) +
                         "まで。その間に始まったものについて経過措置により適用" + source + "）");
  }
  if (pack.until.empty()) {
    return out + Say(language, " (in force from " + pack.from + ")", "（" + SayDay(pack.from, language) + "から）");
  }
  return out + Say(language, " (in force " + pack.from + " to " + pack.until + ")",
                   "（" + SayDay(pack.from, language) + "から" + SayDay(pack.until, language) + "まで）");
}

Node PacksNode(const Findings& findings) {
  Node packs = Node::List();
  for (const auto& pack : findings.packs) {
    Node one = Node::Map();
    one.Set("id", Node::String(pack.id))
        .Set("title", Node::String(pack.title.ja))
        .Set("title_en", Node::String(pack.title.en));
    one.Set("from", Node::String(pack.from)).Set("until", pack.until.empty() ? Node::Null() : Node::String(pack.until));
    one.Set("digest", Node::String(pack.digest));
    if (pack.past) one.Set("transition", Node::String(pack.transition));
    packs.Append(std::move(one));
  }
  return packs;
}

Node TotalsNode(const Findings::Totals& totals) {
  const auto count = [](size_t n) { return Node::Integer(static_cast<int64_t>(n)); };
  Node node = Node::Map();
  node.Set("met", count(totals.met)).Set("violated", count(totals.violated)).Set("not shown", count(totals.not_shown));
  node.Set("not applicable", count(totals.not_applicable)).Set("excepted", count(totals.excepted));
  return node;
}

Tone ToneOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMet:
      return Tone::kGood;
    case Outcome::kViolated:
      return Tone::kBad;
    case Outcome::kNotShown:
      return Tone::kOpen;
    case Outcome::kNotApplicable:
      return Tone::kMuted;
    case Outcome::kExcepted:
      return Tone::kStrong;
  }
  return Tone::kPlain;
}

void AddProvenance(Document& document, const Findings& findings, const Source& source) {
  const Language language = document.language;
  document.office = source.office;
  KeyValues& values = document.provenance;
  values.key = "provenance";
  values.caption = Say(language, "What this report was made from", "この報告の作成の基礎");
  values.key_label = Say(language, "entry", "項目");
  values.value_label = Say(language, "content", "内容");
  Content packs;
  for (const auto& pack : findings.packs) {
    packs.Add(SayPack(pack, language));
    if (!pack.digest.empty())
      packs.Then(Say(language, " digest ", " 要約値 ") + pack.digest.substr(0, 16), Tone::kCode);
  }
  const std::string as_of = language == Language::kJapanese
                                ? SayDay(findings.as_of, language) + "（" + findings.as_of + "）"
                                : findings.as_of;
  values.entries = {
      {"report", Say(language, "report", "報告"),
       Content(document.id == document.report ? document.title + " (" + document.id + ")"
                                              : document.title + " (" + document.id + " " + document.report + ")")},
      {"office", Say(language, "office", "実施機関"), Content(source.office)},
      {"as_of", Say(language, "as of", "基準日"), Content(as_of)},
      {"packs", Say(language, "packs", "適用した規程集"), packs},
      {"totals", Say(language, "outcomes", "判定の結果"), Content(SayTotals(findings.totals, language))},
  };
  std::string used;
  for (const auto& pack : findings.packs)
    used += (used.empty() ? "" : ", ") + pack.id + (pack.from.empty() ? "" : " " + pack.from);
  document.running = source.office + "  " + document.title + "  " + Say(language, "as of ", "基準日 ") +
                     findings.as_of + "  " + Say(language, "pack ", "規程集 ") + used;
  document.meta.Set("as_of", Node::String(findings.as_of));
  document.meta.Set("handling", source.handling.empty() ? Node::Null() : Node::String(source.handling));
  document.meta.Set("packs", PacksNode(findings)).Set("totals", TotalsNode(findings.totals));
}

}  // namespace hikae::report
