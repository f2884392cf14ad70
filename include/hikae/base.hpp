// What hikae.hpp and cedar.hpp share, over base.h: texts, one exception type, lists. Header-only; adds no ABI.
#ifndef HIKAE_BASE_HPP_
#define HIKAE_BASE_HPP_

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hikae/base.h"

namespace hikae {

enum class Language : int32_t { kEnglish = HIKAE_ENGLISH, kJapanese = HIKAE_JAPANESE };

inline std::string_view View(hikae_str s) { return s.len == 0 ? std::string_view() : std::string_view(s.ptr, s.len); }
inline hikae_str Str(std::string_view s) { return {s.data(), s.size()}; }

// Where in a document an error lies. line and column count from 1; 0 = unknown.
struct Place {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
};

// The one exception: the code for programs, the rest for people. Copyable; shared text, so copying cannot throw.
class Error : public std::exception {
 public:
  Error(hikae_status status, hikae_error* error) : state_(std::make_shared<State>()) {
    state_->c.reset(error);
    state_->status = status;
    state_->message = View(hikae_error_message(error));
    state_->english = View(hikae_error_text(error, HIKAE_ENGLISH));
    state_->japanese = View(hikae_error_text(error, HIKAE_JAPANESE));
    hikae_place place = HIKAE_PLACE_INIT;
    if (hikae_error_place(error, &place, nullptr) == HIKAE_OK)
      state_->place = {std::string(View(place.file)), place.line, place.column};
  }
  hikae_status status() const noexcept { return state_->status; }
  // "file:12:3: what was wrong (what was expected)", in English; what(language) in either language.
  const char* what() const noexcept override { return state_->english.c_str(); }
  const std::string& what(Language language) const noexcept {
    return language == Language::kJapanese ? state_->japanese : state_->english;
  }
  const std::string& message() const noexcept { return state_->message; }  // English, without the place
  const Place& place() const noexcept { return state_->place; }
  // What it was made of: for what other headers read from it. Lives as long as a copy of this does; may be NULL.
  const hikae_error* c() const noexcept { return state_->c.get(); }

 private:
  struct State {
    std::unique_ptr<hikae_error, void (*)(hikae_error*)> c{nullptr, hikae_error_free};
    hikae_status status = HIKAE_E_INTERNAL;
    std::string message, english, japanese;
    Place place;
  };
  std::shared_ptr<State> state_;
};

namespace detail {

// Calls fn(…, &err) and throws what it reports. Gives back HIKAE_OK or a positive outcome such as HIKAE_END.
template <class Call>
hikae_status Check(Call&& call) {
  hikae_error* error = nullptr;
  const hikae_status status = call(&error);
  if (status < 0) throw Error(status, error);
  return status;
}

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

// A C callback over a C++ one. An exception cannot cross C: it is kept, the call is stopped, and Rethrow brings it
// back.
template <class Function>
struct Carrier {
  const Function& function;
  std::exception_ptr thrown;
  template <class... Args>
  int Run(Args... args) noexcept {
    try {
      return function(args...) ? 0 : 1;
    } catch (...) {
      thrown = std::current_exception();
      return 1;
    }
  }
  template <class Call>
  void Throwing(Call&& call) {
    try {
      Check(call);
    } catch (const Error&) {
      if (thrown) std::rethrow_exception(thrown);
      throw;
    }
  }
};

// Takes what a C call writes into a buffer.
template <class Call>
std::string ReadBuffer(Call&& call) {
  hikae_buffer buffer = HIKAE_BUFFER_INIT;
  Check([&](hikae_error** e) { return call(&buffer, e); });
  const std::unique_ptr<hikae_buffer, Deleter<hikae_buffer_free>> owned(&buffer);
  return {reinterpret_cast<const char*>(buffer.ptr), buffer.len};
}

}  // namespace detail

// Elements of a list, read once: owns its text.
struct Entry {
  std::string id, title_ja, title_en, from, until, detail;
  Place place;
  int32_t severity = 0;
  const std::string& title(Language language) const { return language == Language::kJapanese ? title_ja : title_en; }
};

struct Document {
  std::string_view name;
  std::string_view text;
};

namespace detail {

// Reads a list to its end, and frees it.
inline std::vector<Entry> ReadAll(hikae_list* raw) {
  const std::unique_ptr<hikae_list, Deleter<hikae_list_free>> list(raw);
  std::vector<Entry> entries;
  hikae_entry c = HIKAE_ENTRY_INIT;
  while (Check([&](hikae_error** e) { return hikae_list_next(list.get(), &c, e); }) == HIKAE_OK) {
    Entry entry;
    entry.id = View(c.id);
    entry.title_ja = View(c.title_ja);
    entry.title_en = View(c.title_en);
    entry.from = View(c.from);
    entry.until = View(c.until);
    entry.detail = View(c.detail);
    entry.place = {std::string(View(c.file)), c.line, c.column};
    entry.severity = c.severity;
    entries.push_back(std::move(entry));
  }
  return entries;
}

// Takes a list from the C call that makes it, and reads it.
template <class Call>
std::vector<Entry> ReadList(Call&& make) {
  hikae_list* raw = nullptr;
  Check([&](hikae_error** e) { return make(&raw, e); });
  return ReadAll(raw);
}

}  // namespace detail

}  // namespace hikae

#endif  // HIKAE_BASE_HPP_
