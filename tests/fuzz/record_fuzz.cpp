// Sealed records, marks, folded texts and canonical values: whatever the bytes, they are read within them or refused,
// and what is read is written again byte for byte.
#include "fuzz/check.h"
#include "vault/records/body.h"
#include "vault/records/bytes.h"
#include "vault/records/fold.h"
#include "vault/records/sealing.h"

using namespace hikae;
using fuzz::Require;

namespace {

void Record(std::string_view body) {
  const auto prefix = vault::ReadPrefix("f", body);
  if (!prefix.ok()) return fuzz::RequireGoodError(prefix.error(), false);
  const auto items = vault::ItemsIn("f", *prefix, body);
  if (!items.ok()) return fuzz::RequireGoodError(items.error(), false);
  Require(items->size() == prefix->items && items->size() <= vault::kMaxItems, "as many items as counted");
  std::string again;
  vault::AppendPrefix(again, *prefix);
  for (const vault::SealedItem& item : *items) vault::AppendItem(again, item);
  again += vault::Chars(vault::HeadIn(body));
  Require(again == body, "a body has one reading");
}

void Marks(std::string_view encoded) {
  const auto marks = vault::Vault::ReadMarks(encoded);
  if (!marks.ok()) return fuzz::RequireGoodError(marks.error(), false);
  for (const vault::Mark& mark : *marks) Require(vault::IsName(mark.kind), "a mark has a kind");
}

void Folding(std::string_view text) {
  const vault::PlainText folded = vault::Folded(text), again = vault::Folded(folded.view());
  Require(folded.view() == again.view() || text.find('\0') != text.npos, "folding twice is folding once");
  for (const vault::PlainText& token : vault::FoldedTokens(text)) Require(!token.empty(), "no token is empty");
}

void Value(vault::ItemType type, std::string_view value) {
  vault::ItemSpec spec;
  spec.item = "x";
  spec.type = type;
  const auto once = vault::Canonical(spec, value);
  if (!once.ok()) return fuzz::RequireGoodError(once.error(), false);
  const auto twice = vault::Canonical(spec, once->view());
  Require(twice.ok() && twice->view() == once->view(), "a stored form is its own");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = fuzz::TextOf(data, size);
  Record(text);
  Marks(text);
  Folding(text);
  for (const auto type : {vault::ItemType::kText, vault::ItemType::kDate, vault::ItemType::kNumber,
                          vault::ItemType::kCode, vault::ItemType::kBlob})
    Value(type, text);
  return 0;
}
