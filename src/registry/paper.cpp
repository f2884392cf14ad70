#include "registry/paper.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/civil_date.h"
#include "registry/wording.h"

namespace hikae::registry {
namespace {

using base::Error;
using base::Result;
using base::Status;
using base::Text;
using codec::Mark;
using codec::Node;

constexpr std::string_view kForm = "declaration/1";
constexpr size_t kLongestId = 1000;  // bytes
const std::vector<std::string> kHeadKeys = {"hikae", "pack", "valid_from", "valid_until", "by"};
const std::vector<std::string> kEntityKeys = {"in", "tags", "valid_from", "valid_until"};
const std::vector<std::string> kGaps = {"blank", "none", "unknown"};

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Gap> GapOf(std::string_view word) {
  if (word == "blank") return Gap::kBlank;
  if (word == "none") return Gap::kNone;
  if (word == "unknown") return Gap::kUnknown;
  return std::nullopt;
}

class PaperReader {
 public:
  PaperReader(Paper& paper, const cedar::Schema& schema) : paper_(paper), schema_(schema) {}
  Result<void> Read();

 private:
  Error Refuse(Mark mark, Text text, Text hint = {}) const {
    return RefuseAt(paper_.file, mark, std::move(text), std::move(hint));
  }
  Result<void> ReadForm();
  Result<void> ReadHead(const std::string& key, const Node& value);
  Result<Day> ReadDay(const std::string& key, const Node& value) const;
  Result<void> ReadValidity(const std::string& key, const Node& value, Validity& valid) const;
  Result<void> CheckId(const std::string& id, Mark mark) const;
  const cedar::EntityType* KnownType(std::string_view name) const;
  Result<void> ReadEntities(const cedar::EntityType& type, const Node& map, const Validity& valid, const Stated* owner,
                            const cedar::Attribute* owner_attribute);
  Result<void> ReadEntity(Stated stated, const Node& body);
  Result<void> ReadKey(Stated& stated, const std::string& key, const Node& value, Mark mark, std::vector<size_t>& parts,
                       size_t index);
  Result<const cedar::Attribute*> OwnerAttribute(const cedar::EntityType& part, const Stated& owner, Mark mark) const;
  Error UnknownKey(const Stated& stated, const std::string& key, Mark mark) const;
  std::vector<std::string> PartNames(const cedar::EntityType& type) const;

  Paper& paper_;
  const cedar::Schema& schema_;
};

// The attribute of `part` that is its owner, when its owner is of type `owner`. More than one: nullptr as well.
const cedar::Attribute* FindOwner(const cedar::EntityType& part, std::string_view owner) {
  const cedar::Attribute* found = nullptr;
  for (const cedar::Attribute& attribute : part.attributes) {
    if (!attribute.annotations.contains("owner")) continue;
    const cedar::Type& type = attribute.type.kind == cedar::Type::Kind::kSet ? *attribute.type.element : attribute.type;
    if (type.kind != cedar::Type::Kind::kEntity || type.name != owner) continue;
    if (found != nullptr) return nullptr;
    found = &attribute;
  }
  return found;
}

Result<void> PaperReader::ReadForm() {
  const Text hint = {fmt::format("write \"hikae: {}\" first", kForm), fmt::format("初めに「hikae: {}」と書く", kForm)};
  if (!paper_.root.IsMap()) {
    return Refuse(paper_.root.mark(), {"a document is a map", "文書はキーと値の組で書く"}, hint);
  }
  if (paper_.root.entries().empty() || paper_.root.entries().front().first != "hikae") {
    return Refuse(paper_.root.mark(), {"the document does not say its form", "文書の形式が書かれていない"}, hint);
  }
  const Node& form = paper_.root.entries().front().second;
  if (form.IsText() && form.text() == kForm) return {};
  if (form.IsText() && form.text().starts_with("declaration/") && form.text() != "declaration/0") {
    Error newer = Refuse(form.mark(), {"the document has a newer form", "文書の形式が新しすぎる"},
                         {fmt::format("this hikae reads {}", kForm), fmt::format("この hikae が読めるのは {}", kForm)});
    newer.status = Status::kVersion;
    return newer;
  }
  return Refuse(form.mark(), {"the form of the document is not known", "文書の形式が分からない"}, hint);
}

Result<Day> PaperReader::ReadDay(const std::string& key, const Node& value) const {
  if (!value.IsText() || !value.tag().empty()) {
    return Refuse(value.mark(), {fmt::format("{} is not a date", key), fmt::format("{} が日付でない", key)},
                  {"a date, such as 2021-05-06 or 令和3年5月6日", "日付（例：2021-05-06、令和3年5月6日）"});
  }
  auto day = base::ParseDate(value.text());
  if (day.ok()) return day;
  return Refuse(value.mark(), {key + ": " + day.error().text.en, key + "：" + day.error().text.ja}, day.error().hint);
}

Result<void> PaperReader::ReadValidity(const std::string& key, const Node& value, Validity& valid) const {
  HIKAE_TRY(const Day day, ReadDay(key, value));
  if (key == "valid_from") {
    valid.from = day;
  } else {
    valid.until = day;
  }
  return {};
}

Result<void> PaperReader::ReadHead(const std::string& key, const Node& value) {
  if (key == "valid_from" || key == "valid_until") return ReadValidity(key, value, paper_.valid);
  if (!value.IsText() || !value.tag().empty() || value.text().empty()) {
    return Refuse(value.mark(), {fmt::format("{} is not a text", key), fmt::format("{} が文字列でない", key)},
                  {"write a text", "文字列を書く"});
  }
  if (key == "by") paper_.by = value.text();
  if (key == "pack") {
    paper_.pack = value.text();
    paper_.pack_mark = value.mark();
  }
  return {};
}

Result<void> PaperReader::CheckId(const std::string& id, Mark mark) const {
  const bool control =
      std::any_of(id.begin(), id.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  const auto blank = [](char c) { return c == ' '; };
  if (!id.empty() && id.size() <= kLongestId && !control && !blank(id.front()) && !blank(id.back())) return {};
  return Refuse(mark, {"this cannot be an id", "識別名として使えない"},
                {fmt::format("one line of 1 to {} bytes, no blanks around it", kLongestId),
                 fmt::format("改行や前後の空白のない{}バイト以内の文字列", kLongestId)});
}

const cedar::EntityType* PaperReader::KnownType(std::string_view name) const { return schema_.FindEntityType(name); }

std::vector<std::string> PaperReader::PartNames(const cedar::EntityType& type) const {
  std::vector<std::string> names;
  for (const cedar::EntityType& part : schema_.entity_types()) {
    if (FindOwner(part, type.name) != nullptr) names.push_back(part.name);
  }
  return names;
}

Error PaperReader::UnknownKey(const Stated& stated, const std::string& key, Mark mark) const {
  std::vector<std::string> known = kEntityKeys;
  for (const cedar::Attribute& attribute : stated.type->attributes) {
    if (!attribute.annotations.contains("fact")) known.push_back(attribute.name);
  }
  for (std::string& part : PartNames(*stated.type)) known.push_back(std::move(part));
  std::string all;
  for (const std::string& name : known) all += (all.empty() ? "" : ", ") + name;
  const Text label = Label(stated.type->name, stated.type->annotations);
  return Refuse(mark,
                {fmt::format("{} has no attribute or part \"{}\"", label.en, key),
                 fmt::format("{} に「{}」という項目はない", label.ja, key)},
                NearestHint(key, known, {"known are " + all, "使えるのは " + all}));
}

Result<const cedar::Attribute*> PaperReader::OwnerAttribute(const cedar::EntityType& part, const Stated& owner,
                                                            Mark mark) const {
  const cedar::Attribute* attribute = FindOwner(part, owner.type->name);
  if (attribute != nullptr) return attribute;
  return Refuse(
      mark,
      {fmt::format("{} is not a part of {}", part.name, owner.type->name),
       fmt::format("{} は {} の中には書けない", part.name, owner.type->name)},
      NearestHint(part.name, PartNames(*owner.type), {"write it at the top of the document", "文書の最上位に書く"}));
}

Result<void> PaperReader::ReadKey(Stated& stated, const std::string& key, const Node& value, Mark mark,
                                  std::vector<size_t>& parts, size_t index) {
  stated.lines.emplace(key, mark.line);
  if (key == "in") return stated.parents = &value, Result<void>();
  if (key == "tags") return stated.tags = &value, stated.tags_mark = mark, Result<void>();
  if (key == "valid_from" || key == "valid_until") {
    stated.lines.erase(key);
    return ReadValidity(key, value, stated.valid);
  }
  if (const cedar::Attribute* attribute = stated.type->Find(key)) {
    if (attribute->annotations.contains("fact")) {
      const Text label = Label(key, attribute->annotations);
      return Refuse(mark,
                    {fmt::format("{} is measured and cannot be stated", label.en),
                     fmt::format("{} は計測される値で、書くことはできない", label.ja)},
                    {"leave it out", "書かない"});
    }
    if (attribute == stated.owner_attribute) {
      return Refuse(mark,
                    {fmt::format("{} is filled in: it is the entity this stands in", key),
                     fmt::format("{} は書かれている場所から決まる", key)},
                    {"leave it out", "書かない"});
    }
    stated.fields.push_back({attribute, &value, mark});
    return {};
  }
  const cedar::EntityType* part = KnownType(key);
  if (part == nullptr) return UnknownKey(stated, key, mark);
  HIKAE_CHECK(OwnerAttribute(*part, stated, mark));
  HIKAE_TRY(const auto gap, ReadGap(value, paper_.file));
  if (gap) {
    stated.part_gaps.emplace(key, *gap);
  } else {
    parts.push_back(index);
  }
  return {};
}

Result<void> PaperReader::ReadEntity(Stated stated, const Node& body) {
  if (!body.tag().empty() || (!body.IsMap() && !body.IsNull())) {
    const Text label = Label(stated.type->name, stated.type->annotations);
    return Refuse(body.mark(),
                  {fmt::format("the attributes of a {} are expected, {} was found", label.en, Found(body).en),
                   fmt::format("{} の項目が必要だが、{}がある", label.ja, Found(body).ja)},
                  {"write name: value below it, or {} for none", "その下に「名前: 値」を、なければ {} を書く"});
  }
  stated.lines.emplace("", stated.mark.line);
  std::vector<size_t> parts;  // entries of the body
  for (size_t i = 0; i < body.entries().size(); ++i) {
    HIKAE_CHECK(ReadKey(stated, body.entries()[i].first, body.entries()[i].second, body.KeyMark(i), parts, i));
  }
  if (stated.valid.until && *stated.valid.until < stated.valid.from) {
    return Refuse(stated.mark, {"valid_until is before valid_from", "valid_until が valid_from より前である"},
                  {fmt::format("valid_from is {}", base::FormatIso(stated.valid.from)),
                   fmt::format("valid_from は {}", base::FormatIso(stated.valid.from))});
  }
  if (parts.empty()) return paper_.entities.push_back(std::move(stated)), Result<void>();
  const Stated owner = stated;  // the list may move while its parts are added
  paper_.entities.push_back(std::move(stated));
  for (const size_t i : parts) {
    const auto& [key, value] = body.entries()[i];
    const cedar::EntityType& type = *KnownType(key);
    HIKAE_TRY(const cedar::Attribute* attribute, OwnerAttribute(type, owner, body.KeyMark(i)));
    HIKAE_CHECK(ReadEntities(type, value, owner.valid, &owner, attribute));
  }
  return {};
}

Result<void> PaperReader::ReadEntities(const cedar::EntityType& type, const Node& map, const Validity& valid,
                                       const Stated* owner, const cedar::Attribute* owner_attribute) {
  if (type.annotations.contains("measured")) {
    const Text label = Label(type.name, type.annotations);
    return Refuse(map.mark(),
                  {fmt::format("{} is measured and cannot be stated", label.en),
                   fmt::format("{} は計測されるもので、書くことはできない", label.ja)},
                  {"leave it out", "書かない"});
  }
  if (!map.IsMap() || !map.tag().empty()) {
    const Text label = Label(type.name, type.annotations);
    return Refuse(map.mark(),
                  {fmt::format("ids of {} are expected, {} was found", label.en, Found(map).en),
                   fmt::format("{} の識別名が必要だが、{}がある", label.ja, Found(map).ja)},
                  {"write an id and its attributes", "識別名とその項目を書く"});
  }
  for (size_t i = 0; i < map.entries().size(); ++i) {
    const auto& [key, body] = map.entries()[i];
    HIKAE_CHECK(CheckId(key, map.KeyMark(i)));
    Stated stated;
    stated.uid = {type.name, owner == nullptr ? key : owner->uid.id + "/" + key};
    if (owner != nullptr) HIKAE_CHECK(CheckId(stated.uid.id, map.KeyMark(i)));
    stated.type = &type;
    stated.file = &paper_.file;
    stated.mark = map.KeyMark(i);
    stated.valid = valid;
    if (owner != nullptr) stated.owner = owner->uid;
    stated.owner_attribute = owner_attribute;
    HIKAE_CHECK(ReadEntity(std::move(stated), body));
  }
  return {};
}

Result<void> PaperReader::Read() {
  HIKAE_CHECK(ReadForm());
  const Node& root = paper_.root;
  // The head first: what it says holds for the entities wherever it stands.
  for (const auto& [key, value] : root.entries()) {
    if (Contains(kHeadKeys, key)) HIKAE_CHECK(ReadHead(key, value));
  }
  for (size_t i = 0; i < root.entries().size(); ++i) {
    const auto& [key, value] = root.entries()[i];
    if (Contains(kHeadKeys, key)) continue;
    const cedar::EntityType* type = KnownType(key);
    if (type == nullptr) {
      std::vector<std::string> known = kHeadKeys;
      for (const cedar::EntityType& one : schema_.entity_types()) known.push_back(one.name);
      return Refuse(root.KeyMark(i),
                    {fmt::format("no entity type is named \"{}\"", key), fmt::format("「{}」という種類はない", key)},
                    NearestHint(key, known, {"see the schema of the pack", "規程集のスキーマを確かめる"}));
    }
    if (!type->enum_ids.empty()) {
      return Refuse(root.KeyMark(i),
                    {fmt::format("{} has fixed ids and cannot be stated", key),
                     fmt::format("{} は値が決まっており、書くことはできない", key)},
                    {"leave it out", "書かない"});
    }
    HIKAE_CHECK(ReadEntities(*type, value, paper_.valid, nullptr, nullptr));
  }
  return {};
}

}  // namespace

Result<std::optional<Gap>> ReadGap(const Node& node, const std::string& file) {
  const Text hint = {"!blank, !none or !unknown, with nothing after it",
                     "!blank・!none・!unknown のどれかで、後には何も書かない"};
  if (!node.tag().empty()) {
    const auto gap = GapOf(node.tag());
    if (!gap) {
      return RefuseAt(file, node.mark(),
                      {fmt::format("the tag !{} is not known", node.tag()), fmt::format("タグ !{} はない", node.tag())},
                      NearestHint(node.tag(), kGaps, hint));
    }
    if (!node.IsNull() && !(node.IsText() && node.text().empty())) {
      return RefuseAt(file, node.mark(), {"something is written under a gap", "空欄の印の後に値がある"}, hint);
    }
    return gap;
  }
  if (node.IsMap() && node.entries().size() == 1 && node.entries()[0].first == "hikae") {
    const Node& word = node.entries()[0].second;
    const auto gap = word.IsText() ? GapOf(word.text()) : std::nullopt;
    if (gap) return gap;
    return RefuseAt(file, word.mark(), {"the gap is not known", "空欄の種類が分からない"},
                    {R"("blank", "none" or "unknown")", R"("blank"・"none"・"unknown" のどれか)"});
  }
  return std::optional<Gap>();
}

Result<std::unique_ptr<Paper>> ReadPaper(const Document& document, const cedar::Schema& schema, Day today) {
  auto paper = std::make_unique<Paper>();
  paper->file = document.name;
  const bool json = document.name.ends_with(".json");
  HIKAE_TRY(paper->root,
            json ? codec::ReadJson(document.text, document.name) : codec::ReadYaml(document.text, document.name));
  paper->valid.from = today;
  HIKAE_CHECK(PaperReader(*paper, schema).Read());
  return paper;
}

}  // namespace hikae::registry
