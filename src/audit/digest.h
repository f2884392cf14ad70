// A fingerprint of the files of a pack, so that a finding can say by which state of the rules it was made.
#ifndef HIKAE_AUDIT_DIGEST_H_
#define HIKAE_AUDIT_DIGEST_H_

#include <map>
#include <string>
#include <string_view>

namespace hikae::audit {

// SHA-256, in hex, of the core schema and all files in order of name: name, length and content of each.
std::string DigestOf(const std::map<std::string, std::string>& files, std::string_view core_schema);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_DIGEST_H_
