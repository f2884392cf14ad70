#include "cedar/syntax/json_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cedar/syntax/json_fields.h"
#include "cedar/syntax/json_names.h"

namespace hikae::cedar {
namespace {

using base::Result;
using codec::Node;

constexpr std::array<std::string_view, 9> kOtherNames = {"Value", "Var",          "has", "like",  ".",
                                                         "is",    "if-then-else", "Set", "Record"};
constexpr std::array<Variable, 4> kVariables = {Variable::kPrincipal, Variable::kAction, Variable::kResource,
                                                Variable::kContext};

// Its stack is bounded by kMaxHeight, whatever the depth of the JSON.
class ExpressionReader {
 public:
  explicit ExpressionReader(std::string_view file) : file_(file) {}

  Result<ExprPtr> Read(const Node& json) {
    if (depth_ >= kMaxHeight) return TooDeep(json);
    ++depth_;
    Result<ExprPtr> out = ReadBare(json);
    --depth_;
    return out;
  }

 private:
  Result<ExprPtr> ReadBare(const Node& json) {
    if (!json.IsMap() || json.entries().size() != 1) {
      return Bad(json,
                 json.IsMap() ? fmt::format("an expression has one key, found {}", json.entries().size())
                              : fmt::format("an expression is an object, found {}", DescribeJson(json)),
                 R"(such as {"Var": "principal"} or {"Value": 1})");
    }
    const auto& [name, inside] = json.entries().front();
    const auto* op = std::ranges::find(kJsonOperators, name, &JsonOperator::name);
    if (op != kJsonOperators.end()) {
      if (op->kind == ExprKind::kAnd || op->kind == ExprKind::kOr) return Chain(json, *op);
      return Operator(json, inside, *op);
    }
    if (name == "Value") return Value_(inside);
    if (name == "Var") return Variable_(inside);
    if (name == "has") return Has(json, inside);
    if (name == ".") return Get(json, inside);
    if (name == "like") return Like(json, inside);
    if (name == "is") return Is(json, inside);
    if (name == "if-then-else") return If(json, inside);
    if (name == "Set") return Set(json, inside);
    if (name == "Record") return Record(json, inside);
    if (name == "Slot") {
      return Bad(inside, "a slot stands in a condition; slots are for the scope only",
                 R"(write {"Var": "principal"} in the condition)");
    }
    if (FindExtension(name) != nullptr) return Call(json, name, inside);
    return Unknown(json, name);
  }

  Result<ExprPtr> Unknown(const Node& json, const std::string& name) const {
    std::vector<std::string_view> known(kOtherNames.begin(), kOtherNames.end());
    for (const JsonOperator& op : kJsonOperators) known.push_back(op.name);
    const std::string_view nearest = base::Nearest(name, known);
    return Bad(json, fmt::format("unknown expression {}", Quote(name)),
               nearest.empty() || name.size() < 2 ? "operators and functions are named as in policies"
                                                  : fmt::format("did you mean {}?", Quote(nearest)));
  }

  // ---- building ----
  static ExprPtr New(ExprKind kind, const Node& json) {
    auto out = std::make_unique<Expr>();
    out->kind = kind;
    out->span = out->name_span = SpanOf(json);
    return out;
  }
  Result<ExprPtr> Done(ExprPtr expr, const Node& json) const {
    expr->height = HeightOver(*expr);
    if (expr->height > kMaxHeight) return TooDeep(json);
    return expr;
  }
  Result<void> Operand(const Node& inside, std::string_view key, Expr& out) {
    HIKAE_TRY(out.operands.emplace_back(), Read(*inside.Find(key)));
    return {};
  }
  Result<void> Operands(const Node& list, std::string_view what, Expr& out) {
    if (!list.IsList()) return Bad(list, fmt::format("{} is a list, found {}", what, DescribeJson(list)));
    for (const Node& item : list.items()) {
      HIKAE_TRY(out.operands.emplace_back(), Read(item));
    }
    return {};
  }
  base::Error Bad(const Node& at, std::string text, std::string hint = {}) const {
    return JsonError(at, file_, std::move(text), std::move(hint));
  }
  base::Error TooDeep(const Node& at) const {
    return Bad(at, fmt::format("the expression is more than {} operations deep", kMaxHeight),
               "split it into several conditions");
  }

  // ---- operators ----
  Result<ExprPtr> Operator(const Node& json, const Node& inside, const JsonOperator& op) {
    const std::string what = Quote(op.name);
    HIKAE_CHECK(op.binary ? CheckFields(inside, file_, what, {"left", "right"})
                          : CheckFields(inside, file_, what, {"arg"}));
    ExprPtr out = New(op.kind, json);
    HIKAE_CHECK(Operand(inside, op.binary ? "left" : "arg", *out));
    if (op.binary) HIKAE_CHECK(Operand(inside, "right", *out));
    return Done(std::move(out), json);
  }

  // {"&&": {left: {"&&": {left: a, right: b}}, right: c}} is one node with three operands, found without recursion.
  Result<ExprPtr> Chain(const Node& json, const JsonOperator& op) {
    std::vector<const Node*> terms;
    const Node* at = &json;
    while (at->IsMap() && at->entries().size() == 1 && at->entries().front().first == op.name) {
      const Node& inside = at->entries().front().second;
      HIKAE_CHECK(CheckFields(inside, file_, Quote(op.name), {"left", "right"}));
      terms.push_back(inside.Find("right"));
      at = inside.Find("left");
    }
    terms.push_back(at);
    ExprPtr out = New(op.kind, json);
    for (size_t i = terms.size(); i-- > 0;) {
      HIKAE_TRY(out->operands.emplace_back(), Read(*terms[i]));
    }
    return Done(std::move(out), json);
  }

  Result<ExprPtr> If(const Node& json, const Node& inside) {
    HIKAE_CHECK(CheckFields(inside, file_, "\"if-then-else\"", {"if", "then", "else"}));
    ExprPtr out = New(ExprKind::kIf, json);
    for (std::string_view key : {"if", "then", "else"}) HIKAE_CHECK(Operand(inside, key, *out));
    return Done(std::move(out), json);
  }

  Result<ExprPtr> Is(const Node& json, const Node& inside) {
    HIKAE_CHECK(CheckFields(inside, file_, "\"is\"", {"left", "entity_type"}, {"in"}));
    ExprPtr out = New(ExprKind::kIs, json);
    HIKAE_CHECK(Operand(inside, "left", *out));
    out->name_span = SpanOf(*inside.Find("entity_type"));
    HIKAE_TRY(out->name, JsonTypeName(*inside.Find("entity_type"), file_));
    const Node* in = inside.Find("in");
    if (in != nullptr && !in->IsNull()) HIKAE_CHECK(Operand(inside, "in", *out));
    return Done(std::move(out), json);
  }

  Result<ExprPtr> Get(const Node& json, const Node& inside) {
    HIKAE_CHECK(CheckFields(inside, file_, "\".\"", {"left", "attr"}));
    ExprPtr out = New(ExprKind::kGet, json);
    HIKAE_CHECK(Operand(inside, "left", *out));
    out->name_span = SpanOf(*inside.Find("attr"));
    HIKAE_TRY(out->name, JsonText(*inside.Find("attr"), file_, "\"attr\""));
    return Done(std::move(out), json);
  }

  // ---- has ----
  Result<ExprPtr> Has(const Node& json, const Node& inside) {
    HIKAE_CHECK(CheckFields(inside, file_, "\"has\"", {"left", "attr"}));
    const Node& attribute = *inside.Find("attr");
    ExprPtr out = New(ExprKind::kHas, json);
    if (attribute.IsText()) {
      AddName(attribute, *out);
    } else {
      if (!attribute.IsList() || attribute.items().empty()) {
        return Bad(attribute, fmt::format("\"attr\" is a string or a list of strings, found {}",
                                          attribute.IsList() ? "an empty list" : DescribeJson(attribute)));
      }
      for (const Node& item : attribute.items()) {
        HIKAE_CHECK(JsonText(item, file_, "a name in \"attr\""));
        AddName(item, *out);
      }
    }
    if (out->names.size() > 1 && !std::ranges::all_of(out->names, IsIdentifier)) {
      return Steps(json, *inside.Find("left"), out->names);
    }
    HIKAE_CHECK(Operand(inside, "left", *out));
    return Done(std::move(out), json);
  }

  static void AddName(const Node& name, Expr& out) {
    out.names.push_back(name.text());
    out.name_spans.push_back(SpanOf(name));
  }

  // A text has no form for a path through quoted names; its steps have. Each step repeats its receiver, so that stays
  // small: otherwise nesting would double the tree with every level.
  Result<ExprPtr> Steps(const Node& json, const Node& left, const std::vector<std::string>& names) {
    HIKAE_TRY(const ExprPtr receiver, Read(left));
    if (Size(*receiver) * names.size() > kMaxRepeated) {
      return Bad(json, "too long a path through names that need quotes", "write it as steps joined by \"&&\"");
    }
    ExprPtr out = New(ExprKind::kAnd, json);
    for (size_t i = 0; i < names.size(); ++i) {
      ExprPtr from = Copy(*receiver);
      for (size_t step = 0; step < i; ++step) {
        HIKAE_TRY(from, Step(json, ExprKind::kGet, std::move(from), names[step]));
      }
      HIKAE_TRY(out->operands.emplace_back(), Step(json, ExprKind::kHas, std::move(from), names[i]));
    }
    return Done(std::move(out), json);
  }

  Result<ExprPtr> Step(const Node& json, ExprKind kind, ExprPtr receiver, const std::string& name) const {
    ExprPtr out = New(kind, json);
    if (kind == ExprKind::kGet) {
      out->name = name;
    } else {
      AddName(Node::String(name).set_mark(json.mark()), *out);
    }
    out->operands.push_back(std::move(receiver));
    return Done(std::move(out), json);
  }

  static size_t Size(const Expr& expr) {
    size_t size = 1;
    for (const ExprPtr& operand : expr.operands) size += Size(*operand);
    return size;
  }
  static ExprPtr Copy(const Expr& expr) {
    auto out = std::make_unique<Expr>();
    out->kind = expr.kind, out->span = expr.span, out->height = expr.height;
    out->name = expr.name, out->name_span = expr.name_span;
    out->names = expr.names, out->name_spans = expr.name_spans;
    out->value = expr.value, out->pattern = expr.pattern, out->variable = expr.variable;
    for (const ExprPtr& operand : expr.operands) out->operands.push_back(Copy(*operand));
    return out;
  }

  // ---- values ----
  Result<ExprPtr> Variable_(const Node& inside) const {
    HIKAE_TRY(const std::string name, JsonText(inside, file_, "\"Var\""));
    const auto* variable = std::ranges::find(kVariables, name, NameOf);
    if (variable == kVariables.end()) {
      return Bad(inside, fmt::format("unknown variable {}", Quote(name)),
                 "variables are principal, action, resource, context");
    }
    ExprPtr out = New(ExprKind::kVariable, inside);
    out->variable = *variable;
    return out;
  }

  // What a text would have in its place: lists, records and extensions are expressions of their own there.
  Result<ExprPtr> Value_(const Node& json) {
    if (depth_ > kMaxHeight) return TooDeep(json);  // within its {"Value": …}, which is no operation
    ++depth_;
    Result<ExprPtr> out = json.IsList() ? ValueList(json) : json.IsMap() ? ValueMap(json) : ValueLeaf(json);
    --depth_;
    return out;
  }

  Result<ExprPtr> ValueLeaf(const Node& json) const {
    auto value = Value::FromJson(json, file_);
    if (!value.ok()) {
      base::Error error = std::move(value).error();
      error.status = base::Status::kRules;
      return error;
    }
    ExprPtr out = New(ExprKind::kLiteral, json);
    out->value = std::move(*value);
    return out;
  }

  Result<ExprPtr> ValueList(const Node& json) {
    ExprPtr out = New(ExprKind::kSet, json);
    for (const Node& item : json.items()) {
      HIKAE_TRY(out->operands.emplace_back(), Value_(item));
    }
    return Done(std::move(out), json);
  }

  Result<ExprPtr> ValueMap(const Node& json) {
    for (std::string_view escape : {"__entity", "__extn", "__expr"}) {
      const Node* inside = json.Find(escape);
      if (inside == nullptr) continue;
      if (json.entries().size() != 1) return Bad(json, fmt::format("{} stands alone in its object", Quote(escape)));
      if (escape == "__extn") return ValueCall(*inside);
      return ValueLeaf(json);
    }
    ExprPtr out = New(ExprKind::kRecord, json);
    for (const auto& [key, item] : json.entries()) {
      AddName(Node::String(key).set_mark(item.mark()), *out);
      HIKAE_TRY(out->operands.emplace_back(), Value_(item));
    }
    return Done(std::move(out), json);
  }

  // {"fn": name, "arg": value} or {"fn": name, "args": [values]}
  Result<ExprPtr> ValueCall(const Node& json) {
    const bool several = json.Find("args") != nullptr;
    HIKAE_CHECK(CheckFields(json, file_, "\"__extn\"", {"fn", several ? "args" : "arg"}));
    const Node& function = *json.Find("fn");
    ExprPtr out = New(ExprKind::kCall, json);
    HIKAE_TRY(out->name, JsonText(function, file_, "\"fn\""));
    HIKAE_CHECK(CheckFunction(function, out->name));
    const Node& arguments = *json.Find(several ? "args" : "arg");
    if (several && !arguments.IsList()) {
      return Bad(arguments, fmt::format("\"args\" is a list, found {}", DescribeJson(arguments)));
    }
    for (const Node& item : several ? arguments.items() : std::vector<Node>{arguments}) {
      HIKAE_TRY(out->operands.emplace_back(), Value_(item));
    }
    return Called(std::move(out), json);
  }

  Result<ExprPtr> Call(const Node& json, const std::string& name, const Node& inside) {
    ExprPtr out = New(ExprKind::kCall, json);
    out->name = name;
    HIKAE_CHECK(Operands(inside, fmt::format("{} with its arguments", Quote(name)), *out));
    return Called(std::move(out), json);
  }

  Result<void> CheckFunction(const Node& at, const std::string& name) const {
    if (FindExtension(name) != nullptr) return {};
    return Bad(at, fmt::format("unknown function {}", Quote(name)), "known are decimal, ip, datetime, duration");
  }

  Result<ExprPtr> Called(ExprPtr call, const Node& json) const {
    if (FindExtension(call->name)->method && call->operands.empty()) {
      return Bad(json, fmt::format("{} is a method and needs a receiver", Quote(call->name)),
                 "the receiver is the first argument");
    }
    return Done(std::move(call), json);
  }

  Result<ExprPtr> Set(const Node& json, const Node& inside) {
    ExprPtr out = New(ExprKind::kSet, json);
    HIKAE_CHECK(Operands(inside, "\"Set\"", *out));
    return Done(std::move(out), json);
  }

  Result<ExprPtr> Record(const Node& json, const Node& inside) {
    if (!inside.IsMap()) return Bad(inside, fmt::format("\"Record\" is an object, found {}", DescribeJson(inside)));
    ExprPtr out = New(ExprKind::kRecord, json);
    for (const auto& [key, item] : inside.entries()) {
      AddName(Node::String(key).set_mark(item.mark()), *out);
      HIKAE_TRY(out->operands.emplace_back(), Read(item));
    }
    return Done(std::move(out), json);
  }

  // ---- like ----
  Result<ExprPtr> Like(const Node& json, const Node& inside) {
    HIKAE_CHECK(CheckFields(inside, file_, "\"like\"", {"left", "pattern"}));
    ExprPtr out = New(ExprKind::kLike, json);
    HIKAE_CHECK(Operand(inside, "left", *out));
    const Node& pattern = *inside.Find("pattern");
    if (!pattern.IsList()) return Bad(pattern, fmt::format("\"pattern\" is a list, found {}", DescribeJson(pattern)));
    for (const Node& piece : pattern.items()) {
      const Node* literal = piece.Find("Literal");
      if (piece.IsText() && piece.text() == "Wildcard") {
        out->pattern.pieces.emplace_back();
      } else if (literal != nullptr && literal->IsText() && piece.entries().size() == 1) {
        out->pattern.pieces.back() += literal->text();
      } else {
        return Bad(piece, R"(a piece of a pattern is "Wildcard" or {"Literal": "…"})");
      }
    }
    return Done(std::move(out), json);
  }

  static constexpr size_t kMaxRepeated = 256;

  std::string_view file_;
  uint32_t depth_ = 0;
};

}  // namespace

Result<ExprPtr> ExpressionFromJson(const Node& json, std::string_view file) {
  return ExpressionReader(file).Read(json);
}

}  // namespace hikae::cedar
