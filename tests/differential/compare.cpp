#include "differential/compare.h"

#include <algorithm>

namespace hikae::differential {
namespace {

using codec::Node;

bool IsMessage(const std::string& key) { return key.starts_with("why"); }

// {"why": …} alone is a refusal.
bool IsRefusal(const Node& node) {
  return node.IsMap() && node.entries().size() == 1 && node.entries().front().first == "why";
}

std::string Shown(const Node* node) {
  if (node == nullptr) return {};
  return IsRefusal(*node) ? "false" : codec::WriteJson(*node);
}

std::string Why(const Node* ours, const Node* theirs) {
  for (const Node* node : {ours, theirs}) {
    if (node == nullptr || !node->IsMap() || node->Find("why") == nullptr) continue;
    const Node& why = *node->Find("why");
    return why.IsText() ? why.text() : why.items().empty() ? std::string() : why.items().front().text();
  }
  return {};
}

// Its first plain words: what a message says of any input.
std::string Gist(const std::string& message) {
  std::string out;
  std::string word;
  size_t words = 0;
  for (size_t i = message.find(": ") == std::string::npos ? 0 : message.find(": ") + 1; i <= message.size(); ++i) {
    const char c = i < message.size() ? message[i] : ' ';
    if (c != ' ') {
      word += c;
      continue;
    }
    const bool plain = std::ranges::all_of(word, [](char l) { return l >= 'a' && l <= 'z'; });
    if (plain && !word.empty() && ++words <= 7) out += " " + word;
    word.clear();
  }
  return out;
}

bool IsListOfIds(const Node& node) { return node.IsList() && !node.items().empty() && node.items().front().IsText(); }

class Comparison {
 public:
  explicit Comparison(std::vector<Difference>& out) : out_(out) {}

  void Walk(const Node* ours, const Node* theirs, const std::string& where, const std::string& kind) {
    const bool maps = ours && theirs && ours->IsMap() && theirs->IsMap() && !IsRefusal(*ours) && !IsRefusal(*theirs);
    if (maps) return Maps(*ours, *theirs, where, kind);
    const bool lists = ours && theirs && ours->IsList() && theirs->IsList() && !IsListOfIds(*ours) &&
                       ours->items().size() == theirs->items().size();
    if (lists) {
      for (size_t i = 0; i < ours->items().size(); ++i) {
        Walk(&ours->items()[i], &theirs->items()[i], where + "[" + std::to_string(i) + "]", kind);
      }
      return;
    }
    const std::string left = Shown(ours);
    const std::string right = Shown(theirs);
    if (left != right) out_.push_back({where, kind, left, right, Why(ours, theirs).empty() ? why_ : Why(ours, theirs)});
  }

 private:
  void Maps(const Node& ours, const Node& theirs, const std::string& where, const std::string& kind) {
    const std::string dot = where.empty() ? "" : ".";
    why_ = Why(&ours, &theirs);
    for (const auto& [key, inside] : ours.entries()) {
      if (!IsMessage(key)) Walk(&inside, theirs.Find(key), where + dot + key, kind + dot + key);
    }
    for (const auto& [key, inside] : theirs.entries()) {
      if (!IsMessage(key) && ours.Find(key) == nullptr) Walk(nullptr, &inside, where + dot + key, kind + dot + key);
    }
  }

  std::vector<Difference>& out_;
  std::string why_;  // of the map walked last
};

bool True(const Node* node) { return node != nullptr && node->kind() == Node::Kind::kBool && node->boolean(); }
bool Filled(const Node* node) { return node != nullptr && !node->items().empty(); }

void CountSet(const Node& set, const Node& answer, Tally& tally) {
  ++tally["cases"];
  if (set.Find("templates") != nullptr) ++tally["cases with templates"];
  if (!True(answer.Find("policies"))) {
    ++tally["policies refused"];
    return;
  }
  ++tally["policies accepted"];
  if (answer.Find("errors") != nullptr) {
    ++tally[Filled(answer.Find("errors")) ? "validated: errors" : "validated: none"];
    if (Filled(answer.Find("warnings"))) ++tally["validated: warnings"];
  }
  if (answer.Find("json") != nullptr) tally["policies as JSON and back"] += answer.Find("json")->items().size();
  const Node* answers = answer.Find("answers");
  if (answers == nullptr) return;
  for (const Node& one : answers->items()) {
    ++tally["requests"];
    if (one.IsNull()) {
      ++tally["requests refused"];
      continue;
    }
    const bool reasons = Filled(one.Find("reasons"));
    ++tally[True(one.Find("allow")) ? "allow" : reasons ? "deny by a forbid" : "deny by default"];
    if (Filled(one.Find("errors"))) ++tally["requests with errors"];
  }
}

}  // namespace

std::string Difference::Class() const {
  return kind + (ours.size() < theirs.size() ? " <" : ours.size() > theirs.size() ? " >" : " =") + Gist(why);
}

const char* DocumentedAs(const Difference& difference) {
  // hikae refuses, saying exactly this, and the official engine accepts.
  const bool stricter = difference.ours == "false" && difference.theirs == "true";
  return stricter && difference.Class() == "schemas > the attribute stands twice in the record" ? "attribute-twice"
                                                                                                : nullptr;
}

std::vector<Difference> Compare(const Node& ours, const Node& theirs) {
  std::vector<Difference> out;
  Comparison(out).Walk(&ours, &theirs, "", "");
  return out;
}

void Count(const Node& world, const Node& theirs, Tally& tally) {
  const std::vector<Node>& sets = world.Find("sets")->items();
  const std::vector<Node>& answers = theirs.Find("sets")->items();
  for (size_t i = 0; i < sets.size() && i < answers.size(); ++i) CountSet(sets[i], answers[i], tally);
  if (theirs.Find("schema_json") != nullptr) ++tally["schemas as JSON"];
  if (theirs.Find("schema_text") != nullptr) ++tally["schemas as text"];
  if (theirs.Find("schema") != nullptr)
    ++tally[True(theirs.Find("schema")) ? "worlds: schema accepted" : "worlds: schema refused"];
  if (theirs.Find("entities") != nullptr) {
    ++tally[True(theirs.Find("entities")) ? "worlds: entities accepted" : "worlds: entities refused"];
  }
  for (const Node& one : theirs.Find("schemas")->items()) ++tally[True(&one) ? "schemas accepted" : "schemas refused"];
  for (const Node& one : theirs.Find("stores")->items()) ++tally[True(&one) ? "stores accepted" : "stores refused"];
}

}  // namespace hikae::differential
