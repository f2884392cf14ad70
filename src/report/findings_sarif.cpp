// SARIF 2.1.0. A result that is not a failure has level "none" (§3.27.10); an approved exception is a failure with an
// accepted suppression (§3.35), so that a viewer shows who is departing from what.
#include <fmt/format.h>

#include <map>

#include "report/escape.h"
#include "report/findings.h"

namespace hikae::report {
namespace {

using audit::Outcome;
using base::Language;
using codec::Node;

const char* LevelOf(audit::Severity severity) {
  switch (severity) {
    case audit::Severity::kBlock:
    case audit::Severity::kError:
      return "error";
    case audit::Severity::kWarn:
      return "warning";
    case audit::Severity::kInfo:
      return "note";
  }
  return "none";
}

const char* KindOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMet:
      return "pass";
    case Outcome::kViolated:
    case Outcome::kExcepted:
      return "fail";
    case Outcome::kNotShown:
      return "review";
    case Outcome::kNotApplicable:
      return "notApplicable";
  }
  return "review";
}

Node Message(std::string_view text) {
  Node node = Node::Map();
  node.Set("text", Node::String(Visible(text)));
  return node;
}

Node Strings(const std::vector<std::string>& texts) {
  Node list = Node::List();
  for (const std::string& text : texts) list.Append(Node::String(text));
  return list;
}

Node RuleNode(const audit::Rule& rule, Language language) {
  std::string help = Say(language, "Citation: ", "根拠条項: ") + rule.article;
  if (!rule.remedy.empty()) help += Say(language, "\nRemedy: ", "\n是正の方法: ") + rule.remedy.In(language);
  Node configuration = Node::Map();
  configuration.Set("level", Node::String(LevelOf(rule.severity)));
  std::vector<std::string> moments;
  for (const audit::Moment moment : rule.moments) moments.emplace_back(audit::Name(moment));
  Node properties = Node::Map();
  properties.Set("article", Node::String(rule.article)).Set("confidence", Node::String(rule.confidence));
  properties.Set("severity", Node::String(audit::Name(rule.severity))).Set("pack", Node::String(rule.pack));
  properties.Set("moments", Strings(moments)).Set("tags", Strings(rule.controls));

  Node node = Node::Map();
  node.Set("id", Node::String(rule.id)).Set("shortDescription", Message(rule.title.In(language)));
  node.Set("fullDescription",
           Message(rule.title.In(language) + (rule.article.empty() ? "" : " (" + rule.article + ")")));
  node.Set("help", Message(help))
      .Set("defaultConfiguration", std::move(configuration))
      .Set("properties", std::move(properties));
  return node;
}

Node LocationNode(const SourceLine& source, const cedar::EntityUid& thing) {
  Node artifact = Node::Map();
  artifact.Set("uri", Node::String(UriReference(source.file)));
  Node region = Node::Map();
  region.Set("startLine", Node::Integer(source.line));
  Node physical = Node::Map();
  physical.Set("artifactLocation", std::move(artifact)).Set("region", std::move(region));
  Node logical = Node::Map();
  logical.Set("name", Node::String(thing.id))
      .Set("fullyQualifiedName", Node::String(thing.ToString()))
      .Set("kind", Node::String("object"));
  Node node = Node::Map();
  node.Set("physicalLocation", std::move(physical)).Set("logicalLocations", Node::List({std::move(logical)}));
  return node;
}

Node LogicalOnly(const cedar::EntityUid& thing) {
  Node logical = Node::Map();
  logical.Set("name", Node::String(thing.id))
      .Set("fullyQualifiedName", Node::String(thing.ToString()))
      .Set("kind", Node::String("object"));
  Node node = Node::Map();
  node.Set("logicalLocations", Node::List({std::move(logical)}));
  return node;
}

// The place a person goes to first: the thing's own row, then every other row the outcome rests on, each once.
Node Locations(const audit::Finding& finding, const audit::Grounds& grounds) {
  constexpr size_t kMost = 10;
  std::vector<SourceLine> lines;
  const auto take = [&](const audit::Evidence& evidence) {
    for (SourceLine& line : SourceLines(evidence.source)) {
      const auto same = [&](const SourceLine& known) { return known.file == line.file && known.line == line.line; };
      if (lines.size() < kMost && std::none_of(lines.begin(), lines.end(), same)) lines.push_back(std::move(line));
    }
  };
  const std::string self = finding.thing.ToString();
  for (const auto& evidence : grounds.evidence) {
    if (evidence.entity == self) take(evidence);
  }
  for (const auto& evidence : grounds.evidence) take(evidence);
  Node list = Node::List();
  for (const SourceLine& line : lines) list.Append(LocationNode(line, finding.thing));
  if (lines.empty()) list.Append(LogicalOnly(finding.thing));
  return list;
}

// The same finding of the next audit has the same fingerprint: nothing that changes from day to day is in it.
std::string Fingerprint(const audit::Finding& finding) {
  uint64_t hash = 14695981039346656037ull;  // FNV-1a
  const auto mix = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    hash = (hash ^ 0x1F) * 1099511628211ull;
  };
  mix(finding.rule);
  mix(audit::Name(finding.moment));
  mix(finding.handling);
  mix(finding.thing.ToString());
  return fmt::format("{:016x}", hash);
}

Node ResultNode(const audit::Findings& findings, const audit::Finding& finding, int64_t index, Language language) {
  const audit::Rule& rule = RuleOf(findings, finding);
  const bool fail = std::string_view(KindOf(finding.outcome)) == "fail";
  std::string text =
      fmt::format("{}: {}{}{}", audit::Label(finding.outcome).In(language), rule.title.In(language),
                  Say(language, " — ", " — "), finding.thing_title.empty() ? finding.thing.id : finding.thing_title);
  const audit::Grounds grounds = finding.grounds();
  for (const std::string& missing : grounds.missing) text += Say(language, "\nmissing: ", "\n不足: ") + missing;
  if (!finding.note.empty()) text += "\n" + finding.note;
  Node properties = Node::Map();
  properties.Set("outcome", Node::String(audit::Name(finding.outcome)))
      .Set("moment", Node::String(audit::Name(finding.moment)));
  properties.Set("handling", Node::String(std::string(finding.handling)))
      .Set("pack", Node::String(rule.pack))
      .Set("severity", Node::String(audit::Name(rule.severity)));
  Node prints = Node::Map();
  prints.Set("hikaeFinding/v1", Node::String(Fingerprint(finding)));

  Node node = Node::Map();
  node.Set("ruleId", Node::String(std::string(finding.rule)));
  if (index >= 0) node.Set("ruleIndex", Node::Integer(index));
  node.Set("kind", Node::String(KindOf(finding.outcome)))
      .Set("level", Node::String(fail ? LevelOf(rule.severity) : "none"));
  node.Set("message", Message(text))
      .Set("locations", Locations(finding, grounds))
      .Set("partialFingerprints", std::move(prints));
  if (finding.outcome == Outcome::kExcepted) {
    Node suppression = Node::Map();
    suppression.Set("kind", Node::String("external")).Set("status", Node::String("accepted"));
    suppression.Set("justification", Node::String(Visible(finding.note)));
    node.Set("suppressions", Node::List({std::move(suppression)}));
  }
  node.Set("properties", std::move(properties));
  return node;
}

}  // namespace

Node FindingsSarif(const audit::Findings& findings, Language language) {
  std::map<std::string, int64_t, std::less<>> index;
  Node rules = Node::List();
  for (const auto& [id, rule] : findings.rules) {
    index.emplace(id, static_cast<int64_t>(index.size()));
    rules.Append(RuleNode(rule, language));
  }
  Node results = Node::List();
  for (const audit::Finding& finding : findings.findings) {
    const auto found = index.find(finding.rule);
    results.Append(ResultNode(findings, finding, found == index.end() ? -1 : found->second, language));
  }
  Node driver = Node::Map();
  driver.Set("name", Node::String("hikae"))
      .Set("language", Node::String(LanguageTag(language)))
      .Set("rules", std::move(rules));
  Node tool = Node::Map();
  tool.Set("driver", std::move(driver));
  Node properties = Node::Map();
  properties.Set("asOf", Node::String(findings.as_of))
      .Set("packs", PacksNode(findings))
      .Set("totals", TotalsNode(findings.totals));
  Node run = Node::Map();
  run.Set("tool", std::move(tool))
      .Set("language", Node::String(LanguageTag(language)))
      .Set("results", std::move(results));
  run.Set("properties", std::move(properties));
  Node log = Node::Map();
  log.Set("$schema", Node::String("https://json.schemastore.org/sarif-2.1.0.json"))
      .Set("version", Node::String("2.1.0"));
  log.Set("runs", Node::List({std::move(run)}));
  return log;
}

}  // namespace hikae::report
