// Age files, binary and armored: a file is opened or refused, and what is given out does not depend on how it came in.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "check.h"
#include "crypto/age/age.h"

namespace {

using namespace hikae;
using namespace hikae::crypto::age;

const Identity& Known() {
  static const Identity identity =
      *Identity::Parse("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
  return identity;
}

struct Outcome {
  std::string plain;
  std::optional<base::Status> failed;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Given in pieces of `piece` bytes.
Outcome Open(std::string_view file, size_t piece) {
  const Pull pull = [file, piece](std::span<uint8_t> into) mutable {
    const size_t count = std::min({into.size(), file.size(), piece});
    std::copy_n(file.begin(), count, into.begin());
    file.remove_prefix(count);
    return base::Result<size_t>(count);
  };
  Outcome out;
  auto reader = Reader::Open(pull, {{&Known(), 1}, "hikae", 4});
  if (!reader.ok()) return {"", reader.error().status};
  std::vector<uint8_t> part(piece);
  for (;;) {
    const auto size = reader->Read(part);
    if (!size.ok()) return {std::move(out.plain), size.error().status};
    if (*size == 0) return out;
    out.plain.append(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(*size));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  const Outcome whole = Open(file, size_t{1} << 17);
  fuzz::Require(whole == Open(file, 3), "refused or opened alike whatever the pieces");
  if (whole.failed) {
    fuzz::Require(*whole.failed != base::Status::kInternal && *whole.failed != base::Status::kIo,
                  "an error is the input's");
    return 0;
  }
  // What was opened can be sealed and opened again.
  std::string again;
  auto writer = Writer::ForRecipients(
      [&](crypto::Bytes bytes) {
        again.append(bytes.begin(), bytes.end());
        return base::Result<void>();
      },
      {&Known().recipient(), 1}, size % 2 == 0 ? Form::kBinary : Form::kArmored);
  fuzz::Require(writer.ok(), "sealed again");
  fuzz::Require(writer->Write({reinterpret_cast<const uint8_t*>(whole.plain.data()), whole.plain.size()}).ok(),
                "sealed again");
  fuzz::Require(writer->Finish().ok(), "sealed again");
  fuzz::Require(Open(again, 1000) == whole, "opened again");
  return 0;
}
