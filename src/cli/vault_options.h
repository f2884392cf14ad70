// What the commands of keys, sessions and records share: secrets, sessions taken up, and what is asked.
#ifndef HIKAE_CLI_VAULT_OPTIONS_H_
#define HIKAE_CLI_VAULT_OPTIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"
#include "hikae/vault.hpp"

namespace hikae::cli {

// A text that is wiped when it goes. Movable, not copyable; never grows, which would leave copies behind.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(size_t room) { bytes_.reserve(room); }
  SecretText(SecretText&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  SecretText& operator=(SecretText&& other) noexcept;
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  ~SecretText() { Clear(); }
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  bool empty() const { return bytes_.empty(); }
  // False when there is no room.
  bool Append(char byte);
  void RemoveLast();
  void Clear() noexcept;

 private:
  std::vector<char> bytes_;  // never a short string within the object, which moving would copy
};

// The file's bytes, at most 64 KiB; "-" is standard input. Throws InputError.
SecretText ReadSecretFile(const std::string& path);
// The same as one line of text: without the line end.
SecretText ReadSecretLine(const std::string& path);
// Asks at the terminal, without showing what is typed. Throws UsageError where there is none: `option` says what to
// give instead.
SecretText AskForSecret(const Text& what, const std::string& option, Language language);

// The secret that options name: --passphrase-file, --key-file or --share, or else a passphrase asked for. `prefix`:
// "new-" for one that is being set, which is asked for twice and has no shares.
class GivenSecret {
 public:
  GivenSecret(const Arguments& arguments, Language language, const std::string& prefix = {});
  vault::Secret get() const;

 private:
  int32_t kind_ = HIKAE_SECRET_PASSPHRASE;
  SecretText text_;
  std::vector<SecretText> shares_;
};
std::vector<Option> SecretOptions();     // to unlock with
std::vector<Option> NewSecretOptions();  // to set

// Office, keys and session of one command; freed in the right order.
struct Unlocked {
  Unlocked(const Arguments& arguments, Language language);
  Office office;
  vault::Keys keys;
};
// The session whose token --session or --session-file gives. Throws UsageError without one.
vault::Session SessionOf(Unlocked& unlocked, const Arguments& arguments);
std::vector<Option> TokenOptions();

// What an option gives, for as long as the arguments live; empty without it.
std::string_view Given(const Arguments& arguments, const std::string& option);

// --act, --approval, --recipient … of an ask.
vault::Ask AskOf(const Arguments& arguments);
std::vector<Option> AskOptions();

// A moment (microseconds since 1970, UTC) by the clocks of Japan: 2021-05-20 09:30:00.
std::string Moment(int64_t micros);

// `more` behind `options`.
std::vector<Option> Join(std::vector<Option> options, const std::vector<Option>& more);

// Runs a command that rules may refuse: then the reasons are told, and the exit code is kRefused.
Exit TellRefusal(const Error& error, Language language);
template <Exit (*Run)(const Arguments&, Language)>
Exit Refusable(const Arguments& arguments, Language language) {
  try {
    return Run(arguments, language);
  } catch (const Error& e) {
    if (e.status() != HIKAE_E_REFUSED) throw;
    return TellRefusal(e, language);
  }
}

}  // namespace hikae::cli

#endif  // HIKAE_CLI_VAULT_OPTIONS_H_
