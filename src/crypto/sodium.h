// libsodium, started once. Every function of this folder that needs it calls Ready() itself.
#ifndef HIKAE_CRYPTO_SODIUM_H_
#define HIKAE_CRYPTO_SODIUM_H_

namespace hikae::crypto {

// Thread-safe and idempotent. Throws base::Failure (kInternal) when libsodium cannot start: there is no randomness
// then.
void Ready();

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_SODIUM_H_
