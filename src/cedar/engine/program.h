// The evaluated form of policies: flat code over interned names and constants, made once by the compiler and only read
// afterwards, so that any number of threads evaluate it at once. Positions lead back to the text for messages.
#ifndef HIKAE_CEDAR_ENGINE_PROGRAM_H_
#define HIKAE_CEDAR_ENGINE_PROGRAM_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cedar/syntax/ast.h"
#include "cedar/value/value_rep.h"

namespace hikae::cedar {

enum class Op : uint8_t {
  kConstant,  // Constant()
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

// Half a cache line. Equal expressions of all policies are one code, so that rules cut from one pattern stay in the
// cache; where a policy wrote it is kept by the policy.
struct Code {
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  Op op = Op::kConstant;
  uint8_t small = 0;
  bool named = false;  // @evidence of its policy names its path
  uint32_t a = kNone;
  uint32_t b = kNone;
  uint32_t c = kNone;
  uint32_t name = kNone;  // in Program::names
  union {
    uint64_t hash = 0;      // of the name
    int64_t number;         // of a constant, or:
    const Value::Rep* rep;  // kept alive by Program::constants
  };

  // Of kConstant: the cell, with its tag in `small` and its hash in `b`.
  Cell Constant() const {
    Cell cell(static_cast<Cell::Tag>(small), number);
    if (!cell.IsNumber()) cell = Cell(cell.tag, static_cast<uint16_t>(b), Value::Rep::kNoSlot, rep);
    return cell;
  }
};
static_assert(sizeof(Code) == 32);

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
  struct CodePlace {
    uint32_t code;
    uint32_t line;
    uint32_t column;
  };
  std::vector<CodePlace> places;  // of the codes, in the order of compiling; for messages

  // "file:3:14" of a code of this policy; where it stands more than once, of the first.
  std::string PlaceText(uint32_t code, const std::string& file) const;
};

// Everything that the policies of one Parse share.
struct Program {
  std::vector<Code> codes;
  std::vector<uint32_t> operands;
  std::vector<uint32_t> keys;  // of record literals, in `names`
  std::vector<std::string> names;
  std::vector<Pattern> patterns;
  std::vector<Value> constants;
  // Of the codes, one by one, in `names`: principal.contractor.pmark, where it is a path. Code::kNone: it is none.
  std::vector<uint32_t> paths;
};

// Appends policies to a program.
class Compiler {
 public:
  explicit Compiler(Program& program) : program_(program) {}
  // `evidence`: the paths named by the policy's @evidence.
  CompiledPolicy Compile(const PolicyTree& tree, const std::vector<std::string>& evidence);

 private:
  uint32_t Expression(const Expr& expr);
  uint32_t Lower(const Expr& expr);
  uint32_t Has(const Expr& expr);
  uint32_t Call(const Expr& expr);
  uint32_t Aggregate(const Expr& expr, Op op);
  uint32_t Constant(Value value, const Span& span);
  bool FoldSet(const std::vector<uint32_t>& roots, Value& out) const;
  uint32_t Add(Code code, const Span& span, uint32_t path = Code::kNone);
  uint32_t Operands(const std::vector<uint32_t>& list);
  void SetName(Code& code, const std::string& name);
  uint32_t SetPath(Code& code, const std::string& name);
  uint32_t Name(const std::string& name);
  CompiledScope Scope(const ScopeClause& clause);

  Program& program_;
  std::vector<std::string> evidence_;
  std::vector<CompiledPolicy::CodePlace> places_;
  // What the program holds already.
  std::unordered_map<std::string, uint32_t> names_;
  std::map<std::array<uint64_t, 4>, uint32_t> codes_;
  std::map<std::vector<uint32_t>, uint32_t> operands_;
  std::map<std::vector<uint32_t>, uint32_t> keys_;
  std::unordered_map<std::string, uint32_t> patterns_;
  std::map<Value, const Value::Rep*> constants_;
};

// One step of a path as the policy spells it: ".name", or ["…"] where the name cannot stand unquoted.
std::string PathStep(const std::string& name);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_PROGRAM_H_
