// The pack files built into the library.
#ifndef HIKAE_AUDIT_EMBEDDED_H_
#define HIKAE_AUDIT_EMBEDDED_H_

#include <string_view>
#include <vector>

namespace hikae::audit {

struct EmbeddedFile {
  std::string_view path;  // below src/packs: "edogawa-2021/pack.yaml"
  std::string_view text;
};
const std::vector<EmbeddedFile>& EmbeddedFiles();  // ordered by path

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_EMBEDDED_H_
