#include "gate/view.h"

#include <string>
#include <vector>

#include "base/utf8.h"
#include "crypto/aead.h"

namespace hikae::gate {
namespace {

// Whether a code point belongs to the character before it.
bool Joins(char32_t point) {
  return (point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xE0100 && point <= 0xE01EF) ||  // variation selectors
         (point >= 0x0300 && point <= 0x036F) || point == 0x3099 || point == 0x309A ||      // combining marks
         point == 0xFF9E || point == 0xFF9F;                                                // ﾞ ﾟ
}

vault::PlainText Masked(std::string_view value) {
  if (!base::IsUtf8(value)) return {};  // not a text: nothing of it can be shown in part
  std::vector<size_t> begins;           // of each character
  base::CodePointReader reader(value);
  while (!reader.AtEnd()) {
    const size_t at = reader.offset();
    if (!Joins(reader.Next()) || begins.empty()) begins.push_back(at);
  }
  const size_t hidden = begins.size() <= kShownWhenMasked ? begins.size() : begins.size() - kShownWhenMasked;
  std::string shown(hidden, '*');
  if (hidden < begins.size()) shown += value.substr(begins[hidden]);
  vault::PlainText text(shown);
  crypto::Wipe(shown.data(), shown.size());
  return text;
}

}  // namespace

vault::PlainText Shown(std::string_view value, View view) {
  switch (view) {
    case View::kWhole:
    case View::kWidest:
      return vault::PlainText(value);
    case View::kMasked:
      return Masked(value);
    case View::kPresence:
      break;
  }
  return {};
}

Seen SeenOf(vault::PlainItem&& item, View view) {
  const uint64_t version = item.version();
  const bool whole = view == View::kWhole || view == View::kWidest;
  return {item.TakeItem(), view, whole ? item.TakeValue() : Shown(item.value(), view), version};
}

}  // namespace hikae::gate
