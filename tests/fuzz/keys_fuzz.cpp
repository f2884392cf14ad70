// A share, an erasure journal, a wrapped key: what is read is written again byte for byte, and no stranger's bytes
// open.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "vault/keys/erasure_journal.h"
#include "vault/keys/share_text.h"
#include "vault/keys/wrapped_key.h"

using namespace hikae;

namespace {

void Share(std::string_view text) {
  const auto share = vault::ShareText::Parse(text);
  if (!share.ok() && share.error().status != base::Status::kArgument) std::abort();
  if (share.ok() && text.find(share->ToString()) == std::string_view::npos) std::abort();
}

void Journal(std::string_view text) {
  const auto journal = vault::JournalText::Parse(text);
  if (!journal) return;
  std::string again = vault::JournalText::Opening(journal->office);
  for (const auto& tombstone : journal->erased) {
    const auto so_far = vault::JournalText::Parse(again);
    if (!so_far || so_far->torn) std::abort();
    again += so_far->Line(tombstone);
    if (again.size() > 8'192) return;
  }
  if (again != text.substr(0, journal->whole) || journal->torn != (journal->whole != text.size())) std::abort();
}

void Wrapped(std::string_view bytes) {
  const uint8_t wrapping[32] = {7};
  uint8_t key[32];
  const auto name = vault::NameOfWrapped(bytes);
  const auto as = name.value_or(vault::KeyName{});
  if (vault::UnwrapKey(wrapping, {}, as, {}, bytes, key) == vault::Unwrapped::kOpened) std::abort();
  if (std::any_of(key, key + 32, [](uint8_t byte) { return byte != 0; })) std::abort();
  if (vault::OpenId(wrapping, {}, 1, {}, bytes)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Share(text);
  Journal(text);
  Wrapped(text);
  return 0;
}
