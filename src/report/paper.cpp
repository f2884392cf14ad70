#include "report/paper.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/escape.h"
#include "report/findings.h"

namespace hikae::report {
namespace {

using registry::Micros;
using registry::Row;

// The attribute of a type that names its owner.
const cedar::Attribute* OwnerOf(const cedar::Schema& schema, std::string_view type) {
  const cedar::EntityType* entity = schema.FindEntityType(type);
  if (entity == nullptr) return nullptr;
  for (const cedar::Attribute& attribute : entity->attributes) {
    if (attribute.annotations.count("owner") != 0) return &attribute;
  }
  return nullptr;
}

bool Refers(const cedar::Value& value, const cedar::EntityUid& uid) {
  if (value.kind() == cedar::Value::Kind::kEntity) return value.entity() == uid;
  if (value.kind() != cedar::Value::Kind::kSet) return false;
  const auto& elements = value.elements();
  return std::any_of(elements.begin(), elements.end(),
                     [&](const cedar::Value& element) { return Refers(element, uid); });
}

// Where a row stands in what was declared; ids do not sort as the paper counts: 対3(10) comes after 対3(9).
auto PlaceOf(const Row& row) {
  const auto line = row.lines.find("");
  return std::tuple(row.document, line == row.lines.end() ? 0u : line->second, row.entity.uid.id);
}

uint8_t IndentOf(std::string_view line) {
  size_t at = 0;
  if (line.empty()) return 0;
  const char32_t first = NextPoint(line, at);
  if (first == '(' || first == 0xFF08) {
    const char32_t second = at < line.size() ? NextPoint(line, at) : 0;
    return (second >= '0' && second <= '9') || (second >= 0xFF10 && second <= 0xFF19) ? 1 : 0;
  }
  if (first >= 0x30A2 && first <= 0x30F3 && at < line.size()) {
    const char32_t second = NextPoint(line, at);
    return second == ' ' || second == 0x3000 ? 2 : 0;
  }
  return first == 0x30FB || first == 0x203B ? 1 : 0;
}

}  // namespace

Content PaperLines(std::string_view text) {
  Content content;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    content.Add(line, Tone::kPlain, IndentOf(line));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return content;
}

Paper::Paper(const Source& source, const Row& declaration, const Names& names)
    : source_(source), declaration_(declaration), names_(names) {}

std::vector<const Row*> Paper::DeclarationsOf(const registry::Snapshot& snapshot, const std::string& handling) {
  std::vector<const Row*> papers;
  for (const Row* row : snapshot.OfType("Declaration")) {
    const auto found = row->entity.attributes.find("handling");
    if (found != row->entity.attributes.end() && Refers(found->second, {"Handling", handling})) papers.push_back(row);
  }
  std::stable_sort(papers.begin(), papers.end(), [](const Row* a, const Row* b) { return PlaceOf(*a) < PlaceOf(*b); });
  return papers;
}

std::vector<const Row*> Paper::PartsOf(const cedar::EntityUid& owner, std::string_view type) const {
  std::vector<const Row*> parts;
  const cedar::Attribute* attribute = OwnerOf(source_.pack.schema, type);
  if (attribute == nullptr) return parts;
  for (const Row* row : source_.snapshot.OfType(type)) {
    const cedar::Value* value = Find(*row, attribute->name);
    if (value != nullptr && Refers(*value, owner)) parts.push_back(row);
  }
  std::stable_sort(parts.begin(), parts.end(), [](const Row* a, const Row* b) { return PlaceOf(*a) < PlaceOf(*b); });
  return parts;
}

const cedar::Value* Paper::Find(const Row& row, std::string_view attribute) const {
  const auto found = row.entity.attributes.find(std::string(attribute));
  return found == row.entity.attributes.end() ? nullptr : &found->second;
}

Content Paper::Stated(const Row& row, std::string_view attribute) const {
  // A gap comes first: a set stated to be nothing is also the empty set.
  const auto gap = row.gaps.find(std::string(attribute));
  if (gap != row.gaps.end()) return Content::Gap(gap->second, language());
  const cedar::Value* value = Find(row, attribute);
  if (value == nullptr) return {};
  if (value->kind() == cedar::Value::Kind::kSet && value->elements().empty())
    return Content::Gap(registry::Gap::kNone, language());
  if (value->kind() == cedar::Value::Kind::kString) return PaperLines(value->text());
  return Content(Text(row, attribute));
}

std::vector<cedar::EntityUid> Paper::InOrder(std::vector<cedar::EntityUid> uids) const {
  const auto place = [&](const cedar::EntityUid& uid) {
    const Row* row = source_.snapshot.Find(uid);
    return std::tuple(row == nullptr, row == nullptr ? Micros{} : row->recorded_at,
                      row == nullptr ? std::tuple<std::string, uint32_t, std::string>() : PlaceOf(*row));
  };
  std::stable_sort(uids.begin(), uids.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return uids;
}

Content Paper::Always(const Row& row, std::string_view attribute) const {
  Content content = Stated(row, attribute);
  return content.empty() ? Nothing() : content;
}

std::string Paper::Text(const Row& row, std::string_view attribute) const {
  const cedar::Value* value = Find(row, attribute);
  if (value == nullptr) return "";
  const bool entities = value->kind() == cedar::Value::Kind::kSet && !value->elements().empty() &&
                        value->elements().front().kind() == cedar::Value::Kind::kEntity;
  if (!entities) return names_.Value(*value);
  std::string out;
  for (const cedar::EntityUid& uid : InOrder(Entities(row, attribute)))
    out += (out.empty() ? "" : In(", ", "、")) + names_.Entity(uid);
  return out;
}

std::string Paper::Id(const Row& row, std::string_view attribute) const {
  const cedar::Value* value = Find(row, attribute);
  return value != nullptr && value->kind() == cedar::Value::Kind::kEntity ? value->entity().id : "";
}

std::vector<cedar::EntityUid> Paper::Entities(const Row& row, std::string_view attribute) const {
  std::vector<cedar::EntityUid> uids;
  const cedar::Value* value = Find(row, attribute);
  if (value == nullptr) return uids;
  if (value->kind() == cedar::Value::Kind::kEntity) uids.push_back(value->entity());
  if (value->kind() == cedar::Value::Kind::kSet) {
    for (const cedar::Value& element : value->elements()) {
      if (element.kind() == cedar::Value::Kind::kEntity) uids.push_back(element.entity());
    }
  }
  return uids;
}

std::set<std::string> Paper::Ids(const Row& row, std::string_view attribute) const {
  std::set<std::string> ids;
  for (const cedar::EntityUid& uid : Entities(row, attribute)) ids.insert(uid.id);
  return ids;
}

bool Paper::True(const Row& row, std::string_view attribute) const {
  const cedar::Value* value = Find(row, attribute);
  return value != nullptr && value->kind() == cedar::Value::Kind::kBool && value->boolean();
}

bool Paper::NamesAct(const Row& row, std::string_view attribute) const { return !Entities(row, attribute).empty(); }

bool Paper::Concerns(const Row& row, std::string_view attribute, const cedar::EntityUid& act) const {
  const cedar::Value* value = Find(row, attribute);
  return !NamesAct(row, attribute) || Refers(*value, act);
}

Content Paper::Fulfilment(const std::set<std::string>& controls) const {
  using audit::Outcome;
  const audit::Findings& findings = source_.findings;
  if (controls.empty()) return Content(In("no control is named", "規定された対策の記載なし"), Tone::kMuted);
  size_t rules = 0;
  for (const auto& [id, rule] : findings.rules) {
    rules +=
        std::any_of(rule.controls.begin(), rule.controls.end(), [&](const auto& c) { return controls.count(c) != 0; })
            ? 1
            : 0;
  }
  if (rules == 0) return Content(In("no rule judges it", "判定する規定なし"), Tone::kMuted);
  std::vector<audit::Finding> found;
  for (const audit::Finding& finding : findings.findings) {
    if (!source_.handling.empty() && finding.handling != source_.handling) continue;
    const audit::Rule& rule = RuleOf(findings, finding);
    if (std::any_of(rule.controls.begin(), rule.controls.end(), [&](const auto& c) { return controls.count(c) != 0; }))
      found.push_back(finding);
  }
  audit::Findings::Totals totals;
  for (const audit::Finding& finding : found) totals.Count(finding.outcome);
  Content content;
  const std::pair<Outcome, size_t> counts[] = {{Outcome::kViolated, totals.violated},
                                               {Outcome::kNotShown, totals.not_shown},
                                               {Outcome::kExcepted, totals.excepted},
                                               {Outcome::kMet, totals.met}};
  for (const auto& [outcome, count] : counts) {
    if (count == 0) continue;
    if (content.empty()) {
      content.Add("");
    } else {
      content.Then(In(", ", "、"));
    }
    content.Then(audit::Label(outcome).In(language()) + fmt::format(" {}", count), ToneOf(outcome));
  }
  if (content.empty()) return Content(audit::Label(Outcome::kNotApplicable).In(language()), Tone::kMuted);
  // The reasons: each rule once for each outcome that asks for something.
  std::set<std::pair<Outcome, std::string>> said;
  for (const Outcome outcome : {Outcome::kViolated, Outcome::kNotShown, Outcome::kExcepted}) {
    for (const audit::Finding& finding : found) {
      if (finding.outcome != outcome || !said.emplace(outcome, finding.rule).second) continue;
      const audit::Rule& rule = RuleOf(findings, finding);
      content.Add(In("- ", "・") + audit::Label(outcome).In(language()) + In(": ", "：") + rule.title.In(language()) +
                  In(" (", "（") + rule.article + In(")", "）"));
    }
  }
  return content;
}

}  // namespace hikae::report
