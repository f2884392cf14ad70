#include "changes/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iterator>

#include "base/civil_date.h"
#include "changes/office.h"
#include "mutants.h"

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

// The documents of a folder of examples, the shared vocabulary first.
std::vector<std::string> Paths(const std::string& system, const std::vector<std::string>& documents) {
  std::vector<std::string> paths = {"examples/ward/vocabulary.yaml"};
  for (const std::string& document : documents) paths.push_back("examples/" + system + "/" + document);
  return paths;
}

// Where the case begins: with a base, or with papers of a folder of examples.
base::Result<bool> ReadStart(const Node& row, const std::string& file, const Bases& bases, Case& result) {
  if (row.Find("base") == nullptr) {
    HIKAE_TRY(result.system, Word(row, "system", file));
    HIKAE_TRY(result.as_of, Word(row, "as_of", file));
    std::vector<std::string> documents = {"declaration.yaml", "after-opinion.yaml"};
    if (const Node* given = row.Find("documents")) {
      HIKAE_TRY(documents, Texts(*given, file));
    }
    result.documents = Paths(result.system, documents);
    return true;
  }
  HIKAE_TRY(result.system, Word(row, "base", file));
  const auto found = bases.find(result.system);
  if (found == bases.end()) return Wrong(row, file, "there is no base " + result.system);
  result.as_of = found->second.as_of;
  result.documents = found->second.documents;
  result.packs = found->second.packs;
  return true;
}

// What is done in the case: one change, another day, or both.
base::Result<bool> ReadDeed(const Node& row, const std::string& file, Case& result) {
  result.day = result.as_of;
  if (row.Find("day") != nullptr) {
    HIKAE_TRY(result.day, Word(row, "day", file));
    if (result.day == result.as_of) return Wrong(row, file, "`day` is the day of the base already");
  }
  if (const Node* later = row.Find("declare")) {
    if (!later->IsMap()) return Wrong(*later, file, "a document is expected");
    result.later = *later;
    return true;
  }
  const auto change = ReadChange(row, file);
  if (!change.ok() && result.day != result.as_of) return true;
  HIKAE_TRY(result.change, change);
  if (row.Find("document") != nullptr) {
    HIKAE_TRY(result.document, Word(row, "document", file));
  }
  return true;
}

base::Result<Case> ReadCase(const Node& row, const std::string& file, const Bases& bases) {
  static const std::set<std::string> known = {"name",  "says",    "system",   "as_of",    "documents", "base",  "day",
                                              "set",   "remove",  "append",   "take",     "value",     "moves", "gone",
                                              "keeps", "declare", "document", "controls", "rules"};
  Case result;
  result.where = {file, row.mark().line, row.mark().column};
  for (const auto& [key, value] : row.entries()) {
    if (known.count(key) == 0) return Wrong(value, file, "a case has no `" + key + "`");
  }
  HIKAE_TRY(result.name, Word(row, "name", file));
  HIKAE_TRY(result.says, Word(row, "says", file));
  HIKAE_CHECK(ReadStart(row, file, bases, result));
  HIKAE_CHECK(ReadDeed(row, file, result));
  const std::pair<const char*, std::set<std::string>*> lists[] = {{"moves", &result.moves},
                                                                  {"gone", &result.gone},
                                                                  {"keeps", &result.keeps},
                                                                  {"controls", &result.controls},
                                                                  {"rules", &result.rules}};
  for (const auto& [key, into] : lists) {
    if (const Node* lines = row.Find(key)) {
      HIKAE_TRY(const std::vector<std::string> texts, Texts(*lines, file));
      into->insert(texts.begin(), texts.end());
      if (into->size() != texts.size()) return Wrong(*lines, file, "a line stands twice");
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
    outcomes[fmt::format("{} {}", finding.rule, finding.thing.ToString())].insert(audit::Name(finding.outcome));
  }
  return outcomes;
}

std::set<std::string> Things(const audit::Findings& findings) {
  std::set<std::string> things;
  for (const audit::Finding& finding : findings.findings) things.insert(finding.thing.ToString());
  return things;
}

}  // namespace

base::Result<std::vector<Case>> ReadCases(const std::string& folder, const Bases& bases) {
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
      HIKAE_TRY(Case one, ReadCase(row, file, bases));
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

// The lines of `these` that `those` has not, as a row of the table spells them.
std::string Lines(const char* head, const std::set<std::string>& these, const std::set<std::string>& those) {
  std::string out;
  for (const std::string& line : these) {
    if (those.count(line) == 0) out += fmt::format("{}\n    - '{}'", out.empty() ? head : "", line);
  }
  return out;
}

bool AsksOf(const Case& row, const std::string& rule) {
  return row.rules.empty() || std::any_of(row.rules.begin(), row.rules.end(), [&rule](const std::string& name) {
           return name.ends_with('*') ? rule.starts_with(name.substr(0, name.size() - 1)) : rule == name;
         });
}

Moved Asked(Moved moved, const Case& row) {
  if (row.rules.empty()) return moved;
  moved.gone.clear();
  std::erase_if(moved.moves, [&](const std::string& line) {
    return !AsksOf(row, test::AsOriginal(line.substr(0, line.find(' '))));
  });
  return moved;
}

std::string Differences(const Moved& moved, const Case& row) {
  return Lines("\n  moved, and not in the table:", moved.moves, row.moves) +
         Lines("\n  gone, and not in the table:", moved.gone, row.gone) +
         Lines("\n  in the table, and did not move:", row.moves, moved.moves) +
         Lines("\n  in the table, and is not gone:", row.gone, moved.gone);
}

std::set<std::string> Standing(const audit::Findings& findings) {
  std::set<std::string> stand;
  for (const auto& [key, outcomes] : Outcomes(findings))
    stand.insert(fmt::format("{}: {}", key, fmt::join(outcomes, "+")));
  return stand;
}

std::string NotKept(const audit::Findings& findings, const Case& row) {
  return Lines("\n  in the table as kept, and does not stand:", row.keeps, Standing(findings));
}

// As it stands in the source, so that a rule that was changed is judged by at once.
base::Result<audit::PackFiles> FindInSource(const std::string& id) {
  return audit::FindPack(hikae::test::PacksDir() + "/" + id);
}

base::Result<Bench> Bench::Create(std::string root) {
  HIKAE_TRY(const audit::PackFiles files, FindInSource("edogawa-2021"));
  HIKAE_TRY(std::shared_ptr<const audit::Pack> pack, audit::LoadPack(files));
  return Bench(std::move(root), std::move(pack));
}

base::Result<std::vector<registry::Document>> Bench::Documents(const Case& row) const {
  std::vector<registry::Document> documents;
  for (const std::string& path : row.documents) {
    HIKAE_TRY(std::string text, ReadFile(root_ + "/" + path));
    documents.push_back({path, std::move(text)});
  }
  return documents;
}

base::Result<std::vector<audit::PackPtr>> Bench::Packs(const std::vector<std::string>& ids) {
  std::vector<audit::PackPtr> packs;
  for (const std::string& id : ids) {
    audit::PackPtr& pack = packs_[id];
    if (pack == nullptr) {
      HIKAE_TRY(const audit::PackFiles files, FindInSource(id));
      HIKAE_TRY(pack, audit::LoadPack(files));
    }
    packs.push_back(pack);
  }
  return packs;
}

// What an office counts from its access log nobody may state. Here, where there is no log, the documents do: what was
// counted is a change like any other.
base::Result<cedar::Schema> WithWhatIsCounted(const std::vector<audit::PackPtr>& packs) {
  static const std::string kCounted = "@measured(\"access log\")";
  std::vector<audit::PackPtr> opened;
  for (const audit::PackPtr& pack : packs) {
    auto open = std::make_shared<audit::Pack>(*pack);
    for (cedar::SourceText& text : open->schema_texts) {
      for (size_t at = 0; (at = text.text.find(kCounted, at)) != std::string::npos;)
        text.text.erase(at, kCounted.size());
    }
    HIKAE_TRY(open->schema, cedar::Schema::Parse(open->schema_texts));
    opened.push_back(std::move(open));
  }
  return audit::VocabularyOf(opened);
}

base::Result<audit::Findings> Bench::Audit(const std::vector<registry::Document>& documents, const Case& row,
                                           const std::string& as_of) {
  HIKAE_TRY(const std::vector<audit::PackPtr> packs, Packs(row.packs));
  auto vocabulary = vocabularies_.find(row.packs);
  if (vocabulary == vocabularies_.end()) {
    HIKAE_TRY(cedar::Schema united, WithWhatIsCounted(packs));
    vocabulary = vocabularies_.emplace(row.packs, std::move(united)).first;
  }
  HIKAE_TRY(auto office, TemporaryOffice::Create(vocabulary->second));
  registry::Micros now = kFirstOfApril2021;
  for (const registry::Document& document : documents) {
    HIKAE_CHECK(office->registry().Declare({document}, now));
    now += kMinute;
  }
  HIKAE_TRY(const registry::Day day, base::ParseDate(as_of));
  audit::AuditOptions options;
  options.as_of = day;
  return audit::AuditTogether(office->registry(), packs, options);
}

base::Result<audit::Findings> Bench::Before(const Case& row) {
  const std::string key = fmt::format("{} {} {}", row.system, row.as_of, fmt::join(row.documents, " "));
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  HIKAE_TRY(const std::vector<registry::Document> documents, Documents(row));
  HIKAE_TRY(audit::Findings findings, Audit(documents, row, row.as_of));
  return known_.emplace(key, std::move(findings)).first->second;
}

base::Result<audit::Findings> Bench::After(const Case& row) {
  HIKAE_TRY(std::vector<registry::Document> documents, Documents(row));
  if (row.later) documents.push_back({row.name + ".yaml", WriteYaml(Later(*row.later))});
  if (!row.change) return Audit(documents, row, row.day);
  // Where no document is named, it is the last in which the path leads somewhere: what it says holds.
  std::optional<base::Error> nowhere;
  registry::Document* changed = nullptr;
  std::string text;
  for (registry::Document& document : documents) {
    if (!row.document.empty() && !document.name.ends_with("/" + row.document)) continue;
    HIKAE_TRY(const Node tree, codec::ReadYaml(document.text, document.name));
    const auto other = Apply(tree, *row.change);
    if (!other.ok()) {
      // Of several errors the one that got furthest along the path.
      if (!nowhere || other.error().ToString().size() > nowhere->ToString().size()) nowhere = other.error();
      continue;
    }
    changed = &document;
    text = WriteYaml(*other);
  }
  if (changed == nullptr && nowhere) return *nowhere;
  if (changed == nullptr)
    return base::Error(base::Status::kNotFound, row.document + ": is not among the documents of the case");
  changed->text = std::move(text);
  return Audit(documents, row, row.day);
}

}  // namespace hikae::changes
