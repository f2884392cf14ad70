// Lines that are not as the format has them, and lines that are, however they come in.
#include "vault/media/decoder.h"

#include <tuple>

#include "vault/media/encoder.h"
#include "vault/media_fixture.h"

namespace hikae::vault {
namespace {

MediaContent Content(MediaForm form) {
  return {kOffice, "benefit", "households", {{"氏名", false}, {"写真", true}}, form};
}

// Decoded as the first record, behind the head.
Result<OwnedRecord> Decoded(MediaForm form, std::string line, bool first = true) {
  const MediaContent content = Content(form);
  RecordDecoder decoder(content);
  HIKAE_CHECK(decoder.Head(StreamHead(content, {})));
  MediaRecord record;
  if (!first) {
    SecretBytes bytes;
    EXPECT_TRUE(RecordEncoder(content, {}).Encode({"x", 1, {}}, bytes).ok());
    EXPECT_TRUE(decoder.Decode({bytes.data(), bytes.size()}, record).ok());
  }
  HIKAE_CHECK(decoder.Decode(line, record));
  return OwnedRecord(record);
}

TEST(MediaDecoder, RefusesEveryOtherJson) {
  const MediaForm form = MediaForm::kJsonLines;
  const auto good =
      Decoded(form, "{\"subject\":\"1\",\"version\":7,\"items\":{\"氏名\":\"\\\"\\\\\\n\",\"写真\":\"AA==\"}}\n");
  ASSERT_TRUE(good.ok()) << good.error().ToString();
  EXPECT_EQ(std::get<1>(good->items[0]), "\"\\\n");
  EXPECT_EQ(std::get<1>(good->items[1]), std::string(1, '\0'));
  for (const std::string line : {
           "",
           "\n",
           "{}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{}}",
           "{\"subject\":\"\",\"version\":7,\"items\":{}}\n",
           "{\"subject\":\"1\\n\",\"version\":7,\"items\":{}}\n",
           "{\"subject\":\"\xFF\",\"version\":7,\"items\":{}}\n",
           "{\"subject\":1,\"version\":7,\"items\":{}}\n",
           "{\"subject\":\"1\",\"version\":0,\"items\":{}}\n",
           "{\"subject\":\"1\",\"version\":07,\"items\":{}}\n",
           "{\"subject\":\"1\",\"version\":-1,\"items\":{}}\n",
           "{\"subject\":\"1\",\"version\":7.0,\"items\":{}}\n",
           "{\"subject\":\"1\",\"version\":18446744073709551616,\"items\":{}}\n",
           "{\"version\":7,\"subject\":\"1\",\"items\":{}}\n",
           "{\"subject\":\"1\",\"version\":7}\n",
           "{ \"subject\":\"1\",\"version\":7,\"items\":{}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{}}\r\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{},\"more\":1}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"住所\":\"\"}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"氏名\":\"\",\"氏名\":\"\"}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"写真\":\"\",\"氏名\":\"\"}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"氏名\":\"\",}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{,\"氏名\":\"\"}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"氏名\":null}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"氏名\":\"\\u0041\"}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"氏名\":\"\\/\"}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"氏名\":\"a\tb\"}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"氏名\":\"\xC2\x80\"}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"氏名\":\"\xED\xA0\x80\"}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"写真\":\"AB==\"}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"写真\":\"AA\"}}\n",
           "{\"subject\":\"1\",\"version\":7,\"items\":{\"氏名\":\"\\",
       }) {
    const auto record = Decoded(form, line);
    ASSERT_FALSE(record.ok()) << line;
    EXPECT_EQ(record.error().status, Status::kArgument) << line;
    EXPECT_EQ(record.error().where.line, 2u);
    EXPECT_FALSE(record.error().text.ja.empty() || record.error().hint.ja.empty());
  }
}

TEST(MediaDecoder, RefusesEveryOtherCsv) {
  const std::string salt(32, '0');
  const auto good = Decoded(MediaForm::kCsv, "1,7,\"a\"\"b,\nc\",AA==," + salt + "\r\n");
  ASSERT_TRUE(good.ok()) << good.error().ToString();
  EXPECT_EQ(std::get<1>(good->items[0]), "a\"b,\nc");
  const auto empty = Decoded(MediaForm::kCsv, "1,7,\"\",,\r\n", false);
  ASSERT_TRUE(empty.ok()) << empty.error().ToString();
  ASSERT_EQ(empty->items.size(), 1u) << "the empty text is a value, an empty cell is none";
  for (const std::string cells : {"1,7,a,",     "1,7,a,,,",     ",7,a,,",     "\"\",7,a,,",      "1,,a,,",
                                  "1,0,a,,",    "1,01,a,,",     "1,+1,a,,",   "1,\"7\",a,,",     "1,7,\"a\",,",
                                  "1,7,a\"b,,", "1,7,\"a\"b,,", "1,7,\"a,,",  "1,7, \"a\",,",    "1,7,\"a\nb\",AB==,",
                                  "1,7,a,AA,",  "1,7,\t,,",     "1,7,\xFF,,", "1,7,a,\"AA==\",", "\"a\nb\",7,a,,",
                                  "1,7,a\rb,,", "1,7,a\nb,,"}) {
    for (const bool first : {true, false}) {
      const auto record = Decoded(MediaForm::kCsv, cells + (first ? salt : "") + "\r\n", first);
      ASSERT_FALSE(record.ok()) << cells;
      EXPECT_EQ(record.error().status, Status::kArgument);
      EXPECT_FALSE(record.error().text.ja.empty() || record.error().hint.ja.empty());
    }
  }
  for (const std::string& end :
       {std::string(",\r\n"), "," + salt.substr(1) + "\r\n", "," + std::string(32, 'A') + "\r\n", "," + salt + "\n",
        "," + salt, "," + salt + "\r\nx"}) {
    EXPECT_FALSE(Decoded(MediaForm::kCsv, "1,7,a," + end).ok()) << end;
  }
  EXPECT_FALSE(Decoded(MediaForm::kCsv, "1,7,a,," + salt + "\r\n", false).ok()) << "a second salt";
}

TEST(MediaDecoder, RefusesOtherHeads) {
  for (const MediaForm form : {MediaForm::kJsonLines, MediaForm::kCsv, MediaForm::kCsvMarked}) {
    const std::string head = StreamHead(Content(form), {});
    ASSERT_TRUE(RecordDecoder(Content(form)).Head(head).ok());
    for (size_t i = 0; i < head.size(); ++i) {
      std::string other = head;
      other[i] = static_cast<char>(other[i] ^ 0x40);
      EXPECT_FALSE(RecordDecoder(Content(form)).Head(other).ok()) << i;
      EXPECT_FALSE(RecordDecoder(Content(form)).Head(head.substr(0, i)).ok()) << i;
    }
  }
}

// Lines are found wherever the pieces of a stream end.
TEST(MediaDecoder, FindsLinesInEveryPiece) {
  for (const MediaForm form : {MediaForm::kJsonLines, MediaForm::kCsv}) {
    SecretBytes bytes;
    RecordEncoder encoder(Households(form), {});
    std::vector<size_t> ends;
    for (uint64_t n = 0; n < 20; ++n) {
      ASSERT_TRUE(encoder.Encode(Household(n).View(), bytes).ok());
      ends.push_back(bytes.size());
    }
    for (size_t piece = 1; piece < 40; ++piece) {
      LineFinder finder(form);
      std::vector<size_t> found;
      size_t begin = 0;
      for (size_t there = piece;; there += piece) {
        const std::string_view text = bytes.view().substr(begin, std::min(there, bytes.size()) - begin);
        for (std::string_view rest = text; const auto length = finder.Find(rest);) {
          rest.remove_prefix(*length);
          found.push_back(begin += *length);
        }
        if (there >= bytes.size()) break;
      }
      EXPECT_EQ(found, ends) << piece;
    }
  }
}

}  // namespace
}  // namespace hikae::vault
