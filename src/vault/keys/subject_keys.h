// The keys of one subject in one file, opened.
#ifndef HIKAE_VAULT_KEYS_SUBJECT_KEYS_H_
#define HIKAE_VAULT_KEYS_SUBJECT_KEYS_H_

#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "crypto/key_slab.h"
#include "vault/key_source.h"

namespace hikae::vault {

// As RecordKeys. Derives each key once, into the slab its own lie in.
class SubjectKeys final : public RecordKeys {
 public:
  struct Version {
    uint32_t version = 0;
    crypto::KeySlot key;
  };
  // `versions` is not empty and ascends.
  SubjectKeys(std::shared_ptr<crypto::KeySlab> slab, std::string file, std::vector<Version> versions);
  uint32_t primary() const override { return versions_.back().version; }
  base::Result<const uint8_t*> Field(uint32_t version, std::string_view item) override;
  base::Result<const uint8_t*> Head(uint32_t version) override;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Fields = std::unordered_map<std::string, crypto::KeySlot, Hash, std::equal_to<>>;
  struct Opened {
    uint32_t version = 0;
    crypto::KeySlot key;
    crypto::KeySlot head;
    Fields fields;
  };
  Opened* Find(uint32_t version);

  const std::shared_ptr<crypto::KeySlab> slab_;
  const std::string file_;
  std::vector<Opened> versions_;  // which there are is never changed
  std::shared_mutex mutex_;       // guards what is derived
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEYS_SUBJECT_KEYS_H_
