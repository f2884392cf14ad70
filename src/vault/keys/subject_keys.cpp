#include "vault/keys/subject_keys.h"

#include <cassert>
#include <mutex>

#include "vault/keys/derive.h"
#include "vault/keys/key_error.h"

namespace hikae::vault {

using base::Result;

SubjectKeys::SubjectKeys(std::shared_ptr<crypto::KeySlab> slab, std::string file, std::vector<Version> versions)
    : slab_(std::move(slab)), file_(std::move(file)) {
  assert(!versions.empty());
  versions_.reserve(versions.size());
  for (Version& version : versions) versions_.push_back({version.version, std::move(version.key), {}, {}});
}

SubjectKeys::Opened* SubjectKeys::Find(uint32_t version) {
  for (Opened& opened : versions_) {
    if (opened.version == version) return &opened;
  }
  return nullptr;
}

Result<const uint8_t*> SubjectKeys::Field(uint32_t version, std::string_view item) {
  Opened* const opened = Find(version);
  if (opened == nullptr) return NoSubject();
  {
    const std::shared_lock lock(mutex_);
    if (const auto known = opened->fields.find(item); known != opened->fields.end())
      return static_cast<const uint8_t*>(known->second.bytes());
  }
  const std::lock_guard lock(mutex_);
  if (const auto known = opened->fields.find(item); known != opened->fields.end())
    return static_cast<const uint8_t*>(known->second.bytes());
  crypto::KeySlot slot = slab_->Take();
  DeriveField(opened->key.bytes(), file_, item, slot.bytes());
  const auto added = opened->fields.emplace(std::string(item), std::move(slot)).first;
  return static_cast<const uint8_t*>(added->second.bytes());
}

Result<const uint8_t*> SubjectKeys::Head(uint32_t version) {
  Opened* const opened = Find(version);
  if (opened == nullptr) return NoSubject();
  {
    const std::shared_lock lock(mutex_);
    if (opened->head) return static_cast<const uint8_t*>(opened->head.bytes());
  }
  const std::lock_guard lock(mutex_);
  if (!opened->head) {
    crypto::KeySlot slot = slab_->Take();
    DeriveHead(opened->key.bytes(), file_, slot.bytes());
    opened->head = std::move(slot);
  }
  return static_cast<const uint8_t*>(opened->head.bytes());
}

}  // namespace hikae::vault
