// Tables in memory whose keys are hashes (TableHash): what is looked up does not stand in them.
#ifndef HIKAE_CRYPTO_TABLE_HASH_H_
#define HIKAE_CRYPTO_TABLE_HASH_H_

#include <array>
#include <cstdint>
#include <cstring>

namespace hikae::crypto {

using TableKey = std::array<uint8_t, 16>;

// It is a keyed hash already, so its first bytes serve.
struct TableKeyHash {
  size_t operator()(const TableKey& key) const {
    size_t first;
    std::memcpy(&first, key.data(), sizeof first);
    return first;
  }
};

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_TABLE_HASH_H_
