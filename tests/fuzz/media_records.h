// The property both forms of an export's records have: what is read is written again as it was.
#ifndef HIKAE_TESTS_FUZZ_MEDIA_RECORDS_H_
#define HIKAE_TESTS_FUZZ_MEDIA_RECORDS_H_

#include <string>

#include "check.h"
#include "codec/hex.h"
#include "vault/media/decoder.h"
#include "vault/media/encoder.h"

namespace hikae::fuzz {

// The input is what follows the head.
inline void CheckRecords(vault::MediaForm form, std::string_view input) {
  const vault::MediaContent content{
      "hikae.example/江戸川", "benefit", "households", {{"氏名", false}, {"a\"b,c", false}, {"写真", true}}, form};
  vault::MediaSalt salt{};
  vault::LineFinder finder(form);
  vault::RecordDecoder decoder(content);
  Require(decoder.Head(vault::StreamHead(content, salt)).ok(), "the head is read");
  std::optional<vault::RecordEncoder> encoder;
  while (const auto length = finder.Find(input)) {
    const std::string line(input.substr(0, *length));
    input.remove_prefix(*length);
    std::string read = line;
    vault::MediaRecord record;
    const auto decoded = decoder.Decode(read, record);
    if (!decoded.ok()) return RequireGoodError(decoded.error());
    if (!encoder) {
      // The first record of CSV has the salt.
      if (form == vault::MediaForm::kCsv)
        Require(line.size() > 34 && codec::FromHex(std::string_view(line).substr(line.size() - 34, 32), salt),
                "a salt");
      encoder.emplace(content, salt);
    }
    vault::SecretBytes again;
    const auto encoded = encoder->Encode(record, again);
    Require(encoded.ok(), "what was read can be written", encoded.ok() ? "" : encoded.error().ToString());
    Require(again.view() == line, "one content has one encoding", line);
  }
}

}  // namespace hikae::fuzz

#endif  // HIKAE_TESTS_FUZZ_MEDIA_RECORDS_H_
