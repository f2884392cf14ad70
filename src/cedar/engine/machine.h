// Evaluates compiled expressions for one request over one store. Plain: Cedar's own semantics. Judge: the same, but
// evidence that is absent yields kUnknown, which spreads by Kleene logic. Trace: and every attribute read is noted.
// Allocates only for values an expression builds and for error texts. One machine serves one thread.
#ifndef HIKAE_CEDAR_ENGINE_MACHINE_H_
#define HIKAE_CEDAR_ENGINE_MACHINE_H_

#include <string>
#include <vector>

#include "cedar/engine/frame.h"
#include "cedar/engine/program.h"
#include "cedar/entities/store.h"

namespace hikae::cedar {

// One attribute read, in terms of the code that read it.
struct RawRead {
  uint32_t code;
  const EntityRep* owner;  // nullptr: the context
  uint32_t depth;          // how many names of the path lie below the owner
  Cell value;              // kError: absent
  bool unknown;
  const Value::Rep* tag = nullptr;  // of a tag: its name
};

// What a containsAll or contains did not find.
struct RawMissing {
  uint32_t code;
  std::vector<Value> elements;
};

enum class Mode : uint8_t { kPlain, kJudge, kTrace };

template <Mode kMode>
class Machine {
 public:
  Machine(const Program& program, const Entities::Rep& store, const Frame& frame)
      : program_(program), store_(store), frame_(frame) {}

  // A Bool, kUnknown, or kError with its text in error().
  Cell Condition(uint32_t root);
  const std::string& error() const { return error_; }
  uint32_t error_code() const { return error_code_; }  // where it failed

  const std::vector<RawRead>& reads() const { return reads_; }
  const std::vector<RawMissing>& missing() const { return missing_; }
  bool missed() const { return missed_; }  // judging, also without the trace: whether there is something missing
  void Forget() { reads_.clear(), missing_.clear(), kept_.clear(), error_.clear(), missed_ = false; }

 private:
  static constexpr bool kJudging = kMode != Mode::kPlain;
  static constexpr bool kTracing = kMode == Mode::kTrace;

  Cell Eval(uint32_t at);
  Cell If(const Code& code);
  Cell Logic(const Code& code, bool stop_at);
  Cell Binary(const Code& code);
  Cell HalfKnown(const Code& code, const Cell& known, bool left);
  Cell Compare(const Code& code, const Cell& left, const Cell& right);
  Cell Arithmetic(const Code& code, const Cell& left, const Cell& right);
  Cell In(const Code& code, const Cell& left, const Cell& right);
  Cell Sets(const Code& code, const Cell& left, const Cell& right);
  Cell TagOf(const Code& code, const Cell& left, const Cell& right);
  Cell Attribute(const Code& code);
  Cell Absent(const Code& code, const Node* node, bool dereferenced);
  Cell Is(const Code& code);
  Cell Set(const Code& code);
  Cell Record(const Code& code);
  Cell Call(const Code& code);
  Cell Apply(const Code& code, Function function, const Cell* arguments);
  Cell Construct(const Code& code, Function function, const Cell& text);
  Cell Keep(Value value) {
    kept_.push_back(std::move(value));
    return Cell(kept_.back());
  }

  bool Contains(const SetRep& set, const Cell& element) const {
    return set.FindHash(element.Hash(), [&](const Value::Rep& rep) { return SameValue(Cell(&rep), element); }) !=
           nullptr;
  }
  uint32_t IndexOf(const Code& code) const { return static_cast<uint32_t>(&code - program_.codes.data()); }
  void NoteMissing(const Code& code, const SetRep& set, const Cell& wanted);

  Cell Fail(const Code& code, std::string text);
  Cell FailType(const Code& code, std::string_view expected, const Cell& found);

  // Where the value just read came from, for the reads of records inside entities. Valid right after Eval of a kGet.
  struct Origin {
    const EntityRep* owner = nullptr;
    uint32_t depth = 0;
  };

  const Program& program_;
  const Entities::Rep& store_;
  const Frame& frame_;
  std::vector<Value> kept_;
  std::string error_;
  uint32_t error_code_ = 0;
  bool missed_ = false;
  Origin origin_;
  std::vector<RawRead> reads_;
  std::vector<RawMissing> missing_;
};

std::string AttributePath(const Program& program, const Code& code, uint32_t depth);

extern template class Machine<Mode::kPlain>;
extern template class Machine<Mode::kJudge>;
extern template class Machine<Mode::kTrace>;

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_MACHINE_H_
