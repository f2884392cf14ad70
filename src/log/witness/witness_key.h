// The secret of a witness, as it lies in a file of its own: the form that the note tools of others use,
// "PRIVATE+KEY+name+id+base64(04 ‖ seed)", one line.
#ifndef HIKAE_LOG_WITNESS_WITNESS_KEY_H_
#define HIKAE_LOG_WITNESS_WITNESS_KEY_H_

#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/signature.h"
#include "log/witness/witness.h"

namespace hikae::log {

// A name and its key. Movable. Thread-safe.
class WitnessKey {
 public:
  static constexpr size_t kMaxBytes = 4096;
  // kArgument: not a name (empty, a space, '+').
  static base::Result<WitnessKey> Generate(std::string_view name);
  // kSecret: not the key of a witness. Says nothing of what it read.
  static base::Result<WitnessKey> Parse(std::string_view text);
  std::string Secret() const;  // the caller wipes it
  WitnessIdentity Identity() const { return {name_, &key_}; }
  VerifierKey Public() const { return Identity().Public(); }

 private:
  WitnessKey(std::string name, crypto::SigningKey key) : name_(std::move(name)), key_(std::move(key)) {}
  std::string name_;
  crypto::SigningKey key_;
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_WITNESS_WITNESS_KEY_H_
