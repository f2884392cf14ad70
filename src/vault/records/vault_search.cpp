// Blind indexes: what a value is found by, and finding it. A value in the file tells nothing without the key, but that
// two are alike.
#include <algorithm>

#include "base/civil_date.h"
#include "base/utf8.h"
#include "crypto/blake2b.h"
#include "vault/records/fold.h"
#include "vault/records/vault_rep.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr std::string_view kIndexLabel = "hikae index 1";
using IndexValue = std::array<uint8_t, 16>;

IndexValue ValueOf(const uint8_t* key, std::string_view file, std::string_view item, IndexKind kind,
                   std::string_view term) {
  Binding<4 * 2 + kIndexLabel.size() + 2 * kMaxNameBytes + 1> binding;
  binding.Add(kIndexLabel).Add(file).Add(item).Add(static_cast<uint8_t>(kind));
  IndexValue value;
  crypto::Blake2b({key, 32}, {binding.bytes(), AsBytes(term)}, value);
  return value;
}

// What a canonical value is found by; nothing when it has too little.
std::vector<PlainText> TermsOf(const ItemSpec& item, IndexKind kind, std::string_view value) {
  std::vector<PlainText> terms;
  PlainText whole;
  switch (kind) {
    case IndexKind::kExact:
      whole = FoldedTight(value);
      break;
    case IndexKind::kPrefix:
      whole = PlainText(FirstPoints(FoldedTight(value).view(), item.prefix));
      break;
    case IndexKind::kToken:
      return FoldedTokens(value);
    case IndexKind::kYear:  // of a canonical date
      whole = PlainText(value.substr(0, std::min(value.find('-'), value.size())));
      break;
  }
  if (!whole.empty()) terms.push_back(std::move(whole));
  return terms;
}

Error Unfit(const ItemSpec& item, const base::Text& what) {
  return Wrong({"item '" + item.item + "' " + what.en, "項目「" + item.item + "」" + what.ja});
}

bool IsYear(std::string_view text) {
  return text.size() == 4 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What is asked for, in the form of a value.
Result<PlainText> AskedFor(const ItemSpec& item, IndexKind kind, std::string_view text) {
  if (!base::IsUtf8(text)) return Unfit(item, {"is searched by text in UTF-8", "の検索は UTF-8 の文字列で行う"});
  if (item.type != ItemType::kDate || (kind == IndexKind::kYear && IsYear(text))) return PlainText(text);
  ItemSpec plain;  // a date is a date, whatever else its format says
  plain.item = item.item;
  plain.type = item.type;
  return Canonical(plain, text);
}

}  // namespace

Result<void> Vault::Rep::AddIndexes(std::string_view file, const ItemSpec& item, std::string_view value,
                                    std::vector<Prepared::IndexValue>& out) {
  if (item.indexes.empty()) return {};
  HIKAE_TRY(const std::vector<IndexKey> index_keys, keys.IndexKeys());
  if (index_keys.empty()) return Error(Status::kNotFound, base::Text{"there is no index key", "索引の鍵がない"});
  const IndexKey& newest = index_keys.front();
  for (const IndexKind kind : item.indexes) {
    const std::vector<PlainText> terms = TermsOf(item, kind, value);
    if (terms.size() > kMaxTokens)
      return Unfit(item, {"has more than 1,000 words to be found by", "は検索語が1,000を超える"});
    for (const PlainText& term : terms) {
      out.push_back({item.item, kind, newest.version, ValueOf(newest.key, file, item.item, kind, term.view())});
    }
  }
  return {};
}

Result<std::vector<SubjectNumber>> Vault::Search(const FileSpec& spec, std::string_view item, IndexKind kind,
                                                 std::string_view text, size_t most) {
  HIKAE_CHECK(CheckFileName(spec.file));
  const ItemSpec* const declared = spec.Find(item);
  if (declared == nullptr ||
      std::find(declared->indexes.begin(), declared->indexes.end(), kind) == declared->indexes.end()) {
    return Wrong({"the item has no index of that kind", "項目にその種類の索引がない"});
  }
  HIKAE_TRY(const PlainText asked, AskedFor(*declared, kind, text));
  const std::vector<PlainText> terms = TermsOf(*declared, kind, asked.view());
  if (terms.empty()) return Unfit(*declared, {"is searched by a longer text", "の検索にはもっと長い文字列が要る"});
  if (terms.size() > 1) return Unfit(*declared, {"is searched by one word at a time", "の検索は一語ずつ行う"});
  HIKAE_TRY(const std::vector<IndexKey> index_keys, rep_->keys.IndexKeys());
  std::vector<SubjectNumber> out;
  const int64_t limit = static_cast<int64_t>(std::min<size_t>(most, INT32_MAX));
  for (const IndexKey& key : index_keys) {
    const IndexValue value = ValueOf(key.key, spec.file, item, kind, terms[0].view());
    HIKAE_CHECK(rep_->tables.Subjects(Chars(crypto::Bytes(value)), limit, [&](std::string_view number) {
      if (number.size() != out.emplace_back().size()) return out.pop_back();
      std::copy(number.begin(), number.end(), out.back().begin());
    }));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (out.size() > most) out.resize(most);
  return out;
}

Result<bool> Vault::HasIndexUnder(uint32_t version) { return rep_->tables.HasIndexUnder(version); }

}  // namespace hikae::vault
