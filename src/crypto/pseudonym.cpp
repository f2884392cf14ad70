#include "crypto/pseudonym.h"

#include <sodium.h>

#include "crypto/random.h"
#include "crypto/sodium.h"

namespace hikae::crypto {
namespace {

const uint8_t* AsBytes(std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }

}  // namespace

Salt MakeSalt() {
  Salt salt;
  FillRandom(salt);
  return salt;
}

Pseudonym MakePseudonym(const Salt& salt, std::string_view kind, std::string_view id) {
  Ready();
  Pseudonym out;
  crypto_generichash_state state;
  const uint8_t end = 0;
  crypto_generichash_init(&state, salt.data(), salt.size(), out.size());
  crypto_generichash_update(&state, AsBytes(kind), kind.size());
  crypto_generichash_update(&state, &end, 1);
  crypto_generichash_update(&state, AsBytes(id), id.size());
  crypto_generichash_final(&state, out.data(), out.size());
  sodium_memzero(&state, sizeof state);
  return out;
}

}  // namespace hikae::crypto
