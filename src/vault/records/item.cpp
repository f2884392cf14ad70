#include "vault/item.h"

#include <algorithm>

#include "crypto/aead.h"

namespace hikae::vault {
namespace {

// Wiped whole, with what lies behind the end.
void WipeAll(std::string& text) {
  text.resize(text.capacity());  // allocates nothing
  crypto::Wipe(text.data(), text.size());
  text.clear();
}

}  // namespace

PlainText& PlainText::operator=(PlainText&& other) noexcept {
  if (this == &other) return *this;
  Clear();
  text_.swap(other.text_);  // a short text is copied by this, and stays behind
  WipeAll(other.text_);
  return *this;
}

void PlainText::Clear() noexcept {
  // Empty means wiped: nothing but this makes it shorter.
  if (!text_.empty()) WipeAll(text_);
}

void PlainText::Reserve(size_t size) {
  if (size <= text_.capacity()) return;
  std::string larger;
  larger.reserve(std::max(size, 2 * text_.capacity()));
  larger = text_;
  text_.swap(larger);
  WipeAll(larger);
}

void PlainText::Append(std::string_view text) {
  Reserve(text_.size() + text.size());
  text_.append(text);
}

uint8_t* PlainText::Fill(size_t size) {
  Clear();
  Reserve(size);
  text_.resize(size);
  return reinterpret_cast<uint8_t*>(text_.data());
}

const ItemSpec* FileSpec::Find(std::string_view item) const {
  const auto found = std::find_if(items.begin(), items.end(), [&](const ItemSpec& spec) { return spec.item == item; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace hikae::vault
