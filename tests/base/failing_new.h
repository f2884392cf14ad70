// Replaces operator new and delete of the program that includes it, once: every n-th allocation of a thread fails in
// turn, and what is given back is searched for what must not be left in it.
#ifndef HIKAE_TESTS_BASE_FAILING_NEW_H_
#define HIKAE_TESTS_BASE_FAILING_NEW_H_

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>

namespace hikae::test {

// Allocations this thread may still make; negative: any number.
inline thread_local long allowed = -1;
inline thread_local bool failed = false;  // one has failed

// What is looked for in blocks that are given back, while this thread looks: longer than what a string keeps within
// itself. Outlives the looking.
inline std::string_view secret;
inline thread_local bool looking = false;
inline thread_local size_t looked_at = 0, left_behind = 0;

inline void* Allocate(std::size_t size) {
  if (allowed == 0) {
    failed = true;
    throw std::bad_alloc();
  }
  if (allowed > 0) --allowed;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  if (looking) std::memset(memory, 0, malloc_usable_size(memory));  // what was there is not of this block
  return memory;
}
inline void GiveBack(void* memory) noexcept {
  if (looking && memory != nullptr) {
    ++looked_at;
    if (memmem(memory, malloc_usable_size(memory), secret.data(), secret.size()) != nullptr) ++left_behind;
  }
  std::free(memory);
}

// Runs `body` with the n-th allocation failing, for every n until none does; `after` checks what is left each time, and
// may ask whether it was done. How many have failed.
template <typename Body, typename After>
size_t SweepAllocations(const Body& body, const After& after) {
  for (long n = 0;; ++n) {
    failed = false;
    allowed = n;
    bool done = false;
    try {
      done = body();
    } catch (const std::bad_alloc&) {
    }
    allowed = -1;
    if constexpr (std::is_invocable_v<After, bool>) {
      after(done);
    } else {
      after();
    }
    if (!failed) {
      EXPECT_TRUE(done);
      return static_cast<size_t>(n);
    }
  }
}

}  // namespace hikae::test

void* operator new(std::size_t size) { return hikae::test::Allocate(size); }
void* operator new[](std::size_t size) { return hikae::test::Allocate(size); }
// Who asks like this does without (std::stable_sort): it is not made to fail, and given back as all else is.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size == 0 ? 1 : size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size == 0 ? 1 : size); }
void operator delete(void* memory) noexcept { hikae::test::GiveBack(memory); }
void operator delete[](void* memory) noexcept { hikae::test::GiveBack(memory); }
void operator delete(void* memory, std::size_t) noexcept { hikae::test::GiveBack(memory); }
void operator delete[](void* memory, std::size_t) noexcept { hikae::test::GiveBack(memory); }

#endif  // HIKAE_TESTS_BASE_FAILING_NEW_H_
