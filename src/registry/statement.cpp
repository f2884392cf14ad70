#include "registry/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/civil_date.h"
#include "registry/scalar.h"
#include "registry/wording.h"

namespace hikae::registry {
namespace {

using base::Error;
using base::Result;
using base::Text;
using cedar::Attribute;
using cedar::Type;
using cedar::Value;
using codec::Mark;
using codec::Node;

constexpr std::string_view kTagPath = "tags.";
constexpr int64_t kMillisPerDay = 86'400'000;

class StatementReader {
 public:
  StatementReader(const Stated& stated, References& references, Problems* problems)
      : stated_(stated), references_(references), problems_(problems), scopes_(ScopesOf(stated.uid.id)) {}
  Result<Row> Read();

 private:
  Error Refuse(Mark mark, Text text, Text hint = {}) const {
    return RefuseAt(*stated_.file, mark, std::move(text), std::move(hint));
  }
  Error WrongType(const Node& node, const Attribute& attribute, const Type& type) const;
  Error NotADay(const Node& node, const Attribute& attribute, int64_t ms) const;
  Result<void> ReadParents();
  Result<void> ReadTags();
  void TakeCarried();
  Result<void> ReadField(const Field& field);
  Result<void> ReadFields();
  // With problems to fill, what is wrong is put there. What is no fault of the text stays an error.
  Result<void> Look(Result<void> read);
  Result<void> TakeGap(const Attribute& attribute, Gap gap, Mark mark, const std::string& path,
                       std::map<std::string, Value>& into);
  Result<void> ReadInto(const Attribute& attribute, const Node& node, Mark mark, const std::string& path,
                        std::map<std::string, Value>& into);
  Result<Value> ReadValue(const Attribute& attribute, const Type& type, const Node& node, const std::string& path);
  Result<Value> ReadRecord(const Attribute& attribute, const Type& type, const Node& node, const std::string& path);
  Result<void> CheckComplete(const std::vector<Attribute>& attributes, const std::map<std::string, Value>& values,
                             const std::string& path, Mark mark, const Text& of) const;

  const Stated& stated_;
  References& references_;
  Problems* const problems_;
  std::vector<std::string> scopes_;
  std::set<std::string> wrong_;  // attributes that a problem was found at
  Row row_;
};

Error StatementReader::WrongType(const Node& node, const Attribute& attribute, const Type& type) const {
  const Text label = Label(attribute.name, attribute.annotations);
  const Text expected = Expected(type);
  if (node.IsNull()) {
    return Refuse(
        node.mark(),
        {fmt::format("nothing is written under {}", label.en), fmt::format("{} に何も書かれていない", label.ja)},
        {fmt::format("write {}, or !blank, !none or !unknown", expected.en),
         fmt::format("{}、または !blank・!none・!unknown を書く", expected.ja)});
  }
  return Refuse(node.mark(),
                {fmt::format("{} is expected under {}", expected.en, label.en),
                 fmt::format("{} は{}である", label.ja, expected.ja)},
                {fmt::format("{} was found", Found(node).en), fmt::format("{}が書かれている", Found(node).ja)});
}

Result<Value> StatementReader::ReadRecord(const Attribute& attribute, const Type& type, const Node& node,
                                          const std::string& path) {
  if (!node.IsMap()) return WrongType(node, attribute, type);
  std::map<std::string, Value> values;
  for (size_t i = 0; i < node.entries().size(); ++i) {
    const auto& [key, value] = node.entries()[i];
    const Attribute* inner = type.Find(key);
    if (inner == nullptr) {
      std::vector<std::string> known;
      for (const Attribute& one : type.attributes) known.push_back(one.name);
      const Text label = Label(attribute.name, attribute.annotations);
      return Refuse(node.KeyMark(i),
                    {fmt::format("{} has no attribute \"{}\"", label.en, key),
                     fmt::format("{} に「{}」という項目はない", label.ja, key)},
                    NearestHint(key, known, {}));
    }
    HIKAE_CHECK(ReadInto(*inner, value, node.KeyMark(i), path + "." + key, values));
  }
  HIKAE_CHECK(
      CheckComplete(type.attributes, values, path + ".", node.mark(), Label(attribute.name, attribute.annotations)));
  return Value::Record(std::move(values));
}

// A time of day where the rules compare days: ten in the evening of the last day would be late.
Error StatementReader::NotADay(const Node& node, const Attribute& attribute, int64_t ms) const {
  const Text label = Label(attribute.name, attribute.annotations);
  const std::string day = base::FormatIso(base::DayInJapan(ms * 1000));
  return Refuse(node.mark(),
                {fmt::format("{} is a day, and a time of day stands with it", label.en),
                 fmt::format("{}は日であり、時刻は書けない", label.ja)},
                {fmt::format("write {}, the day in Japan", day), fmt::format("{} と書く(日本時間での日)", day)});
}

Result<Value> StatementReader::ReadValue(const Attribute& attribute, const Type& type, const Node& node,
                                         const std::string& path) {
  if (!node.tag().empty()) {
    // Gaps of whole attributes were taken before; what is left stands within a list.
    return Refuse(node.mark(), {"a gap stands for the whole list", "空欄の印はリスト全体に付ける"},
                  {"leave the element out", "その要素を書かない"});
  }
  switch (type.kind) {
    case Type::Kind::kEntity: {
      if (!node.IsText()) return WrongType(node, attribute, type);
      HIKAE_TRY(cedar::EntityUid uid, references_.Resolve(node, {type.name}, stated_, scopes_));
      return Value::Entity(std::move(uid));
    }
    case Type::Kind::kSet: {
      if (!node.IsList()) return WrongType(node, attribute, type);
      std::vector<Value> elements;
      elements.reserve(node.items().size());
      for (const Node& item : node.items()) {
        HIKAE_TRY(Value element, ReadValue(attribute, *type.element, item, path));
        elements.push_back(std::move(element));
      }
      return Value::Set(std::move(elements));
    }
    case Type::Kind::kRecord:
      return ReadRecord(attribute, type, node, path);
    default:
      break;
  }
  auto value = ReadScalar(node, type.kind);
  if (!value.ok()) {
    const Text label = Label(attribute.name, attribute.annotations);
    return Refuse(node.mark(), {label.en + ": " + value.error().text.en, label.ja + "：" + value.error().text.ja},
                  value.error().hint);
  }
  if (!value->has_value()) return WrongType(node, attribute, type);
  if (type.kind == Type::Kind::kDatetime && !attribute.annotations.contains("time") &&
      (*value)->integer() % kMillisPerDay != 0)
    return NotADay(node, attribute, (*value)->integer());
  return **std::move(value);
}

Result<void> StatementReader::TakeGap(const Attribute& attribute, Gap gap, Mark mark, const std::string& path,
                                      std::map<std::string, Value>& into) {
  row_.gaps.emplace(path, gap);
  if (gap == Gap::kNone && attribute.type.kind == Type::Kind::kSet) {
    into.emplace(attribute.name, Value::Set({}));
    return {};
  }
  const bool may = attribute.annotations.contains("may_gap") && gap != Gap::kNone;
  if (attribute.required && !may) {
    const Text label = Label(attribute.name, attribute.annotations);
    return Refuse(
        mark, {fmt::format("{} must be stated", label.en), fmt::format("{} は必ず書く", label.ja)},
        {fmt::format("write {}", Expected(attribute.type).en), fmt::format("{}を書く", Expected(attribute.type).ja)});
  }
  if (gap == Gap::kNone) row_.entity.known_absent.insert(path);
  return {};
}

Result<void> StatementReader::ReadInto(const Attribute& attribute, const Node& node, Mark mark, const std::string& path,
                                       std::map<std::string, Value>& into) {
  HIKAE_TRY(const auto gap, ReadGap(node, *stated_.file));
  if (gap) return TakeGap(attribute, *gap, mark, path, into);
  HIKAE_TRY(Value value, ReadValue(attribute, attribute.type, node, path));
  into.insert_or_assign(attribute.name, std::move(value));
  return {};
}

Result<void> StatementReader::CheckComplete(const std::vector<Attribute>& attributes,
                                            const std::map<std::string, Value>& values, const std::string& path,
                                            Mark mark, const Text& of) const {
  Text missing;
  for (const Attribute& attribute : attributes) {
    if (!attribute.required || attribute.annotations.contains("fact")) continue;
    if (values.contains(attribute.name) || row_.gaps.contains(path + attribute.name)) continue;
    if (wrong_.contains(path + attribute.name)) continue;
    const Text label = Label(attribute.name, attribute.annotations);
    missing.en += (missing.en.empty() ? "" : ", ") + label.en;
    missing.ja += (missing.ja.empty() ? "" : "、") + label.ja;
  }
  if (missing.empty()) return {};
  return Refuse(mark,
                {fmt::format("{} lacks {}", of.en, missing.en), fmt::format("{} に {} がない", of.ja, missing.ja)},
                {"every required attribute must be stated", "必須の項目はすべて書く"});
}

Result<void> StatementReader::ReadParents() {
  if (stated_.parents == nullptr) return {};
  const Node& node = *stated_.parents;
  if (stated_.type->member_of.empty()) {
    const Text label = Label(stated_.type->name, stated_.type->annotations);
    return Refuse(node.mark(),
                  {fmt::format("a {} is in nothing", label.en), fmt::format("{} に in は書けない", label.ja)},
                  {"leave `in` out", "in を書かない"});
  }
  const std::vector<Node> one = node.IsList() ? std::vector<Node>() : std::vector<Node>{node};
  std::vector<cedar::EntityUid>& parents = row_.entity.parents;
  for (const Node& item : node.IsList() ? node.items() : one) {
    HIKAE_TRY(cedar::EntityUid parent, references_.Resolve(item, stated_.type->member_of, stated_, scopes_));
    parents.push_back(std::move(parent));
  }
  std::sort(parents.begin(), parents.end());
  parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
  return {};
}

Result<void> StatementReader::ReadTags() {
  if (stated_.tags == nullptr) return {};
  const Text label = Label(stated_.type->name, stated_.type->annotations);
  if (!stated_.type->tags) {
    return Refuse(stated_.tags_mark,
                  {fmt::format("a {} has no tags", label.en), fmt::format("{} に tags は書けない", label.ja)},
                  {"use its attributes", "定められた項目を使う"});
  }
  Attribute all;
  all.name = "tags";
  all.type.kind = Type::Kind::kRecord;
  if (!stated_.tags->IsMap() || !stated_.tags->tag().empty()) return WrongType(*stated_.tags, all, all.type);
  for (const auto& [key, node] : stated_.tags->entries()) {
    Attribute tag;
    tag.name = key;
    tag.type = *stated_.type->tags;
    tag.required = false;
    const std::string path = std::string(kTagPath) + key;
    row_.entity.tags.erase(key);
    row_.gaps.erase(path);
    HIKAE_CHECK(Look(ReadInto(tag, node, node.mark(), path, row_.entity.tags)));
  }
  return {};
}

Result<void> StatementReader::Look(Result<void> read) {
  if (read.ok() || problems_ == nullptr || read.error().status != base::Status::kArgument) return read;
  problems_->Add(std::move(read).error());
  return {};
}

Result<void> StatementReader::ReadField(const Field& field) {
  const std::string& name = field.attribute->name;
  // Of a row that carries another's values on, this one is said anew.
  row_.entity.attributes.erase(name);
  row_.entity.known_absent.erase(name);
  row_.gaps.erase(name);
  auto read = ReadInto(*field.attribute, *field.value, field.mark, name, row_.entity.attributes);
  if (!read.ok()) wrong_.insert(name);
  return Look(std::move(read));
}

Result<void> StatementReader::ReadFields() {
  // An owner that is stated, not enclosing, comes first: its parts are in reach of the other references.
  for (const Field& field : stated_.fields) {
    if (!field.attribute->annotations.contains("owner")) continue;
    HIKAE_CHECK(ReadField(field));
    const auto value = row_.entity.attributes.find(field.attribute->name);
    if (value == row_.entity.attributes.end() || value->second.kind() != Value::Kind::kEntity) continue;
    for (std::string& scope : ScopesOf(value->second.entity().id)) scopes_.push_back(std::move(scope));
  }
  for (const Field& field : stated_.fields) {
    if (!field.attribute->annotations.contains("owner")) HIKAE_CHECK(ReadField(field));
  }
  return {};
}

void StatementReader::TakeCarried() {
  if (stated_.carried == nullptr) return;
  row_.entity = stated_.carried->entity;
  row_.gaps = stated_.carried->gaps;
  for (const std::string& name : stated_.dropped) {
    row_.entity.attributes.erase(name);
    row_.entity.known_absent.erase(name);
    row_.gaps.erase(name);
    if (name.starts_with(kTagPath)) row_.entity.tags.erase(name.substr(kTagPath.size()));
  }
}

Result<Row> StatementReader::Read() {
  TakeCarried();
  row_.entity.uid = stated_.uid;
  row_.valid_from = stated_.valid.from;
  row_.valid_until = stated_.valid.until;
  row_.lines = stated_.lines;
  row_.reason = stated_.reason;
  for (const auto& [name, gap] : stated_.part_gaps) {
    row_.gaps.emplace(name, gap);
    if (gap == Gap::kNone) row_.entity.known_absent.insert(name);
  }
  if (stated_.owner) {
    Value owner = Value::Entity(*stated_.owner);
    if (stated_.owner_attribute->type.kind == Type::Kind::kSet) owner = Value::Set({owner});
    row_.entity.attributes.insert_or_assign(stated_.owner_attribute->name, std::move(owner));
  }
  HIKAE_CHECK(ReadFields());
  if (stated_.corrects) row_.entity.attributes.insert_or_assign("corrects", Value::Entity(*stated_.corrects));
  HIKAE_CHECK(Look(ReadParents()));
  HIKAE_CHECK(Look(ReadTags()));
  HIKAE_CHECK(Look(CheckComplete(stated_.type->attributes, row_.entity.attributes, "", stated_.mark,
                                 Label(stated_.type->name, stated_.type->annotations))));
  return std::move(row_);
}

}  // namespace

Result<Row> ReadStatement(const Stated& stated, References& references, Problems* problems) {
  return StatementReader(stated, references, problems).Read();
}

}  // namespace hikae::registry
