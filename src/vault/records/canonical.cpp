// Values in the one form in which they are stored.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/civil_date.h"
#include "base/utf8.h"
#include "codec/pattern.h"
#include "crypto/aead.h"
#include "vault/item.h"
#include "vault/records/body.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

Error Expected(const ItemSpec& spec, const Text& what) {
  return Wrong({fmt::format("item '{}' is {}", spec.item, what.en), fmt::format("項目「{}」は{}", spec.item, what.ja)});
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

Result<PlainText> TextOf(const ItemSpec& spec, std::string_view value) {
  if (!base::IsUtf8(value)) return Expected(spec, {"text in well-formed UTF-8", "正しい UTF-8 の文字列である"});
  for (base::CodePointReader reader(value); !reader.AtEnd();) {
    const char32_t point = reader.Next();
    if ((point < 0x20 && point != '\n') || (point >= 0x7F && point <= 0x9F))
      return Expected(spec,
                      {"text without control characters but line feeds", "改行のほかに制御文字のない文字列である"});
  }
  return PlainText(value);
}

Result<PlainText> DateOf(const ItemSpec& spec, std::string_view value) {
  const auto day = base::IsUtf8(value) ? base::ParseDate(value) : Result<base::Day>(Error());
  // The reader's own error quotes the date.
  if (!day.ok())
    return Expected(spec, {"a date that exists: 2004-02-28, 平成16年2月28日",
                           "実在する日付である。2004-02-28、平成16年2月28日など"});
  std::string iso = base::FormatIso(*day);
  PlainText out(iso);
  crypto::Wipe(iso.data(), iso.size());
  return out;
}

// Sign, digits, and digits behind a point: neither a plus nor zeros that say nothing before the first digit.
Result<PlainText> NumberOf(const ItemSpec& spec, std::string_view value) {
  bool negative = false;
  if (!value.empty() && (value[0] == '+' || value[0] == '-')) {
    negative = value[0] == '-';
    value.remove_prefix(1);
  }
  const auto digits = static_cast<size_t>(std::find_if_not(value.begin(), value.end(), IsDigit) - value.begin());
  const std::string_view behind = value.substr(digits);
  const bool fraction =
      behind.size() >= 2 && behind[0] == '.' && std::all_of(behind.begin() + 1, behind.end(), IsDigit);
  if (digits == 0 || (!behind.empty() && !fraction))
    return Expected(spec, {"a number in ASCII digits: 12, -3.5", "半角数字の数である。12、-3.5 など"});
  size_t zeros = 0;
  while (zeros + 1 < digits && value[zeros] == '0') ++zeros;
  const bool nothing = value.find_first_not_of("0.") == std::string_view::npos;
  PlainText out;
  if (negative && !nothing) out.Append("-");
  out.Append(value.substr(zeros));
  return out;
}

Result<PlainText> CodeOf(const ItemSpec& spec, std::string_view value) {
  if (!IsName(value))
    return Expected(spec,
                    {"a code of 1 to 255 bytes without control characters", "制御文字のない1〜255バイトの符号である"});
  if (!spec.codes.empty() && std::find(spec.codes.begin(), spec.codes.end(), value) == spec.codes.end())
    return Expected(spec, {fmt::format("one of {} declared codes", spec.codes.size()),
                           fmt::format("宣言された{}種の符号のいずれかである", spec.codes.size())});
  return PlainText(value);
}

Result<PlainText> Typed(const ItemSpec& spec, std::string_view value) {
  switch (spec.type) {
    case ItemType::kText:
      return TextOf(spec, value);
    case ItemType::kDate:
      return DateOf(spec, value);
    case ItemType::kNumber:
      return NumberOf(spec, value);
    case ItemType::kCode:
    case ItemType::kAccount:
      return CodeOf(spec, value);
    case ItemType::kBlob:
      return PlainText(value);
  }
  return Expected(spec, {"of a type this hikae does not know", "この hikae の知らない型である"});
}

// Type and length, but not the pattern.
Result<PlainText> Measured(const ItemSpec& spec, std::string_view value) {
  const size_t most = std::min(spec.max_bytes, kMaxItemBytes);
  const auto too_long = [&] {
    return Expected(spec, {fmt::format("at most {} bytes long", most), fmt::format("{}バイトまでである", most)});
  };
  if (value.size() > kMaxItemBytes) return too_long();
  HIKAE_TRY(PlainText out, Typed(spec, value));
  if (out.size() > most) return too_long();
  return out;
}

Result<PlainText> Matched(const ItemSpec& spec, const codec::Pattern& pattern, PlainText value) {
  if (base::IsUtf8(value.view()) && pattern.Matches(value.view())) return value;
  const std::string& format = spec.format.empty() ? spec.pattern : spec.format;
  return Expected(spec, {fmt::format("of the format {}", format), fmt::format("次の書式である: {}", format)});
}

}  // namespace

Result<PlainText> Canonical(const ItemSpec& spec, std::string_view value) { return Canonicals().Of(spec, value); }

struct Canonicals::Rep {
  static constexpr size_t kMostPatterns = 1'000;
  std::map<std::string, codec::Pattern, std::less<>> patterns;
};

Canonicals::Canonicals() : rep_(std::make_unique<Rep>()) {}
Canonicals::~Canonicals() = default;

Result<PlainText> Canonicals::Of(const ItemSpec& spec, std::string_view value) {
  HIKAE_TRY(PlainText out, Measured(spec, value));
  if (spec.pattern.empty()) return out;
  auto found = rep_->patterns.find(spec.pattern);
  if (found == rep_->patterns.end()) {
    HIKAE_TRY(codec::Pattern pattern, codec::Pattern::Compile(spec.pattern));
    if (rep_->patterns.size() >= Rep::kMostPatterns) rep_->patterns.clear();
    found = rep_->patterns.emplace(spec.pattern, std::move(pattern)).first;
  }
  return Matched(spec, found->second, std::move(out));
}

}  // namespace hikae::vault
