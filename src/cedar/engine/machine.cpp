#include "cedar/engine/machine.h"

#include <fmt/format.h>

#include <algorithm>

namespace hikae::cedar {
namespace {

std::string_view KindName(Cell::Tag tag) {
  switch (tag) {
    case Cell::Tag::kBool:
      return "a bool";
    case Cell::Tag::kLong:
      return "a long";
    case Cell::Tag::kString:
      return "a string";
    case Cell::Tag::kEntity:
      return "an entity";
    case Cell::Tag::kSet:
      return "a set";
    case Cell::Tag::kRecord:
      return "a record";
    case Cell::Tag::kDecimal:
      return "a decimal";
    case Cell::Tag::kIp:
      return "an ipaddr";
    case Cell::Tag::kDatetime:
      return "a datetime";
    case Cell::Tag::kDuration:
      return "a duration";
    case Cell::Tag::kUnknown:
    case Cell::Tag::kError:
      break;
  }
  return "nothing";
}

constexpr std::string_view kOrdered = "a long, a datetime or a duration";

bool IsOrdered(const Cell& cell) {
  return cell.tag == Cell::Tag::kLong || cell.tag == Cell::Tag::kDatetime || cell.tag == Cell::Tag::kDuration;
}

bool IsOfType(const EntityRep& entity, uint64_t type_hash, const std::string& type) {
  return entity.type_hash == type_hash && entity.uid.type == type;
}

}  // namespace

template <Mode kMode>
Cell Machine<kMode>::Condition(uint32_t root) {
  const Cell result = Eval(root);
  if (result.tag == Cell::Tag::kBool || !result.IsValue()) return result;
  return FailType(program_.codes[root], "a bool", result);
}

template <Mode kMode>
Cell Machine<kMode>::Eval(uint32_t at) {
  const Code& code = program_.codes[at];
  switch (code.op) {
    case Op::kConstant:
      return code.Constant();
    case Op::kVariable:
      if constexpr (kJudging) origin_ = {};
      return frame_[static_cast<Variable>(code.small)];
    case Op::kIf:
      return If(code);
    case Op::kAnd:
      return Logic(code, false);
    case Op::kOr:
      return Logic(code, true);
    case Op::kHas:
    case Op::kGet:
      return Attribute(code);
    case Op::kIs:
      return Is(code);
    case Op::kSet:
      return Set(code);
    case Op::kRecord:
      return Record(code);
    case Op::kCall:
      return Call(code);
    case Op::kNot:
    case Op::kNegate:
    case Op::kIsEmpty:
    case Op::kLike: {
      const Cell value = Eval(code.a);
      if (!value.IsValue()) return value;
      if (code.op == Op::kNot) {
        if (value.tag != Cell::Tag::kBool) return FailType(code, "a bool", value);
        return Cell::Bool(value.number == 0);
      }
      if (code.op == Op::kLike) {
        if (value.tag != Cell::Tag::kString) return FailType(code, "a string", value);
        return Cell::Bool(program_.patterns[code.b].Matches(AsText(*value.rep).text));
      }
      if (code.op == Op::kIsEmpty) {
        if (value.tag != Cell::Tag::kSet) return FailType(code, "a set", value);
        return Cell::Bool(AsSet(*value.rep).elements.empty());
      }
      if (value.tag != Cell::Tag::kLong) return FailType(code, "a long", value);
      int64_t negated = 0;
      if (__builtin_sub_overflow(int64_t{0}, value.number, &negated))
        return Fail(code, "integer overflow in a negation");
      return {Cell::Tag::kLong, negated};
    }
    default:
      return Binary(code);
  }
}

template <Mode kMode>
Cell Machine<kMode>::If(const Code& code) {
  const Cell condition = Eval(code.a);
  if (condition.tag == Cell::Tag::kError) return condition;
  if (kJudging && condition.tag == Cell::Tag::kUnknown) {
    const Cell yes = Eval(code.b);
    if (yes.tag == Cell::Tag::kError) return yes;
    const Cell no = Eval(code.c);
    if (no.tag == Cell::Tag::kError) return no;
    return yes.IsValue() && no.IsValue() && SameValue(yes, no) ? yes : Cell::Unknown();
  }
  if (condition.tag != Cell::Tag::kBool) return FailType(code, "a bool", condition);
  return Eval(condition.number != 0 ? code.b : code.c);
}

// && stops at the first false, || at the first true. Past an unknown operand the rest still counts: a definite answer
// is given only when it holds whatever the unknown turns out to be.
template <Mode kMode>
Cell Machine<kMode>::Logic(const Code& code, bool stop_at) {
  bool unknown = false;
  for (uint32_t i = 0; i < code.b; ++i) {
    const Cell value = Eval(program_.operands[code.a + i]);
    if (value.tag == Cell::Tag::kError) return value;
    if (kJudging && value.tag == Cell::Tag::kUnknown) {
      unknown = true;
    } else if (value.tag != Cell::Tag::kBool) {
      return FailType(code, "a bool", value);
    } else if ((value.number != 0) == stop_at) {
      return value;
    }
  }
  return unknown ? Cell::Unknown() : Cell::Bool(!stop_at);
}

template <Mode kMode>
Cell Machine<kMode>::Binary(const Code& code) {
  const Cell left = Eval(code.a);
  if (left.tag == Cell::Tag::kError) return left;
  const Cell right = Eval(code.b);
  if (right.tag == Cell::Tag::kError) return right;
  if (kJudging && !left.IsValue()) return right.IsValue() ? HalfKnown(code, right, false) : right;
  if (kJudging && !right.IsValue()) return HalfKnown(code, left, true);
  switch (code.op) {
    case Op::kEqual:
      return Cell::Bool(SameValue(left, right));
    case Op::kNotEqual:
      return Cell::Bool(!SameValue(left, right));
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return Compare(code, left, right);
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
      return Arithmetic(code, left, right);
    case Op::kIn:
      return In(code, left, right);
    case Op::kGetTag:
    case Op::kHasTag:
      return TagOf(code, left, right);
    default:
      return Sets(code, left, right);
  }
}

// The other operand is unknown, so the result is too; but a wrong type of this one is an error in any case.
template <Mode kMode>
Cell Machine<kMode>::HalfKnown(const Code& code, const Cell& known, bool left) {
  const auto expect = [&](Cell::Tag tag) {
    return known.tag == tag ? Cell::Unknown() : FailType(code, KindName(tag), known);
  };
  switch (code.op) {
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return IsOrdered(known) ? Cell::Unknown() : FailType(code, kOrdered, known);
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
      return expect(Cell::Tag::kLong);
    case Op::kIn:
      return left || known.tag != Cell::Tag::kSet ? expect(Cell::Tag::kEntity) : Cell::Unknown();
    case Op::kGetTag:
    case Op::kHasTag:
      return expect(left ? Cell::Tag::kEntity : Cell::Tag::kString);
    case Op::kContains:
      return left ? expect(Cell::Tag::kSet) : Cell::Unknown();
    case Op::kContainsAll:
    case Op::kContainsAny:
      return expect(Cell::Tag::kSet);
    default:
      return Cell::Unknown();  // == and != take anything
  }
}

template <Mode kMode>
Cell Machine<kMode>::Compare(const Code& code, const Cell& left, const Cell& right) {
  if (!IsOrdered(left)) return FailType(code, kOrdered, left);
  if (left.tag != right.tag) return FailType(code, KindName(left.tag), right);
  switch (code.op) {
    case Op::kLess:
      return Cell::Bool(left.number < right.number);
    case Op::kLessEqual:
      return Cell::Bool(left.number <= right.number);
    case Op::kGreater:
      return Cell::Bool(left.number > right.number);
    default:
      return Cell::Bool(left.number >= right.number);
  }
}

template <Mode kMode>
Cell Machine<kMode>::Arithmetic(const Code& code, const Cell& left, const Cell& right) {
  if (left.tag != Cell::Tag::kLong) return FailType(code, "a long", left);
  if (right.tag != Cell::Tag::kLong) return FailType(code, "a long", right);
  int64_t out = 0;
  const bool overflow = code.op == Op::kAdd        ? __builtin_add_overflow(left.number, right.number, &out)
                        : code.op == Op::kSubtract ? __builtin_sub_overflow(left.number, right.number, &out)
                                                   : __builtin_mul_overflow(left.number, right.number, &out);
  if (overflow) return Fail(code, "integer overflow");
  return {Cell::Tag::kLong, out};
}

template <Mode kMode>
Cell Machine<kMode>::In(const Code& code, const Cell& left, const Cell& right) {
  if (left.tag != Cell::Tag::kEntity) return FailType(code, "an entity", left);
  if (right.tag == Cell::Tag::kEntity) return Cell::Bool(store_.IsIn(left, right));
  if (right.tag != Cell::Tag::kSet) return FailType(code, "an entity or a set of entities", right);
  // A member that is no entity is an error wherever it stands.
  bool found = false;
  for (const Value& element : AsSet(*right.rep).elements) {
    const Cell cell(element);
    if (cell.tag != Cell::Tag::kEntity) return FailType(code, "a set of entities", cell);
    found = found || store_.IsIn(left, cell);
  }
  return Cell::Bool(found);
}

template <Mode kMode>
Cell Machine<kMode>::Sets(const Code& code, const Cell& left, const Cell& right) {
  if (left.tag != Cell::Tag::kSet) return FailType(code, "a set", left);
  const SetRep& set = AsSet(*left.rep);
  bool result = false;
  if (code.op == Op::kContains) {
    result = Contains(set, right);
  } else {
    if (right.tag != Cell::Tag::kSet) return FailType(code, "a set", right);
    const auto has = [&](const Value& element) { return Contains(set, Cell(element)); };
    const auto& wanted = AsSet(*right.rep).elements;
    if (code.op == Op::kContainsAny) return Cell::Bool(std::ranges::any_of(wanted, has));
    result = std::ranges::all_of(wanted, has);
  }
  if (kJudging && !result) missed_ = true;
  if (kTracing && !result) NoteMissing(code, set, right);
  return Cell::Bool(result);
}

template <Mode kMode>
void Machine<kMode>::NoteMissing(const Code& code, const SetRep& set, const Cell& wanted) {
  RawMissing out{IndexOf(code), {}};
  if (code.op == Op::kContains) {
    out.elements.push_back(wanted.ToValue());
  } else {
    for (const Value& element : AsSet(*wanted.rep).elements) {
      if (!Contains(set, Cell(element))) out.elements.push_back(element);
    }
  }
  missing_.push_back(std::move(out));
}

template <Mode kMode>
Cell Machine<kMode>::TagOf(const Code& code, const Cell& left, const Cell& right) {
  if (left.tag != Cell::Tag::kEntity) return FailType(code, "an entity", left);
  if (right.tag != Cell::Tag::kString) return FailType(code, "a string", right);
  const EntityRep& entity = AsEntity(*left.rep);
  const Node* node = store_.Resolve(left);
  const bool exists = node != nullptr && node->entity != nullptr;
  const Cell* tag = exists ? node->Tag(right.rep->hash, AsText(*right.rep).text) : nullptr;
  if (kJudging) {
    const bool unknown = tag == nullptr && exists && node->entity->stub;
    if constexpr (kTracing) reads_.push_back({IndexOf(code), &entity, 0, tag ? *tag : Cell(), unknown, right.rep});
    if (unknown) return Cell::Unknown();
  }
  if (code.op == Op::kHasTag) return Cell::Bool(tag != nullptr);
  if (tag != nullptr) return *tag;
  if (!exists) return Fail(code, fmt::format("the entity of type {} does not exist", entity.uid.type));
  return Fail(code, fmt::format("the entity of type {} lacks the tag", entity.uid.type));
}

template <Mode kMode>
Cell Machine<kMode>::Attribute(const Code& code) {
  const Cell object = Eval(code.a);
  if (!object.IsValue()) return object;
  const std::string& name = program_.names[code.name];
  const Node* node = nullptr;
  Cell found;
  if (object.tag == Cell::Tag::kEntity) {
    const Code& of = program_.codes[code.a];
    node =
        of.op == Op::kVariable && of.small < 3 ? frame_.node(static_cast<Variable>(of.small)) : store_.Resolve(object);
    if constexpr (kJudging) origin_ = {&AsEntity(*object.rep), 0};
    if (node != nullptr) {
      if (const Cell* cell = node->Attribute(code.hash, name)) found = *cell;
    }
  } else if (object.tag == Cell::Tag::kRecord) {
    if (const RecordRep::Slot* slot = AsRecord(*object.rep).FindHashed(code.hash, name)) found = slot->cell;
    if constexpr (kJudging) node = origin_.owner != nullptr ? store_.Resolve(Cell(origin_.owner)) : nullptr;
  } else {
    return FailType(code, "an entity or a record", object);
  }
  if constexpr (kJudging) {
    const bool rooted = program_.paths[code.a] != Code::kNone;
    if (!rooted && object.tag == Cell::Tag::kRecord) origin_ = {}, node = nullptr;
    ++origin_.depth;
    if (!found.IsValue()) return Absent(code, node, object.tag == Cell::Tag::kEntity);
    if constexpr (kTracing) reads_.push_back({IndexOf(code), origin_.owner, origin_.depth, found, false, nullptr});
  }
  if (code.op == Op::kHas) return Cell::Bool(found.IsValue());
  if (found.IsValue()) return found;
  return Absent(code, node, object.tag == Cell::Tag::kEntity);
}

// An attribute that is not there: `has` is false and reading it an error, unless the evidence makes it unknown.
template <Mode kMode>
Cell Machine<kMode>::Absent(const Code& code, const Node* node, bool dereferenced) {
  const Entity* entity = node != nullptr ? node->entity : nullptr;
  if constexpr (kJudging) {
    bool unknown = code.named || (entity != nullptr && entity->stub);
    if (unknown && entity != nullptr && !entity->known_absent.empty()) {
      unknown = !entity->known_absent.contains(AttributePath(program_, code, origin_.depth));
    }
    if constexpr (kTracing) reads_.push_back({IndexOf(code), origin_.owner, origin_.depth, Cell(), unknown, nullptr});
    if (unknown) return Cell::Unknown();
  }
  if (code.op == Op::kHas) return Cell::Bool(false);
  const std::string& name = program_.names[code.name];
  if (!dereferenced) return Fail(code, fmt::format("the record has no attribute {}", Quote(name)));
  if (entity == nullptr) return Fail(code, fmt::format("{} is read of an entity that does not exist", Quote(name)));
  return Fail(code, fmt::format("the entity of type {} has no attribute {}", entity->uid.type, Quote(name)));
}

template <Mode kMode>
Cell Machine<kMode>::Is(const Code& code) {
  const Cell value = Eval(code.a);
  if (!value.IsValue()) return value;
  if (value.tag != Cell::Tag::kEntity) return FailType(code, "an entity", value);
  if (!IsOfType(AsEntity(*value.rep), code.hash, program_.names[code.name])) return Cell::Bool(false);
  if (code.b == Code::kNone) return Cell::Bool(true);
  const Cell range = Eval(code.b);
  return range.IsValue() ? In(code, value, range) : range;
}

template <Mode kMode>
Cell Machine<kMode>::Set(const Code& code) {
  std::vector<Value> elements;
  elements.reserve(code.b);
  bool unknown = false;
  for (uint32_t i = 0; i < code.b; ++i) {
    const Cell cell = Eval(program_.operands[code.a + i]);
    if (cell.tag == Cell::Tag::kError) return cell;
    if (cell.tag == Cell::Tag::kUnknown) unknown = true;
    elements.push_back(cell.ToValue());
  }
  return unknown ? Cell::Unknown() : Keep(Value::Set(std::move(elements)));
}

template <Mode kMode>
Cell Machine<kMode>::Record(const Code& code) {
  std::map<std::string, Value> attributes;
  bool unknown = false;
  for (uint32_t i = 0; i < code.b; ++i) {
    const Cell cell = Eval(program_.operands[code.a + i]);
    if (cell.tag == Cell::Tag::kError) return cell;
    if (cell.tag == Cell::Tag::kUnknown) unknown = true;
    attributes.emplace(program_.names[program_.keys[code.c + i]], cell.ToValue());
  }
  return unknown ? Cell::Unknown() : Keep(Value::Record(std::move(attributes)));
}

template <Mode kMode>
Cell Machine<kMode>::Call(const Code& code) {
  const ExtensionFunction* function = FindExtension(program_.names[code.name]);
  std::array<Cell, 2> arguments;
  bool unknown = false;
  for (uint32_t i = 0; i < code.b; ++i) {
    const Cell cell = Eval(program_.operands[code.a + i]);
    if (cell.tag == Cell::Tag::kError) return cell;
    if (cell.tag == Cell::Tag::kUnknown) unknown = true;
    if (i < arguments.size()) arguments[i] = cell;
  }
  // Cedar leaves a wrong number of arguments to evaluation.
  if (code.b != function->arity) {
    return Fail(code, fmt::format("{} takes {} argument{}, found {}", function->name, function->arity,
                                  function->arity == 1 ? "" : "s", code.b));
  }
  if (unknown) return Cell::Unknown();
  return Apply(code, static_cast<Function>(code.small), arguments.data());
}

template <Mode kMode>
Cell Machine<kMode>::Fail(const Code& code, std::string text) {
  error_ = std::move(text);
  error_code_ = IndexOf(code);
  return Cell::Error();
}

template <Mode kMode>
Cell Machine<kMode>::FailType(const Code& code, std::string_view expected, const Cell& found) {
  return Fail(code, fmt::format("expected {}, found {}", expected, KindName(found.tag)));
}

// The last `depth` names of the path of a kGet or kHas: "opinion.on".
std::string AttributePath(const Program& program, const Code& code, uint32_t depth) {
  const std::string& name = program.names[code.name];
  if (depth <= 1) return name;
  return AttributePath(program, program.codes[code.a], depth - 1) + PathStep(name);
}

template class Machine<Mode::kPlain>;
template class Machine<Mode::kJudge>;
template class Machine<Mode::kTrace>;

}  // namespace hikae::cedar
