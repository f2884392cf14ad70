#include "vault/keys/share_text.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "codec/hex.h"
#include "crypto/blake2b.h"
#include "vault/keys/derive.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr std::string_view kOpening = "hikae-share-1 ";

std::string SumOf(std::string_view before, std::string_view custodian) {
  const auto sum = crypto::Blake2bOf<32>({}, {crypto::AsBytes(before), crypto::AsBytes(custodian)});
  return codec::Hex(std::span(sum).first(4));
}

// The next word, which a space ends.
std::optional<std::string_view> Word(std::string_view* text) {
  const size_t space = text->find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view word = text->substr(0, space);
  text->remove_prefix(space + 1);
  return word;
}

bool ReadSmall(std::string_view word, uint8_t* into) {
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), *into);
  return code == std::errc() && end == word.data() + word.size() && *into != 0 && word[0] != '0';
}

// 64 digits in sixteen groups of four.
bool ReadGroups(std::string_view word, crypto::Secret* into) {
  if (word.size() != 79) return false;
  for (size_t group = 0; group < 16; ++group) {
    if (group != 15 && word[group * 5 + 4] != '-') return false;
    if (!codec::FromHex(word.substr(group * 5, 4), std::span(into->bytes).subspan(group * 2, 2))) return false;
  }
  return true;
}

Error NoShare(const char* en, const char* ja) {
  return Error(Status::kArgument, {en, ja}, {}, {"copy the line as it was given out", "渡された1行をそのまま入力する"});
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kWhite = " \t\r\n";
  const size_t begin = text.find_first_not_of(kWhite);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhite) - begin + 1);
}

}  // namespace

std::string ShareText::ToString() const {
  std::string text = fmt::format("{}{} {} {} ", kOpening, codec::Hex(set), needed, share.index);
  text.reserve(512);
  for (size_t group = 0; group < 16; ++group) {
    if (group != 0) text += '-';
    text += codec::Hex(std::span(share.value.bytes).subspan(group * 2, 2));
  }
  text += ' ';
  text += SumOf(text, custodian);
  return text += ' ' + custodian;
}

Result<ShareText> ShareText::Parse(std::string_view text) {
  text = Trimmed(text);
  const std::string_view whole = text;
  const Error no_share = NoShare("the text is not a share", "分散片ではない");
  if (!text.starts_with(kOpening)) return no_share;
  text.remove_prefix(kOpening.size());
  ShareText read;
  const auto set = Word(&text), needed = Word(&text), index = Word(&text), value = Word(&text);
  if (!value) return no_share;
  const std::string_view before = whole.substr(0, whole.size() - text.size());
  const auto sum = Word(&text);
  if (!sum || !CheckSubject(text).ok()) return no_share;
  if (*sum != SumOf(before, text)) return NoShare("the share is mistyped", "分散片に書き誤りがある");
  if (!codec::FromHex(*set, read.set) || !ReadSmall(*needed, &read.needed) || !ReadSmall(*index, &read.share.index) ||
      !ReadGroups(*value, &read.share.value)) {
    return no_share;
  }
  read.custodian = text;
  // One content has one text: upper-case digits end here.
  std::string again = read.ToString();
  const bool same = again == whole;
  crypto::Wipe(again.data(), again.size());
  if (!same) return no_share;
  return read;
}

}  // namespace hikae::vault
