#include "cedar/value/extension.h"

#include <fmt/format.h>

#include <optional>

#include "cedar/text/lexer.h"

namespace hikae::cedar {
namespace {

constexpr int64_t kMin = INT64_MIN;
constexpr int64_t kMax = INT64_MAX;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

base::Error Bad(std::string_view what, std::string_view text, std::string_view form) {
  return base::Error(base::Status::kArgument, {fmt::format("{} is not a {}", Quote(text.substr(0, 60)), what), {}}, {},
                     {std::string(form), {}});
}

// Digits as a number, saturating far above 64 bits; nullopt when there are none.
std::optional<__int128> TakeDigits(std::string_view& text) {
  constexpr __int128 kLimit = static_cast<__int128>(1) << 90;
  size_t count = 0;
  __int128 value = 0;
  for (; count < text.size() && IsDigit(text[count]); ++count) {
    if (value < kLimit) value = value * 10 + (text[count] - '0');
  }
  if (count == 0) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

std::optional<int64_t> Fit(__int128 value) {
  if (value < kMin || value > kMax) return std::nullopt;
  return static_cast<int64_t>(value);
}

bool TakeChar(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

// Exactly `count` digits.
std::optional<int> TakeExactly(std::string_view& text, size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!IsDigit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

// 1 to 3 digits without a leading zero, at most `max`.
std::optional<int> TakeSmall(std::string_view& text, int max) {
  int value = 0;
  size_t count = 0;
  for (; count < text.size() && count < 4 && IsDigit(text[count]); ++count) value = value * 10 + (text[count] - '0');
  if (count == 0 || count > 3 || value > max || (count > 1 && text[0] == '0')) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

bool TakeIpv4(std::string_view& text, IpNetwork& out) {
  for (size_t i = 0; i < 4; ++i) {
    if (i > 0 && !TakeChar(text, '.')) return false;
    const auto octet = TakeSmall(text, 255);
    if (!octet) return false;
    out.address[i] = static_cast<uint8_t>(*octet);
  }
  return true;
}

std::optional<uint16_t> TakeGroup(std::string_view& text) {
  unsigned value = 0;
  size_t count = 0;
  for (; count < text.size() && count < 5; ++count) {
    const char c = text[count];
    const int digit = IsDigit(c)             ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) break;
    value = value * 16 + static_cast<unsigned>(digit);
  }
  if (count == 0 || count > 4) return std::nullopt;
  text.remove_prefix(count);
  return static_cast<uint16_t>(value);
}

// Groups up to "::", up to the end, or `max` of them.
size_t TakeGroups(std::string_view& text, std::array<uint16_t, 8>& groups, size_t max) {
  size_t count = 0;
  while (count < max) {
    std::string_view rest = text;
    if (count > 0 && !TakeChar(rest, ':')) break;
    const auto group = TakeGroup(rest);
    if (!group) break;
    groups[count++] = *group;
    text = rest;
  }
  return count;
}

bool TakeIpv6(std::string_view& text, IpNetwork& out) {
  std::array<uint16_t, 8> head{};
  std::array<uint16_t, 8> tail{};
  const size_t head_count = TakeGroups(text, head, 8);
  if (head_count < 8) {
    if (text.substr(0, 2) != "::") return false;
    text.remove_prefix(2);
    // "::" stands for one group of zeros at least.
    const size_t tail_count = TakeGroups(text, tail, 8 - (head_count + 1));
    for (size_t i = 0; i < tail_count; ++i) head[8 - tail_count + i] = tail[i];
  }
  for (size_t i = 0; i < 8; ++i) {
    out.address[2 * i] = static_cast<uint8_t>(head[i] >> 8);
    out.address[2 * i + 1] = static_cast<uint8_t>(head[i]);
  }
  return true;
}

// Days since 1970-01-01 of a civil date; the year counts from March, so that the leap day is its last.
int64_t DaysOf(int year, int month, int day) {
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

struct Civil {
  int64_t year;
  int month;
  int day;
};

Civil CivilOf(int64_t days) {
  const int64_t z = days + 719468;
  const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int64_t day_of_era = z - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

int DaysInMonth(int year, int month) {
  if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

std::optional<int64_t> TakeDate(std::string_view& text) {
  const auto year = TakeExactly(text, 4);
  if (!year || !TakeChar(text, '-')) return std::nullopt;
  const auto month = TakeExactly(text, 2);
  if (!month || *month < 1 || *month > 12 || !TakeChar(text, '-')) return std::nullopt;
  const auto day = TakeExactly(text, 2);
  if (!day || *day < 1 || *day > DaysInMonth(*year, *month)) return std::nullopt;
  return DaysOf(*year, *month, *day) * kMillisPerDay;
}

// "T10:00:00", with ".000" or without.
std::optional<int64_t> TakeTime(std::string_view& text) {
  if (!TakeChar(text, 'T')) return std::nullopt;
  const auto hour = TakeExactly(text, 2);
  if (!hour || *hour > 23 || !TakeChar(text, ':')) return std::nullopt;
  const auto minute = TakeExactly(text, 2);
  if (!minute || *minute > 59 || !TakeChar(text, ':')) return std::nullopt;
  const auto second = TakeExactly(text, 2);
  if (!second || *second > 59) return std::nullopt;
  int millis = 0;
  if (TakeChar(text, '.')) {
    const auto fraction = TakeExactly(text, 3);
    if (!fraction) return std::nullopt;
    millis = *fraction;
  }
  return ((*hour * 60LL + *minute) * 60 + *second) * 1000 + millis;
}

// "Z", "+0900" or "-0330", in milliseconds.
std::optional<int64_t> TakeZone(std::string_view& text) {
  if (TakeChar(text, 'Z')) return 0;
  const bool east = TakeChar(text, '+');
  if (!east && !TakeChar(text, '-')) return std::nullopt;
  const auto hour = TakeExactly(text, 2);
  const auto minute = TakeExactly(text, 2);
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  const int64_t offset = (*hour * 60LL + *minute) * 60'000;
  return east ? offset : -offset;
}

}  // namespace

bool IpNetwork::Within(const IpNetwork& range) const {
  if (v6 != range.v6 || prefix < range.prefix) return false;
  for (unsigned bit = 0, i = 0; bit < range.prefix; bit += 8, ++i) {
    const unsigned left = range.prefix - bit;
    const auto mask = static_cast<uint8_t>(left >= 8 ? 0xFF : 0xFF << (8 - left));
    if ((address[i] ^ range.address[i]) & mask) return false;
  }
  return true;
}

bool IpNetwork::IsLoopback() const {
  IpNetwork range;
  range.v6 = v6;
  range.prefix = v6 ? 128 : 8;
  (v6 ? range.address[15] : range.address[0]) = v6 ? 1 : 127;
  return Within(range);
}

bool IpNetwork::IsMulticast() const {
  IpNetwork range;
  range.v6 = v6;
  range.prefix = v6 ? 8 : 4;
  range.address[0] = v6 ? 0xFF : 224;
  return Within(range);
}

base::Result<int64_t> ParseDecimal(std::string_view text) {
  constexpr std::string_view kForm = "digits, a point and one to four digits: \"-12.5\"";
  std::string_view rest = text;
  const bool negative = TakeChar(rest, '-');
  const auto whole = TakeDigits(rest);
  if (!whole || !TakeChar(rest, '.')) return Bad("decimal", text, kForm);
  const size_t digits = rest.size();
  const auto fraction = TakeDigits(rest);
  if (!fraction || !rest.empty() || digits > 4) return Bad("decimal", text, kForm);
  __int128 scaled = *fraction;
  for (size_t i = digits; i < 4; ++i) scaled *= 10;
  scaled += *whole * 10'000;
  const auto fit = Fit(negative ? -scaled : scaled);
  if (!fit) return Bad("decimal", text, "it is out of range: 922337203685477.5807 at most");
  return *fit;
}

base::Result<IpNetwork> ParseIp(std::string_view text) {
  constexpr std::string_view kForm = "\"192.0.2.1\", \"192.0.2.0/24\", \"2001:db8::1\" or \"2001:db8::/32\"";
  std::string_view rest = text;
  IpNetwork out;
  out.v6 = text.find(':') != std::string_view::npos;
  const int widest = out.v6 ? 128 : 32;
  out.prefix = static_cast<uint8_t>(widest);
  if (!(out.v6 ? TakeIpv6(rest, out) : TakeIpv4(rest, out))) return Bad("ip address", text, kForm);
  if (rest.empty()) return out;
  if (!TakeChar(rest, '/')) return Bad("ip address", text, kForm);
  const auto prefix = TakeSmall(rest, widest);
  if (!prefix || !rest.empty()) return Bad("ip address", text, fmt::format("the prefix goes from 0 to {}", widest));
  out.prefix = static_cast<uint8_t>(*prefix);
  return out;
}

base::Result<int64_t> ParseDatetime(std::string_view text) {
  constexpr std::string_view kForm = "\"2021-05-06\", \"2021-05-06T10:00:00Z\" or \"2021-05-06T10:00:00.000+0900\"";
  std::string_view rest = text;
  const auto date = TakeDate(rest);
  if (!date) return Bad("datetime", text, kForm);
  if (rest.empty()) return *date;
  const auto time = TakeTime(rest);
  const auto zone = time ? TakeZone(rest) : std::nullopt;
  if (!zone || !rest.empty()) return Bad("datetime", text, kForm);
  return *date + *time - *zone;
}

base::Result<int64_t> ParseDuration(std::string_view text) {
  constexpr std::string_view kForm =
      "days, hours, minutes, seconds, milliseconds in this order: \"14d\", \"1d2h3m4s5ms\"";
  struct Unit {
    std::string_view name;
    int64_t millis;
  };
  static constexpr std::array<Unit, 5> kUnits = {
      {{"d", kMillisPerDay}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
  std::string_view rest = text;
  const bool negative = TakeChar(rest, '-');
  if (rest.empty()) return Bad("duration", text, kForm);
  __int128 total = 0;
  size_t next_unit = 0;
  while (!rest.empty()) {
    const auto count = TakeDigits(rest);
    size_t letters = 0;
    while (letters < rest.size() && !IsDigit(rest[letters])) ++letters;
    while (next_unit < kUnits.size() && kUnits[next_unit].name != rest.substr(0, letters)) ++next_unit;
    if (!count || next_unit == kUnits.size()) return Bad("duration", text, kForm);
    rest.remove_prefix(letters);
    const auto part = Fit(negative ? -*count : *count);
    const auto millis = part ? Fit(static_cast<__int128>(*part) * kUnits[next_unit].millis) : std::nullopt;
    const auto sum = millis ? Fit(total + *millis) : std::nullopt;
    if (!sum) return Bad("duration", text, "it is out of range: 64 bits of milliseconds at most");
    total = *sum;
    ++next_unit;
  }
  return static_cast<int64_t>(total);
}

std::string DecimalText(int64_t value) {
  const bool negative = value < 0;
  const uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  std::string out = fmt::format("{}{}.{:04}", negative ? "-" : "", magnitude / 10'000, magnitude % 10'000);
  while (out.back() == '0' && out[out.size() - 2] != '.') out.pop_back();
  return out;
}

std::string IpText(const IpNetwork& network) {
  const auto& a = network.address;
  std::string out;
  if (!network.v6) {
    out = fmt::format("{}.{}.{}.{}", a[0], a[1], a[2], a[3]);
  } else {
    // The longest run of two zero groups or more is written "::".
    size_t best = 8, best_size = 1;
    const auto group = [&](size_t i) { return a[2 * i] << 8 | a[2 * i + 1]; };
    for (size_t i = 0; i < 8;) {
      size_t end = i;
      while (end < 8 && group(end) == 0) ++end;
      if (end - i > best_size) best = i, best_size = end - i;
      i = end + 1;
    }
    for (size_t i = 0; i < 8; ++i) {
      if (i == best) out += "::", i += best_size;
      if (i >= 8) break;
      if (!out.empty() && out.back() != ':') out += ':';
      out += fmt::format("{:x}", group(i));
    }
  }
  if (network.prefix != (network.v6 ? 128 : 32)) out += fmt::format("/{}", network.prefix);
  return out;
}

std::string DatetimeText(int64_t milliseconds) {
  const int64_t start = milliseconds < kMin + kMillisPerDay ? 0 : StartOfDay(milliseconds);
  const Civil date = CivilOf(start / kMillisPerDay);
  if (milliseconds < kMin + kMillisPerDay || date.year < 0 || date.year > 9999) return {};
  std::string out = fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
  const int64_t rest = milliseconds - start;
  if (rest == 0) return out;
  out += fmt::format("T{:02}:{:02}:{:02}", rest / 3'600'000, rest / 60'000 % 60, rest / 1000 % 60);
  if (rest % 1000 != 0) out += fmt::format(".{:03}", rest % 1000);
  return out + "Z";
}

std::string DurationText(int64_t milliseconds) {
  if (milliseconds == 0) return "0ms";
  uint64_t rest = milliseconds < 0 ? 0 - static_cast<uint64_t>(milliseconds) : static_cast<uint64_t>(milliseconds);
  std::string out = milliseconds < 0 ? "-" : "";
  const auto take = [&](uint64_t unit, std::string_view name) {
    if (rest >= unit) out += fmt::format("{}{}", rest / unit, name);
    rest %= unit;
  };
  take(kMillisPerDay, "d");
  take(3'600'000, "h");
  take(60'000, "m");
  take(1000, "s");
  take(1, "ms");
  return out;
}

}  // namespace hikae::cedar
