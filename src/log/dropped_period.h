// What is left of a period whose retention has ended: its certificate (docs/formats/office-directory.md §2.5).
#ifndef HIKAE_LOG_DROPPED_PERIOD_H_
#define HIKAE_LOG_DROPPED_PERIOD_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "crypto/pseudonym.h"
#include "crypto/sha256.h"

namespace hikae::log {

constexpr size_t kMaxCertificateBytes = size_t{1} << 20;

struct DroppedPeriod {
  std::string name;
  std::string origin;
  int64_t dropped_at = 0;  // microseconds since 1970
  crypto::Pseudonym by{};  // of an actor
  std::string ground;
  std::string checkpoint;   // the period's last, a signed note: as the period after has it in its first entry
  crypto::Digest digest{};  // SHA-256 of the text it was read from

  std::string ToJson() const;
  // kTampered: not a certificate, or not of the period it is named after; kVersion: of a newer hikae.
  static base::Result<DroppedPeriod> Parse(std::string_view text, const std::string& file);
};

std::string CertificateName(std::string_view period);  // "2021.dropped"
// The certificates of a log directory whose period is gone, in order of names. kNotFound: no such directory.
base::Result<std::vector<DroppedPeriod>> ListDropped(base::Io& io, const std::string& log_directory);

}  // namespace hikae::log

#endif  // HIKAE_LOG_DROPPED_PERIOD_H_
