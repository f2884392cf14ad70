// How the files of an export are named.
#ifndef HIKAE_VAULT_MEDIA_MEDIA_NAMES_H_
#define HIKAE_VAULT_MEDIA_MEDIA_NAMES_H_

#include <string>

#include "vault/media/record.h"

namespace hikae::vault {

inline constexpr size_t kMaxMediaName = 100;

inline base::Result<void> CheckMediaName(const std::string& name) {
  if (IsMediaCode(name) && name.size() <= kMaxMediaName && name[0] != '.' && name.find('/') == name.npos) return {};
  return base::Error(
      base::Status::kArgument,
      base::Text{"the name of an export is 1 to 100 bytes without slashes and control characters, no dot first",
                 "持ち出しの名前は、斜線と制御文字を含まず点で始まらない1～100バイトである"});
}
inline std::string AgeFileOf(const std::string& directory, const std::string& name) {
  return directory + "/" + name + ".age";
}
inline std::string ManifestFileOf(const std::string& directory, const std::string& name) {
  return directory + "/" + name + ".manifest";
}

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_MEDIA_MEDIA_NAMES_H_
