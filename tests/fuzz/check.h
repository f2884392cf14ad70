// What the fuzz targets have in common: a property that must hold, and how an input is read.
#ifndef HIKAE_TESTS_FUZZ_CHECK_H_
#define HIKAE_TESTS_FUZZ_CHECK_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hikae::fuzz {

inline std::string_view TextOf(const uint8_t* data, size_t size) { return {reinterpret_cast<const char*>(data), size}; }

// Ends the run, saying what broke.
inline void Require(bool holds, const char* property, const std::string& detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s: %s\n", property, detail.c_str());
  std::abort();
}

// Every error is one line of text, with a status that is not a fault of ours.
inline void RequireGoodError(const base::Error& error, bool placed = true) {
  Require(!error.text.en.empty() && error.text.en.find('\n') == std::string::npos, "an error is one line",
          error.text.en);
  Require(error.status != base::Status::kInternal, "an error is the input's", error.text.en);
  Require(!placed || error.where.line != 0, "an error has a place", error.text.en);
}

}  // namespace hikae::fuzz

#endif  // HIKAE_TESTS_FUZZ_CHECK_H_
