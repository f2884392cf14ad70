#include "changes/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iterator>

#include "base/civil_date.h"
#include "changes/office.h"

namespace hikae::changes {
namespace {

using codec::Node;

constexpr registry::Micros kFirstOfApril2021 = 1'617'202'800'000'000;  // when the documents are taken to be recorded
constexpr registry::Micros kMinute = 60'000'000;

base::Error Wrong(const Node& node, const std::string& file, std::string text) {
  return {base::Status::kArgument, {std::move(text), {}}, {file, node.mark().line, node.mark().column}};
}

base::Result<std::vector<std::string>> Texts(const Node& node, const std::string& file) {
  std::vector<std::string> texts;
  if (!node.IsList()) return Wrong(node, file, "a list is expected");
  for (const Node& item : node.items()) {
    if (!item.IsText()) return Wrong(item, file, "a text is expected");
    texts.push_back(item.text());
  }
  return texts;
}

base::Result<std::string> Word(const Node& row, const char* key, const std::string& file) {
  const Node* node = row.Find(key);
  if (node == nullptr || !node->IsText() || node->text().empty())
    return Wrong(row, file, fmt::format("`{}` is missing", key));
  return node->text();
}

base::Result<Change> ReadChange(const Node& row, const std::string& file) {
  static const std::vector<std::pair<const char*, Verb>> verbs = {
      {"set", Verb::kSet}, {"remove", Verb::kRemove}, {"append", Verb::kAppend}, {"take", Verb::kTake}};
  for (const auto& [name, verb] : verbs) {
    const Node* path = row.Find(name);
    if (path == nullptr) continue;
    Change change;
    change.verb = verb;
    HIKAE_TRY(change.path, Texts(*path, file));
    if (verb == Verb::kRemove) return change;
    const Node* value = row.Find("value");
    if (value == nullptr) return Wrong(row, file, "`value` is missing");
    change.value = *value;
    return change;
  }
  return Wrong(row, file, "one of set, remove, append, take is expected");
}

base::Result<Case> ReadCase(const Node& row, const std::string& file) {
  Case result;
  result.where = {file, row.mark().line, row.mark().column};
  HIKAE_TRY(result.name, Word(row, "name", file));
  HIKAE_TRY(result.says, Word(row, "says", file));
  HIKAE_TRY(result.system, Word(row, "system", file));
  HIKAE_TRY(result.as_of, Word(row, "as_of", file));
  result.documents = {"declaration.yaml", "after-opinion.yaml"};
  if (const Node* documents = row.Find("documents")) {
    HIKAE_TRY(result.documents, Texts(*documents, file));
  }
  if (const Node* later = row.Find("declare")) {
    if (!later->IsMap()) return Wrong(*later, file, "a document is expected");
    result.later = *later;
  } else {
    HIKAE_TRY(result.document, Word(row, "document", file));
    HIKAE_TRY(Change change, ReadChange(row, file));
    result.change = std::move(change);
  }
  for (const auto& [key, into] : {std::pair{"moves", &result.moves}, std::pair{"gone", &result.gone}}) {
    if (const Node* lines = row.Find(key)) {
      HIKAE_TRY(const std::vector<std::string> texts, Texts(*lines, file));
      into->insert(texts.begin(), texts.end());
    }
  }
  return result;
}

// With the head that every document has; the body may give its own valid_from.
Node Later(const Node& body) {
  Node document = Node::Map();
  document.Set("hikae", Node::Plain("declaration/1")).Set("pack", Node::Plain("edogawa-2021"));
  document.Set("valid_from", Node::Plain("2021-06-01")).Set("by", Node::Plain("見本"));
  for (const auto& [key, value] : body.entries()) document.Set(key, value);
  return document;
}

std::map<std::string, std::set<std::string>> Outcomes(const audit::Findings& findings) {
  std::map<std::string, std::set<std::string>> outcomes;
  for (const audit::Finding& finding : findings.findings) {
    outcomes[finding.rule + " " + finding.thing.ToString()].insert(audit::Name(finding.outcome));
  }
  return outcomes;
}

std::set<std::string> Things(const audit::Findings& findings) {
  std::set<std::string> things;
  for (const audit::Finding& finding : findings.findings) things.insert(finding.thing.ToString());
  return things;
}

}  // namespace

base::Result<std::vector<Case>> ReadCases(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  std::set<std::string> names;
  for (const std::string& file : files) {
    HIKAE_TRY(const std::string text, ReadFile(file));
    HIKAE_TRY(const Node root, codec::ReadYaml(text, file));
    if (!root.IsList()) return Wrong(root, file, "a list of cases is expected");
    for (const Node& row : root.items()) {
      HIKAE_TRY(Case one, ReadCase(row, file));
      if (!names.insert(one.name).second) return Wrong(row, file, "the name is used twice: " + one.name);
      cases.push_back(std::move(one));
    }
  }
  return cases;
}

Moved Compare(const audit::Findings& before, const audit::Findings& after) {
  const auto then = Outcomes(before);
  const auto now = Outcomes(after);
  const std::set<std::string> things_then = Things(before);
  const std::set<std::string> things_now = Things(after);
  Moved moved;
  std::set_difference(things_then.begin(), things_then.end(), things_now.begin(), things_now.end(),
                      std::inserter(moved.gone, moved.gone.end()));
  std::set<std::string> keys;
  for (const auto& [key, outcomes] : then) keys.insert(key);
  for (const auto& [key, outcomes] : now) keys.insert(key);
  static const std::set<std::string> nothing;
  const auto at = [](const auto& map, const std::string& key) -> const std::set<std::string>& {
    const auto found = map.find(key);
    return found == map.end() ? nothing : found->second;
  };
  for (const std::string& key : keys) {
    const std::set<std::string>& was = at(then, key);
    const std::set<std::string>& is = at(now, key);
    if (was == is || moved.gone.count(key.substr(key.find(' ') + 1)) != 0) continue;
    static const std::set<std::string> unconcerned = {"not applicable"};
    if ((was.empty() && is == unconcerned) || (is.empty() && was == unconcerned)) continue;
    moved.moves.insert(fmt::format("{}: {} -> {}", key, was.empty() ? "-" : fmt::format("{}", fmt::join(was, "+")),
                                   is.empty() ? "-" : fmt::format("{}", fmt::join(is, "+"))));
  }
  return moved;
}

base::Result<Bench> Bench::Create(std::string examples) {
  HIKAE_TRY(const audit::PackFiles files, audit::FindPack("edogawa-2021"));
  HIKAE_TRY(std::shared_ptr<const audit::Pack> pack, audit::LoadPack(files));
  return Bench(std::move(examples), std::move(pack));
}

base::Result<std::vector<registry::Document>> Bench::Documents(const Case& row) const {
  std::vector<std::string> names = {"ward/vocabulary.yaml"};
  for (const std::string& document : row.documents) names.push_back(row.system + "/" + document);
  std::vector<registry::Document> documents;
  for (const std::string& name : names) {
    HIKAE_TRY(std::string text, ReadFile(examples_ + "/" + name));
    documents.push_back({name, std::move(text)});
  }
  return documents;
}

base::Result<audit::Findings> Bench::Audit(const std::vector<registry::Document>& documents, const std::string& as_of) {
  HIKAE_TRY(auto office, TemporaryOffice::Create());
  registry::Micros now = kFirstOfApril2021;
  for (const registry::Document& document : documents) {
    HIKAE_CHECK(office->registry().Declare({document}, now));
    now += kMinute;
  }
  HIKAE_TRY(const registry::Day day, base::ParseDate(as_of));
  audit::AuditOptions options;
  options.as_of = day;
  return audit::Audit(office->registry(), *pack_, options);
}

base::Result<audit::Findings> Bench::Before(const Case& row) {
  const std::string key = fmt::format("{} {} {}", row.system, row.as_of, fmt::join(row.documents, " "));
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  HIKAE_TRY(const std::vector<registry::Document> documents, Documents(row));
  HIKAE_TRY(audit::Findings findings, Audit(documents, row.as_of));
  return known_.emplace(key, std::move(findings)).first->second;
}

base::Result<audit::Findings> Bench::After(const Case& row) {
  HIKAE_TRY(std::vector<registry::Document> documents, Documents(row));
  if (row.later) {
    documents.push_back({row.name + ".yaml", WriteYaml(Later(*row.later))});
    return Audit(documents, row.as_of);
  }
  const auto changed = std::find_if(documents.begin(), documents.end(), [&](const registry::Document& document) {
    return document.name == row.system + "/" + row.document || document.name == row.document;
  });
  if (changed == documents.end())
    return base::Error(base::Status::kNotFound, row.document + ": is not among the documents of the case");
  HIKAE_TRY(const Node tree, codec::ReadYaml(changed->text, changed->name));
  HIKAE_TRY(const Node other, Apply(tree, *row.change));
  changed->text = WriteYaml(other);
  return Audit(documents, row.as_of);
}

}  // namespace hikae::changes
