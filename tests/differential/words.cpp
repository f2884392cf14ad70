#include "differential/words.h"

#include <fmt/format.h>

#include <array>

#include "base/utf8.h"

namespace hikae::differential {
namespace {

bool IsReserved(std::string_view text) {
  for (std::string_view word : {"true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar"}) {
    if (text == word) return true;
  }
  return false;
}

}  // namespace

bool IsIdentifier(std::string_view text) {
  if (text.empty() || IsReserved(text)) return false;
  const auto letter = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!letter(text[0])) return false;
  for (char c : text) {
    if (!letter(c) && (c < '0' || c > '9')) return false;
  }
  return true;
}

std::string AnyString(Random& random) {
  static const std::vector<std::string> pool = {"",
                                                "a",
                                                "b",
                                                "ab",
                                                "abc",
                                                "A",
                                                "1",
                                                "true",
                                                "山田 太郎",
                                                "個人情報",
                                                "葛󠄀飾区",
                                                "ﾊﾝｶｸ ｶﾅ",
                                                "令和6年",
                                                "𠮷野家",
                                                "a\"b",
                                                "a\\b",
                                                "*",
                                                "a*b",
                                                "?",
                                                " ",
                                                "\t\n\r",
                                                "é",
                                                "é",
                                                "\U0001F600",
                                                "\u00A0",
                                                "principal",
                                                "User",
                                                "N::\"x\"",
                                                "\x7F",
                                                "ß",
                                                "\u200Bzero",
                                                "{}",
                                                "//",
                                                "__entity",
                                                "0.1234",
                                                "x.y",
                                                "'",
                                                "`",
                                                "\u2028",
                                                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
  if (random.Chance(85)) return random.Pick(pool);
  return Concat({random.Pick(pool), random.Pick(pool)});
}

std::string AnyId(Random& random) {
  static const std::vector<std::string> pool = {"a", "b", "c", "alice", "太郎", "x y", "01", "課長", "d\"q", "\\", "é"};
  return random.Chance(95) ? random.Pick(pool) : AnyString(random);
}

std::string AttributeName(Random& random) {
  static const std::vector<std::string> plain = {"a", "b", "c", "age", "name", "owner", "level", "kind", "on", "addr"};
  static const std::vector<std::string> odd = {"氏名", "x y", "in",   "if",   "principal", "type", "id", "__cedar",
                                               "",     "a.b", "like", "Bool", "is",        "has",  "_",  "then"};
  return random.Chance(88) ? random.Pick(plain) : random.Pick(odd);
}

std::string Literal(Random& random, std::string_view contents) {
  std::string out = "\"";
  for (base::CodePointReader reader(contents); !reader.AtEnd();) {
    const size_t start = reader.offset();
    const char32_t c = reader.Next();
    const std::string_view raw = contents.substr(start, reader.offset() - start);
    const bool must = c == '"' || c == '\\';
    if (!must && !random.Chance(c < 0x20 ? 80 : 6)) {
      out += raw;
    } else if (c == '"' || c == '\\' || c == '\'') {
      out += '\\', out += raw;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c < 0x80 && random.Chance(50)) {
      out += fmt::format("\\x{:02x}", static_cast<uint32_t>(c));
    } else {
      const auto number = static_cast<uint32_t>(c);
      out += random.Chance(50) ? fmt::format("\\u{{{:x}}}", number) : fmt::format("\\u{{{:04X}}}", number);
    }
  }
  return out + "\"";
}

std::string PatternLiteral(Random& random) {
  std::string contents = AnyString(random);
  std::string out = "\"";
  for (size_t i = random.Below(4);; --i) {
    if (random.Chance(60)) out += '*';
    if (i == 0) break;
    if (random.Chance(15)) {
      out += "\\*";
    } else {
      const std::string part =
          Literal(random, random.Chance(50) ? AnyString(random) : random.PickText({"a", "b", "太"}));
      out += part.substr(1, part.size() - 2);
    }
  }
  return out + "\"";
}

std::string LongLiteral(Random& random) {
  static const std::vector<std::string> edges = {"9223372036854775807",
                                                 "-9223372036854775808",
                                                 "9223372036854775806",
                                                 "4611686018427387904",
                                                 "3037000500",
                                                 "-3037000500",
                                                 "2147483648",
                                                 "9007199254740993",
                                                 "-1",
                                                 "007"};
  if (random.Chance(8)) return random.Pick(edges);
  return fmt::format("{}", static_cast<int64_t>(random.Below(random.Chance(80) ? 6 : 5000)) - 2);
}

int64_t JsonLong(Random& random) {
  static const std::vector<int64_t> edges = {9007199254740991, -9007199254740991, 2147483647, -2147483648, 4294967296};
  if (random.Chance(5)) return random.Pick(edges);
  return static_cast<int64_t>(random.Below(random.Chance(80) ? 6 : 5000)) - 2;
}

const std::vector<std::string>& DecimalTexts(bool valid) {
  static const std::vector<std::string> good = {
      "0.0",     "1.0",   "-1.5", "0.1234", "922337203685477.5807", "-922337203685477.5808",
      "-0.0001", "00.10", "1.20", "3.14"};
  static const std::vector<std::string> bad = {"",
                                               "1",
                                               ".5",
                                               "1.",
                                               "1.00000",
                                               "922337203685477.5808",
                                               "+1.0",
                                               "1e3",
                                               " 1.0",
                                               "1.0 ",
                                               "-.1",
                                               "--1.0",
                                               "１.０",
                                               "1.2.3",
                                               "1_0.0",
                                               "-922337203685477.5809",
                                               "99999999999999999999.0",
                                               "-"};
  return valid ? good : bad;
}

const std::vector<std::string>& IpTexts(bool valid) {
  static const std::vector<std::string> good = {"127.0.0.1",
                                                "10.0.0.0/8",
                                                "192.168.1.5",
                                                "192.168.0.0/16",
                                                "0.0.0.0/0",
                                                "224.0.0.1",
                                                "255.255.255.255",
                                                "::1",
                                                "::",
                                                "fe80::1/64",
                                                "ff00::/8",
                                                "ff02::1",
                                                "2001:db8::/32",
                                                "1:2:3:4:5:6:7:8",
                                                "::/0",
                                                "10.1.2.3/32",
                                                "239.0.0.0/4",
                                                "224.0.0.0/3",
                                                "127.0.0.0/7",
                                                "127.0.0.1/8",
                                                "ABCD::",
                                                "::1/128",
                                                "2001:DB8:0:0:1::/80",
                                                "1::8"};
  static const std::vector<std::string> bad = {"",
                                               "1.2.3",
                                               "1.2.3.4.5",
                                               "256.0.0.1",
                                               "01.2.3.4",
                                               "1.2.3.4/33",
                                               "1.2.3.4/",
                                               "1.2.3.4/08",
                                               "::1/129",
                                               ":::",
                                               "1:2:3:4:5:6:7",
                                               "1::2::3",
                                               "::ffff:1.2.3.4",
                                               "g::",
                                               "1.2.3.4/ 8",
                                               " 1.2.3.4",
                                               "1.2.3.4 ",
                                               "12345::",
                                               "::/00",
                                               "[::1]",
                                               "fe80::1%eth0",
                                               "1.2.3.4/-1",
                                               "1.2.3.4/+8",
                                               "1.2.3.4/8/8",
                                               "::1.2.3.4",
                                               "1:2:3:4:5:6:7:8:9",
                                               "1:2:3:4:5:6:7::8",
                                               "0x7f.1",
                                               "1..2.3",
                                               "::1/064"};
  return valid ? good : bad;
}

const std::vector<std::string>& DatetimeTexts(bool valid) {
  static const std::vector<std::string> good = {"1970-01-01",
                                                "2024-02-29",
                                                "2023-12-31T23:59:59Z",
                                                "2024-04-01T00:00:00+0900",
                                                "0000-01-01",
                                                "9999-12-31T23:59:59.999Z",
                                                "1969-12-31T23:59:59.999Z",
                                                "2024-10-15T11:38:02.101-1134",
                                                "2024-10-15T11:38:02+2359",
                                                "2000-02-29",
                                                "2024-04-01T00:00:00.000Z",
                                                "2024-03-31T15:00:00Z"};
  static const std::vector<std::string> bad = {"",
                                               "2023-02-29",
                                               "2024-13-01",
                                               "2024-00-10",
                                               "2024-01-32",
                                               "1900-02-29",
                                               "2024-1-1",
                                               "2024-01-01T24:00:00Z",
                                               "2024-01-01T00:60:00Z",
                                               "2024-01-01T00:00:60Z",
                                               "2024-01-01T00:00:00",
                                               "2024-01-01 00:00:00Z",
                                               "2024-01-01T00:00:00.1Z",
                                               "2024-01-01T00:00:00.1234Z",
                                               "2024-01-01T00:00:00+09:00",
                                               "2024-01-01T00:00:00+2400",
                                               "2024-01-01T00:00:00+0060",
                                               "2024-01-01T00:00:00z",
                                               "2024-01-01t00:00:00Z",
                                               "20240101",
                                               "-2024-01-01",
                                               "12024-01-01",
                                               " 2024-01-01",
                                               "2024-01-01 ",
                                               "2024-01-01T00:00Z",
                                               "2024-01-01T",
                                               "2024-01-01T00:00:00.000",
                                               "令和6年4月1日",
                                               "2024-01-01T00:00:00-0000Z",
                                               "2016-12-31T23:59:60Z",
                                               "2024-01-01Z",
                                               "2024/01/01"};
  return valid ? good : bad;
}

const std::vector<std::string>& DurationTexts(bool valid) {
  static const std::vector<std::string> good = {"0ms",
                                                "1ms",
                                                "-1ms",
                                                "1d",
                                                "2d3h4m5s6ms",
                                                "-5h30m",
                                                "90m",
                                                "3600s",
                                                "1s1ms",
                                                "0d",
                                                "-0s",
                                                "00012h",
                                                "1d1ms",
                                                "106751991167d",
                                                "9223372036854775807ms",
                                                "-9223372036854775808ms",
                                                "-1d12h",
                                                "24h",
                                                "86400000ms"};
  static const std::vector<std::string> bad = {"",
                                               "1",
                                               "ms",
                                               "d",
                                               "1y",
                                               "1.5h",
                                               "1h1d",
                                               "1h 1m",
                                               " 1h",
                                               "1h ",
                                               "+1h",
                                               "1m1m",
                                               "-",
                                               "1H",
                                               "1d-1h",
                                               "--1d",
                                               "106751991168d",
                                               "9223372036854775808ms",
                                               "-9223372036854775809ms",
                                               "1w",
                                               "１d",
                                               "1ms1s",
                                               "1d2d",
                                               "9223372036854775807d",
                                               "-106751991168d",
                                               "99999999999999999999ms",
                                               "1e3s",
                                               "1dd"};
  return valid ? good : bad;
}

}  // namespace hikae::differential
