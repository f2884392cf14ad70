#include "crypto/suite.h"

#include <pthread.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cstring>

#include "crypto/sodium.h"

namespace hikae::crypto {
namespace {

static_assert(crypto_aead_aes256gcm_NPUBBYTES == 12 && crypto_aead_aes256gcm_ABYTES == kSealTagBytes &&
              crypto_aead_aes256gcm_KEYBYTES == 32);

std::atomic<uint64_t> forks{0};

struct NoncePool {
  uint64_t forks = UINT64_MAX;  // of the process that filled it
  size_t used = 0;
  std::array<uint8_t, 4096> bytes;
};

}  // namespace

bool Available(SealSuite suite) {
  Ready();
  return suite == SealSuite::kXChaCha20Poly1305 ||
         (suite == SealSuite::kAes256Gcm && crypto_aead_aes256gcm_is_available() == 1);
}

void SealInto(SealSuite suite, const uint8_t* key, Bytes nonce, Bytes bound, Bytes plain, std::span<uint8_t> sealed) {
  assert(Available(suite) && nonce.size() == NonceBytes(suite) && sealed.size() == plain.size() + kSealTagBytes);
  const auto seal =
      suite == SealSuite::kAes256Gcm ? crypto_aead_aes256gcm_encrypt : crypto_aead_xchacha20poly1305_ietf_encrypt;
  seal(sealed.data(), nullptr, plain.data(), plain.size(), bound.data(), bound.size(), nullptr, nonce.data(), key);
}

bool UnsealInto(SealSuite suite, const uint8_t* key, Bytes nonce, Bytes bound, Bytes sealed, std::span<uint8_t> plain) {
  assert(Available(suite) && nonce.size() == NonceBytes(suite) && sealed.size() == plain.size() + kSealTagBytes);
  const auto unseal =
      suite == SealSuite::kAes256Gcm ? crypto_aead_aes256gcm_decrypt : crypto_aead_xchacha20poly1305_ietf_decrypt;
  if (unseal(plain.data(), nullptr, nullptr, sealed.data(), sealed.size(), bound.data(), bound.size(), nonce.data(),
             key) == 0) {
    return true;
  }
  if (!plain.empty()) sodium_memzero(plain.data(), plain.size());
  return false;
}

void FillNonce(std::span<uint8_t> nonce) {
  thread_local NoncePool pool;
  static const int kWatched = pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
  assert(nonce.size() <= 64);
  const uint64_t now = forks.load(std::memory_order_relaxed);
  // Where forks cannot be watched there is no pool.
  if (kWatched != 0 || pool.forks != now || pool.bytes.size() - pool.used < nonce.size()) {
    Ready();
    randombytes_buf(pool.bytes.data(), pool.bytes.size());
    pool.forks = now;
    pool.used = 0;
  }
  std::copy_n(pool.bytes.begin() + static_cast<std::ptrdiff_t>(pool.used), nonce.size(), nonce.begin());
  pool.used += nonce.size();
}

}  // namespace hikae::crypto
