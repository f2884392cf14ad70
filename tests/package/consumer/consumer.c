#include <hikae/hikae.h>
#include <stdio.h>

int main(void) {
  hikae_list* packs = NULL;
  hikae_entry pack = HIKAE_ENTRY_INIT;
  if (hikae_abi() != HIKAE_ABI || hikae_packs_list(&packs, NULL) < 0) return 1;
  while (hikae_list_next(packs, &pack, NULL) == HIKAE_OK) printf("%.*s\n", (int)pack.id.len, pack.id.ptr);
  hikae_list_free(packs);
  return 0;
}
