// Marks of a subject: one form for one set of them, and a code over it, so that nobody takes one away in the file.
#include <algorithm>
#include <tuple>

#include "base/utf8.h"
#include "crypto/blake2b.h"
#include "vault/records/vault_rep.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr uint8_t kMarksForm = 1;
constexpr std::string_view kMarksLabel = "hikae marks 1";
constexpr size_t kMaxMarks = 1'000;
constexpr size_t kCodeBytes = 16;
constexpr size_t kTailBytes = 4 + kCodeBytes;  // behind the marks: version of the key, and the code

auto Order(const Mark& mark) { return std::tie(mark.kind, mark.value, mark.from, mark.until); }

Error TamperedMarks() {
  return Error(Status::kTampered,
               base::Text{"the marks of a subject are not what was set", "本人の標識が設定されたものではない"});
}

bool IsMark(const Mark& mark) {
  return IsName(mark.kind) && (mark.value.empty() || IsName(mark.value)) && (!mark.until || *mark.until >= mark.from);
}

std::string Encode(const std::vector<Mark>& marks) {
  std::string out;
  if (marks.empty()) return out;
  out += static_cast<char>(kMarksForm);
  AppendBig(out, static_cast<uint16_t>(marks.size()));
  for (const Mark& mark : marks) {
    out += static_cast<char>(mark.kind.size());
    out += mark.kind;
    out += static_cast<char>(mark.value.size());
    out += mark.value;
    AppendBig(out, static_cast<uint32_t>(mark.from));
    out += static_cast<char>(mark.until ? 1 : 0);
    if (mark.until) AppendBig(out, static_cast<uint32_t>(*mark.until));
  }
  return out;
}

// Reads from the front; false: it ends too early.
struct Reader {
  crypto::Bytes rest;
  bool Sized(std::string& out) {
    if (rest.empty() || rest.size() - 1 < rest[0]) return false;
    out = Chars(rest.subspan(1, rest[0]));
    rest = rest.subspan(1 + size_t{rest[0]});
    return true;
  }
  template <class N>
  bool Number(N& out) {
    if (rest.size() < sizeof(N)) return false;
    out = static_cast<N>(GetBig<std::make_unsigned_t<N>>(rest.data()));
    rest = rest.subspan(sizeof(N));
    return true;
  }
  bool One(Mark& mark) {
    uint8_t ends = 0;
    int32_t until = 0;
    if (!Sized(mark.kind) || !Sized(mark.value) || !Number(mark.from) || !Number(ends) || ends > 1) return false;
    if (ends == 0) return IsMark(mark);
    if (!Number(until)) return false;
    mark.until = until;
    return IsMark(mark);
  }
};

std::array<uint8_t, kCodeBytes> CodeOver(const uint8_t* key, const OfficeId& office, const SubjectNumber& subject,
                                         std::string_view encoded) {
  Binding<3 * 2 + kMarksLabel.size() + 16 + 16> binding;
  binding.Add(kMarksLabel).Add(crypto::Bytes(office)).Add(crypto::Bytes(subject));
  std::array<uint8_t, kCodeBytes> code;
  crypto::Blake2b({key, 32}, {binding.bytes(), AsBytes(encoded)}, code);
  return code;
}

}  // namespace

Result<std::vector<Mark>> Vault::ReadMarks(std::string_view encoded) {
  std::vector<Mark> marks;
  if (encoded.empty()) return marks;
  Reader reader{AsBytes(encoded)};
  uint8_t form = 0;
  uint16_t count = 0;
  if (!reader.Number(form) || form != kMarksForm || !reader.Number(count) || count == 0 || count > kMaxMarks)
    return TamperedMarks();
  for (uint16_t i = 0; i < count; ++i) {
    Mark mark;
    if (!reader.One(mark) || (i > 0 && !(Order(marks.back()) < Order(mark)))) return TamperedMarks();
    marks.push_back(std::move(mark));
  }
  if (!reader.rest.empty()) return TamperedMarks();
  return marks;
}

Result<std::string> Vault::Rep::StoredMarks(const SubjectNumber& subject, std::string_view encoded) {
  HIKAE_TRY(const std::vector<IndexKey> index_keys, keys.IndexKeys());
  if (index_keys.empty()) return Error(Status::kNotFound, base::Text{"there is no index key", "索引の鍵がない"});
  std::string stored(encoded);
  AppendBig(stored, index_keys.front().version);
  stored += Chars(CodeOver(index_keys.front().key, keys.office(), subject, encoded));
  return stored;
}

Result<void> Vault::Rep::CheckMarks(const SubjectNumber& subject, std::string& stored) {
  if (stored.size() <= kTailBytes) return TamperedMarks();
  const std::string_view encoded = std::string_view(stored).substr(0, stored.size() - kTailBytes);
  const crypto::Bytes tail = AsBytes(stored).last(kTailBytes);
  const auto version = GetBig<uint32_t>(tail.data());
  HIKAE_TRY(const std::vector<IndexKey> index_keys, keys.IndexKeys());
  const auto key = std::find_if(index_keys.begin(), index_keys.end(),
                                [&](const IndexKey& candidate) { return candidate.version == version; });
  if (key == index_keys.end()) return TamperedMarks();
  if (!crypto::SameBytes(CodeOver(key->key, keys.office(), subject, encoded), tail.last(kCodeBytes)))
    return TamperedMarks();
  stored.resize(encoded.size());
  return {};
}

Result<std::vector<Mark>> Vault::MarksOf(const SubjectNumber& subject) {
  HIKAE_TRY(std::string stored, rep_->tables.Marks(Chars(crypto::Bytes(subject))));
  if (!stored.empty()) HIKAE_CHECK(rep_->CheckMarks(subject, stored));
  return ReadMarks(stored);
}

Result<void> Vault::SetMarks(const SubjectNumber& subject, std::span<const Mark> marks) {
  std::vector<Mark> sorted(marks.begin(), marks.end());
  std::sort(sorted.begin(), sorted.end(), [](const Mark& a, const Mark& b) { return Order(a) < Order(b); });
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  if (sorted.size() > kMaxMarks || !std::all_of(sorted.begin(), sorted.end(), IsMark)) {
    return Wrong(
        {"a mark has a kind, a value of at most 255 bytes, and ends on the day it begins or later; a subject "
         "has at most 1,000",
         "標識には種別と255バイトまでの値があり、終わりは始まりの日以後である。本人ごとに1,000まで"});
  }
  const std::string encoded = Encode(sorted);
  std::string stored;
  if (!encoded.empty()) {
    HIKAE_TRY(stored, rep_->StoredMarks(subject, encoded));
  }
  return rep_->tables.SetMarks(Chars(crypto::Bytes(subject)), stored);
}

Result<void> Vault::ResealMarks() {
  std::vector<std::pair<SubjectNumber, std::string>> all;
  HIKAE_CHECK(rep_->tables.AllMarks([&](std::string_view number, std::string_view stored) -> Result<void> {
    SubjectNumber subject;
    if (number.size() != subject.size()) return TamperedMarks();
    std::copy(number.begin(), number.end(), subject.begin());
    all.emplace_back(subject, stored);
    return {};
  }));
  for (auto& [subject, stored] : all) {
    HIKAE_CHECK(rep_->CheckMarks(subject, stored));
    HIKAE_TRY(const std::string fresh, rep_->StoredMarks(subject, stored));
    HIKAE_CHECK(rep_->tables.SetMarks(Chars(crypto::Bytes(subject)), fresh));
  }
  return {};
}

}  // namespace hikae::vault
