#include "vault/keys/key_error.h"

#include <fmt/format.h>

namespace hikae::vault {

using base::Error;
using base::Status;

Error DamagedKeys(const std::string& path) {
  return Error(Status::kTampered, {"the keys are damaged", "鍵のファイルが壊れている"}, {path, 0, 0},
               {"restore the file from its backup", "控えから復元する"});
}

Error TwoMasters(const std::string& path) {
  return Error(Status::kTampered,
               {"two master keys are in use: files of two times or offices were mixed",
                "主鍵が二つある。別の時点か別の台帳のものが混ざっている"},
               {path, 0, 0}, {"restore the file from its backup", "控えから復元する"});
}

Error NewerKeys(const std::string& path) {
  return Error(Status::kVersion, {"a key was made by a newer hikae", "鍵はより新しい hikae で作られている"},
               {path, 0, 0}, {"use that hikae", "新しい hikae を使う"});
}

Error NoMaster(const std::string& path) {
  return Error(Status::kLocked, {"no master key was made yet", "主鍵がまだ作られていない"}, {path, 0, 0},
               {"make one first", "先に主鍵を作る"});
}

Error WrongSecret(const std::string& path) {
  return Error(Status::kSecret, {"the secret does not open the keys", "この秘密では鍵が開かない"}, {path, 0, 0},
               {"check the passphrase, the key file or the shares", "合言葉・鍵ファイル・分散片を確かめる"});
}

Error DisabledKey(const std::string& kind, uint32_t version) {
  return Error(Status::kLocked,
               {fmt::format("version {} of the {} key is disabled", version, kind),
                fmt::format("鍵（{}）の第{}版は使用が止められている", kind, version)},
               {}, {"enable it again", "使用を再開する"});
}

Error OtherMaster() {
  return Error(Status::kLocked, {"the master key was replaced meanwhile", "主鍵が入れ替えられた"}, {},
               {"unlock again, with the new secret", "新しい秘密で開き直す"});
}

Error NoSubject() {
  return Error(Status::kNotFound, {"there is no key for the subject", "対象者の鍵がない"}, {},
               {"it was erased, or never made", "消去されたか、まだ作られていない"});
}

Error DamagedJournal(const std::string& path) {
  return Error(Status::kTampered,
               {"the erasure journal is damaged or incomplete", "消去の記録が壊れているか、欠けている"}, {path, 0, 0},
               {"restore the file from its backup", "控えから復元する"});
}

}  // namespace hikae::vault
