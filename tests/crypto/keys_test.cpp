// Secrets shared among several, keys in guarded memory, suites, nonces.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "crypto/blake2b.h"
#include "crypto/key_slab.h"
#include "crypto/passphrase.h"
#include "crypto/random.h"
#include "crypto/shamir.h"
#include "crypto/suite.h"

namespace hikae::crypto {
namespace {

TEST(Shamir, TheFieldIsOne) {
  EXPECT_EQ(GfMultiply(0x57, 0x83), 0xC1) << "FIPS 197, §4.2";
  EXPECT_EQ(GfMultiply(0x57, 0x13), 0xFE);
  EXPECT_EQ(GfInvert(0x53), 0xCA);
  EXPECT_EQ(GfInvert(0), 0);
  for (int a = 1; a < 256; ++a) {
    const auto x = static_cast<uint8_t>(a);
    EXPECT_EQ(GfMultiply(x, GfInvert(x)), 1);
    std::set<uint8_t> products;
    for (int b = 0; b < 256; ++b) {
      const auto y = static_cast<uint8_t>(b);
      products.insert(GfMultiply(x, y));
      EXPECT_EQ(GfMultiply(x, y), GfMultiply(y, x));
    }
    EXPECT_EQ(products.size(), 256u);
  }
}

// Every subset of k of n gives the secret back; one with a share that was altered, or too few, does not.
TEST(Shamir, AnyKOpen) {
  const Secret secret = Secret::Random();
  for (size_t n = 1; n <= 7; ++n) {
    for (size_t k = 1; k <= n; ++k) {
      const auto shares = Split(secret, k, n);
      for (unsigned subset = 0; subset < (1u << n); ++subset) {
        std::vector<Share> some;
        for (size_t i = 0; i < n; ++i) {
          if ((subset >> i & 1) != 0) some.push_back(shares[i]);
        }
        if (some.empty()) continue;
        EXPECT_EQ(Join(some).bytes == secret.bytes, some.size() >= k) << n << ' ' << k << ' ' << subset;
        some[0].value.bytes[7] ^= 1;
        EXPECT_FALSE(Join(some).bytes == secret.bytes);
      }
    }
  }
  const auto many = Split(secret, 255, 255);
  EXPECT_TRUE(Join(many).bytes == secret.bytes);
}

// With one share fewer than needed, each value of the secret's byte goes with exactly one value of the share that is
// missing: all are equally possible.
TEST(Shamir, FewerTellNothing) {
  for (const size_t k : {size_t{2}, size_t{3}, size_t{5}}) {
    auto shares = Split(Secret::Random(), k, k);
    std::set<uint8_t> possible;
    for (int missing = 0; missing < 256; ++missing) {
      shares[k - 1].value.bytes[0] = static_cast<uint8_t>(missing);
      possible.insert(Join(shares).bytes[0]);
    }
    EXPECT_EQ(possible.size(), 256u);
  }
  // And the polynomials are drawn evenly: of one secret, a share's byte takes every value about as often.
  std::map<uint8_t, int> seen;
  for (int i = 0; i < 2'000; ++i) {
    const auto shares = Split(Secret(), 2, 2);
    for (const uint8_t byte : shares[0].value.bytes) ++seen[byte];
  }
  EXPECT_EQ(seen.size(), 256u);
  for (const auto& [byte, count] : seen) EXPECT_TRUE(count > 100 && count < 450) << int{byte} << ' ' << count;
}

std::string FlagsAt(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto at = reinterpret_cast<uintptr_t>(address);
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    uintptr_t begin = 0, end = 0;
    char dash = 0;
    std::istringstream words(line);
    if (words >> std::hex >> begin >> dash >> end && dash == '-') here = begin <= at && at < end;
    if (here && line.starts_with("VmFlags:")) return line.substr(8) + " ";
  }
  return {};
}

TEST(KeySlab, SlotsAreLeftOutOfDumpsAndWiped) {
  auto slab = KeySlab::Create();
  std::vector<KeySlot> slots;
  for (int i = 0; i < 5'000; ++i) {
    slots.push_back(slab->Take());
    for (size_t byte = 0; byte < kKeyBytes; ++byte) ASSERT_EQ(slots.back().bytes()[byte], 0);
    std::fill_n(slots.back().bytes(), kKeyBytes, uint8_t{0xAB});
  }
  EXPECT_EQ(slab->taken(), 5'000u);
  EXPECT_EQ(slab->Regions().size(), 3u);
  const int plain = 0;
  ASSERT_NE(FlagsAt(&plain), "");
  EXPECT_EQ(FlagsAt(&plain).find(" dd "), std::string::npos) << "the stack would be dumped";
  for (const auto& [region, size] : slab->Regions()) {
    for (size_t at = 0; at < size; at += 4'096) EXPECT_NE(FlagsAt(region + at).find(" dd "), std::string::npos);
  }
  std::set<const uint8_t*> addresses;
  for (const KeySlot& slot : slots) addresses.insert(slot.bytes());
  EXPECT_EQ(addresses.size(), 5'000u);
  slots.erase(slots.begin(), slots.begin() + 2'500);
  slots[0] = std::move(slots[1]);
  EXPECT_EQ(slab->taken(), 2'499u);
  slots.clear();
  EXPECT_EQ(slab->taken(), 0u);
  for (const auto& [region, size] : slab->Regions()) {
    for (size_t at = 0; at < size; at += kKeyBytes) {
      EXPECT_EQ(std::count(region + at + sizeof(void*), region + at + kKeyBytes, 0), 24) << "zeros behind an address";
    }
  }
  KeySlot last = slab->Take();
  slab.reset();
  last.bytes()[0] = 1;  // it keeps its slab
}

TEST(KeySlab, ManyThreadsTakeAndGiveBack) {
  const auto slab = KeySlab::Create();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      std::vector<KeySlot> slots;
      for (int i = 0; i < 3'000; ++i) {
        slots.push_back(slab->Take());
        std::fill_n(slots.back().bytes(), kKeyBytes, static_cast<uint8_t>(thread));
        if (i % 3 == 0) slots.erase(slots.begin());
      }
      for (const KeySlot& slot : slots) EXPECT_EQ(std::count(slot.bytes(), slot.bytes() + kKeyBytes, thread), 32);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(slab->taken(), 0u);
}

TEST(Suite, SealsAndOpensInPlace) {
  const Secret key = Secret::Random();
  const std::string plain = "氏名 髙橋 花子";
  for (const SealSuite suite : {SealSuite::kXChaCha20Poly1305, SealSuite::kAes256Gcm}) {
    if (!Available(suite)) GTEST_SKIP() << "no AES instructions here";
    std::vector<uint8_t> nonce(NonceBytes(suite)), sealed(plain.size() + kSealTagBytes), opened(plain.size());
    FillNonce(nonce);
    SealInto(suite, key.bytes.data(), nonce, AsBytes("bound"), AsBytes(plain), sealed);
    ASSERT_TRUE(UnsealInto(suite, key.bytes.data(), nonce, AsBytes("bound"), sealed, opened));
    EXPECT_TRUE(std::equal(opened.begin(), opened.end(), AsBytes(plain).begin()));
    const auto closed = [&](Bytes with, Bytes bound, Bytes bytes) {
      std::fill(opened.begin(), opened.end(), uint8_t{9});
      const bool open = UnsealInto(suite, key.bytes.data(), with, bound, bytes, opened);
      return !open && std::count(opened.begin(), opened.end(), 0) == static_cast<long>(opened.size());
    };
    for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
      auto flipped = sealed;
      flipped[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
      EXPECT_TRUE(closed(nonce, AsBytes("bound"), flipped)) << bit;
    }
    EXPECT_TRUE(closed(nonce, AsBytes("bounD"), sealed));
    nonce[0] ^= 1;
    EXPECT_TRUE(closed(nonce, AsBytes("bound"), sealed));
  }
}

TEST(Suite, XChaChaIsTheOneOfSeal) {
  const SealKey key{1, 2, 3};
  const SealNonce nonce{4, 5, 6};
  std::vector<uint8_t> sealed(3 + kSealTagBytes);
  SealInto(SealSuite::kXChaCha20Poly1305, key.data(), nonce, AsBytes("b"), AsBytes("abc"), sealed);
  EXPECT_TRUE(sealed == Seal(key, nonce, AsBytes("b"), AsBytes("abc")));
}

std::array<uint8_t, 24> Nonce() {
  std::array<uint8_t, 24> nonce{};
  FillNonce(nonce);
  return nonce;
}

TEST(Nonces, NeverComeTwiceNotEvenAfterAFork) {
  std::set<std::array<uint8_t, 24>> seen;
  for (int i = 0; i < 5'000; ++i) EXPECT_TRUE(seen.insert(Nonce()).second);
  std::vector<std::vector<std::array<uint8_t, 24>>> of_threads(3);
  std::vector<std::thread> threads;
  for (auto& mine : of_threads)
    threads.emplace_back([&mine] {
      for (int i = 0; i < 1'000; ++i) mine.push_back(Nonce());
    });
  for (auto& thread : threads) thread.join();
  for (const auto& mine : of_threads) {
    for (const auto& nonce : mine) EXPECT_TRUE(seen.insert(nonce).second);
  }
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 100; ++i) {
      const auto nonce = Nonce();
      if (::write(pipe[1], nonce.data(), nonce.size()) != 24) _exit(1);
    }
    _exit(0);
  }
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(Nonce()).second);
  for (int i = 0; i < 100; ++i) {
    std::array<uint8_t, 24> nonce{};
    ASSERT_EQ(::read(pipe[0], nonce.data(), nonce.size()), 24);
    EXPECT_TRUE(seen.insert(nonce).second) << "the child does not draw from the parent's pool";
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Blake2b, KnownAnswers) {
  // RFC 7693, appendix A.
  const auto abc = Blake2bOf<64>({}, {AsBytes("a"), AsBytes("bc")});
  EXPECT_EQ(abc[0], 0xba);
  EXPECT_EQ(abc[1], 0x80);
  EXPECT_EQ(abc[63], 0x23);
  EXPECT_FALSE(Blake2bOf<16>(AsBytes("key of 16 bytes."), {AsBytes("x")}) ==
               Blake2bOf<16>(AsBytes("key of 16 bytes!"), {AsBytes("x")}));
  EXPECT_TRUE(TableHash(AsBytes("宛名1")) == TableHash(AsBytes("宛名1")));
  EXPECT_FALSE(TableHash(AsBytes("宛名1")) == TableHash(AsBytes("宛名2")));
  EXPECT_TRUE(SameBytes(AsBytes("ab"), AsBytes("ab")));
  EXPECT_FALSE(SameBytes(AsBytes("ab"), AsBytes("ac")));
  EXPECT_FALSE(SameBytes(AsBytes("ab"), AsBytes("abc")));
}

}  // namespace
}  // namespace hikae::crypto
