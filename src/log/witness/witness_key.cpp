#include "log/witness/witness_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "codec/base64.h"
#include "log/text.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

namespace {

constexpr std::string_view kPrefix = "PRIVATE+KEY+";

Error NotAKey() { return {Status::kSecret, Text{"this is not the secret key of a witness", "立会人の秘密鍵でない"}}; }

// What was a secret is overwritten in a way that the compiler does not leave out.
template <class Bytes>
void Wipe(Bytes& bytes) {
  volatile auto* p = bytes.data();
  for (size_t i = 0; i < bytes.size(); ++i) p[i] = 0;
}

}  // namespace

Result<WitnessKey> WitnessKey::Generate(std::string_view name) {
  if (!IsKeyName(name) || name.size() > kMaxBytes / 2)
    return Error(Status::kArgument, Text{"the name of a witness is not empty and holds neither spaces nor '+'",
                                         "立会人の名前は空でなく、空白と「+」を含まないこと"});
  return WitnessKey(std::string(name), crypto::SigningKey::Generate());
}

Result<WitnessKey> WitnessKey::Parse(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.size() > kMaxBytes || !text.starts_with(kPrefix)) return NotAKey();
  text.remove_prefix(kPrefix.size());
  const size_t name_end = text.find('+');
  if (name_end == std::string_view::npos || !IsKeyName(text.substr(0, name_end))) return NotAKey();
  const size_t id_end = text.find('+', name_end + 1);
  if (id_end == std::string_view::npos) return NotAKey();
  auto bytes = codec::FromBase64(text.substr(id_end + 1));
  if (!bytes) return NotAKey();
  crypto::Seed seed{};
  const bool fits = bytes->size() == seed.size() + 1 && (*bytes)[0] == static_cast<uint8_t>(KeyKind::kCosignature);
  if (fits) std::copy(bytes->begin() + 1, bytes->end(), seed.begin());
  Wipe(*bytes);
  if (!fits) return NotAKey();
  WitnessKey key(std::string(text.substr(0, name_end)), crypto::SigningKey::FromSeed(seed));
  Wipe(seed);
  if (fmt::format("{:08x}", key.Public().Id()) != text.substr(name_end + 1, id_end - name_end - 1)) return NotAKey();
  return key;
}

std::string WitnessKey::Secret() const {
  std::vector<uint8_t> bytes(1, static_cast<uint8_t>(KeyKind::kCosignature));
  crypto::Seed seed = key_.SecretSeed();
  bytes.insert(bytes.end(), seed.begin(), seed.end());
  std::string out = fmt::format("{}{}+{:08x}+{}\n", kPrefix, name_, Public().Id(), codec::Base64(bytes));
  Wipe(seed);
  Wipe(bytes);
  return out;
}

}  // namespace hikae::log
