// The functions of the extension types.
#include <fmt/format.h>

#include "cedar/engine/machine.h"
#include "cedar/value/extension.h"

namespace hikae::cedar {
namespace {

using Tag = Cell::Tag;

Tag ReceiverOf(Function function) {
  if (function <= Function::kDuration) return Tag::kString;
  if (function <= Function::kGreaterThanOrEqual) return Tag::kDecimal;
  if (function <= Function::kIsInRange) return Tag::kIp;
  if (function <= Function::kToTime) return Tag::kDatetime;
  return Tag::kDuration;
}

std::string_view NameOf(Tag tag) {
  switch (tag) {
    case Tag::kString:
      return "a string";
    case Tag::kDecimal:
      return "a decimal";
    case Tag::kIp:
      return "an ipaddr";
    case Tag::kDatetime:
      return "a datetime";
    default:
      return "a duration";
  }
}

constexpr int64_t MillisOf(Function function) {
  switch (function) {
    case Function::kToSeconds:
      return 1000;
    case Function::kToMinutes:
      return 60'000;
    case Function::kToHours:
      return 3'600'000;
    case Function::kToDays:
      return kMillisPerDay;
    default:
      return 1;
  }
}

}  // namespace

template <Mode kMode>
Cell Machine<kMode>::Apply(const Code& code, Function function, const Cell* arguments) {
  const Cell& self = arguments[0];
  const Cell& other = arguments[1];
  const Tag receiver = ReceiverOf(function);
  if (self.tag != receiver) return FailType(code, NameOf(receiver), self);
  if (code.b == 2) {
    const Tag wanted = function == Function::kOffset ? Tag::kDuration : receiver;
    if (other.tag != wanted) return FailType(code, NameOf(wanted), other);
  }
  switch (function) {
    case Function::kDecimal:
    case Function::kIp:
    case Function::kDatetime:
    case Function::kDuration:
      return Construct(code, function, self);
    case Function::kLessThan:
      return Cell::Bool(self.number < other.number);
    case Function::kLessThanOrEqual:
      return Cell::Bool(self.number <= other.number);
    case Function::kGreaterThan:
      return Cell::Bool(self.number > other.number);
    case Function::kGreaterThanOrEqual:
      return Cell::Bool(self.number >= other.number);
    case Function::kIsIpv4:
      return Cell::Bool(!AsIp(*self.rep).network.v6);
    case Function::kIsIpv6:
      return Cell::Bool(AsIp(*self.rep).network.v6);
    case Function::kIsLoopback:
      return Cell::Bool(AsIp(*self.rep).network.IsLoopback());
    case Function::kIsMulticast:
      return Cell::Bool(AsIp(*self.rep).network.IsMulticast());
    case Function::kIsInRange:
      return Cell::Bool(AsIp(*self.rep).network.Within(AsIp(*other.rep).network));
    case Function::kOffset:
    case Function::kDurationSince: {
      int64_t out = 0;
      const bool offset = function == Function::kOffset;
      const bool overflow = offset ? __builtin_add_overflow(self.number, other.number, &out)
                                   : __builtin_sub_overflow(self.number, other.number, &out);
      if (overflow) return Fail(code, fmt::format("{} goes beyond 64 bits", offset ? "offset" : "durationSince"));
      return {offset ? Tag::kDatetime : Tag::kDuration, out};
    }
    case Function::kToDate: {
      const int64_t rest = self.number % kMillisPerDay;
      int64_t out = 0;
      if (__builtin_sub_overflow(self.number - rest, rest < 0 ? kMillisPerDay : 0, &out)) {
        return Fail(code, "toDate goes beyond 64 bits");
      }
      return {Tag::kDatetime, out};
    }
    case Function::kToTime: {
      const int64_t rest = self.number % kMillisPerDay;
      return {Tag::kDuration, rest < 0 ? rest + kMillisPerDay : rest};
    }
    case Function::kToMilliseconds:
    case Function::kToSeconds:
    case Function::kToMinutes:
    case Function::kToHours:
    case Function::kToDays:
      return {Tag::kLong, self.number / MillisOf(function)};
  }
  return Cell::Error();
}

template <Mode kMode>
Cell Machine<kMode>::Construct(const Code& code, Function function, const Cell& text) {
  const std::string& written = AsText(*text.rep).text;
  auto value = function == Function::kDecimal    ? Value::Decimal(written)
               : function == Function::kIp       ? Value::Ip(written)
               : function == Function::kDatetime ? Value::Datetime(written)
                                                 : Value::Duration(written);
  if (value.ok()) return Keep(std::move(*value));
  return Fail(code, "the text is not a " + program_.names[code.name]);
}

template Cell Machine<Mode::kPlain>::Apply(const Code&, Function, const Cell*);
template Cell Machine<Mode::kJudge>::Apply(const Code&, Function, const Cell*);
template Cell Machine<Mode::kTrace>::Apply(const Code&, Function, const Cell*);
template Cell Machine<Mode::kPlain>::Construct(const Code&, Function, const Cell&);
template Cell Machine<Mode::kJudge>::Construct(const Code&, Function, const Cell&);
template Cell Machine<Mode::kTrace>::Construct(const Code&, Function, const Cell&);

}  // namespace hikae::cedar
