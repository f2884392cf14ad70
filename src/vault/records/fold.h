// How texts are made alike before they are looked up by blind index (docs/formats/record-envelope.md §6); for
// src/vault/records alone. Smaller than NFKC, and fixed: it does not change with a version of Unicode.
#ifndef HIKAE_VAULT_RECORDS_FOLD_H_
#define HIKAE_VAULT_RECORDS_FOLD_H_

#include <string_view>
#include <vector>

#include "vault/item.h"

namespace hikae::vault {

// Full-width ASCII becomes ASCII, half-width kana full-width with its sound marks composed, A to Z lower case, every
// space U+0020. Anything else stays: kanji of any kind, private and unassigned code points. `text` is UTF-8.
PlainText Folded(std::string_view text);
// Folded, without spaces.
PlainText FoldedTight(std::string_view text);
inline constexpr size_t kMaxTokens = 1'000;
// Folded and split at spaces, ・ / 、 and commas; no part is empty, none stands twice. Stops behind one too many.
std::vector<PlainText> FoldedTokens(std::string_view text);
// The first `points` code points; empty when there are fewer.
std::string_view FirstPoints(std::string_view text, size_t points);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_RECORDS_FOLD_H_
