#include "audit/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "audit/hint.h"
#include "audit/manifest.h"
#include "audit/schema_walk.h"
#include "cedar/syntax/ast.h"

namespace hikae::audit {
namespace {

using codec::Node;
using Read = std::pair<std::string, std::string>;  // (entity type, attribute); attribute "" = that there is one

constexpr std::string_view kFile = "coverage.yaml";

// Sorts the types of a schema into what belongs to a paper and what is recorded beside it.
class Types {
 public:
  explicit Types(const cedar::Schema& schema) : schema_(schema) {}

  // Ledgers, what is kept while the handling runs, and what is measured from the access log.
  bool IsRecord(const std::string& name) const {
    const cedar::EntityType* type = schema_.FindEntityType(name);
    if (type == nullptr) return false;
    const auto is = [type](const char* kind) { return type->annotations.contains(kind); };
    return is("ledger") || is("running") || is("measured");
  }

  // A declaration and its parts, which have no life of their own; the names that papers use.
  bool IsPaper(const std::string& name, int owners = 0) const {
    constexpr int kMostOwners = 16;  // a schema may name owners in a circle
    const cedar::EntityType* type = schema_.FindEntityType(name);
    if (type == nullptr || IsRecord(name) || owners > kMostOwners) return false;
    if (!type->enum_ids.empty() || name == "Declaration" || name == "Handling") return true;
    return name != "Opinion" &&
           std::any_of(type->attributes.begin(), type->attributes.end(), [&](const auto& attribute) {
             return attribute.annotations.contains("owner") && IsPaper(TargetType(attribute.type), owners + 1);
           });
  }

 private:
  const cedar::Schema& schema_;
};

// What a rule reads, with what the facts among it are measured from.
class Reads {
 public:
  explicit Reads(const Pack& pack) : pack_(pack) {}

  std::set<Read> Of(const std::vector<std::string>& paths, const std::string& principal) const {
    std::set<Read> reads;
    for (const std::string& path : paths) {
      std::vector<Step> steps;
      std::string type;
      Split(path, principal, type, steps);
      if (!type.empty()) Follow(type, steps, reads);
    }
    return reads;
  }

 private:
  // Where a path starts, and the names after that. A path from the context starts nowhere.
  static void Split(const std::string& path, const std::string& principal, std::string& type,
                    std::vector<Step>& steps) {
    const std::string names = path.substr(0, path.find(".getTag("));
    for (size_t from = 0, to = 0; to != std::string::npos; from = to + 1) {
      to = names.find('.', from);
      const std::string name = names.substr(from, to == std::string::npos ? to : to - from);
      if (from != 0)
        steps.push_back({name, false});
      else if (name == "principal")
        type = principal;
      else if (name == "resource")
        type = "Handling";
    }
  }

  void Follow(const std::string& type, std::vector<Step> steps, std::set<Read>& reads) const {
    // A path may go on within a record or a tag that no schema walk reaches: then as far as it does.
    auto walk = WalkPath(pack_.schema, type, steps);
    while (!walk.ok() && !steps.empty()) {
      steps.pop_back();
      walk = WalkPath(pack_.schema, type, steps);
    }
    if (!walk.ok()) return;
    for (const Read& read : walk->reads) Add(read, reads);
  }

  void Add(const Read& read, std::set<Read>& reads) const {
    const auto fact = std::find_if(pack_.facts.facts.begin(), pack_.facts.facts.end(), [&](const Fact& other) {
      return other.owner == read.first && other.attribute == read.second;
    });
    if (fact == pack_.facts.facts.end()) {
      reads.insert(read);
      return;
    }
    if (fact->verb != Verb::kSelf) reads.emplace(fact->type, "");
    Follow(fact->verb == Verb::kSelf ? fact->owner : fact->type, fact->path, reads);
    for (const Condition& condition : fact->where) Follow(fact->type, condition.path, reads);
  }

  const Pack& pack_;
};

std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  for (size_t from = 0; from < text.size();) {
    const size_t to = std::min(text.find(' ', from), text.size());
    if (to != from) words.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return words;
}

class Measurer {
 public:
  explicit Measurer(const Pack& pack) : pack_(pack), types_(pack.schema), reads_(pack) {}

  base::Result<KeepingRule> Measure(const Rule& rule) const {
    HIKAE_TRY(const std::vector<cedar::PolicyTree> trees, cedar::ParsePolicies(rule.text, rule.where.file));
    KeepingRule kept;
    kept.id = rule.id;
    kept.moments = rule.moments;
    const auto& tree = trees.front();
    if (std::find(rule.moments.begin(), rule.moments.end(), Moment::kRun) != rule.moments.end()) {
      for (const cedar::EntityUid& act : tree.action.entities) kept.acts.push_back(act.id);
      kept.keeping = Keeping::kRecords;
      return kept;
    }
    const cedar::PolicyInfo* info = Find(rule.id);
    if (info == nullptr) return kept;
    std::vector<std::string> paths = info->when_paths;
    paths.insert(paths.end(), info->unless_paths.begin(), info->unless_paths.end());
    const std::string& principal = tree.principal.type;
    std::set<std::string> records;
    if (types_.IsRecord(principal)) records.insert(principal);
    for (const Read& read : reads_.Of(paths, principal)) {
      if (types_.IsRecord(read.first)) records.insert(read.first);
    }
    kept.records = {records.begin(), records.end()};
    kept.keeping = records.empty() && !AsksForMore(rule, principal) ? Keeping::kPaper : Keeping::kRecords;
    return kept;
  }

 private:
  const cedar::PolicyInfo* Find(const std::string& id) const {
    for (const cedar::PolicyInfo& info : pack_.policies.policies()) {
      if (info.id == id) return &info;
    }
    return nullptr;
  }

  // Whether the rule says not shown for want of something that is no part of a paper.
  bool AsksForMore(const Rule& rule, const std::string& principal) const {
    const auto evidence = rule.annotations.find("evidence");
    if (evidence == rule.annotations.end()) return false;
    const std::set<Read> reads = reads_.Of(Words(evidence->second), principal);
    return std::any_of(reads.begin(), reads.end(), [&](const Read& read) { return !types_.IsPaper(read.first); });
  }

  const Pack& pack_;
  Types types_;
  Reads reads_;
};

// coverage.yaml: `papers: { 第2号: title }`, `controls: { id: { 第2号: ●, 第4号: ○ note } }`.
class TableReader {
 public:
  TableReader(const PackFiles& files, const Pack& pack) : files_(files), pack_(pack) {}

  base::Result<void> Read(Coverage& coverage) const {
    const auto file = files_.files.find(std::string(kFile));
    if (file == files_.files.end()) return {};
    HIKAE_TRY(const Node root, codec::ReadYaml(file->second, PathOf(files_, kFile)));
    const Node* papers = root.Find("papers");
    const Node* controls = root.Find("controls");
    if (papers == nullptr || controls == nullptr)
      return Wrong(root.mark(), "`papers` and `controls` are expected", "papers と controls が必要");
    for (const auto& [id, title] : papers->entries()) coverage.papers.push_back({id, title.text()});
    for (ControlCoverage& control : coverage.controls) control.cells.resize(coverage.papers.size());
    for (size_t i = 0; i < controls->entries().size(); ++i) {
      HIKAE_CHECK(ReadControl(controls->KeyMark(i), controls->entries()[i], coverage));
    }
    return {};
  }

 private:
  base::Error Wrong(codec::Mark mark, std::string en, std::string ja, base::Text hint = {}) const {
    return base::Error(base::Status::kRules, base::Text{std::move(en), std::move(ja)},
                       base::Place{PathOf(files_, kFile), mark.line, mark.column}, std::move(hint));
  }

  base::Result<void> ReadControl(codec::Mark mark, const Node::Entry& entry, Coverage& coverage) const {
    const auto control = std::find_if(coverage.controls.begin(), coverage.controls.end(),
                                      [&](const ControlCoverage& known) { return known.control.id == entry.first; });
    if (control == coverage.controls.end()) {
      std::vector<std::string> known;
      for (const Control& other : pack_.controls) known.push_back(other.id);
      return Wrong(mark, fmt::format("unknown control `{}`", entry.first),
                   fmt::format("管理策「{}」はない", entry.first), NearestHint(entry.first, known));
    }
    for (const auto& [paper, mark_and_note] : entry.second.entries()) {
      const auto found = std::find_if(coverage.papers.begin(), coverage.papers.end(),
                                      [&, id = paper](const PaperOfPack& known) { return known.id == id; });
      if (found == coverage.papers.end())
        return Wrong(mark_and_note.mark(), fmt::format("unknown paper `{}`", paper),
                     fmt::format("依頼書「{}」はない", paper));
      HIKAE_TRY(control->cells[found - coverage.papers.begin()], ReadCell(mark_and_note));
    }
    return {};
  }

  base::Result<Cell> ReadCell(const Node& node) const {
    static const std::string alike = "●", otherwise = "○";
    const std::string& text = node.text();
    Cell cell;
    if (text.starts_with(alike)) cell.stated = Stated::kAlike;
    if (text.starts_with(otherwise)) cell.stated = Stated::kOtherwise;
    if (cell.stated == Stated::kNo)
      return Wrong(node.mark(), "`●` or `○` is expected, with a note after it if need be",
                   "「●」又は「○」(その後に注記)が必要");
    cell.note = text.substr(alike.size());
    cell.note.erase(0, std::min(cell.note.find_first_not_of(' '), cell.note.size()));
    return cell;
  }

  const PackFiles& files_;
  const Pack& pack_;
};

void Count(Coverage& coverage) {
  for (const ControlCoverage& control : coverage.controls) {
    const size_t cells =
        coverage.papers.empty() ? 1 : std::count_if(control.cells.begin(), control.cells.end(), [](const Cell& cell) {
          return cell.stated != Stated::kNo;
        });
    coverage.promised += cells;
    if (control.keeping == Keeping::kPaper) coverage.on_paper += cells;
    if (control.keeping == Keeping::kNothing) coverage.uncovered += cells;
  }
}

}  // namespace

base::Result<Coverage> CoverageOf(const PackFiles& files) {
  HIKAE_TRY(const std::shared_ptr<const Pack> pack, LoadPack(files));
  Coverage coverage;
  coverage.pack = pack->id;
  coverage.title = pack->title;
  const Measurer measurer(*pack);
  for (const Control& control : pack->controls) {
    ControlCoverage covered{control, {}, {}, Keeping::kNothing};
    for (const Rule& rule : pack->rules) {
      if (std::find(rule.controls.begin(), rule.controls.end(), control.id) == rule.controls.end()) continue;
      HIKAE_TRY(KeepingRule kept, measurer.Measure(rule));
      covered.keeping = std::max(covered.keeping, kept.keeping);
      covered.rules.push_back(std::move(kept));
    }
    coverage.controls.push_back(std::move(covered));
  }
  for (const cedar::EntityType& type : pack->schema.entity_types()) {
    const auto ja = type.annotations.find("ja"), en = type.annotations.find("en");
    if (ja == type.annotations.end() || en == type.annotations.end()) continue;
    coverage.records[type.name] = {en->second, ja->second};
  }
  for (const cedar::ActionType& action : pack->schema.actions()) {
    const auto en = action.annotations.find("en");
    const auto ja = action.annotations.find("ja");
    if (en != action.annotations.end() && ja != action.annotations.end())
      coverage.acts[action.uid.id] = {en->second, ja->second};
  }
  HIKAE_CHECK(TableReader(files, *pack).Read(coverage));
  Count(coverage);
  return coverage;
}

}  // namespace hikae::audit
