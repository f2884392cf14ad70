#include "capi/pack_document.h"

#include <fmt/format.h>

#include "cedar/value/value.h"
#include "codec/node.h"

namespace hikae::capi {
namespace {

using codec::Node;

Node Texts(const std::vector<std::string>& texts) {
  Node list = Node::List();
  for (const std::string& text : texts) list.Append(Node::String(text));
  return list;
}

Node ParameterNode(const audit::Parameter& parameter) {
  Node node = Node::Map();
  node.Set("name", Node::String(parameter.name));
  node.Set("value", Node::String(parameter.value.ToString()));
  node.Set("word", Node::String(parameter.word));
  node.Set("source", Node::String(parameter.source));
  node.Set("basis", Node::String(parameter.basis));
  return node;
}

Node RuleNode(const audit::Rule& rule) {
  Node node = Node::Map();
  node.Set("id", Node::String(rule.id));
  node.Set("controls", Texts(rule.controls));
  node.Set("article", Node::String(rule.article));
  node.Set("title", Node::String(rule.title.ja));
  node.Set("title_en", Node::String(rule.title.en));
  node.Set("severity", Node::String(audit::Name(rule.severity)));
  node.Set("confidence", Node::String(rule.confidence));
  Node moments = Node::List();
  for (const audit::Moment moment : rule.moments) moments.Append(Node::String(audit::Name(moment)));
  node.Set("moments", std::move(moments));
  node.Set("remedy", Node::String(rule.remedy.ja));
  node.Set("remedy_en", Node::String(rule.remedy.en));
  node.Set("where", Node::String(rule.where.ToString()));
  Node annotations = Node::Map();
  for (const auto& [name, value] : rule.annotations) annotations.Set(name, Node::String(value));
  node.Set("annotations", std::move(annotations));
  node.Set("text", Node::String(rule.text));
  return node;
}

}  // namespace

std::string PackJson(const audit::Pack& pack) {
  Node node = Node::Map();
  node.Set("pack", Node::String(pack.id));
  node.Set("title", Node::String(pack.title.ja));
  node.Set("title_en", Node::String(pack.title.en));
  node.Set("from", Node::String(pack.from));
  node.Set("until", pack.until.empty() ? Node::Null() : Node::String(pack.until));
  node.Set("digest", Node::String(pack.digest));
  Node parameters = Node::List();
  for (const audit::Parameter& parameter : pack.parameters) parameters.Append(ParameterNode(parameter));
  node.Set("parameters", std::move(parameters));
  Node rules = Node::List();
  for (const audit::Rule& rule : pack.rules) rules.Append(RuleNode(rule));
  node.Set("rules", std::move(rules));
  return codec::WriteJson(node, 2);
}

std::string PackText(const audit::Pack& pack, base::Language language) {
  const bool ja = language == base::Language::kJapanese;
  const std::string dash = ja ? "〜" : " to ";
  const std::string open = ja ? "" : "now";
  std::string out = fmt::format("{}  {}\n{}{}{}\n", pack.id, pack.title.In(language), pack.from, dash,
                                pack.until.empty() ? open : pack.until);
  out += fmt::format("\n{}: {}\n", ja ? "パラメータ" : "parameters", pack.parameters.size());
  for (const audit::Parameter& p : pack.parameters)
    out += fmt::format("  {} = {}  {}  {}\n", p.name, p.value.ToString(), p.word, p.source);
  out += fmt::format("\n{}: {}\n", ja ? "規定" : "rules", pack.rules.size());
  for (const audit::Rule& rule : pack.rules)
    out += fmt::format("  {}  [{}]  {}  {}\n", rule.id,
                       ja ? audit::Label(rule.severity).ja : std::string(audit::Name(rule.severity)),
                       rule.title.In(language), rule.article);
  return out;
}

}  // namespace hikae::capi
