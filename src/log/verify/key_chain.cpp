#include "log/verify/key_chain.h"

namespace hikae::log::verify {

bool KeyChain::Announce(uint64_t index, std::string_view key) {
  const auto parsed = VerifierKey::Parse(key);
  if (!parsed.ok() || parsed->kind != KeyKind::kEd25519 || parsed->name != origin_) return false;
  if (!keys_.empty() && keys_.back().key == parsed->key) return true;  // the key in force: nothing changes
  keys_.push_back({index + 1, parsed->key, false});
  return true;
}

std::optional<size_t> KeyChain::EpochFor(uint64_t size) const {
  for (size_t i = keys_.size(); i-- > 0;) {
    if (i == 0 || keys_[i].above < size) return i;
  }
  return std::nullopt;
}

void KeyChain::Confirm(uint64_t size) {
  for (size_t i = 1; i < keys_.size(); ++i) {
    if (keys_[i].above == size) keys_[i].vouched = keys_[i - 1].vouched;
  }
}

}  // namespace hikae::log::verify
