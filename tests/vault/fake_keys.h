// Keys without a hierarchy, for tests of what stands on them: fixed from seeds, or turned over and destroyed at will.
#ifndef HIKAE_TESTS_VAULT_FAKE_KEYS_H_
#define HIKAE_TESTS_VAULT_FAKE_KEYS_H_

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "crypto/blake2b.h"
#include "crypto/random.h"
#include "vault/key_source.h"
#include "vault/vault.h"

namespace hikae::gate {
// Only the gate makes leaves; tests of the vault stand in its place.
class Releasing {
 public:
  static vault::Leave Make() { return {}; }
};
}  // namespace hikae::gate

namespace hikae::vault {

using Key = std::array<uint8_t, 32>;

inline SubjectNumber Filled(uint8_t fill) {
  SubjectNumber number;
  number.fill(fill);
  return number;
}

// Derives as docs/formats/key-hierarchy.md says.
class FakeRecordKeys : public RecordKeys {
 public:
  FakeRecordKeys(std::string file, std::map<uint32_t, Key> versions)
      : file_(std::move(file)), versions_(std::move(versions)) {}
  uint32_t primary() const override { return versions_.empty() ? 0 : versions_.rbegin()->first; }
  base::Result<const uint8_t*> Field(uint32_t version, std::string_view item) override {
    return Derived(version, item);
  }
  base::Result<const uint8_t*> Head(uint32_t version) override { return Derived(version, {}); }

 private:
  static std::string Sized(std::string_view text) {
    return std::string{static_cast<char>(text.size() >> 8), static_cast<char>(text.size())} + std::string(text);
  }
  // `item` empty: of the head.
  base::Result<const uint8_t*> Derived(uint32_t version, std::string_view item) {
    const auto found = versions_.find(version);
    if (found == versions_.end()) return base::Error(base::Status::kNotFound, "no key of that version");
    const std::lock_guard lock(mutex_);
    for (const Made& made : made_)
      if (made.version == version && made.item == item) return made.key->data();
    Made made{version, std::string(item), std::make_unique<Key>()};
    const std::string label = item.empty() ? std::string("hikae head 1\0", 13) : std::string("hikae field 1\0", 14);
    const std::string names = Sized(file_) + (item.empty() ? std::string() : Sized(item));
    crypto::Blake2b(found->second, {crypto::AsBytes(label), crypto::AsBytes(names)}, *made.key);
    made_.push_back(std::move(made));
    return made_.back().key->data();
  }
  struct Made {
    uint32_t version;
    std::string item;
    std::unique_ptr<Key> key;
  };
  std::string file_;
  std::map<uint32_t, Key> versions_;
  std::mutex mutex_;
  std::vector<Made> made_;
};

class FakeKeys : public KeySource {
 public:
  explicit FakeKeys(uint8_t office = 0x0F) { office_.fill(office), index_[1].fill(0x1D); }
  const OfficeId& office() const override { return office_; }

  base::Result<std::optional<SubjectNumber>> Find(std::string_view subject) override {
    const auto found = numbers_.find(subject);
    if (found == numbers_.end()) return std::optional<SubjectNumber>();
    return std::optional(found->second);
  }
  base::Result<std::vector<SubjectNumber>> Make(std::span<const std::string> subjects, std::string_view file) override {
    std::vector<SubjectNumber> out;
    for (const std::string& subject : subjects) {
      auto [found, fresh] = numbers_.try_emplace(subject);
      if (fresh) crypto::FillRandom(found->second);
      MakeKey(found->second, file);
      out.push_back(found->second);
    }
    return out;
  }
  base::Result<std::string> IdOf(const SubjectNumber& subject) override {
    for (const auto& [id, number] : numbers_)
      if (number == subject) return id;
    return base::Error(base::Status::kNotFound, "no such subject");
  }
  base::Result<std::shared_ptr<RecordKeys>> Open(const SubjectNumber& subject, std::string_view file) override {
    const std::lock_guard lock(mutex_);
    const auto found = subjects_.find(std::pair(subject, file));
    if (found == subjects_.end()) return base::Error(base::Status::kNotFound, "no key");
    return found->second.open;
  }
  base::Result<std::vector<IndexKey>> IndexKeys() override {
    std::vector<IndexKey> out;
    for (auto i = index_.rbegin(); i != index_.rend(); ++i) out.push_back({i->first, i->second.data()});
    return out;
  }

  // Sets the key of a version; without one, a random key of the next version where there is none.
  void MakeKey(const SubjectNumber& subject, std::string_view file, std::optional<Key> key = {}) {
    auto& keys = subjects_[std::pair(subject, std::string(file))];
    if (!keys.versions.empty() && !key) return;
    AddVersion(keys, file, key);
  }
  void Rotate(const SubjectNumber& subject, std::string_view file) {
    AddVersion(subjects_[std::pair(subject, std::string(file))], file, {});
  }
  void Retire(const SubjectNumber& subject, std::string_view file, uint32_t keep) {
    auto& keys = subjects_[std::pair(subject, std::string(file))];
    std::erase_if(keys.versions, [&](const auto& version) { return version.first < keep; });
    keys.open = std::make_shared<FakeRecordKeys>(std::string(file), keys.versions);
  }
  void Destroy(const SubjectNumber& subject, std::string_view file) {
    subjects_.erase(std::pair(subject, std::string(file)));
  }
  void RotateIndex() { crypto::FillRandom(index_[index_.rbegin()->first + 1]); }
  void RetireIndex(uint32_t keep) {
    std::erase_if(index_, [&](const auto& version) { return version.first < keep; });
  }

 private:
  struct Keys {
    std::map<uint32_t, Key> versions;
    std::shared_ptr<RecordKeys> open;
  };
  struct Less {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return a.first != b.first ? a.first < b.first : std::string_view(a.second) < std::string_view(b.second);
    }
  };
  static void AddVersion(Keys& keys, std::string_view file, const std::optional<Key>& key) {
    Key fresh;
    crypto::FillRandom(fresh);
    keys.versions[keys.versions.empty() ? 1 : keys.versions.rbegin()->first + 1] = key.value_or(fresh);
    keys.open = std::make_shared<FakeRecordKeys>(std::string(file), keys.versions);
  }
  OfficeId office_{};
  std::mutex mutex_;
  std::map<std::string, SubjectNumber, std::less<>> numbers_;
  std::map<std::pair<SubjectNumber, std::string>, Keys, Less> subjects_;
  std::map<uint32_t, Key> index_;
};

}  // namespace hikae::vault

#endif  // HIKAE_TESTS_VAULT_FAKE_KEYS_H_
