#include "audit/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "audit/hint.h"
#include "audit/literal.h"
#include "audit/rules.h"

namespace hikae::audit {
namespace {

constexpr std::array<std::string_view, 6> kKeys = {"value", "word", "source", "basis", "type", "tighter"};
constexpr std::array<std::string_view, 3> kTighter = {"less", "more", "superset"};
constexpr std::array<std::string_view, 2> kBases = {"seed", "ward"};

// `context.params` of the audits: the record that the pack calls Parameters.
const cedar::Type* ParametersType(const cedar::Schema& schema) {
  for (const cedar::ActionType& action : schema.actions()) {
    if (!MomentOf(schema, action)) continue;
    const cedar::Attribute* params = action.context.Find("params");
    if (params != nullptr && params->type.kind == cedar::Type::Kind::kRecord) return &params->type;
  }
  return nullptr;
}

class Reader {
 public:
  Reader(const PackFiles& files, const cedar::Schema& schema, bool whole, LintReport& report)
      : file_(PathOf(files, "pack.yaml")), schema_(schema), whole_(whole), report_(report) {}

  std::vector<Parameter> Read(const codec::Node& root, const cedar::Type& type) {
    std::vector<Parameter> parameters;
    const codec::Node* node = root.Find("parameters");
    static const codec::Node kNone = codec::Node::Map();
    const codec::Node& map = node != nullptr && node->IsMap() ? *node : kNone;
    for (size_t i = 0; i < map.entries().size(); ++i) {
      const auto& [name, entry] = map.entries()[i];
      if (std::optional<Parameter> parameter = ReadOne(name, entry, type, map.KeyMark(i))) {
        parameters.push_back(*std::move(parameter));
      }
    }
    if (!whole_) return parameters;
    for (const cedar::Attribute& attribute : type.attributes) {
      if (!attribute.required || map.Find(attribute.name) != nullptr) continue;
      const codec::Mark mark = node == nullptr ? codec::Mark{1, 1} : node->mark();
      Fail(mark, fmt::format("the parameter `{}` is missing", attribute.name),
           fmt::format("パラメーター「{}」がない", attribute.name), {attribute.type.ToString(), ""});
    }
    return parameters;
  }

 private:
  void Fail(codec::Mark mark, std::string en, std::string ja, base::Text hint = {}) {
    report_.errors.emplace_back(base::Status::kRules, base::Text{std::move(en), std::move(ja)},
                                base::Place{file_, mark.line, mark.column}, std::move(hint));
  }

  std::optional<Parameter> ReadOne(const std::string& name, const codec::Node& entry, const cedar::Type& type,
                                   codec::Mark mark) {
    const cedar::Attribute* attribute = type.Find(name);
    if (attribute == nullptr) {
      std::vector<std::string_view> names;
      for (const cedar::Attribute& known : type.attributes) names.push_back(known.name);
      Fail(mark, fmt::format("unknown parameter `{}`", name), fmt::format("パラメーター「{}」はない", name),
           NearestHint(name, names));
      return std::nullopt;
    }
    const codec::Node* value = entry.Find("value");
    if (value == nullptr) {
      Fail(mark, fmt::format("the parameter `{}` has no `value`", name),
           fmt::format("パラメーター「{}」に value がない", name));
      return std::nullopt;
    }
    base::Result<cedar::Value> read = ReadNode(*value, attribute->type, schema_, file_);
    if (!read.ok()) {
      base::Error error = read.error();
      error.text = {fmt::format("parameter `{}`: {}", name, error.text.en),
                    fmt::format("パラメーター「{}」: {}", name, error.text.ja)};
      report_.errors.push_back(std::move(error));
      return std::nullopt;
    }
    // A number without the word it stands for could not be told from one that somebody made up.
    Parameter parameter{name,
                        *std::move(read),
                        Text(entry, "word"),
                        Text(entry, "source"),
                        Text(entry, "basis"),
                        {file_, mark.line, mark.column},
                        Text(entry, "tighter")};
    if (!parameter.tighter.empty() &&
        std::find(kTighter.begin(), kTighter.end(), parameter.tighter) == kTighter.end()) {
      Fail(mark, fmt::format("`tighter` of the parameter `{}` is none of less, more, superset", name),
           fmt::format("パラメーター「{}」の tighter は less、more、superset のいずれかで書く", name));
    }
    for (const std::string_view key : {"word", "source", "basis"}) {
      if (Text(entry, key).empty())
        Fail(mark, fmt::format("the parameter `{}` has no `{}`", name, key),
             fmt::format("パラメーター「{}」に {} がない", name, key));
    }
    if (!parameter.basis.empty() && std::find(kBases.begin(), kBases.end(), parameter.basis) == kBases.end()) {
      Fail(mark, fmt::format("unknown basis `{}`", parameter.basis),
           fmt::format("根拠の別「{}」はない", parameter.basis), {"seed, ward", ""});
    }
    return parameter;
  }

  static std::string Text(const codec::Node& entry, std::string_view key) {
    const codec::Node* node = entry.Find(key);
    return node != nullptr && node->IsText() ? node->text() : std::string();
  }

  std::string file_;
  const cedar::Schema& schema_;
  bool whole_;  // every parameter of the schema has to be there
  LintReport& report_;
};

bool IsTighter(const Parameter& lower, const cedar::Value& value) {
  const cedar::Value& was = lower.value;
  if (was.kind() != value.kind()) return false;
  if (value.kind() == cedar::Value::Kind::kSet) {
    return lower.tighter == "superset" &&
           std::all_of(was.elements().begin(), was.elements().end(), [&value](const cedar::Value& element) {
             return std::find(value.elements().begin(), value.elements().end(), element) != value.elements().end();
           });
  }
  const bool number = value.kind() == cedar::Value::Kind::kLong || value.kind() == cedar::Value::Kind::kDuration;
  if (!number) return value == was;
  return (lower.tighter == "less" && value.integer() <= was.integer()) ||
         (lower.tighter == "more" && value.integer() >= was.integer()) || value == was;
}

}  // namespace

void TightenParameters(const Manifest& manifest, const PackFiles& files, const cedar::Schema& schema,
                       std::vector<Parameter>& parameters, LintReport& report) {
  const cedar::Type* type = ParametersType(schema);
  if (type == nullptr) return;
  for (Parameter& fresh : Reader(files, schema, false, report).Read(manifest.node, *type)) {
    const auto lower = std::find_if(parameters.begin(), parameters.end(),
                                    [&fresh](const Parameter& known) { return known.name == fresh.name; });
    if (lower == parameters.end()) continue;  // the lower pack's lack is reported there
    if (IsTighter(*lower, fresh.value)) {
      fresh.tighter = lower->tighter;
      *lower = std::move(fresh);
      continue;
    }
    const std::string way = lower->tighter.empty() ? "not at all" : lower->tighter;
    report.errors.emplace_back(base::Status::kRules,
                               base::Text{fmt::format("the parameter `{}` would be loosened from {} to {}", fresh.name,
                                                      lower->value.ToString(), fresh.value.ToString()),
                                          fmt::format("パラメーター「{}」を {} から {} に緩めることはできない",
                                                      fresh.name, lower->value.ToString(), fresh.value.ToString())},
                               fresh.where,
                               base::Text{fmt::format("a pack laid over another may move it: {}", way),
                                          fmt::format("重ねる規程集が動かせる向き: {}", way)});
  }
}

std::vector<Parameter> ReadParameters(const Manifest& manifest, const PackFiles& files, const cedar::Schema& schema,
                                      LintReport& report) {
  const cedar::Type* type = ParametersType(schema);
  if (type == nullptr) {
    report.errors.emplace_back(
        base::Status::kRules,
        base::Text{"no audit action has a record `params` in its context", "監査の action の context に params がない"},
        base::Place{PathOf(files, manifest.schemas.empty() ? "pack.yaml" : manifest.schemas.front()), 0, 0});
    return {};
  }
  return Reader(files, schema, true, report).Read(manifest.node, *type);
}

std::vector<Control> ReadControls(const Manifest& manifest, const PackFiles& files, const cedar::Schema& schema,
                                  LintReport& report) {
  std::vector<Control> controls;
  const codec::Node* map = manifest.node.Find("controls");
  const cedar::EntityType* type = schema.FindEntityType("Control");
  if (map == nullptr || type == nullptr) return controls;
  for (size_t i = 0; i < map->entries().size(); ++i) {
    const auto& [id, entry] = map->entries()[i];
    const codec::Mark mark = map->KeyMark(i);
    const auto fail = [&](std::string en, std::string ja, base::Text hint = {}) {
      report.errors.emplace_back(base::Status::kRules, base::Text{std::move(en), std::move(ja)},
                                 base::Place{PathOf(files, "pack.yaml"), mark.line, mark.column}, std::move(hint));
    };
    const auto& ids = type->enum_ids;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
      fail(fmt::format("unknown control `{}`", id), fmt::format("管理策「{}」はない", id), NearestHint(id, ids));
      continue;
    }
    const codec::Node* ja = entry.Find("ja");
    const codec::Node* en = entry.Find("en");
    if (ja == nullptr || en == nullptr || !ja->IsText() || !en->IsText()) {
      fail(fmt::format("the control `{}` needs a title `ja` and `en`", id),
           fmt::format("管理策「{}」に ja と en の名称が必要", id));
      continue;
    }
    controls.push_back({id, {en->text(), ja->text()}});
  }
  return controls;
}

}  // namespace hikae::audit
