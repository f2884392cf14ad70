#include "crypto/sha256_many.h"

#include <algorithm>
#include <cassert>

#include "crypto/sha256_parts.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace hikae::crypto {
namespace {

#if defined(__x86_64__)
// As CompressShaNi of sha256.cpp, two messages of `count` blocks each, round by round in turn.
__attribute__((target("sha,sse4.1,ssse3"))) void CompressTwo(uint32_t* const states[2], const uint8_t* const from[2],
                                                             size_t count) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  __m128i abef[2], cdgh[2];
  const uint8_t* blocks[2] = {from[0], from[1]};
#pragma GCC unroll 2
  for (int k = 0; k < 2; ++k) {
    const __m128i low = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(states[k])), 0xB1);
    const __m128i high = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(states[k] + 4)), 0x1B);
    abef[k] = _mm_alignr_epi8(low, high, 8);
    cdgh[k] = _mm_blend_epi16(high, low, 0xF0);
  }
  for (; count != 0; --count) {
    const __m128i abef_before[2] = {abef[0], abef[1]};
    const __m128i cdgh_before[2] = {cdgh[0], cdgh[1]};
    __m128i w[2][4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      w[0][i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks[0] + 16 * i)), swap);
      w[1][i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks[1] + 16 * i)), swap);
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {  // four rounds each
      const __m128i constant = _mm_load_si128(reinterpret_cast<const __m128i*>(kSha256Round + 4 * i));
      __m128i message[2];
#pragma GCC unroll 2
      for (int k = 0; k < 2; ++k) {
        __m128i& now = w[k][i & 3];
        if (i >= 4) {
          const __m128i before = w[k][(i + 3) & 3];
          now = _mm_sha256msg1_epu32(now, w[k][(i + 1) & 3]);
          now = _mm_add_epi32(now, _mm_alignr_epi8(before, w[k][(i + 2) & 3], 4));
          now = _mm_sha256msg2_epu32(now, before);
        }
        message[k] = _mm_add_epi32(now, constant);
      }
      cdgh[0] = _mm_sha256rnds2_epu32(cdgh[0], abef[0], message[0]);
      cdgh[1] = _mm_sha256rnds2_epu32(cdgh[1], abef[1], message[1]);
      abef[0] = _mm_sha256rnds2_epu32(abef[0], cdgh[0], _mm_shuffle_epi32(message[0], 0x0E));
      abef[1] = _mm_sha256rnds2_epu32(abef[1], cdgh[1], _mm_shuffle_epi32(message[1], 0x0E));
    }
#pragma GCC unroll 2
    for (int k = 0; k < 2; ++k) {
      abef[k] = _mm_add_epi32(abef[k], abef_before[k]);
      cdgh[k] = _mm_add_epi32(cdgh[k], cdgh_before[k]);
      blocks[k] += 64;
    }
  }
#pragma GCC unroll 2
  for (int k = 0; k < 2; ++k) {
    const __m128i low = _mm_shuffle_epi32(abef[k], 0x1B);
    const __m128i high = _mm_shuffle_epi32(cdgh[k], 0xB1);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(states[k]), _mm_blend_epi16(low, high, 0xF0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(states[k] + 4), _mm_alignr_epi8(high, low, 8));
  }
}

bool TwoAtOnce() {
  static const bool can = Sha256Ways().front() == Sha256Way::kShaNi;
  return can;
}

void HashTwo(const uint8_t* const blocks[2], size_t count, Digest* first, Digest* second) {
  std::array<uint32_t, 8> a = kSha256Initial;
  std::array<uint32_t, 8> b = kSha256Initial;
  uint32_t* const states[2] = {a.data(), b.data()};
  CompressTwo(states, blocks, count);
  *first = Sha256Output(a.data());
  *second = Sha256Output(b.data());
}

// Messages wait here, laid out in blocks, for another of as many blocks. Invariant: at most one waits per count.
class Waiting {
 public:
  static constexpr size_t kBlocks = 8;                   // longer messages are hashed alone
  static constexpr size_t kLongest = 64 * kBlocks - 10;  // prefix, 0x80 and the length are added

  void Add(uint8_t prefix, Bytes message, Digest* out) {
    const size_t length = 1 + message.size();
    const size_t count = (length + 8) / 64 + 1;
    Slot& slot = slots_[count - 1];
    uint8_t* to = slot.blocks[slot.out != nullptr ? 1 : 0];
    to[0] = prefix;
    if (!message.empty()) std::memcpy(to + 1, message.data(), message.size());
    const size_t whole = length / 64 * 64;
    Sha256Pad(to + whole, length - whole, length);
    if (slot.out == nullptr) {
      slot.out = out;
      slot.message = message;
      return;
    }
    const uint8_t* const blocks[2] = {slot.blocks[0], slot.blocks[1]};
    HashTwo(blocks, count, slot.out, out);
    slot.out = nullptr;
  }

  void Finish(uint8_t prefix) {
    for (Slot& slot : slots_) {
      if (slot.out != nullptr) *slot.out = Sha256Of(prefix, slot.message);
      slot.out = nullptr;
    }
  }

 private:
  struct Slot {
    Digest* out = nullptr;  // of the message that waits in blocks[0], or null
    Bytes message;
    alignas(16) uint8_t blocks[2][64 * kBlocks];
  };
  Slot slots_[kBlocks];
};
#endif

}  // namespace

void Sha256Many(uint8_t prefix, std::span<const Bytes> messages, std::span<Digest> out) {
  assert(messages.size() == out.size());
#if defined(__x86_64__)
  if (TwoAtOnce()) {
    Waiting waiting;
    for (size_t i = 0; i < messages.size(); ++i) {
      if (messages[i].size() <= Waiting::kLongest) {
        waiting.Add(prefix, messages[i], &out[i]);
      } else {
        out[i] = Sha256Of(prefix, messages[i]);
      }
    }
    waiting.Finish(prefix);
    return;
  }
#endif
  for (size_t i = 0; i < messages.size(); ++i) out[i] = Sha256Of(prefix, messages[i]);
}

void Sha256Pairs(uint8_t prefix, std::span<const Digest> digests, std::span<Digest> out) {
  const size_t count = digests.size() / 2;
  assert(out.size() >= count);
  size_t i = 0;
#if defined(__x86_64__)
  if (TwoAtOnce() && count >= 2) {
    // 1 + 64 bytes fill two blocks; all but the 65 bytes stays as it is from pair to pair.
    alignas(16) uint8_t blocks[2][128];
    for (auto& one : blocks) {
      one[0] = prefix;
      Sha256Pad(one + 64, 1, 65);
    }
    const uint8_t* const from[2] = {blocks[0], blocks[1]};
    for (; i + 2 <= count; i += 2) {
      std::memcpy(blocks[0] + 1, digests[2 * i].data(), 64);
      std::memcpy(blocks[1] + 1, digests[2 * i + 2].data(), 64);
      HashTwo(from, 2, &out[i], &out[i + 1]);
    }
  }
#endif
  for (; i < count; ++i) out[i] = Sha256Of(prefix, digests[2 * i], digests[2 * i + 1]);
}

}  // namespace hikae::crypto
