// The envelope is hikae findings/1: every finding has the same keys, `missing` and `note` where there is something to
// say.
#include "report/findings.h"

namespace hikae::report {
namespace {

using codec::Node;

Node Strings(const std::vector<std::string>& texts) {
  Node list = Node::List();
  for (const std::string& text : texts) list.Append(Node::String(text));
  return list;
}

Node EvidenceNode(const audit::Evidence& evidence) {
  Node node = Node::Map();
  node.Set("entity", Node::String(evidence.entity)).Set("attribute", Node::String(evidence.attribute));
  node.Set("value", evidence.value ? Node::String(*evidence.value) : Node::Null());
  node.Set("source", Node::String(evidence.source));
  return node;
}

Node FindingNode(const audit::Findings& findings, const audit::Finding& finding) {
  const audit::Rule& rule = RuleOf(findings, finding);
  Node thing = Node::Map();
  thing.Set("type", Node::String(std::string(finding.thing.type)))
      .Set("id", Node::String(std::string(finding.thing.id)));
  Node evidence = Node::List();
  const audit::Grounds grounds = finding.grounds();
  for (const audit::Evidence& one : grounds.evidence) evidence.Append(EvidenceNode(one));

  Node node = Node::Map();
  node.Set("rule", Node::String(std::string(finding.rule)))
      .Set("controls", Strings(rule.controls))
      .Set("article", Node::String(rule.article));
  node.Set("title", Node::String(rule.title.ja)).Set("title_en", Node::String(rule.title.en));
  node.Set("severity", Node::String(audit::Name(rule.severity))).Set("confidence", Node::String(rule.confidence));
  node.Set("outcome", Node::String(audit::Name(finding.outcome)))
      .Set("handling", Node::String(std::string(finding.handling)));
  node.Set("thing", std::move(thing)).Set("moment", Node::String(audit::Name(finding.moment)));
  node.Set("pack", Node::String(rule.pack)).Set("as_of", Node::String(findings.as_of));
  node.Set("remedy", Node::String(rule.remedy.ja.empty() ? rule.remedy.en : rule.remedy.ja));
  node.Set("evidence", std::move(evidence));
  if (!grounds.missing.empty()) node.Set("missing", Strings(grounds.missing));
  if (!finding.note.empty()) node.Set("note", Node::String(finding.note));
  return node;
}

}  // namespace

Node FindingsJson(const audit::Findings& findings) {
  Node list = Node::List();
  for (const audit::Finding& finding : findings.findings) list.Append(FindingNode(findings, finding));
  Node node = Node::Map();
  node.Set("hikae", Node::String("findings/1"))
      .Set("as_of", Node::String(findings.as_of))
      .Set("packs", PacksNode(findings));
  node.Set("totals", TotalsNode(findings.totals)).Set("findings", std::move(list));
  return node;
}

}  // namespace hikae::report
