// What stands behind hikae_error, and how an error is made without ever needing memory that is not there.
#ifndef HIKAE_CAPI_ERROR_H_
#define HIKAE_CAPI_ERROR_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "hikae/base.h"

struct hikae_decision;  // of vault.h: the engine alone has none

// Immutable after construction. Two of them (out of memory, unknown failure) are static and never freed: their text is
// literal and `owned` is empty.
struct hikae_error {
  struct Texts {
    std::string message, english, japanese, file;
  };
  hikae_status status = HIKAE_OK;
  hikae_str message = {nullptr, 0};
  hikae_str text[2] = {{nullptr, 0}, {nullptr, 0}};  // by language
  hikae_str file = {nullptr, 0};
  uint32_t line = 0;
  uint32_t column = 0;
  std::unique_ptr<const Texts> owned;
  std::shared_ptr<const hikae_decision> decision;  // null unless a rule refused
  // Null unless several things were looked at, one by one.
  std::shared_ptr<const std::vector<hikae::base::Error>> problems;
};

namespace hikae::capi {

hikae_str View(std::string_view text);
// The line of an error without its place.
std::string Line(const base::Error& error, base::Language language);

// A failure that rules are behind, on its way to the Guard.
struct Refusal : base::Failure {
  Refusal(base::Error error, std::shared_ptr<const hikae_decision> why)
      : base::Failure{std::move(error)}, decision(std::move(why)) {}
  std::shared_ptr<const hikae_decision> decision;
};

// A failure that stands for several problems of what was given.
struct Faulty : base::Failure {
  Faulty(base::Error error, std::vector<base::Error> all)
      : base::Failure{std::move(error)}, problems(std::make_shared<const std::vector<base::Error>>(std::move(all))) {}
  std::shared_ptr<const std::vector<base::Error>> problems;
};

// Sets *err (NULL allowed) and gives the status back. Neither throws.
hikae_status Report(hikae_error** err, const base::Error& error,
                    const std::shared_ptr<const hikae_decision>& decision = nullptr,
                    const std::shared_ptr<const std::vector<base::Error>>& problems = nullptr) noexcept;
hikae_status ReportOutOfMemory(hikae_error** err) noexcept;
hikae_status ReportUnknown(hikae_error** err) noexcept;

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_ERROR_H_
