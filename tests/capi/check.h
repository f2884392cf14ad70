/* What the tests of the C API share: checks that count failures and go on. For one source file per program. */
#ifndef HIKAE_TESTS_CAPI_CHECK_H_
#define HIKAE_TESTS_CAPI_CHECK_H_

#include <hikae/base.h>
#include <stdio.h>
#include <string.h>

static int failures = 0;
static const char* current = "";

#define CHECK(condition)                                                           \
  do {                                                                             \
    if (!(condition)) {                                                            \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, current, #condition); \
      ++failures;                                                                  \
    }                                                                              \
  } while (0)

static char* sentinel = "sentinel"; /* what outs point to before a call, to see that they are emptied */

static inline hikae_str str(const char* text) { return hikae_cstr(text); }
static inline int is(hikae_str s, const char* text) { return s.len == strlen(text) && memcmp(s.ptr, text, s.len) == 0; }
static inline int has(hikae_str s, const char* part) {
  const size_t n = strlen(part);
  for (size_t i = 0; i + n <= s.len; ++i)
    if (memcmp(s.ptr + i, part, n) == 0) return 1;
  return 0;
}
static inline int is_zero(const void* bytes, size_t size) {
  for (size_t i = 0; i < size; ++i)
    if (((const unsigned char*)bytes)[i] != 0) return 0;
  return 1;
}
/* Everything after struct_size is zero. */
#define EMPTY(value) is_zero((const char*)&(value) + sizeof(size_t), sizeof(value) - sizeof(size_t))

/* Takes the address: the call that fills it is evaluated in the same list of arguments. */
static inline void expect_error(hikae_status got, hikae_status wanted, hikae_error** at) {
  hikae_error* err = *at;
  *at = NULL;
  if (got != wanted) {
    hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
    fprintf(stderr, "%s: status %d, expected %d: %.*s\n", current, got, wanted, (int)text.len, text.ptr);
    ++failures;
  }
  CHECK(err != NULL);
  CHECK(hikae_error_status(err) == got);
  CHECK(hikae_error_message(err).len > 0);
  CHECK(hikae_error_text(err, HIKAE_JAPANESE).len > 0);
  hikae_error_free(err);
}

#define REFUSED(call) expect_error(call, HIKAE_E_ARGUMENT, &err)
/* A struct that holds something, to see that it is emptied. */
#define FULL(type, value, init) \
  type value = init;            \
  memset((char*)&value + sizeof(size_t), 0x55, sizeof value - sizeof(size_t))
#define INIT_IS_ZERO(value) CHECK(value.struct_size == sizeof(value) && EMPTY(value))

#endif /* HIKAE_TESTS_CAPI_CHECK_H_ */
