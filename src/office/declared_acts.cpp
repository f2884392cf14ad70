// What a declaration leaves in the access log.
#include <fmt/format.h>

#include <algorithm>

#include "codec/node.h"
#include "crypto/sha256.h"
#include "log/entry.h"
#include "office/write_ahead.h"

namespace hikae::office {
namespace {

using codec::Node;
using registry::Declared;
using registry::Document;

constexpr size_t kMaxListed = 10'000;  // ids in a detail; more are counted
constexpr char kDeclaration[] = "Declaration";

std::string HexDigest(const std::string& text) {
  std::string hex;
  for (const uint8_t byte : crypto::Sha256Of({reinterpret_cast<const uint8_t*>(text.data()), text.size()}))
    hex += fmt::format("{:02x}", byte);
  return hex;
}

// An id as a code of the log; the type where it cannot be one.
std::string CodeOf(const cedar::EntityUid& uid) {
  const bool fits =
      !uid.id.empty() && uid.id.size() <= log::kMaxCodeBytes && std::none_of(uid.id.begin(), uid.id.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
      });
  // U+0080 to U+009F are control characters too, and begin with C2 in UTF-8.
  const bool c1 = uid.id.find('\xC2') != std::string::npos;
  return fits && !c1 ? uid.id : uid.type;
}

// For who may open it: names and digests of the texts, and what became of them.
std::string DetailOf(const std::vector<Document>& documents, const Declared& declared) {
  Node root = Node::Map();
  Node texts = Node::List();
  for (const Document& document : documents) {
    Node text = Node::Map();
    text.Set("name", Node::String(document.name));
    text.Set("sha256", Node::String(HexDigest(document.text)));
    texts.Append(std::move(text));
  }
  root.Set("documents", std::move(texts));
  root.Set("added", Node::Integer(static_cast<int64_t>(declared.added)));
  root.Set("changed", Node::Integer(static_cast<int64_t>(declared.changed)));
  root.Set("unchanged", Node::Integer(static_cast<int64_t>(declared.unchanged)));
  Node touched = Node::List();
  const size_t listed = std::min(declared.touched.size(), kMaxListed);
  for (size_t i = 0; i < listed; ++i) touched.Append(Node::String(declared.touched[i].ToString()));
  root.Set("touched", std::move(touched));
  if (listed < declared.touched.size())
    root.Set("not_listed", Node::Integer(static_cast<int64_t>(declared.touched.size() - listed)));
  return codec::WriteJson(root, 0);
}

}  // namespace

std::vector<Act> ActsOf(const std::vector<Document>& documents, const Declared& declared, const std::string& actor) {
  Act act;
  act.entry.type = log::EntryType::kDeclared;
  act.entry.count = declared.added + declared.changed;
  act.actor = actor;
  act.detail = DetailOf(documents, declared);
  const auto is_declaration = [](const cedar::EntityUid& uid) { return uid.type == kDeclaration; };
  if (std::count_if(declared.touched.begin(), declared.touched.end(), is_declaration) == 1)
    act.entry.thing = CodeOf(*std::find_if(declared.touched.begin(), declared.touched.end(), is_declaration));
  std::vector<Act> acts = {std::move(act)};
  for (const cedar::EntityUid& row : declared.corrected) {
    Act correction;
    correction.entry.type = log::EntryType::kCorrected;
    correction.entry.thing = CodeOf(row);
    correction.actor = actor;
    acts.push_back(std::move(correction));
  }
  return acts;
}

}  // namespace hikae::office
