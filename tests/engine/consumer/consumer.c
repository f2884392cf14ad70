#include <hikae/cedar.h>
#include <stdio.h>

int main(void) {
  hikae_str version = hikae_cedar_language_version();
  hikae_cedar_policies* policies = NULL;
  hikae_document text = {hikae_cstr("rules.cedar"), hikae_cstr("permit(principal, action, resource);")};
  if (hikae_abi() != HIKAE_ABI || hikae_cedar_policies_parse(&text, 1, NULL, &policies, NULL) < 0) return 1;
  printf("cedar %.*s\n", (int)version.len, version.ptr);
  hikae_cedar_policies_free(policies);
  return 0;
}
