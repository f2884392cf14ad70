#include "vault/keys/key_cache.h"

#include <algorithm>
#include <array>

#include "crypto/blake2b.h"

namespace hikae::vault {

KeyCache::Name KeyCache::NameOf(const SubjectNumber& subject, std::string_view file) {
  std::array<uint8_t, 16 + 255> bytes;
  std::copy(subject.begin(), subject.end(), bytes.begin());
  const size_t size = std::min<size_t>(file.size(), 255);  // longer is no file
  std::copy_n(file.begin(), size, bytes.begin() + 16);
  return crypto::TableHash({bytes.data(), 16 + size});
}

std::optional<SubjectNumber> KeyCache::Number(std::string_view subject) {
  const Name name = crypto::TableHash(crypto::AsBytes(subject));
  const std::lock_guard lock(mutex_);
  if (const auto found = recent_.find(name); found != recent_.end()) return found->second;
  const auto found = older_.find(name);
  if (found == older_.end()) return std::nullopt;
  const SubjectNumber number = found->second;
  KeepRecent(name, number);
  return number;
}

void KeyCache::KeepNumber(uint64_t era, std::string_view subject, const SubjectNumber& number) {
  const Name name = crypto::TableHash(crypto::AsBytes(subject));
  const std::lock_guard lock(mutex_);
  if (era != era_) return;
  if (most_ != 0) KeepRecent(name, number);
}

void KeyCache::KeepRecent(const Name& name, const SubjectNumber& number) {
  if (recent_.size() >= most_) {
    older_ = std::move(recent_);
    recent_.clear();
  }
  recent_.insert_or_assign(name, number);
}

std::shared_ptr<RecordKeys> KeyCache::Keys(const SubjectNumber& subject, std::string_view file) {
  const Name name = NameOf(subject, file);
  const std::lock_guard lock(mutex_);
  const auto found = opened_.find(name);
  if (found == opened_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found->second);
  return found->second->keys;
}

std::shared_ptr<RecordKeys> KeyCache::KeepKeys(uint64_t era, const SubjectNumber& subject, std::string_view file,
                                               std::shared_ptr<RecordKeys> keys) {
  const Name name = NameOf(subject, file);
  std::shared_ptr<RecordKeys> dropped;  // wiped outside of the lock
  const std::lock_guard lock(mutex_);
  if (era != era_ || most_ == 0) return keys;
  if (const auto found = opened_.find(name); found != opened_.end()) return found->second->keys;
  if (opened_.size() >= most_) {
    dropped = std::move(kept_.back().keys);
    opened_.erase(kept_.back().name);
    kept_.pop_back();
  }
  kept_.push_front({name, keys});
  try {
    opened_.emplace(name, kept_.begin());
  } catch (...) {
    kept_.pop_front();
    throw;
  }
  return keys;
}

uint64_t KeyCache::era() {
  const std::lock_guard lock(mutex_);
  return era_;
}

void KeyCache::Clear() {
  std::list<Kept> dropped;
  const std::lock_guard lock(mutex_);
  ++era_;
  recent_.clear();
  older_.clear();
  opened_.clear();
  dropped.swap(kept_);
}

void KeyCache::Forget(std::string_view file, std::string_view subjects) {
  std::list<Kept> dropped;
  const std::lock_guard lock(mutex_);
  ++era_;
  for (SubjectNumber subject; subjects.size() >= subject.size(); subjects.remove_prefix(subject.size())) {
    std::copy_n(subjects.begin(), subject.size(), subject.begin());
    const auto found = opened_.find(NameOf(subject, file));
    if (found == opened_.end()) continue;
    dropped.splice(dropped.end(), kept_, found->second);
    opened_.erase(found);
  }
}

}  // namespace hikae::vault
