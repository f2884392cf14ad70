// Reading a stream by the line and by the block, without ever holding more than was asked for.
#ifndef HIKAE_CRYPTO_AGE_INTAKE_H_
#define HIKAE_CRYPTO_AGE_INTAKE_H_

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "crypto/sha256.h"

namespace hikae::crypto::age {

// Gives the next bytes, at least one and at most as many as there is room for; 0 only at the end.
using Pull = std::function<base::Result<size_t>(std::span<uint8_t> into)>;
// Takes the next bytes, all of them.
using Push = std::function<base::Result<void>(Bytes bytes)>;

// One thread at a time.
class Intake {
 public:
  explicit Intake(Pull pull) : pull_(std::move(pull)) {}

  struct Line {
    std::string text;    // without its line feed
    bool ended = false;  // by a line feed; else the stream is over
  };
  // Nothing at the end of the stream. A line of more than `most` bytes comes cut off, and not ended.
  base::Result<std::optional<Line>> ReadLine(size_t most);
  // Fewer than asked for only at the end of the stream.
  base::Result<size_t> Read(std::span<uint8_t> into);
  base::Result<bool> AtEnd();
  // The first bytes that are not blank, without taking anything: up to `most`.
  base::Result<std::string> PeekBehindBlanks(size_t most);

 private:
  base::Result<bool> Fill();  // false at the end

  Pull pull_;
  std::vector<uint8_t> buffer_;
  size_t at_ = 0;
  bool ended_ = false;
};

}  // namespace hikae::crypto::age

#endif  // HIKAE_CRYPTO_AGE_INTAKE_H_
