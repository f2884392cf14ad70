/* One gated read of one item after the other, from C: what tests/bench/one_read.py measures Python by.
   usage: one_read OFFICE READS PERSONS; the key file's 32 bytes on standard input; prints nanoseconds of processor time
   a read */
#include <hikae/hikae.h>
#include <hikae/vault.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static hikae_error* err;
static void must(hikae_status status) {
  const hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
  if (status >= 0) return;
  fprintf(stderr, "one_read: %.*s\n", (int)text.len, text.ptr);
  exit(1);
}

int main(int argc, char** argv) {
  const hikae_str card[] = {hikae_cstr("ic-card"), hikae_cstr("pin")};
  hikae_open_options open = HIKAE_OPEN_OPTIONS_INIT;
  hikae_secret secret = HIKAE_SECRET_INIT;
  hikae_session_options who = HIKAE_SESSION_OPTIONS_INIT;
  hikae_ask ask = HIKAE_ASK_INIT;
  hikae_office* office;
  hikae_keys* keys;
  hikae_session* session;
  hikae_buffer value;
  struct timespec from, until;
  char key[32];
  size_t bytes = 0;
  if (argc != 4 || fread(key, 1, sizeof key, stdin) != sizeof key) return 2;
  const long reads = strtol(argv[2], NULL, 10), persons = strtol(argv[3], NULL, 10);
  open.loss_ms = 10, open.loss_records = 10000;
  must(hikae_office_open(hikae_cstr(argv[1]), &open, &office, &err));
  secret.kind = HIKAE_SECRET_KEY_FILE, secret.text.ptr = key, secret.text.len = sizeof key;
  must(hikae_keys_unlock(office, &secret, &keys, &err));
  who.actor = hikae_cstr("生活援護第一課職員1"), who.handling = hikae_cstr("hikikomori");
  who.purpose = hikae_cstr("ひきこもり相談支援"), who.terminal = hikae_cstr("全庁LAN端末1");
  who.place = hikae_cstr("生活援護第一課事務室内"), who.terminal_factors = card, who.terminal_factor_count = 2;
  must(hikae_session_begin(keys, &who, &session, &err));
  ask.file = hikae_cstr("ひきこもり相談記録");
  for (long i = -persons; i < reads; ++i) { /* the first ones fill the caches */
    char id[24];
    if (i == 0) clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    snprintf(id, sizeof id, "%ld", 10000000 + (i + persons) % persons);
    must(hikae_record_get(session, &ask, hikae_cstr(id), hikae_cstr("氏名"), &value, &err));
    bytes += value.len;
    hikae_buffer_free(&value);
  }
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &until);
  const double took = (double)(until.tv_sec - from.tv_sec) * 1e9 + (double)(until.tv_nsec - from.tv_nsec);
  printf("%.1f\n", bytes == 0 ? 0.0 : took / (double)reads);
  must(hikae_session_end(session, &err));
  hikae_session_free(session), hikae_keys_free(keys), hikae_office_close(office);
}
