/* What an office is opened with, from C11: who acts, and how its access log is made and kept.
 * usage: open_test DIRECTORY PAPER PAPER, where DIRECTORY is empty and the two papers are declared together. */
#include <hikae/hikae.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "check.h"

static const char* root;
static hikae_str papers[2];

static const char* path_of(const char* name) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/%s", root, name);
  return path;
}

static hikae_time fixed_now(void* ctx) {
  (void)ctx;
  return 1621468800000000; /* 2021-05-20T00:00:00Z */
}

static hikae_open_options creating(void) {
  hikae_open_options options = HIKAE_OPEN_OPTIONS_INIT;
  options.flags = HIKAE_OPEN_CREATE;
  options.now = fixed_now;
  return options;
}

/* How many of the office's entries this actor is named in, and how many entries there are that name anybody. */
static void count_acts(const char* office, const char* actor, uint64_t* of_actor, uint64_t* of_all) {
  hikae_log* log = NULL;
  hikae_log_entries* entries = NULL;
  hikae_log_query query = HIKAE_LOG_QUERY_INIT;
  hikae_log_entry entry = HIKAE_LOG_ENTRY_INIT;
  hikae_error* err = NULL;
  uint64_t count = 0;
  *of_actor = *of_all = 0;
  query.flags = HIKAE_LOG_WITH_NAMES;
  CHECK(hikae_log_open(str(path_of(office)), &log, &err) == HIKAE_OK);
  CHECK(hikae_log_entries_open(log, &query, &entries, &err) == HIKAE_OK);
  while (hikae_log_entries_next(entries, 100, &count, &err) == HIKAE_OK) {
    for (uint64_t i = 0; i < count && hikae_log_entries_get(entries, i, &entry, &err) == HIKAE_OK; ++i) {
      *of_all += entry.actor.len != 0;
      *of_actor += is(entry.actor_id, actor);
    }
  }
  CHECK(err == NULL);
  hikae_log_entries_free(entries);
  hikae_log_close(log);
}

static void who_acts(void) {
  hikae_open_options options = creating();
  hikae_office* office = NULL;
  hikae_error* err = NULL;
  uint64_t of_actor = 0, of_all = 0, before = 0;
  options.actor = str("職員-髙橋");
  CHECK(hikae_office_open(str(path_of("named")), &options, &office, &err) == HIKAE_OK);
  CHECK(hikae_office_declare_files(office, papers, 2, NULL, &err) == HIKAE_OK);
  hikae_office_close(office);
  count_acts("named", "職員-髙橋", &of_actor, &of_all);
  CHECK(of_actor >= 3 && of_actor == of_all); /* the office, its pack, and what was declared */

  /* The same office for somebody else, and for nobody. */
  before = of_all;
  hikae_document document = {str("空.json"), str("{\"hikae\": \"declaration/1\", \"valid_from\": \"2021-05-20\"}")};
  for (int i = 0; i < 2; ++i) {
    const char* const actor = i == 0 ? "職員-0042" : "unnamed";
    options = (hikae_open_options)HIKAE_OPEN_OPTIONS_INIT;
    if (i == 0) options.actor = str(actor);
    options.now = fixed_now;
    CHECK(hikae_office_open(str(path_of("named")), &options, &office, &err) == HIKAE_OK);
    CHECK(hikae_office_declare(office, &document, 1, NULL, &err) >= 0);
    hikae_office_close(office);
    count_acts("named", actor, &of_actor, &of_all);
    CHECK(of_actor > 0 && of_actor == of_all - before);
    before = of_all;
  }
}

static void where_the_log_is_named(void) {
  hikae_open_options options = creating();
  hikae_office* office = NULL;
  hikae_log* log = NULL;
  hikae_list* keys = NULL;
  hikae_entry key = HIKAE_ENTRY_INIT;
  hikae_error* err = NULL;
  options.log_origin = str("hikae.example/江戸川");
  CHECK(hikae_office_open(str(path_of("origin")), &options, &office, &err) == HIKAE_OK);
  hikae_office_close(office);
  CHECK(hikae_log_open(str(path_of("origin")), &log, &err) == HIKAE_OK);
  CHECK(hikae_log_keys(log, NULL, &keys, &err) == HIKAE_OK && hikae_list_next(keys, &key, &err) == HIKAE_OK);
  CHECK(has(key.id, "hikae.example/江戸川/2021+") && key.id.ptr[0] == 'h');
  hikae_list_free(keys);
  hikae_log_close(log);
}

/* A caller built for the first release gives what it knows of, and nothing behind that is looked at. */
static void an_older_caller(void) {
  const size_t old_size = offsetof(hikae_open_options, actor);
  hikae_open_options options = creating();
  hikae_office* office = NULL;
  hikae_error* err = NULL;
  uint64_t of_actor = 0, of_all = 0;
  void* old = malloc(old_size); /* to the byte, for the address sanitizer */
  if (old == NULL) exit(1);
  options.struct_size = old_size;
  memcpy(old, &options, old_size);
  CHECK(hikae_office_open(str(path_of("older")), old, &office, &err) == HIKAE_OK && err == NULL);
  hikae_office_close(office);
  free(old);
  count_acts("older", "unnamed", &of_actor, &of_all);
  CHECK(of_actor > 0 && of_actor == of_all);

  memset((char*)&options + old_size, 0x55, sizeof options - old_size); /* no pointers, no numbers */
  CHECK(hikae_office_open(str(path_of("older-too")), &options, &office, &err) == HIKAE_OK && err == NULL);
  hikae_office_close(office);
}

static void what_is_refused(void) {
  static char longest[4097];
  static const char nul[] = "職員\0-1";
  hikae_office* office = NULL;
  hikae_error* err = NULL;
  struct stat unused;
  memset(longest, 'a', sizeof longest);
  for (int i = 0; i < 9; ++i) {
    hikae_open_options options = creating();
    if (i == 0) options.loss_ms = 100;
    if (i == 1) options.loss_records = 100;
    if (i == 2) options.log_origin = str("two words");
    if (i == 3) options.log_origin = str("a+b");
    if (i == 4) options.log_origin = str("\xff");
    if (i == 5) options.actor = str("\xff");
    if (i == 6) options.actor = (hikae_str){nul, sizeof nul - 1};
    if (i == 7) options.actor = (hikae_str){longest, sizeof longest};
    if (i == 8) options.actor = (hikae_str){NULL, 3};
    office = (hikae_office*)sentinel;
    REFUSED(hikae_office_open(str(path_of("refused")), &options, &office, &err));
    CHECK(office == NULL && stat(path_of("refused"), &unused) != 0);
  }
  hikae_open_options options = creating();
  options.actor = (hikae_str){longest, sizeof longest - 1};
  CHECK(hikae_office_open(str(path_of("refused")), &options, &office, &err) == HIKAE_OK);
  hikae_office_close(office);
}

static void a_bounded_loss(void) {
  hikae_open_options options = creating();
  hikae_office* office = NULL;
  hikae_error* err = NULL;
  uint64_t of_actor = 0, of_all = 0;
  options.loss_ms = 50;
  options.loss_records = 10;
  CHECK(hikae_office_open(str(path_of("bounded")), &options, &office, &err) == HIKAE_OK);
  CHECK(hikae_office_declare_files(office, papers, 2, NULL, &err) == HIKAE_OK);
  hikae_office_close(office);
  count_acts("bounded", "unnamed", &of_actor, &of_all); /* closed well, nothing is lost */
  CHECK(of_actor >= 3);
}

int main(int argc, char** argv) {
  if (argc != 4) return fprintf(stderr, "usage: open_test DIRECTORY PAPER PAPER\n"), 2;
  root = argv[1];
  papers[0] = str(argv[2]);
  papers[1] = str(argv[3]);
  current = "who_acts", who_acts();
  current = "where_the_log_is_named", where_the_log_is_named();
  current = "an_older_caller", an_older_caller();
  current = "what_is_refused", what_is_refused();
  current = "a_bounded_loss", a_bounded_loss();
  return failures == 0 ? 0 : 1;
}
