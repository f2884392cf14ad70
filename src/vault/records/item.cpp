#include "vault/item.h"

#include <algorithm>

#include "crypto/aead.h"

namespace hikae::vault {
void PlainText::Free() noexcept {
  crypto::Wipe(bytes_, size_);
  delete[] bytes_;
}

void PlainText::Clear() noexcept {
  if (size_ != 0) crypto::Wipe(bytes_, size_);
  size_ = 0;
}

void PlainText::Reserve(size_t size) {
  if (size <= room_) return;
  PlainText larger;
  const size_t room = std::max(size, 2 * room_);
  larger.bytes_ = new char[room];
  larger.room_ = room;
  std::copy_n(bytes_, size_, larger.bytes_);
  larger.size_ = size_;
  *this = std::move(larger);
}

void PlainText::Append(std::string_view text) {
  Reserve(size_ + text.size());
  std::copy(text.begin(), text.end(), bytes_ + size_);
  size_ += text.size();
}

uint8_t* PlainText::Fill(size_t size) {
  Clear();
  Reserve(size);
  size_ = size;
  return reinterpret_cast<uint8_t*>(bytes_);
}

const ItemSpec* FileSpec::Find(std::string_view item) const {
  const auto found = std::find_if(items.begin(), items.end(), [&](const ItemSpec& spec) { return spec.item == item; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace hikae::vault
