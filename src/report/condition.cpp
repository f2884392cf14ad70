// The condition of a rule in words, from its tree: names become those of the schema, operators become signs or words.
#include <fmt/format.h>

#include <optional>

#include "audit/schema_walk.h"
#include "cedar/syntax/ast.h"
#include "report/explain.h"
#include "report/words.h"

namespace hikae::report {
namespace {

using base::Language;
using cedar::Expr;
using cedar::ExprKind;

// A path of names from a variable: principal.declaration.promises.
struct Path {
  std::string variable;
  std::vector<std::string> names;
};

std::optional<Path> PathOf(const Expr& expr) {
  if (expr.kind == ExprKind::kVariable) return Path{std::string(cedar::NameOf(expr.variable)), {}};
  if (expr.kind != ExprKind::kGet) return std::nullopt;
  std::optional<Path> path = PathOf(expr.operand(0));
  if (path) path->names.push_back(expr.name);
  return path;
}

class Sayer {
 public:
  Sayer(const audit::Pack* pack, std::string principal, Language language)
      : pack_(pack), names_(pack, nullptr, language), principal_(std::move(principal)), language_(language) {}

  std::string Say(const Expr& expr) const {
    switch (expr.kind) {
      case ExprKind::kLiteral:
        return SayLiteral(expr.value);
      case ExprKind::kVariable:
      case ExprKind::kGet:
        return SayPath(expr);
      case ExprKind::kIf:
        return SayIf(expr);
      case ExprKind::kAnd:
        return Join(expr, In(" and ", "、かつ "));
      case ExprKind::kOr:
        return Join(expr, In(" or ", "、又は "));
      case ExprKind::kNot:
        return SayNot(expr.operand(0));
      case ExprKind::kNegate:
        return "-" + Part(expr.operand(0));
      case ExprKind::kHas:
        return Presence(expr, true);
      case ExprKind::kHasTag:
        return Binary(expr, In("{0} has {1}", "{0}に{1}の記載がある"));
      case ExprKind::kGetTag:
        return Binary(expr, In("{1} of {0}", "{0}の{1}"));
      case ExprKind::kIsEmpty:
        return Unary(expr, In("{} is empty", "{}が空である"));
      case ExprKind::kLike:
        return Unary(expr, In("{} holds the wording", "{}にその語がある"));
      case ExprKind::kIs:
        return fmt::format(fmt::runtime(In("{} is a {}", "{}は{}である")), Part(expr.operand(0)),
                           names_.Type(expr.name));
      case ExprKind::kSet:
        return Elements(expr);
      case ExprKind::kCall:
        return SayCall(expr);
      case ExprKind::kRecord:
        return "{…}";
      default:
        return SayBinary(expr);
    }
  }

 private:
  std::string In(const char* en, const char* ja) const { return language_ == Language::kJapanese ? ja : en; }

  // A part of something larger: in brackets where it would be read wrong.
  std::string Part(const Expr& expr) const {
    const bool joined = expr.kind == ExprKind::kAnd || expr.kind == ExprKind::kOr || expr.kind == ExprKind::kIf;
    return joined ? "(" + Say(expr) + ")" : Say(expr);
  }
  std::string Unary(const Expr& expr, const std::string& form) const {
    return fmt::format(fmt::runtime(form), Part(expr.operand(0)));
  }
  // An attribute named by a whole clause (利用目的を明示している) is a statement, which is on record or is not.
  std::string Presence(const Expr& expr, bool there) const {
    const std::string name = SayHas(expr);
    if (language_ == Language::kEnglish) return name + (there ? " is there" : " is not there");
    const char* end = there ? "ある" : "ない";
    return name.ends_with("る") ? fmt::format("「{}」の記載が{}", name, end) : fmt::format("{}が{}", name, end);
  }
  std::string Binary(const Expr& expr, const std::string& form) const {
    return fmt::format(fmt::runtime(form), Part(expr.operand(0)), Part(expr.operand(1)));
  }
  std::string Join(const Expr& expr, const std::string& word) const {
    std::string text;
    for (const auto& operand : expr.operands) text += (text.empty() ? "" : word) + Part(*operand);
    return text;
  }
  std::string Elements(const Expr& expr) const {
    std::string text;
    for (const auto& operand : expr.operands) text += (text.empty() ? "" : In(", ", "、")) + Say(*operand);
    return "[" + text + "]";
  }

  std::string SayBinary(const Expr& expr) const {
    switch (expr.kind) {
      case ExprKind::kEqual:
        return Binary(expr, "{} = {}");
      case ExprKind::kNotEqual:
        return Binary(expr, "{} ≠ {}");
      case ExprKind::kLess:
        return Binary(expr, "{} < {}");
      case ExprKind::kLessEqual:
        return Binary(expr, "{} ≦ {}");
      case ExprKind::kGreater:
        return Binary(expr, "{} > {}");
      case ExprKind::kGreaterEqual:
        return Binary(expr, "{} ≧ {}");
      case ExprKind::kAdd:
        return Binary(expr, "{} + {}");
      case ExprKind::kSubtract:
        return Binary(expr, "{} - {}");
      case ExprKind::kMultiply:
        return Binary(expr, "{} × {}");
      case ExprKind::kIn:
        return Binary(expr, In("{} is within {}", "{}が{}に属する"));
      case ExprKind::kContains:
        // A set that the rule itself spells out is a choice.
        if (expr.operand(0).kind == ExprKind::kSet)
          return Binary(expr, In("{1} is one of {0}", "{1}が{0}のいずれかである"));
        return Binary(expr, In("{} holds {}", "{}に{}がある"));
      case ExprKind::kContainsAll:
        return Binary(expr, In("{} holds all of {}", "{}に{}のすべてがある"));
      case ExprKind::kContainsAny:
        return Binary(expr, In("{} holds some of {}", "{}に{}のいずれかがある"));
      default:
        return "…";
    }
  }

  std::string SayCall(const Expr& expr) const {
    if (expr.name == "durationSince")
      return fmt::format(fmt::runtime(In("the time from {1} to {0}", "{1}から{0}までの期間")), Part(expr.operand(0)),
                         Part(expr.operand(1)));
    if (IsInJapan(expr)) return Say(expr.operand(0));
    if (expr.name == "offset") return Binary(expr, In("{0} + {1}", "{0}の{1}後"));
    if (expr.name == "toDate") {
      const std::string of = Part(expr.operand(0));
      return language_ == Language::kEnglish ? "the day of " + of : of.ends_with("日") ? of : of + "の日";
    }
    if (expr.name == "toDays") return Unary(expr, In("{} in days", "{}の日数"));
    if (expr.operands.size() == 1 && expr.operand(0).kind == ExprKind::kLiteral)
      return names_.ValueText(fmt::format("{}({})", expr.name, expr.operand(0).value.ToString()));
    std::string arguments;
    for (const auto& operand : expr.operands) arguments += (arguments.empty() ? "" : ", ") + Say(*operand);
    return expr.name + "(" + arguments + ")";
  }

  // x.offset(duration("9h")): the moment by the clock in Japan, which is how people read it anyway.
  static bool IsInJapan(const Expr& expr) {
    if (expr.name != "offset") return false;
    const Expr& by = expr.operand(1);
    return by.kind == ExprKind::kCall && by.name == "duration" && by.operands.size() == 1 &&
           by.operand(0).kind == ExprKind::kLiteral && by.operand(0).value == cedar::Value::String("9h");
  }

  // `else true` says that nothing more is asked for.
  std::string SayLiteral(const cedar::Value& value) const {
    if (value.kind() == cedar::Value::Kind::kString && value.text().empty()) return In("an empty text", "空欄");
    if (value.kind() != cedar::Value::Kind::kBool) return names_.Value(value);
    return value.boolean() ? In("it is so", "よい") : In("it is not so", "ならない");
  }

  std::string SayNot(const Expr& expr) const {
    if (expr.kind == ExprKind::kHas) return Presence(expr, false);
    if (expr.kind == ExprKind::kIsEmpty) return Unary(expr, In("{} is not empty", "{}が空でない"));
    return In("not (", "(") + Say(expr) + In(")", ")ではない");
  }

  // `if p has x then … else true` and the like: how an end that may be open is asked for.
  std::string SayIf(const Expr& expr) const {
    return fmt::format(fmt::runtime(In("if {}: {}; else: {}", "{}なら {}、そうでなければ {}")), Part(expr.operand(0)),
                       Part(expr.operand(1)), Part(expr.operand(2)));
  }

  std::string SayHas(const Expr& expr) const {
    std::optional<Path> path = PathOf(expr.operand(0));
    std::string what = expr.names.empty() ? "" : expr.names.back();
    if (path) {
      path->names.insert(path->names.end(), expr.names.begin(), expr.names.end());
      what = SayPath(*path);
    }
    return what;
  }

  std::string SayPath(const Expr& expr) const {
    const std::optional<Path> path = PathOf(expr);
    return path ? SayPath(*path) : Part(expr.operand(0)) + In(": ", "の") + expr.name;
  }

  // The last name, as people call it; before it what it is an attribute of, unless that is the thing judged.
  std::string SayPath(const Path& path) const {
    if (path.variable == "context") return SayContext(path);
    std::string type = path.variable == "principal" ? principal_ : "Handling";
    if (path.names.empty()) return names_.Type(type);
    std::string text = path.variable == "principal" ? "" : names_.Type(type);
    for (const std::string& name : path.names) {
      text += (text.empty() ? "" : In(": ", "の")) + names_.Attribute(type, name);
      type = TypeOf(type, name);
    }
    return text;
  }

  std::string TypeOf(const std::string& type, const std::string& name) const {
    if (pack_ == nullptr || type.empty()) return {};
    const cedar::EntityType* entity = pack_->schema.FindEntityType(type);
    const cedar::Attribute* attribute = entity == nullptr ? nullptr : entity->Find(name);
    return attribute == nullptr ? std::string() : audit::TargetType(attribute->type);
  }

  // The day, and the numbers that the ward gave to vague words: the word with its number.
  std::string SayContext(const Path& path) const {
    if (path.names.empty()) return path.variable;
    if (path.names[0] == "asOf") return In("the day judged", "基準日");
    if (path.names[0] == "fiscalYear") return In("the fiscal year judged", "基準日の年度");
    if (path.names[0] == "params" && path.names.size() == 2 && pack_ != nullptr) {
      for (const audit::Parameter& parameter : pack_->parameters) {
        if (parameter.name == path.names[1])
          return fmt::format(fmt::runtime(In("“{}” ({})", "「{}」({})")), parameter.word,
                             names_.Value(parameter.value));
      }
    }
    return path.names.back();
  }

  const audit::Pack* pack_;
  Names names_;
  std::string principal_;
  Language language_;
};

}  // namespace

RuleWords SayRule(const audit::Rule& rule, const audit::Pack* pack, Language language) {
  const auto trees = cedar::ParsePolicies(rule.text, rule.where.file);
  RuleWords words;
  if (!trees.ok() || trees->empty()) return words;
  const cedar::PolicyTree& tree = trees->front();
  const Sayer sayer(pack, tree.principal.type, language);
  for (const cedar::Condition& condition : tree.conditions) {
    std::string& into = condition.unless ? words.kept : words.applies;
    into = sayer.Say(*condition.body);
  }
  return words;
}

}  // namespace hikae::report
