#include "registry/references.h"

#include <fmt/format.h>

#include <algorithm>

#include "registry/wording.h"

namespace hikae::registry {
namespace {

using base::Result;
using cedar::EntityUid;
using codec::Node;

std::string Joined(const std::vector<std::string>& types, std::string_view word) {
  std::string out;
  for (const std::string& type : types) out += (out.empty() ? "" : std::string(word)) + type;
  return out;
}

// So many names an officer reads; of more there is a list elsewhere.
constexpr size_t kMostListed = 30;

}  // namespace

// "Worker（業務従事者） か Staff（職員）"
base::Text References::Called(const std::vector<std::string>& types) const {
  base::Text called;
  for (const std::string& name : types) {
    const cedar::EntityType* type = schema_.FindEntityType(name);
    const base::Text one = type == nullptr ? base::Text{name, name} : Label(name, type->annotations);
    called.en += (called.en.empty() ? "" : " or ") + one.en;
    called.ja += (called.ja.empty() ? "" : " か ") + one.ja;
  }
  return called;
}

bool References::ArePersons(const std::vector<std::string>& types) const {
  return std::any_of(types.begin(), types.end(), [&](const std::string& name) {
    const cedar::EntityType* type = schema_.FindEntityType(name);
    return type != nullptr && type->annotations.contains("person");
  });
}

std::optional<EntityUid> ReadQualifiedId(std::string_view text) {
  const size_t open = text.find("::\"");
  if (open == 0 || open == text.npos || !text.ends_with('"') || text.size() < open + 4) return std::nullopt;
  EntityUid uid = {std::string(text.substr(0, open)), {}};
  const std::string_view quoted = text.substr(open + 3, text.size() - open - 4);
  for (size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '"') return std::nullopt;
    // Of Cedar's escapes those that an id of ours can need.
    if (quoted[i] == '\\') {
      if (++i == quoted.size() || (quoted[i] != '"' && quoted[i] != '\\' && quoted[i] != '\'')) return std::nullopt;
    }
    uid.id += quoted[i];
  }
  return uid;
}

std::vector<std::string> ScopesOf(std::string_view id) {
  std::vector<std::string> scopes;
  for (size_t end = id.size(); end != id.npos && end > 0; end = id.rfind('/', end - 1))
    scopes.emplace_back(id.substr(0, end));
  return scopes;
}

Result<void> References::Add(const Stated& stated) {
  const auto [at, added] = stated_.try_emplace({stated.uid.type, stated.uid.id}, Origin{stated.file, stated.mark});
  if (added) return {};
  const std::string first = base::Place{*at->second.file, at->second.mark.line, at->second.mark.column}.ToString();
  return RefuseAt(*stated.file, stated.mark,
                  {fmt::format("{} is stated twice", stated.uid.ToString()),
                   fmt::format("{} が二度書かれている", stated.uid.ToString())},
                  {"first at " + first, "最初は " + first});
}

Result<bool> References::Exists(const std::string& type, const std::string& id) {
  const Key key = {type, id};
  if (stated_.contains(key)) return true;
  if (const auto known = registered_.find(key); known != registered_.end()) return known->second;
  HIKAE_TRY(const bool exists, tables_.Has(type, id));
  registered_.emplace(key, exists);
  return exists;
}

Result<EntityUid> References::ResolveQualified(const Node& node, const EntityUid& uid,
                                               const std::vector<std::string>& types, const Stated& from) {
  if (std::find(types.begin(), types.end(), uid.type) == types.end()) {
    return RefuseAt(*from.file, node.mark(),
                    {fmt::format("a {} cannot stand here", uid.type), fmt::format("{} はここには書けない", uid.type)},
                    {"expected is " + Joined(types, " or "), Joined(types, " か ") + " を書く"});
  }
  const cedar::EntityType* type = schema_.FindEntityType(uid.type);
  const bool fixed = type != nullptr && !type->enum_ids.empty();
  if (fixed && std::find(type->enum_ids.begin(), type->enum_ids.end(), uid.id) != type->enum_ids.end()) return uid;
  HIKAE_TRY(const bool exists, fixed ? Result<bool>(false) : Exists(uid.type, uid.id));
  if (exists) return uid;
  return Unknown(node, uid.id, {uid.type}, from, {});
}

std::vector<EntityUid> References::Members(const cedar::EntityType& type, const std::string& text) const {
  if (std::find(type.enum_ids.begin(), type.enum_ids.end(), text) != type.enum_ids.end()) return {{type.name, text}};
  std::vector<EntityUid> members;
  for (const std::string& id : type.enum_ids) {
    const base::Text word = word_of_ ? word_of_({type.name, id}) : base::Text();
    if (word.ja == text || word.en == text) members.push_back({type.name, id});
  }
  return members;
}

Result<EntityUid> References::Resolve(const Node& node, const std::vector<std::string>& types, const Stated& from,
                                      const std::vector<std::string>& scopes) {
  if (!node.IsText() || !node.tag().empty() || node.text().empty()) {
    return RefuseAt(*from.file, node.mark(),
                    {fmt::format("the id of a {} is expected, {} was found", Called(types).en, Found(node).en),
                     fmt::format("{} の識別名が必要だが、{}がある", Called(types).ja, Found(node).ja)},
                    {"write its id", "識別名を書く"});
  }
  const std::string& text = node.text();
  if (const auto uid = ReadQualifiedId(text)) return ResolveQualified(node, *uid, types, from);
  std::vector<EntityUid> found;
  for (const std::string& name : types) {
    const cedar::EntityType* type = schema_.FindEntityType(name);
    if (type != nullptr && !type->enum_ids.empty()) {
      const std::vector<EntityUid> members = Members(*type, text);
      found.insert(found.end(), members.begin(), members.end());
      continue;
    }
    bool in_scope = false;
    for (const std::string& scope : scopes) {
      HIKAE_TRY(in_scope, Exists(name, scope + "/" + text));
      if (!in_scope) continue;
      found.push_back({name, scope + "/" + text});
      break;
    }
    if (in_scope) continue;
    HIKAE_TRY(const bool exists, Exists(name, text));
    if (exists) found.push_back({name, text});
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) return Unknown(node, text, types, from, scopes);
  return RefuseAt(*from.file, node.mark(),
                  {fmt::format("\"{}\" may be a {} or a {}", text, found[0].type, found[1].type),
                   fmt::format("「{}」は {} とも {} とも読める", text, found[0].type, found[1].type)},
                  {fmt::format("write {} or {}", found[0].ToString(), found[1].ToString()),
                   fmt::format("{} か {} と書く", found[0].ToString(), found[1].ToString())});
}

Result<EntityUid> References::Unknown(const Node& node, const std::string& id, const std::vector<std::string>& types,
                                      const Stated& from, const std::vector<std::string>& scopes) {
  std::vector<std::string> known;
  for (const std::string& name : types) {
    const cedar::EntityType* type = schema_.FindEntityType(name);
    if (type != nullptr && !type->enum_ids.empty()) {
      known.insert(known.end(), type->enum_ids.begin(), type->enum_ids.end());
      continue;
    }
    HIKAE_TRY(std::vector<std::string> ids, tables_.Ids(name));
    for (const auto& [key, origin] : stated_) {
      if (key.type == name) ids.push_back(key.id);
    }
    // Parts in reach are known by their short names.
    for (std::string& one : ids) {
      for (const std::string& scope : scopes) {
        if (one.starts_with(scope + "/")) {
          one.erase(0, scope.size() + 1);
          break;
        }
      }
      known.push_back(std::move(one));
    }
  }
  std::sort(known.begin(), known.end());  // the same answer whatever the order of the map
  base::Text otherwise = {"state it in the same call or before", "同じ文書か、先に登録する文書に書く"};
  const cedar::EntityType* only = types.size() == 1 ? schema_.FindEntityType(types[0]) : nullptr;
  if (only != nullptr && !only->enum_ids.empty()) {
    const size_t further = known.size() > kMostListed ? known.size() - kMostListed : 0;
    base::Text listed;
    for (auto one = known.begin(); one != known.end() - static_cast<ptrdiff_t>(further); ++one) {
      const base::Text word = word_of_ ? word_of_({only->name, *one}) : base::Text();
      listed.en += (listed.en.empty() ? "" : ", ") + *one;
      listed.ja +=
          (listed.ja.empty() ? "" : ", ") + *one + (word.ja.empty() || word.ja == *one ? "" : "（" + word.ja + "）");
    }
    otherwise = {"known are " + listed.en, "使えるのは " + listed.ja};
    if (further != 0)
      otherwise.en += fmt::format(" and {} more", further), otherwise.ja += fmt::format(" ほか{}個", further);
  }
  const base::Text called = Called(types);
  // What stands there may be a person's name; the place says enough.
  if (ArePersons(types))
    return RefuseAt(
        *from.file, node.mark(),
        {fmt::format("no {} has the id that stands there", called.en),
         fmt::format("そこに書かれた識別名の {} はない", called.ja)},
        NearestHint(id, known, {"write an id that was declared, and no name", "氏名でなく、登録した識別名を書く"}));
  return RefuseAt(
      *from.file, node.mark(),
      {fmt::format("no {} is named \"{}\"", called.en, id), fmt::format("「{}」という {} はない", id, called.ja)},
      NearestHint(id, known, otherwise));
}

}  // namespace hikae::registry
