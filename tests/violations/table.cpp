#include "violations/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "changes/office.h"

namespace hikae::violations {
namespace {

using codec::Node;

constexpr const char* kOutcomes[] = {"met", "violated", "not shown"};

base::Error Wrong(const Node& node, const std::string& file, std::string text) {
  return {base::Status::kArgument, {std::move(text), {}}, {file, node.mark().line, node.mark().column}};
}

std::vector<std::string> Texts(const Node& node) {
  std::vector<std::string> texts;
  for (const Node& item : node.items()) texts.push_back(item.text());
  return texts;
}

base::Result<Node> Read(const std::string& path) {
  HIKAE_TRY(const std::string text, changes::ReadFile(path));
  return codec::ReadYaml(text, path);
}

base::Result<bool> ReadBases(const std::string& file, Table& table) {
  HIKAE_TRY(const Node root, Read(file));
  for (const auto& [name, base] : root.entries()) {
    const Node* as_of = base.Find("as_of");
    const Node* documents = base.Find("documents");
    const Node* violated = base.Find("violated");
    if (as_of == nullptr || documents == nullptr || violated == nullptr)
      return Wrong(base, file, "a base has as_of, documents and violated");
    table.bases[name] = {as_of->text(), Texts(*documents)};
    if (const Node* packs = base.Find("packs")) table.bases[name].packs = Texts(*packs);
    const std::vector<std::string> lines = Texts(*violated);
    table.violated[name] = {lines.begin(), lines.end()};
  }
  return true;
}

std::set<std::string> Split(const std::string& joined) {
  std::set<std::string> parts;
  for (size_t from = 0, to = 0; to != std::string::npos; from = to + 1) {
    to = joined.find('+', from);
    parts.insert(joined.substr(from, to == std::string::npos ? to : to - from));
  }
  return parts;
}

const audit::Rule* FindRule(const audit::Pack& pack, const std::string& id) {
  const auto found =
      std::find_if(pack.rules.begin(), pack.rules.end(), [&](const audit::Rule& rule) { return rule.id == id; });
  return found == pack.rules.end() ? nullptr : &*found;
}

const audit::Rule* FindRule(const std::vector<audit::PackPtr>& packs, const std::string& id) {
  for (const audit::PackPtr& pack : packs) {
    if (const audit::Rule* rule = FindRule(*pack, id)) return rule;
  }
  return nullptr;
}

bool Cites(const audit::Rule& rule, const std::string& control) {
  return std::find(rule.controls.begin(), rule.controls.end(), control) != rule.controls.end();
}

bool AtRun(const audit::Rule& rule) { return rule.moments == std::vector<audit::Moment>{audit::Moment::kRun}; }

// Whether some rule of the audit can answer that the control is not shown: one that names evidence.
bool CanBeNotShown(const audit::Pack& pack, const std::string& control) {
  return std::any_of(pack.rules.begin(), pack.rules.end(), [&](const audit::Rule& rule) {
    const auto evidence = rule.annotations.find("evidence");
    return !AtRun(rule) && Cites(rule, control) && evidence != rule.annotations.end() && !evidence->second.empty();
  });
}

bool IsAudited(const audit::Pack& pack, const std::string& control) {
  return std::any_of(pack.rules.begin(), pack.rules.end(),
                     [&](const audit::Rule& rule) { return !AtRun(rule) && Cites(rule, control); });
}

}  // namespace

base::Result<Table> ReadTable(const std::string& folder) {
  Table table;
  HIKAE_CHECK(ReadBases(folder + "/base/bases.yaml", table));
  HIKAE_TRY(table.cases, changes::ReadCases(folder + "/cases", table.bases));
  return table;
}

Move Parse(const std::string& line) {
  const size_t thing = line.find(' ');
  const size_t arrow = line.rfind(" -> ");
  const size_t colon = line.rfind(": ", arrow);
  if (thing == std::string::npos || arrow == std::string::npos || colon == std::string::npos || colon < thing)
    return {};
  return {line.substr(0, thing), line.substr(thing + 1, colon - thing - 1),
          Split(line.substr(colon + 2, arrow - colon - 2)), Split(line.substr(arrow + 4))};
}

std::string Faults(const changes::Case& row, const std::vector<audit::PackPtr>& packs,
                   const std::set<std::string>& stated) {
  std::string faults;
  const auto add = [&](std::string text) { faults += "\n  " + std::move(text); };
  const bool moves = !row.moves.empty() || !row.gone.empty();
  if (!moves && row.keeps.empty())
    add("nothing moves: a case has to name what its change moves, or, where it moves nothing, what it `keeps`");
  if (moves && !row.keeps.empty()) add("`keeps` is of a case in which nothing moves");
  std::set<std::string> cited;
  std::set<std::string> lines = row.moves;
  lines.insert(row.keeps.begin(), row.keeps.end());
  for (const std::string& line : lines) {
    const audit::Rule* rule = FindRule(packs, line.substr(0, line.find(' ')));
    if (rule == nullptr) {
      add(fmt::format("no rule of the pack: {}", line));
    } else if (!changes::AsksOf(row, rule->id)) {
      add(fmt::format("not of the `rules` of the case: {}", line));
    } else {
      cited.insert(rule->controls.begin(), rule->controls.end());
    }
  }
  if (row.controls.empty() && !cited.empty())
    add(fmt::format("`controls` must name those it is about, of: {}", fmt::join(cited, ", ")));
  for (const std::string& rule : row.rules) {
    if (!rule.ends_with('*') && FindRule(packs, rule) == nullptr) add("no rule of the pack: " + rule);
  }
  for (const std::string& control : row.controls) {
    const bool known = std::any_of(packs.begin(), packs.end(), [&](const audit::PackPtr& pack) {
      return std::any_of(pack->controls.begin(), pack->controls.end(),
                         [&](const audit::Control& other) { return other.id == control; });
    });
    if (!known) {
      add("no control of the pack: " + control);
    } else if (cited.count(control) == 0) {
      add("no rule that moves or is kept cites " + control);
    } else if (stated.count(control) == 0) {
      add("the papers of the base do not state " + control);
    }
  }
  return faults;
}

void AddCase(const changes::Case& row, const audit::Pack& pack, Shown& shown) {
  for (const std::string& line : row.moves) {
    const Move move = Parse(line);
    const audit::Rule* rule = FindRule(pack, move.rule);
    if (rule == nullptr) continue;
    for (const std::string& control : row.controls) {
      if (!Cites(*rule, control)) continue;
      shown[control].insert(move.before.begin(), move.before.end());
      shown[control].insert(move.after.begin(), move.after.end());
    }
  }
}

base::Result<bool> AddRequests(const std::string& path, const audit::Pack& pack, Shown& shown) {
  HIKAE_TRY(const Node root, Read(path));
  const Node* cases = root.Find("cases");
  if (cases == nullptr) return Wrong(root, path, "cases are expected");
  for (const Node& row : cases->items()) {
    const Node* changed = row.Find("changes");
    if (changed == nullptr) continue;
    for (const Node& change : changed->items()) {
      const Node* moves = change.Find("moves");
      const audit::Rule* rule = moves == nullptr ? nullptr : FindRule(pack, moves->text());
      if (rule == nullptr) continue;
      for (const std::string& control : rule->controls) shown[control].insert("refused");
    }
  }
  return true;
}

base::Result<Reasons> ReadReasons(const std::string& file) {
  Reasons reasons;
  HIKAE_TRY(const Node root, Read(file));
  for (const Node& row : root.items()) {
    const Node* controls = row.Find("controls");
    const Node* outcomes = row.Find("outcomes");
    const Node* reason = row.Find("reason");
    if (controls == nullptr || outcomes == nullptr || reason == nullptr)
      return Wrong(row, file, "a reason has controls, outcomes and reason");
    for (const std::string& control : Texts(*controls)) {
      for (const std::string& outcome : Texts(*outcomes)) reasons[control][outcome] = reason->text();
    }
  }
  return reasons;
}

Missing Compare(const Shown& shown, const audit::Pack& pack, const Reasons& stated) {
  Missing missing;
  for (const audit::Control& control : pack.controls) {
    const auto found = shown.find(control.id);
    const std::set<std::string> has = found == shown.end() ? std::set<std::string>() : found->second;
    const bool gate = has.count("refused") != 0;
    const auto mine = stated.find(control.id);
    for (const std::string outcome : kOutcomes) {
      const bool there = has.count(outcome) != 0;
      const bool excused = mine != stated.end() && mine->second.count(outcome) != 0;
      if (there && excused)
        missing.faults.push_back(control.id + " is shown " + outcome + ", and has a reason why not");
      if (there) continue;
      std::string& reason = missing.reasons[control.id][outcome];
      if (excused) {
        reason = mine->second.at(outcome);
      } else if (!IsAudited(pack, control.id)) {
        reason = gate ? "judged at the gate alone: tests/packs/access.yaml" : "no rule judges it";
      } else if (outcome == "not shown" && !CanBeNotShown(pack, control.id)) {
        reason = "no rule on it names evidence: what is absent is violated";
      } else {
        missing.faults.push_back(control.id + ": no case shows it " + outcome);
        missing.reasons[control.id].erase(outcome);
      }
    }
  }
  for (const auto& [control, outcomes] : stated) {
    const bool known = std::any_of(pack.controls.begin(), pack.controls.end(),
                                   [&, id = control](const audit::Control& other) { return other.id == id; });
    if (!known) missing.faults.push_back(control + " is no control of the pack");
  }
  return missing;
}

}  // namespace hikae::violations
