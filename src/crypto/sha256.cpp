// The log hashes every entry twice over (leaf, then about one node), mostly 65 to 200 bytes at a time, so the cost is
// the compression function. The processor's own instructions are five to seven times faster than portable code; they
// are chosen once, at the first use, by asking the processor, so that one binary serves all.

#include "crypto/sha256.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "crypto/sha256_parts.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_neon.h>
#include <sys/auxv.h>
#endif

namespace hikae::crypto {
namespace {

using Compress = void (*)(uint32_t state[8], const uint8_t* blocks, size_t count);

uint32_t BigEndian(const uint8_t* p) {
  return (uint32_t{p[0]} << 24) | (uint32_t{p[1]} << 16) | (uint32_t{p[2]} << 8) | uint32_t{p[3]};
}

void CompressPortable(uint32_t state[8], const uint8_t* blocks, size_t count) {
  for (; count != 0; --count, blocks += 64) {
    uint32_t w[64];
    for (int i = 0; i < 16; ++i) w[i] = BigEndian(blocks + 4 * i);
    for (int i = 16; i < 64; ++i) {
      const uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
      const uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6],
             h = state[7];
    for (int i = 0; i < 64; ++i) {
      const uint32_t t1 =
          h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & f) ^ (~e & g)) + kSha256Round[i] + w[i];
      const uint32_t t2 = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e, state[5] += f, state[6] += g,
        state[7] += h;
  }
}

#if defined(__x86_64__)
bool HasShaNi() {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & (1u << 19)) == 0 || (c & (1u << 9)) == 0)
    return false;                                                                // SSE4.1, SSSE3
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & (1u << 29)) != 0;  // SHA
}

__attribute__((target("sha,sse4.1,ssse3"))) void CompressShaNi(uint32_t state[8], const uint8_t* blocks, size_t count) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  // The instructions want the state as ABEF and CDGH.
  __m128i low = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(state)), 0xB1);
  __m128i high = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(state + 4)), 0x1B);
  __m128i abef = _mm_alignr_epi8(low, high, 8);
  __m128i cdgh = _mm_blend_epi16(high, low, 0xF0);
  for (; count != 0; --count, blocks += 64) {
    const __m128i abef_before = abef;
    const __m128i cdgh_before = cdgh;
    __m128i w[4];
    for (int i = 0; i < 4; ++i) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks + 16 * i)), swap);
    }
    for (int i = 0; i < 16; ++i) {  // four rounds each
      __m128i& now = w[i & 3];
      if (i >= 4) {
        const __m128i before = w[(i + 3) & 3];
        now = _mm_sha256msg1_epu32(now, w[(i + 1) & 3]);
        now = _mm_add_epi32(now, _mm_alignr_epi8(before, w[(i + 2) & 3], 4));
        now = _mm_sha256msg2_epu32(now, before);
      }
      __m128i message = _mm_add_epi32(now, _mm_load_si128(reinterpret_cast<const __m128i*>(kSha256Round + 4 * i)));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, message);
      message = _mm_shuffle_epi32(message, 0x0E);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, message);
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  low = _mm_shuffle_epi32(abef, 0x1B);   // FEBA
  high = _mm_shuffle_epi32(cdgh, 0xB1);  // DCHG
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_blend_epi16(low, high, 0xF0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state + 4), _mm_alignr_epi8(high, low, 8));
}
#elif defined(__aarch64__) && defined(__linux__)
bool HasArmSha2() { return (getauxval(AT_HWCAP) & (1ul << 6)) != 0; }  // HWCAP_SHA2

__attribute__((target("+crypto"))) void CompressArmV8(uint32_t state[8], const uint8_t* blocks, size_t count) {
  uint32x4_t abcd = vld1q_u32(state);
  uint32x4_t efgh = vld1q_u32(state + 4);
  for (; count != 0; --count, blocks += 64) {
    const uint32x4_t abcd_before = abcd;
    const uint32x4_t efgh_before = efgh;
    uint32x4_t w[4];
    for (int i = 0; i < 4; ++i) w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(blocks + 16 * i)));
    for (int i = 0; i < 16; ++i) {
      uint32x4_t& now = w[i & 3];
      if (i >= 4) now = vsha256su1q_u32(vsha256su0q_u32(now, w[(i + 1) & 3]), w[(i + 2) & 3], w[(i + 3) & 3]);
      const uint32x4_t message = vaddq_u32(now, vld1q_u32(kSha256Round + 4 * i));
      const uint32x4_t abcd_now = abcd;
      abcd = vsha256hq_u32(abcd, efgh, message);
      efgh = vsha256h2q_u32(efgh, abcd_now, message);
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd);
  vst1q_u32(state + 4, efgh);
}
#endif

Compress Function(Sha256Way way) {
  switch (way) {
#if defined(__x86_64__)
    case Sha256Way::kShaNi:
      return CompressShaNi;
#elif defined(__aarch64__) && defined(__linux__)
    case Sha256Way::kArmV8:
      return CompressArmV8;
#endif
    default:
      return CompressPortable;
  }
}

Compress Chosen() {
  static const Compress chosen = Function(Sha256Ways().front());
  return chosen;
}

Digest HashWith(Compress compress, Bytes bytes) {
  std::array<uint32_t, 8> state = kSha256Initial;
  const size_t whole = bytes.size() / 64;
  compress(state.data(), bytes.data(), whole);
  uint8_t tail[128];
  const size_t used = bytes.size() - whole * 64;
  if (used != 0) std::memcpy(tail, bytes.data() + whole * 64, used);
  compress(state.data(), tail, Sha256Pad(tail, used, bytes.size()));
  return Sha256Output(state.data());
}

}  // namespace

const std::vector<Sha256Way>& Sha256Ways() {
  static const std::vector<Sha256Way> ways = [] {
    std::vector<Sha256Way> found;
#if defined(__x86_64__)
    if (HasShaNi()) found.push_back(Sha256Way::kShaNi);
#elif defined(__aarch64__) && defined(__linux__)
    if (HasArmSha2()) found.push_back(Sha256Way::kArmV8);
#endif
    found.push_back(Sha256Way::kPortable);
    return found;
  }();
  return ways;
}

Sha256::Sha256() : state_(kSha256Initial), block_{} {}

Sha256& Sha256::Update(Bytes bytes) {
  if (bytes.empty()) return *this;  // memcpy takes no null pointer, not even for nothing
  const Compress compress = Chosen();
  size_t used = length_ % 64;
  length_ += bytes.size();
  if (used != 0) {
    const size_t take = std::min(bytes.size(), 64 - used);
    std::memcpy(block_.data() + used, bytes.data(), take);
    bytes = bytes.subspan(take);
    if (used + take < 64) return *this;
    compress(state_.data(), block_.data(), 1);
  }
  const size_t whole = bytes.size() / 64;
  compress(state_.data(), bytes.data(), whole);
  used = bytes.size() - whole * 64;
  if (used != 0) std::memcpy(block_.data(), bytes.data() + whole * 64, used);
  return *this;
}

Digest Sha256::Finish() {
  uint8_t tail[128];
  const size_t used = length_ % 64;
  std::memcpy(tail, block_.data(), used);
  Chosen()(state_.data(), tail, Sha256Pad(tail, used, length_));
  const Digest out = Sha256Output(state_.data());
  *this = Sha256();
  return out;
}

Digest Sha256Of(Bytes bytes) { return HashWith(Chosen(), bytes); }
Digest Sha256Of(Sha256Way way, Bytes bytes) { return HashWith(Function(way), bytes); }

Digest Sha256Of(uint8_t prefix, Bytes a, Bytes b) {
  // Short messages, which nearly all are, are laid out in one buffer: no partial blocks to carry.
  constexpr size_t kShort = 512;
  const size_t size = 1 + a.size() + b.size();
  if (size <= kShort) {
    uint8_t buffer[kShort + 72];
    buffer[0] = prefix;
    if (!a.empty()) std::memcpy(buffer + 1, a.data(), a.size());
    if (!b.empty()) std::memcpy(buffer + 1 + a.size(), b.data(), b.size());
    return HashWith(Chosen(), {buffer, size});
  }
  return Sha256().Update({&prefix, 1}).Update(a).Update(b).Finish();
}

}  // namespace hikae::crypto
