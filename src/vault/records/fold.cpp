#include "vault/records/fold.h"

#include <algorithm>

#include "base/utf8.h"
#include "crypto/aead.h"

namespace hikae::vault {
namespace {

// U+FF61 … U+FF9F.
constexpr std::u32string_view kWideKana =
    U"。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリ"
    U"ルレロワン゛゜";
static_assert(kWideKana.size() == 0xFF9F - 0xFF61 + 1);
// What the sound marks make of the letter before: pairs.
constexpr std::u32string_view kVoiced =
    U"カガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴワヷヰヸヱヹヲヺヽヾ"
    U"かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔゝゞ";
constexpr std::u32string_view kHalfVoiced = U"ハパヒピフプヘペホポはぱひぴふぷへぺほぽ";

constexpr char32_t kHalfVoicedMark = 0xFF9E, kHalfSemivoicedMark = 0xFF9F;
constexpr char32_t kJoiningVoicedMark = 0x3099, kJoiningSemivoicedMark = 0x309A;

// The letter with its mark, or 0 where they do not go together.
char32_t Composed(char32_t letter, char32_t mark) {
  std::u32string_view pairs;
  if (mark == kHalfVoicedMark || mark == kJoiningVoicedMark) pairs = kVoiced;
  if (mark == kHalfSemivoicedMark || mark == kJoiningSemivoicedMark) pairs = kHalfVoiced;
  for (size_t i = 0; i < pairs.size(); i += 2)
    if (pairs[i] == letter) return pairs[i + 1];
  return 0;
}

char32_t FoldedPoint(char32_t point) {
  if (point >= 0xFF01 && point <= 0xFF5E) point -= 0xFF01 - 0x21;
  if (point >= 0xFF61 && point <= 0xFF9F) return kWideKana[point - 0xFF61];
  if (point >= 'A' && point <= 'Z') return point + ('a' - 'A');
  if (point == '\n' || point == 0xA0 || point == 0x3000) return ' ';
  return point;
}

bool IsSeparator(char32_t point) {
  return point == ' ' || point == U'・' || point == '/' || point == ',' || point == U'、';
}

void AppendPoint(PlainText& out, char32_t point) {
  char bytes[4];
  size_t size = 1;
  if (point < 0x80) {
    bytes[0] = static_cast<char>(point);
  } else {
    size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    constexpr uint8_t kLead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size; i-- > 1; point >>= 6) bytes[i] = static_cast<char>(0x80 | (point & 0x3F));
    bytes[0] = static_cast<char>(kLead[size] | point);
  }
  out.Append({bytes, size});
}

}  // namespace

PlainText Folded(std::string_view text) {
  PlainText out;
  out.Reserve(text.size() + 16);
  char32_t held = 0;  // a letter that a mark may follow
  for (base::CodePointReader reader(text); !reader.AtEnd();) {
    const char32_t point = reader.Next();
    if (const char32_t composed = held == 0 ? 0 : Composed(held, point)) {
      AppendPoint(out, composed);
      held = 0;
      continue;
    }
    if (held != 0) AppendPoint(out, held);
    held = FoldedPoint(point);
  }
  if (held != 0) AppendPoint(out, held);
  return out;
}

PlainText FoldedTight(std::string_view text) {
  const PlainText folded = Folded(text);
  PlainText out;
  out.Reserve(folded.size());
  std::string_view rest = folded.view();
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(' '), rest.size());
    out.Append(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::vector<PlainText> FoldedTokens(std::string_view text) {
  const PlainText folded = Folded(text);
  std::vector<PlainText> tokens;
  size_t begin = 0;
  const auto end_token = [&](size_t end) {
    const std::string_view token = folded.view().substr(begin, end - begin);
    const auto same = [&](const PlainText& other) { return other.view() == token; };
    if (!token.empty() && std::none_of(tokens.begin(), tokens.end(), same)) tokens.emplace_back(token);
  };
  for (base::CodePointReader reader(folded.view()); !reader.AtEnd() && tokens.size() <= kMaxTokens;) {
    const size_t at = reader.offset();
    if (!IsSeparator(reader.Next())) continue;
    end_token(at);
    begin = reader.offset();
  }
  if (tokens.size() <= kMaxTokens) end_token(folded.size());
  return tokens;
}

std::string_view FirstPoints(std::string_view text, size_t points) {
  base::CodePointReader reader(text);
  for (; points > 0; --points) {
    if (reader.AtEnd()) return {};
    reader.Next();
  }
  return text.substr(0, reader.offset());
}

}  // namespace hikae::vault
