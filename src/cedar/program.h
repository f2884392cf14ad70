// The evaluated form of policies: flat code over interned names and constants, made once by the compiler and only read
// afterwards, so that any number of threads evaluate it at once. Positions lead back to the text for messages.
#ifndef HIKAE_CEDAR_PROGRAM_H_
#define HIKAE_CEDAR_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cedar/ast.h"
#include "cedar/value_rep.h"

namespace hikae::cedar {

// What an expression yields: two words, no ownership. Numbers stand in place; the rest points to a Rep kept alive by
// the store, the request, the program or the machine's own temporaries.
struct Cell {
  enum class Tag : uint8_t {
    // The kinds of Value, with the same numbers.
    kBool = 0,
    kLong,
    kString,
    kEntity,
    kSet,
    kRecord,
    kDecimal,
    kIp,
    kDatetime,
    kDuration,
    kUnknown,  // judging only: not shown by the evidence
    kError,    // the machine knows the message
  };
  Tag tag = Tag::kError;
  union {
    int64_t number;
    const Value::Rep* rep;
  };

  Cell() : number(0) {}
  Cell(Tag t, int64_t n) : tag(t), number(n) {}
  explicit Cell(const Value::Rep* r) : tag(static_cast<Tag>(r->kind)) {
    if (IsNumber()) {
      number = r->number;
    } else {
      rep = r;
    }
  }
  explicit Cell(const Value& value) : Cell(&ValueAccess::Of(value)) {}
  static Cell Bool(bool b) { return {Tag::kBool, b ? 1 : 0}; }
  static Cell Unknown() { return {Tag::kUnknown, 0}; }
  static Cell Error() { return {Tag::kError, 0}; }

  bool IsNumber() const {
    return tag == Tag::kBool || tag == Tag::kLong || tag == Tag::kDecimal || tag == Tag::kDatetime ||
           tag == Tag::kDuration;
  }
  bool IsTrue() const { return tag == Tag::kBool && number != 0; }
  bool IsFalse() const { return tag == Tag::kBool && number == 0; }
  bool IsValue() const { return tag < Tag::kUnknown; }
  uint64_t Hash() const { return IsNumber() ? HashNumber(static_cast<Value::Kind>(tag), number) : rep->hash; }
  // A Value of its own, sharing what can be shared.
  Value ToValue() const;
};
static_assert(sizeof(Cell) == 16);

// Cedar's == on two values.
inline bool SameValue(const Cell& a, const Cell& b) {
  if (a.tag != b.tag) return false;
  return a.IsNumber() ? a.number == b.number : EqualReps(*a.rep, *b.rep);
}

enum class Op : uint8_t {
  kConstant,  // a: constant
  kVariable,  // small: Variable
  kIf,        // a, b, c
  kAnd,       // operands a … a + b of the operand list; so kOr, kSet, kRecord, kCall
  kOr,
  kNot,  // a
  kNegate,
  kEqual,  // a, b; so the other binary ones
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kIn,
  kContains,
  kContainsAll,
  kContainsAny,
  kGetTag,
  kHasTag,
  kIsEmpty,  // a
  kHas,      // a, name
  kGet,      // a, name
  kLike,     // a; b: pattern
  kIs,       // a, name; b: `in` operand or kNone
  kSet,
  kRecord,  // c: the first of its keys in `keys`
  kCall,    // small: Function
};

enum class Function : uint8_t {
  kDecimal,
  kIp,
  kDatetime,
  kDuration,
  kLessThan,
  kLessThanOrEqual,
  kGreaterThan,
  kGreaterThanOrEqual,
  kIsIpv4,
  kIsIpv6,
  kIsLoopback,
  kIsMulticast,
  kIsInRange,
  kOffset,
  kDurationSince,
  kToDate,
  kToTime,
  kToMilliseconds,
  kToSeconds,
  kToMinutes,
  kToHours,
  kToDays,
};

struct Code {
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  Op op = Op::kConstant;
  uint8_t small = 0;
  bool named = false;  // @evidence of its policy names its path
  uint32_t a = kNone;
  uint32_t b = kNone;
  uint32_t c = kNone;
  uint32_t name = kNone;    // in Program::names
  uint64_t hash = 0;        // of the name
  uint32_t path = kNone;    // in Program::names: principal.contractor.pmark, where it is one
  uint32_t source = kNone;  // in Program::places
};

struct SourcePlace {
  uint32_t file;
  uint32_t line;
  uint32_t column;
};

struct CompiledScope {
  ScopeKind kind = ScopeKind::kAny;
  std::string type;
  uint64_t type_hash = 0;
  std::vector<std::shared_ptr<const EntityRep>> entities;
};

struct CompiledPolicy {
  bool forbid = false;
  CompiledScope principal;
  CompiledScope action;
  CompiledScope resource;
  struct Clause {
    bool unless;
    uint32_t root;
  };
  std::vector<Clause> clauses;  // in the order of the text
};

// Everything that the policies of one Parse share.
struct Program {
  std::vector<Code> codes;
  std::vector<uint32_t> operands;
  std::vector<uint32_t> keys;  // of record literals, in `names`
  std::vector<std::string> names;
  std::vector<Pattern> patterns;
  std::vector<Value> constants;
  std::vector<SourcePlace> places;
  std::vector<std::string> files;

  // The actions that scopes name, by hash: stores seldom hold them, so requests find them here.
  std::vector<std::shared_ptr<const EntityRep>> actions;

  const EntityRep* FindAction(uint64_t hash, const EntityUid& uid) const;
  std::string PlaceText(const Code& code) const;
};

// Appends policies to a program.
class Compiler {
 public:
  explicit Compiler(Program& program) : program_(program) {}
  // `evidence`: the paths named by the policy's @evidence.
  CompiledPolicy Compile(const PolicyTree& tree, const std::string& file, const std::vector<std::string>& evidence);

 private:
  uint32_t Expression(const Expr& expr);
  uint32_t Lower(const Expr& expr);
  uint32_t Has(const Expr& expr);
  uint32_t Call(const Expr& expr);
  uint32_t Aggregate(const Expr& expr, Op op);
  uint32_t Constant(Value value, const Span& span);
  bool FoldSet(const std::vector<uint32_t>& roots, Value& out) const;
  uint32_t Add(Code code, const Span& span);
  uint32_t Operands(const std::vector<uint32_t>& list);
  void SetName(Code& code, const std::string& name);
  void SetPath(Code& code, const std::string& name);
  uint32_t Name(const std::string& name);
  CompiledScope Scope(const ScopeClause& clause);
  std::shared_ptr<const EntityRep> Action(const EntityUid& uid);

  Program& program_;
  std::vector<std::string> evidence_;
  std::unordered_map<std::string, uint32_t> interned_;
};

// One step of a path as the policy spells it: ".name", or ["…"] where the name cannot stand unquoted.
std::string PathStep(const std::string& name);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_PROGRAM_H_
