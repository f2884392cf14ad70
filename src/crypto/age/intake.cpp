#include "crypto/age/intake.h"

#include <algorithm>

namespace hikae::crypto::age {
namespace {

constexpr size_t kStep = 4096;

}  // namespace

base::Result<bool> Intake::Fill() {
  if (ended_) return false;
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ = 0;
  const size_t size = buffer_.size();
  buffer_.resize(size + kStep);
  const auto got = pull_(std::span(buffer_).subspan(size));
  buffer_.resize(size + (got.ok() ? std::min(*got, kStep) : 0));
  if (!got.ok()) return got.error();
  ended_ = *got == 0;
  return !ended_;
}

base::Result<std::optional<Intake::Line>> Intake::ReadLine(size_t most) {
  Line line;
  while (line.text.size() <= most) {
    if (at_ == buffer_.size()) {
      HIKAE_TRY(const bool more, Fill());
      if (!more) return line.text.empty() ? std::optional<Line>() : std::optional<Line>(std::move(line));
    }
    const char c = static_cast<char>(buffer_[at_++]);
    if (c == '\n') return std::optional<Line>(Line{std::move(line.text), true});
    line.text += c;
  }
  return std::optional<Line>(std::move(line));
}

base::Result<size_t> Intake::Read(std::span<uint8_t> into) {
  size_t done = std::min(into.size(), buffer_.size() - at_);
  std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(at_), done, into.begin());
  at_ += done;
  while (done < into.size() && !ended_) {
    HIKAE_TRY(const size_t got, pull_(into.subspan(done)));
    ended_ = got == 0;
    done += got;
  }
  return done;
}

base::Result<bool> Intake::AtEnd() {
  if (at_ < buffer_.size()) return false;
  HIKAE_TRY(const bool more, Fill());
  return !more;
}

base::Result<std::string> Intake::PeekBehindBlanks(size_t most) {
  for (;;) {
    const auto first = std::find_if(buffer_.begin() + static_cast<std::ptrdiff_t>(at_), buffer_.end(),
                                    [](uint8_t c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
    const auto there = static_cast<size_t>(buffer_.end() - first);
    const bool blank_for_long = first == buffer_.end() && buffer_.size() - at_ > kStep;
    if (there >= most || blank_for_long || ended_)
      return std::string(first, first + static_cast<std::ptrdiff_t>(std::min(there, most)));
    HIKAE_CHECK(Fill());
  }
}

}  // namespace hikae::crypto::age
