#include "registry/row_columns.h"

#include <fmt/format.h>

#include <optional>

#include "registry/wording.h"

namespace hikae::registry {
namespace {

using base::Result;
using base::Text;
using cedar::Attribute;
using codec::Mark;

std::optional<Column::Kind> FixedKind(std::string_view name) {
  if (name == "id" || name == "識別名") return Column::Kind::kId;
  if (name == "valid_from") return Column::Kind::kFrom;
  if (name == "valid_until") return Column::Kind::kUntil;
  return std::nullopt;
}

std::optional<std::string> TagOf(std::string_view name) {
  for (const std::string_view head : {kTagHeaderJa, std::string_view("その他："), kTagHeaderEn}) {
    if (name.starts_with(head) && name.size() > head.size()) return std::string(name.substr(head.size()));
  }
  return std::nullopt;
}

}  // namespace

RowColumns::RowColumns(const cedar::EntityType& type, const Attribute* owner) : type_(type), owner_(owner) {
  for (const Attribute& attribute : type.attributes) by_name_.emplace(attribute.name, &attribute);
  for (const char* language : {"ja", "en"}) {
    for (const Attribute& attribute : type.attributes) {
      const auto name = attribute.annotations.find(language);
      if (name != attribute.annotations.end()) Name(name->second, attribute);
    }
  }
}

void RowColumns::Name(const std::string& name, const Attribute& attribute) {
  const auto [at, added] = by_name_.emplace(name, &attribute);
  // The schema's own name of another attribute goes first; a name that two are called by means neither.
  if (!added && at->second != &attribute && type_.Find(name) == nullptr) at->second = nullptr;
}

Result<Column> RowColumns::Allowed(const Attribute& attribute, const std::string& file, Mark mark) const {
  const Text label = Label(attribute.name, attribute.annotations);
  if (attribute.annotations.contains("fact")) {
    return RefuseAt(file, mark,
                    {fmt::format("{} is measured and cannot be stated", label.en),
                     fmt::format("{} は計測される値で、書くことはできない", label.ja)},
                    {"leave it out", "書かない"});
  }
  if (&attribute == owner_) {
    return RefuseAt(
        file, mark,
        {fmt::format("{} is said of all the rows already", label.en),
         fmt::format("{} はすべての行について指定されている", label.ja)},
        {"say it once: with the call, or in every row", "呼出しで指定するか、各行に書くか、どちらかにする"});
  }
  if (attribute.name == "corrects") {
    return RefuseAt(file, mark,
                    {fmt::format("{} cannot stand in a row that is added", label.en),
                     fmt::format("{} は、加える行には書けない", label.ja)},
                    {"correct the row: that takes the reason as well", "行の訂正を使う（理由も記録する）"});
  }
  return Column{Column::Kind::kAttribute, &attribute, {}};
}

Result<Column> RowColumns::Find(const std::string& name, const std::string& file, Mark mark) const {
  const auto found = by_name_.find(name);
  if (found != by_name_.end() && found->second != nullptr) return Allowed(*found->second, file, mark);
  const Text label = Label(type_.name, type_.annotations);
  if (found != by_name_.end()) {
    return RefuseAt(file, mark,
                    {fmt::format("several attributes of {} are called \"{}\"", label.en, name),
                     fmt::format("{} には「{}」という項目が複数ある", label.ja, name)},
                    {"write the name the schema has", "スキーマでの名前を書く"});
  }
  if (const auto kind = FixedKind(name)) return Column{*kind, nullptr, {}};
  const auto tag = TagOf(name);
  if (tag && type_.tags) return Column{Column::Kind::kTag, nullptr, *tag};
  if (tag) {
    return RefuseAt(file, mark,
                    {fmt::format("a {} has no tags", label.en), fmt::format("{} に「その他」は書けない", label.ja)},
                    {"use its attributes", "定められた項目を使う"});
  }
  if (name.empty()) {
    return RefuseAt(file, mark, {"a column has no name", "見出しのない列がある"},
                    {"name it, or take the column out", "見出しを書くか、列を除く"});
  }
  base::Text all;
  for (const Attribute& attribute : type_.attributes) {
    if (attribute.annotations.contains("fact") || &attribute == owner_ || attribute.name == "corrects") continue;
    const base::Text called = Label(attribute.name, attribute.annotations);
    all.en += (all.en.empty() ? "" : ", ") + attribute.name;
    all.ja += (all.ja.empty() ? "" : "、") + called.ja;
  }
  if (type_.tags) all.en += ", その他:…", all.ja += "、その他:…";
  return RefuseAt(file, mark,
                  {fmt::format("{} has no attribute \"{}\"", label.en, name),
                   fmt::format("{} に「{}」という項目はない", label.ja, name)},
                  NearestHint(name, Known(), {"known are " + all.en, "使えるのは " + all.ja}));
}

std::vector<std::string> RowColumns::Known() const {
  std::vector<std::string> known;
  for (const auto& [one, attribute] : by_name_) {
    if (attribute != nullptr && !attribute->annotations.contains("fact") && attribute != owner_ && one != "corrects")
      known.push_back(one);
  }
  known.insert(known.end(), {"id", "識別名", "valid_from", "valid_until"});
  return known;
}

bool RowColumns::IsFar(const std::string& name) const {
  return !by_name_.contains(name) && !TagOf(name) && base::Nearest(name, Known()).empty();
}

}  // namespace hikae::registry
