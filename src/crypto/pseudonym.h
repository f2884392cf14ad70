// Names for persons in places that outlive their erasure: keyed BLAKE2b under a salt made for that person.
#ifndef HIKAE_CRYPTO_PSEUDONYM_H_
#define HIKAE_CRYPTO_PSEUDONYM_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace hikae::crypto {

// Random, one per person, kept with the keys. While it exists its pseudonyms can be linked to the person; once it is
// deleted nobody can. The holder wipes it.
using Salt = std::array<uint8_t, 32>;
using Pseudonym = std::array<uint8_t, 16>;

Salt MakeSalt();
// BLAKE2b-128(key = salt, kind ‖ 00 ‖ id). `kind` keeps the pseudonyms of one person's roles apart; it holds no NUL.
Pseudonym MakePseudonym(const Salt& salt, std::string_view kind, std::string_view id);

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_PSEUDONYM_H_
