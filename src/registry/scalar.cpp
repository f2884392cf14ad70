#include "registry/scalar.h"

#include <string>

#include "base/utf8.h"

namespace hikae::registry {
namespace {

using base::Error;
using base::Result;
using base::Status;
using cedar::Value;
using codec::Node;

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kJapanMs = 9 * 3'600'000;

Error NotAMoment() {
  return Error(Status::kArgument, {"not a date or time", "日付・時刻として読めない"}, {},
               {"write 2021-05-06, 令和3年5月6日 or 2021-05-06T10:00:00+09:00",
                "2021-05-06、令和3年5月6日、2021-05-06T10:00:00+09:00 のように書く"});
}

// Whoever writes a time has to be told how.
bool SaysTime(std::string_view text) {
  for (const char* sign : {":", "：", "時"}) {
    if (text.find(sign) != text.npos) return true;
  }
  return false;
}

// Two digits at `at`, or nothing; moves past them.
std::optional<int64_t> TwoDigits(std::string_view text, size_t& at) {
  if (at + 2 > text.size()) return std::nullopt;
  const char a = text[at];
  const char b = text[at + 1];
  if (a < '0' || a > '9' || b < '0' || b > '9') return std::nullopt;
  at += 2;
  return (a - '0') * 10 + (b - '0');
}

bool Take(std::string_view text, size_t& at, char c) {
  if (at >= text.size() || text[at] != c) return false;
  return ++at, true;
}

// HH:MM[:SS[.mmm]] as milliseconds of the day.
std::optional<int64_t> ReadTime(std::string_view text, size_t& at) {
  const auto hour = TwoDigits(text, at);
  if (!hour || *hour > 23 || !Take(text, at, ':')) return std::nullopt;
  const auto minute = TwoDigits(text, at);
  if (!minute || *minute > 59) return std::nullopt;
  int64_t ms = (*hour * 60 + *minute) * 60'000;
  if (!Take(text, at, ':')) return ms;
  const auto second = TwoDigits(text, at);
  if (!second || *second > 59) return std::nullopt;
  ms += *second * 1000;
  if (!Take(text, at, '.')) return ms;
  int64_t unit = 100;
  for (; unit > 0 && at < text.size() && text[at] >= '0' && text[at] <= '9'; unit /= 10)
    ms += (text[at++] - '0') * unit;
  return unit == 0 ? std::optional(ms) : std::nullopt;
}

// Z or ±HH:MM (or ±HHMM) as milliseconds east of UTC.
std::optional<int64_t> ReadZone(std::string_view text, size_t& at) {
  if (Take(text, at, 'Z')) return 0;
  const int64_t sign = Take(text, at, '+') ? 1 : Take(text, at, '-') ? -1 : 0;
  if (sign == 0) return std::nullopt;
  const auto hour = TwoDigits(text, at);
  Take(text, at, ':');
  const auto minute = TwoDigits(text, at);
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  return sign * (*hour * 60 + *minute) * 60'000;
}

// Digits and commas, which ReadWholeNumber did not take: too many of them.
bool IsTooLarge(std::string_view text) {
  size_t digits = 0;
  for (char32_t c : base::ToUtf32(text)) {
    if (c >= U'！' && c <= U'～') c = c - U'！' + U'!';
    if (c >= U'0' && c <= U'9')
      ++digits;
    else if (c != U',' && c != U'-' && c != U'−')
      return false;
  }
  return digits > 18;
}

Error TooLarge() {
  return Error(Status::kArgument, {"the number is too large", "数が大きすぎる"}, {},
               {"18 digits at most", "18桁までの整数を書く"});
}

Result<std::optional<Value>> Parsed(Result<Value> value) {
  // The reader's own message is for developers; the caller says what was expected.
  if (!value.ok()) return std::optional<Value>();
  return std::optional(*std::move(value));
}

}  // namespace

std::optional<int64_t> ReadWholeNumber(std::string_view text) {
  std::u32string points = base::ToUtf32(text);
  for (char32_t& c : points) {
    if (c >= U'！' && c <= U'～') c = c - U'！' + U'!';
    if (c == U'−') c = U'-';
  }
  size_t at = 0;
  const bool negative = !points.empty() && points[0] == U'-';
  if (negative) ++at;
  int64_t number = 0;
  size_t group = 0;     // digits since the last comma
  bool commas = false;  // once there is one, every group after it has three digits
  for (; at < points.size(); ++at) {
    if (points[at] == U',') {
      if (group == 0 || group > 3 || (commas && group != 3)) return std::nullopt;
      commas = true, group = 0;
      continue;
    }
    if (points[at] < U'0' || points[at] > U'9') return std::nullopt;
    const auto digit = static_cast<int64_t>(points[at] - U'0');
    if (__builtin_mul_overflow(number, int64_t{10}, &number) ||
        __builtin_add_overflow(number, negative ? -digit : digit, &number)) {
      return std::nullopt;
    }
    ++group;
  }
  if (group == 0 || (commas && group != 3)) return std::nullopt;
  return number;
}

int64_t CivilDayOf(int64_t ms) {
  if (ms % kDayMs != 0) ms += kJapanMs;
  return ms / kDayMs - (ms % kDayMs < 0 ? 1 : 0);
}

Result<int64_t> ReadMoment(std::string_view text) {
  // Only an ISO date may have a time: ten characters and a T.
  if (text.size() < 11 || text[10] != 'T') {
    auto day = base::ParseDate(text);
    if (day.ok()) return *day * kDayMs;
    return SaysTime(text) ? NotAMoment() : std::move(day).error();
  }
  HIKAE_TRY(const base::Day day, base::ParseDate(text.substr(0, 10)));
  size_t at = 11;
  const auto time = ReadTime(text, at);
  const auto zone = time ? ReadZone(text, at) : std::nullopt;
  if (!zone || at != text.size()) return NotAMoment();
  return day * kDayMs + *time - *zone;
}

Result<std::optional<Value>> ReadScalar(const Node& node, cedar::Type::Kind kind) {
  using Kind = cedar::Type::Kind;
  switch (kind) {
    case Kind::kBool:
      if (node.kind() == Node::Kind::kBool) return std::optional(Value::Bool(node.boolean()));
      if (node.kind() != Node::Kind::kPlain || (node.text() != "true" && node.text() != "false")) break;
      return std::optional(Value::Bool(node.text() == "true"));
    case Kind::kLong:
      if (node.kind() == Node::Kind::kInteger) return std::optional(Value::Long(node.integer()));
      if (node.kind() == Node::Kind::kReal && IsTooLarge(node.text())) return TooLarge();
      if (!node.IsText()) break;
      if (const auto number = ReadWholeNumber(node.text())) return std::optional(Value::Long(*number));
      if (IsTooLarge(node.text())) return TooLarge();
      break;
    case Kind::kString:
      if (!node.IsText()) break;
      if (node.text().find('\0') != std::string::npos)
        return Error(Status::kArgument, {"the text holds a NUL", "文字列に NUL がある"}, {},
                     {"leave it out", "NUL を除く"});
      return std::optional(Value::String(node.text()));
    case Kind::kDatetime: {
      if (!node.IsText()) break;
      HIKAE_TRY(const int64_t ms, ReadMoment(node.text()));
      return std::optional(Value::DatetimeOf(ms));
    }
    case Kind::kDuration:
      if (node.IsText()) return Parsed(Value::Duration(node.text()));
      break;
    case Kind::kIp:
      if (node.IsText()) return Parsed(Value::Ip(node.text()));
      break;
    case Kind::kDecimal:
      if (node.IsText() || node.kind() == Node::Kind::kReal) return Parsed(Value::Decimal(node.text()));
      break;
    case Kind::kEntity:
    case Kind::kSet:
    case Kind::kRecord:
      break;
  }
  return std::optional<Value>();
}

}  // namespace hikae::registry
