/*
 * What every header of hikae's C API shares: conventions, texts, buffers, errors, lists. Included by hikae/hikae.h (the
 * product but its records), by hikae/vault.h (those), by hikae/cedar.h (the policy engine by itself) and by hikae/log.h
 * (the access log, a part of hikae.h); a program includes one of those, or hikae.h and vault.h.
 *
 * Conventions, true of every function unless its own comment says otherwise
 *
 *  1. Status. A function that can fail returns hikae_status: 0 is done, positive is a normal outcome (HIKAE_END),
 *     negative is an error; so `if (st < 0)` is always the right test. The last parameter is `hikae_error **err`; NULL
 *     is allowed. On an error *err becomes an object that says what, where and why: free it. Otherwise *err becomes
 *     NULL. Any function may also return HIKAE_E_ARGUMENT for a NULL handle, a NULL out or text that is not UTF-8,
 *     HIKAE_E_MEMORY, and HIKAE_E_INTERNAL (a bug: please report it).
 *  2. Fail shut. Before anything else, every out parameter is set to empty, NULL or zero. After an error nothing old
 *     can be read, and what the call would have changed is exactly as it was before.
 *  3. Ownership. A function that gives a handle says which one frees it: the function named beside its type; NULL is
 *     allowed there. Views (hikae_str in results) belong to the handle they were read from and live as long as it does.
 *     A hikae_buffer is yours, freed with hikae_buffer_free. There is no other case; never call free() on anything.
 *     Handles may be freed in any order: one keeps alive what it was made from.
 *  4. Text is hikae_str: UTF-8, counted, not ended by NUL. {NULL, 0} is the empty text. What you pass is copied
 *     or used up before the call returns.
 *  5. Structs that may grow begin with struct_size. Start from the _INIT macro: it sets the size, and zero, which
 *     always means the default. A size below the first release's is HIKAE_E_ARGUMENT. In options, non-zero bytes beyond
 *     what the library knows are HIKAE_E_VERSION (you ask for something it cannot do); in results they are set to zero.
 *     Structs without struct_size never grow.
 *  6. Callbacks get your ctx back, run on the thread that made the call, and stop it by returning non-zero: the call
 *     then returns HIKAE_E_STOPPED. They must not throw, longjmp, or use a handle that the call was given.
 *  7. Threads. Each header says which of its handles may be shared. hikae_list, hikae_error and hikae_buffer belong to
 *     one thread at a time. The library has no global state, starts no threads, prints nothing, and reads neither
 *     environment nor locale.
 *  8. Errors carry no personal data. Documents are named as you named them.
 */
#ifndef HIKAE_BASE_H_
#define HIKAE_BASE_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define HIKAE_API __attribute__((visibility("default")))
#define HIKAE_MUST_CHECK __attribute__((warn_unused_result))
#else
#define HIKAE_API
#define HIKAE_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------- Basics -- */

/* Rises only when a program compiled against an older header would break. Compare it with hikae_abi() at start-up. */
#define HIKAE_ABI 1u

typedef struct hikae_error hikae_error; /* freed by hikae_error_free */
typedef struct hikae_list hikae_list;   /* freed by hikae_list_free */

typedef struct hikae_str {
  const char* ptr; /* may be NULL when len is 0 */
  size_t len;      /* in bytes */
} hikae_str;

/* Bytes that are yours until hikae_buffer_free. HIKAE_BUFFER_INIT makes an empty one, which may be freed too. */
typedef struct hikae_buffer {
  uint8_t* ptr;
  size_t len;
  size_t reserved; /* the library's own */
} hikae_buffer;
#define HIKAE_BUFFER_INIT \
  { NULL, 0, 0 }

typedef int32_t hikae_status; /* one of the next; codes are never renumbered and never reused */
enum {
  HIKAE_OK = 0,
  HIKAE_END = 1,          /* the cursor is past its last element */
  HIKAE_E_ARGUMENT = -1,  /* the input is wrong: text, type, name, range; the message says where */
  HIKAE_E_NOT_FOUND = -2, /* the named thing does not exist */
  HIKAE_E_EXISTS = -3,    /* it exists already */
  HIKAE_E_REFUSED = -4,   /* a rule refused */
  HIKAE_E_LOCKED = -5,    /* keys are not unlocked */
  HIKAE_E_SECRET = -6,    /* wrong passphrase or key */
  HIKAE_E_RULES = -7,     /* a pack does not load, or a rule cannot be evaluated */
  HIKAE_E_TAMPERED = -8,  /* stored data is not what was written */
  HIKAE_E_BUSY = -9,      /* another process holds the office */
  HIKAE_E_IO = -10,       /* the disk or the file system failed */
  HIKAE_E_MEMORY = -11,   /* out of memory */
  HIKAE_E_VERSION = -12,  /* made by, or asks for, a newer hikae than this one */
  HIKAE_E_STOPPED = -13,  /* a callback stopped the call */
  HIKAE_E_INTERNAL = -14  /* a bug in hikae */
};

enum { HIKAE_ENGLISH = 0, HIKAE_JAPANESE = 1 }; /* never renumbered */

/* A document that is given to be read. Messages cite it by this name, and a name that ends in .json says that it is
 * JSON. since 0.1 */
typedef struct hikae_document {
  hikae_str name;
  hikae_str text; /* the document itself, UTF-8 */
} hikae_document;

/* The HIKAE_ABI of the library in use: `assert(hikae_abi() == HIKAE_ABI)`. Cannot fail; any thread. since 0.1 */
HIKAE_API uint32_t hikae_abi(void);

/* The library's release, such as "0.1.0". Lives forever. Cannot fail; any thread. since 0.1 */
HIKAE_API hikae_str hikae_version(void);

/* The name of a code without its prefix: "not found" for HIKAE_E_NOT_FOUND, "unknown" for a number that is none. Lives
 * forever. Cannot fail; any thread. since 0.1 */
HIKAE_API hikae_str hikae_status_name(hikae_status status);

/* Frees the bytes, after wiping them, and makes *b empty, so that freeing twice is harmless. since 0.1 */
HIKAE_API void hikae_buffer_free(hikae_buffer* b);

/* ------------------------------------------------------------------------------------------------- Errors -- */

/* Why a call failed. Getters accept NULL and then answer HIKAE_OK, empty text or zeros. Views live until
 * hikae_error_free. An error belongs to nobody else: it outlives the handle of the call that failed. */

/* The same code that the call returned. since 0.1 */
HIKAE_API hikae_status hikae_error_status(const hikae_error* e);

/* One English line for a developer: what was wrong and what was expected, without the place. since 0.1 */
HIKAE_API hikae_str hikae_error_message(const hikae_error* e);

/* One line for a person, with the place before it: "paper.yaml:12:3: …". `language` is HIKAE_ENGLISH or HIKAE_JAPANESE;
 * any other number is English. since 0.1 */
HIKAE_API hikae_str hikae_error_text(const hikae_error* e, int32_t language);

/* Where in a document the error lies. since 0.1 */
typedef struct hikae_place {
  size_t struct_size;
  hikae_str file;  /* the document's name as it was given; empty when no document is at fault */
  uint32_t line;   /* from 1; 0 = unknown */
  uint32_t column; /* from 1, in code points; 0 = unknown */
} hikae_place;
#define HIKAE_PLACE_INIT \
  { sizeof(hikae_place), {NULL, 0}, 0, 0 }

/* Fills *out with the place of e. Expects HIKAE_E_ARGUMENT when out is NULL or too small. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_error_place(const hikae_error* e, hikae_place* out, hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_error_free(hikae_error* e);

/* -------------------------------------------------------------------------------------------------- Lists -- */

/* How bad a problem or a rule's violation is; never renumbered. since 0.1 */
enum { HIKAE_BLOCK = 1, HIKAE_ERROR = 2, HIKAE_WARN = 3, HIKAE_INFO = 4 };

/* One element of a list. Which fields are filled is said by the function that made the list. since 0.1 */
typedef struct hikae_entry {
  size_t struct_size;
  hikae_str id;
  hikae_str title_ja;
  hikae_str title_en;
  hikae_str from;   /* YYYY-MM-DD */
  hikae_str until;  /* YYYY-MM-DD; empty = open */
  hikae_str detail; /* words, space between */
  hikae_str file;   /* a place, as in hikae_place */
  uint32_t line;
  uint32_t column;
  int32_t severity; /* HIKAE_ERROR or HIKAE_WARN, of a problem */
  int32_t reserved; /* zero */
} hikae_entry;
#define HIKAE_ENTRY_INIT \
  { sizeof(hikae_entry), {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0, 0 }

/* How many elements the list has; 0 for NULL. since 0.1 */
HIKAE_API uint64_t hikae_list_count(const hikae_list* l);

/* Fills *out with the next element: HIKAE_OK, or HIKAE_END past the last (then *out is zeros). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_list_next(hikae_list* l, hikae_entry* out, hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_list_free(hikae_list* l);

/* ------------------------------------------------------------------------------------------- Conveniences -- */

/* Text that ends with NUL as a view of it; NULL is the empty text. since 0.1 */
static inline hikae_str hikae_cstr(const char* text) {
  hikae_str s = {text, 0};
  if (text != NULL)
    while (text[s.len] != '\0') ++s.len;
  return s;
}

#ifdef __cplusplus
}
#endif

#endif /* HIKAE_BASE_H_ */
