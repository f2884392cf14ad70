// From what a record is to hold to its sealed body; for src/vault/records alone.
#ifndef HIKAE_VAULT_RECORDS_SEALING_H_
#define HIKAE_VAULT_RECORDS_SEALING_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "vault/key_source.h"
#include "vault/records/body.h"

namespace hikae::vault {

// What the next body is made of, in order: items that stay sealed as they are, and values to seal. Borrows all of it.
struct Plan {
  struct Part {
    const SealedItem* stays = nullptr;
    std::string_view item = {};
    uint64_t set = 0;
    ItemType type = ItemType::kText;
    std::string_view value = {};
  };
  std::vector<Part> parts;
  size_t sealings = 0;
  size_t bytes = kBodyPrefixBytes + kHeadBytes;

  void Keep(const SealedItem& item);
  void Seal(const Part& part, Suite suite);
};

// kArgument: more than a record may hold.
base::Result<void> CheckSize(const Plan& plan);

// Seals under the primary key, with fresh nonces. `body` is made anew; the head is at its end.
base::Result<Head> SealBody(const RecordPlace& place, Suite suite, RecordKeys& keys, uint64_t version, const Plan& plan,
                            std::string& body);

// The items of a body whose head held; views into it.
base::Result<std::vector<SealedItem>> ItemsIn(std::string_view file, const BodyPrefix& prefix, std::string_view body);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_RECORDS_SEALING_H_
