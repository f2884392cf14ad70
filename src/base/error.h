// Errors as values. Expected failures travel in a Result; exceptions are for bad_alloc and broken promises.
#ifndef HIKAE_BASE_ERROR_H_
#define HIKAE_BASE_ERROR_H_

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hikae::base {

// The codes of the C API, same numbers. Never renumbered, never reused.
enum class Status : int32_t {
  kOk = 0,
  kEnd = 1,
  kArgument = -1,   // the caller's input is wrong: text, type, name, range
  kNotFound = -2,   // the named thing does not exist
  kExists = -3,     // it exists already
  kRefused = -4,    // a rule refused
  kLocked = -5,     // keys are not unlocked
  kSecret = -6,     // wrong passphrase or key
  kRules = -7,      // a pack or policy does not load or cannot be evaluated
  kTampered = -8,   // stored data is not what was written
  kBusy = -9,       // somebody else holds it
  kIo = -10,        // the disk or the file system failed
  kMemory = -11,    // out of memory
  kVersion = -12,   // made by a newer hikae
  kStopped = -13,   // a callback stopped the call
  kInternal = -14,  // a bug in hikae
};

enum class Language : uint8_t { kEnglish, kJapanese };

// What a person reads, in both languages. An empty `ja` falls back to `en` (text only a developer meets).
struct Text {
  std::string en;
  std::string ja;
  const std::string& In(Language language) const { return language == Language::kJapanese && !ja.empty() ? ja : en; }
  bool empty() const { return en.empty() && ja.empty(); }
};

// The same with every control character spelled out: \n, \t, \r, \u{1b}.
Text OneLine(Text text);

// Where in the caller's input. line and column count from 1, columns in code points; 0 = unknown.
struct Place {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
  std::string ToString() const;  // "file:12:3", "file", or ""
};

// One failure: what, where, and what to do about it. Carries no personal data, no key material, no SQL.
struct Error {
  Status status = Status::kInternal;
  Text text;    // one line, impersonal, without the place; control characters in what it quotes are spelled out
  Place where;  // empty when the input is not a text
  Text hint;    // optional: what was expected, the nearest known name, the remedy

  Error() = default;
  Error(Status s, Text t, Place w = {}, Text h = {})
      : status(s), text(OneLine(std::move(t))), where(std::move(w)), hint(OneLine(std::move(h))) {}
  Error(Status s, std::string en) : Error(s, Text{std::move(en), {}}) {}

  // "file:12:3: text (hint)".
  std::string ToString(Language language = Language::kEnglish) const;
};

// A value or an Error. Must be looked at; reading the value of a failed Result is a programming error (assert).
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return assert(ok()), std::get<0>(state_); }
  const T& value() const& { return assert(ok()), std::get<0>(state_); }
  T&& value() && { return assert(ok()), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const& { return assert(!ok()), std::get<1>(state_); }
  Error&& error() && { return assert(!ok()), std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

// Success or an Error, where there is no value to return.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return assert(!ok()), *error_; }
  Error&& error() && { return assert(!ok()), *std::move(error_); }

 private:
  std::optional<Error> error_;
};

// The one exception of hikae's own: carries an Error to the C boundary from where no Result can.
struct Failure {
  Error error;
};

// A longer name is nobody's slip, and comparing it would cost more than the help is worth.
inline constexpr size_t kMaxNearestBytes = 100;

// The known name nearest to `name` by edit distance over code points, if near enough to be a slip; else empty.
template <class Names>
std::string_view Nearest(std::string_view name, const Names& names);
size_t EditDistance(std::string_view a, std::string_view b);

template <class Names>
std::string_view Nearest(std::string_view name, const Names& names) {
  std::string_view best;
  if (name.size() > kMaxNearestBytes) return best;
  size_t best_distance = EditDistance(name, {}) / 3 + 2;  // a third of its code points
  for (const auto& candidate : names) {
    if (std::string_view(candidate).size() > 2 * kMaxNearestBytes) continue;
    const size_t distance = EditDistance(name, candidate);
    if (distance < best_distance) best = candidate, best_distance = distance;
  }
  return best;
}

}  // namespace hikae::base

#define HIKAE_CONCAT_INNER(a, b) a##b
#define HIKAE_CONCAT(a, b) HIKAE_CONCAT_INNER(a, b)
// HIKAE_TRY(auto x, Make()); returns the error of Make() from the calling function, or defines x.
#define HIKAE_TRY(lhs, expr) HIKAE_TRY_INNER(HIKAE_CONCAT(result_, __LINE__), lhs, expr)
#define HIKAE_TRY_INNER(tmp, lhs, expr)         \
  auto tmp = (expr);                            \
  if (!tmp.ok()) return std::move(tmp).error(); \
  lhs = std::move(tmp).value()
// HIKAE_CHECK(Do()); returns the error of Do() from the calling function.
#define HIKAE_CHECK(expr)                                                       \
  do {                                                                          \
    auto hikae_check_result = (expr);                                           \
    if (!hikae_check_result.ok()) return std::move(hikae_check_result).error(); \
  } while (false)

#endif  // HIKAE_BASE_ERROR_H_
