#include "differential/shrink.h"

#include <algorithm>
#include <set>

#include "differential/tokens.h"

namespace hikae::differential {
namespace {

using codec::Node;

// Of worlds, sets and requests: both engines are entitled to these.
const std::set<std::string> kNeeded = {"seed",       "schema",   "entities",  "sets",   "schemas",  "stores",
                                       "policies",   "requests", "principal", "action", "resource", "context",
                                       "templateId", "newId",    "values",    "links"};

class Shrinker {
 public:
  Shrinker(Node world, const std::function<bool(const Node&)>& holds) : world_(std::move(world)), holds_(holds) {}

  // Only the set, schema or store that the difference is in.
  void Focus(const Difference& difference) {
    for (const char* list : {"sets", "schemas", "stores"}) {
      const size_t open = std::string(list).size();
      const bool inside = difference.where.starts_with(list) && difference.where.size() > open;
      Node kept = Node::List();
      if (inside) kept.Append(world_.Find(list)->items()[std::stoul(difference.where.substr(open + 1))]);
      Try([&](Node& world) { world.Set(list, kept); });
    }
  }

  Node Run() {
    for (bool again = true; again && budget_ > 0;) {
      again = false;
      std::vector<size_t> path;
      again = Pass(world_, path) || again;
    }
    return world_;
  }

 private:
  using Path = std::vector<size_t>;

  template <class Change>
  bool Try(Change change) {
    if (budget_ <= 0) return false;
    --budget_;
    Node candidate = world_;
    change(candidate);
    if (!holds_(candidate)) return false;
    world_ = std::move(candidate);
    return true;
  }

  // The tree with `value` at the path, or without the child when there is none.
  static Node Edited(const Node& root, const Path& path, size_t depth, const Node* value) {
    const size_t at = path[depth];
    const bool last = depth + 1 == path.size();
    if (root.IsMap()) {
      std::vector<Node::Entry> entries = root.entries();
      const auto place = entries.begin() + static_cast<int64_t>(at);
      if (last && value == nullptr) {
        entries.erase(place);
      } else {
        place->second = last ? *value : Edited(place->second, path, depth + 1, value);
      }
      return Node::Map(std::move(entries));
    }
    std::vector<Node> items = root.items();
    const auto place = items.begin() + static_cast<int64_t>(at);
    if (last && value == nullptr) {
      items.erase(place);
    } else {
      *place = last ? *value : Edited(*place, path, depth + 1, value);
    }
    return Node::List(std::move(items));
  }

  bool Replace(const Path& path, const Node* value) {
    return Try([&](Node& world) { world = Edited(world, path, 0, value); });
  }

  // One walk over the tree, last children first. `node` is a copy of what stands at the path.
  bool Pass(Node node, Path& path) {
    bool changed = false;
    const size_t count = node.IsMap() ? node.entries().size() : node.items().size();
    for (size_t i = count; i-- > 0;) {
      path.push_back(i);
      const bool needed = node.IsMap() && kNeeded.contains(node.entries()[i].first);
      if (!needed && Replace(path, nullptr)) {
        changed = true;
      } else {
        const Node& child = node.IsMap() ? node.entries()[i].second : node.items()[i];
        changed = (child.IsText() ? Text(child, path) : Pass(child, path)) || changed;
      }
      path.pop_back();
    }
    return changed;
  }

  bool Text(const Node& node, const Path& path) {
    std::vector<std::string> tokens = Tokens(node.text());
    if (tokens.size() < 2) return false;
    bool changed = false;
    const auto keep = [&](std::vector<std::string> fewer) {
      const Node text = Node::String(Join(fewer));
      if (!Replace(path, &text)) return false;
      tokens = std::move(fewer);
      return changed = true;
    };
    Groups(tokens, keep);
    for (size_t size = tokens.size() / 2; size > 0; size /= 2) {
      for (size_t at = tokens.size() - std::min(size, tokens.size()) + 1; at-- > 0;) {
        if (at + size > tokens.size()) continue;
        std::vector<std::string> fewer = tokens;
        fewer.erase(fewer.begin() + static_cast<int64_t>(at), fewer.begin() + static_cast<int64_t>(at + size));
        keep(std::move(fewer));
      }
    }
    return changed;
  }

  // A group in brackets goes, becomes `true`, or gives way to what it holds.
  template <class Keep>
  static void Groups(const std::vector<std::string>& tokens, Keep keep) {
    for (size_t open = 0; open < tokens.size(); ++open) {
      const size_t close = Matching(tokens, open);
      if (close == 0) continue;
      const auto begin = [&](std::vector<std::string>& t) { return t.begin() + static_cast<int64_t>(open); };
      const auto end = [&](std::vector<std::string>& t) { return t.begin() + static_cast<int64_t>(close) + 1; };
      std::vector<std::string> without = tokens;
      without.erase(begin(without), end(without));
      std::vector<std::string> simple = without;
      simple.insert(begin(simple), " true");
      std::vector<std::string> inner = tokens;
      inner.erase(inner.begin() + static_cast<int64_t>(close));
      inner.erase(begin(inner));
      if (keep(std::move(without)) || keep(std::move(simple)) || keep(std::move(inner))) --open;
    }
  }

  static size_t Matching(const std::vector<std::string>& tokens, size_t open) {
    const std::string_view first = Bare(tokens[open]);
    if (first != "(" && first != "[" && first != "{") return 0;
    size_t depth = 0;
    for (size_t i = open; i < tokens.size(); ++i) {
      const std::string_view token = Bare(tokens[i]);
      if (token == "(" || token == "[" || token == "{") ++depth;
      if (token == ")" || token == "]" || token == "}") --depth;
      if (depth == 0) return i;
    }
    return 0;
  }

  Node world_;
  const std::function<bool(const Node&)>& holds_;
  int budget_ = 1000;  // worlds asked
};

}  // namespace

Node Shrink(Node world, const Difference& difference, const std::function<bool(const Node&)>& holds) {
  Shrinker shrinker(std::move(world), holds);
  shrinker.Focus(difference);
  return shrinker.Run();
}

}  // namespace hikae::differential
