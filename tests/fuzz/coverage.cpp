// Tells libFuzzer what GCC's -fsanitize-coverage=trace-pc sees: each place hit counts in a cell of its own, as far as
// the table goes. Clang 14 cannot compile the ranges of GCC's library, so the targets are built by GCC and linked with
// clang's libFuzzer, which reads this section.
#include <cstdint>

__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t hits[1 << 16];

extern "C" __attribute__((no_sanitize_coverage, no_sanitize("address"), no_sanitize("undefined"))) void
__sanitizer_cov_trace_pc() {
  const auto place = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  ++hits[(place ^ (place >> 16)) & 0xFFFF];
}
