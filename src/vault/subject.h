// How the vault names persons and files.
#ifndef HIKAE_VAULT_SUBJECT_H_
#define HIKAE_VAULT_SUBJECT_H_

#include <array>
#include <cstdint>

namespace hikae::vault {

// Random, one for each subject of an office, made when the subject is first written. Says nothing of the person.
using SubjectNumber = std::array<uint8_t, 16>;
// Random, made with the office's master key; in every ciphertext's binding, so that none passes in another office.
using OfficeId = std::array<uint8_t, 16>;

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_SUBJECT_H_
