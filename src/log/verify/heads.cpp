#include "log/verify/heads.h"

#include <algorithm>
#include <cassert>

namespace hikae::log::verify {

HeadStream::HeadStream(std::string_view list, std::vector<Head> others) : list_(list), others_(std::move(others)) {
  std::stable_sort(others_.begin(), others_.end(),
                   [](const Head& a, const Head& b) { return a.checkpoint.head.size > b.checkpoint.head.size; });
}

void HeadStream::Fill() {
  if (next_ || wrong_ || list_.AtEnd()) return;
  const auto text = list_.Next();
  if (!text.ok()) {
    wrong_ = Wrong{text.error().text.en, last_size_};
    return;
  }
  auto parsed = SignedCheckpoint::Parse(*text);
  if (!parsed.ok()) {
    wrong_ = Wrong{parsed.error().text.en, last_size_};
  } else if (parsed->head.size < last_size_) {
    wrong_ = Wrong{"a checkpoint is smaller than the one before it", last_size_};
  } else {
    last_size_ = parsed->head.size;
    next_ = Head{HeadFrom::kLog, *std::move(parsed)};
  }
}

const Head* HeadStream::Peek() {
  Fill();
  if (others_.empty()) return next_ ? &*next_ : nullptr;
  if (next_ && next_->checkpoint.head.size <= others_.back().checkpoint.head.size) return &*next_;
  return &others_.back();
}

Head HeadStream::Pop() {
  const Head* const at = Peek();
  assert(at != nullptr);
  Head head = *at;
  if (next_ && at == &*next_) {
    next_.reset();
  } else {
    others_.pop_back();
  }
  return head;
}

}  // namespace hikae::log::verify
