#include "log/entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "log/big_endian.h"

namespace hikae::log {
namespace {

using base::Error;
using base::Result;
using base::Status;
using crypto::Bytes;

enum Tag : uint8_t {
  kActor = 0x01,
  kSubject = 0x02,
  kRecord = 0x03,
  kHandling = 0x04,
  kGround = 0x05,
  kFile = 0x06,
  kItem = 0x07,
  kKeyVersion = 0x08,
  kDecision = 0x09,
  kRule = 0x0A,
  kCount = 0x0B,
  kIntent = 0x0C,
  kOutcome = 0x0D,
  kDetail = 0x0E,
  kThing = 0x0F,
  kDigest = 0x10,
  kOrigin = 0x20,
  kPrevious = 0x21,
  kKey = 0x22,
  kSession = 0x23,
  kLossMs = 0x24,
  kLossRecords = 0x25,
  kRangeEnd = 0x26,
};

// The fields in the order of their tags: the one list that writer and reader walk.
template <class E, class Visitor>
void VisitFields(E& e, Visitor& visit) {
  visit.Fixed(kActor, e.actor);
  visit.Fixed(kSubject, e.subject);
  visit.Fixed(kRecord, e.record);
  visit.Code(kHandling, e.handling);
  visit.Code(kGround, e.ground);
  visit.Code(kFile, e.file);
  visit.Codes(kItem, e.items);
  visit.Number(kKeyVersion, e.key_version);
  visit.Choice(kDecision, e.decision, Decision::kNotJudged);
  visit.Codes(kRule, e.rules);
  visit.Number(kCount, e.count);
  visit.Number(kIntent, e.intent);
  visit.Choice(kOutcome, e.outcome, Outcome::kUnknown);
  visit.Fixed(kDetail, e.detail);
  visit.Code(kThing, e.thing);
  visit.Fixed(kDigest, e.digest);
  visit.Code(kOrigin, e.origin);
  visit.Text(kPrevious, e.previous);
  visit.Code(kKey, e.key);
  visit.Fixed(kSession, e.session);
  visit.Number(kLossMs, e.loss_ms);
  visit.Number(kLossRecords, e.loss_records);
  visit.Number(kRangeEnd, e.range_end);
}

struct TypeRow {
  EntryType type;
  const char* en;
  const char* ja;
  std::vector<Tag> must;
};

const std::vector<TypeRow>& Types() {
  static const std::vector<TypeRow> rows = {
      {EntryType::kPeriodBegun, "period begun", "期間の開始", {kOrigin}},
      {EntryType::kKeyAnnounced, "key announced", "署名鍵の告知", {kKey}},
      {EntryType::kPossibleLoss, "possible loss", "記録の欠落の可能性", {kSession, kLossMs, kLossRecords}},
      {EntryType::kLogReviewed, "log reviewed", "アクセス記録の確認", {kActor, kRangeEnd}},
      {EntryType::kDeclared, "declared", "登録", {kActor, kCount}},
      {EntryType::kCorrected, "corrected", "訂正", {kActor, kThing}},
      {EntryType::kPackChanged, "pack changed", "規程集の変更", {kActor, kThing, kDigest}},
      {EntryType::kOfficeChanged, "office changed", "台帳の設定の変更", {kActor, kThing}},
      {EntryType::kRead, "read", "閲覧", {kActor, kHandling, kDecision}},
      {EntryType::kWriteIntended, "write intended", "書込みの開始", {kActor, kHandling, kDecision}},
      {EntryType::kWriteEnded, "write ended", "書込みの終了", {kIntent, kOutcome}},
      {EntryType::kSearched, "searched", "検索", {kActor, kHandling, kDecision}},
      {EntryType::kExported, "exported", "持出し", {kActor, kHandling, kDecision, kCount}},
      {EntryType::kErased, "erased", "消去", {kActor, kCount}},
      {EntryType::kPrinted, "printed", "印刷", {kActor, kHandling, kDecision, kCount}},
      {EntryType::kTransferred, "transferred", "転記・送信", {kActor, kHandling, kDecision, kCount}},
      {EntryType::kProvided, "provided", "提供", {kActor, kHandling, kDecision, kCount}},
      {EntryType::kCollectionIntended, "collection intended", "収集の開始", {kActor, kHandling, kDecision}},
      {EntryType::kAdministered, "administered", "管理", {kActor, kHandling, kDecision, kThing}},
      {EntryType::kAsked, "asked", "可否の照会", {kActor, kHandling, kDecision}},
      {EntryType::kSessionBegun, "session begun", "利用の開始", {kActor, kHandling}},
      {EntryType::kSessionEnded, "session ended", "利用の終了", {kActor}},
      {EntryType::kPasswordSet, "password set", "パスワードの変更", {kActor, kDecision}},
      {EntryType::kKeysUnlocked, "keys unlocked", "鍵の解錠", {kActor, kDecision}},
  };
  return rows;
}

const TypeRow* FindType(EntryType type) {
  for (const TypeRow& row : Types()) {
    if (row.type == type) return &row;
  }
  return nullptr;
}

// UTF-8 without control characters; `lines` lets newlines pass.
bool IsClean(std::string_view text, bool lines) {
  if (!base::IsUtf8(text)) return false;
  for (base::CodePointReader reader(text); !reader.AtEnd();) {
    const char32_t point = reader.Next();
    if (point < 0x20 ? !(lines && point == '\n') : point >= 0x7F && point < 0xA0) return false;
  }
  return true;
}

bool IsCode(std::string_view text) { return !text.empty() && text.size() <= kMaxCodeBytes && IsClean(text, false); }

Error Wrong(uint8_t tag, const char* what) {
  return Error(Status::kArgument, fmt::format("field {:02x} of a log entry {}", tag, what));
}

// Puts the fields that are there behind one another.
class Writer {
 public:
  template <size_t N>
  void Fixed(Tag tag, const std::optional<std::array<uint8_t, N>>& value) {
    if (value) Put(tag, *value);
  }
  void Code(Tag tag, const std::string& value) {
    if (value.empty()) return;
    if (!IsCode(value)) Fail(Wrong(tag, "is not a code: 1 to 255 bytes of UTF-8 without control characters"));
    Put(tag, AsBytes(value));
  }
  void Text(Tag tag, const std::string& value) {
    if (value.empty()) return;
    if (!IsClean(value, true)) Fail(Wrong(tag, "is not UTF-8 without control characters"));
    Put(tag, AsBytes(value));
  }
  void Codes(Tag tag, const std::vector<std::string>& values) {
    for (const std::string& value : std::set<std::string>(values.begin(), values.end())) {
      if (value.empty()) Fail(Wrong(tag, "is empty"));
      Code(tag, value);
    }
  }
  template <class N>
  void Number(Tag tag, const std::optional<N>& value) {
    if (!value) return;
    uint8_t bytes[sizeof(N)];
    PutBig(bytes, *value);
    Put(tag, bytes);
  }
  template <class C>
  void Choice(Tag tag, const std::optional<C>& value, C last) {
    if (!value) return;
    const auto number = static_cast<uint8_t>(*value);
    if (number < 1 || *value > last) Fail(Wrong(tag, "has no such value"));
    Put(tag, {&number, 1});
  }

  std::vector<uint8_t> leaf;
  std::set<uint8_t> tags;
  std::optional<Error> error;

 private:
  static Bytes AsBytes(const std::string& text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }
  void Fail(Error failure) {
    if (!error) error = std::move(failure);
  }
  void Put(Tag tag, Bytes value) {
    if (leaf.size() + 3 + value.size() > kMaxLeafBytes) {
      Fail(Error(Status::kArgument, {"a log entry is longer than 65,535 bytes", "記録が65,535バイトを超えている"}, {},
                 {"put what is long into the detail", "長い内容は封をした詳細に入れる"}));
      return;
    }
    tags.insert(tag);
    uint8_t head[3] = {tag};
    PutBig(head + 1, static_cast<uint16_t>(value.size()));
    leaf.insert(leaf.end(), head, head + 3);
    leaf.insert(leaf.end(), value.begin(), value.end());
  }
};

struct RawField {
  uint8_t tag;
  Bytes value;
  bool taken = false;
};

// Takes its fields out of the raw ones; what is left over at the end is unknown, or stands there once too often.
class Reader {
 public:
  explicit Reader(std::vector<RawField> raw) : fields(std::move(raw)) {}

  template <size_t N>
  void Fixed(Tag tag, std::optional<std::array<uint8_t, N>>& out) {
    const auto value = One(tag);
    if (!value) return;
    if (value->size() != N) return Fail(tag);
    std::memcpy(out.emplace().data(), value->data(), N);
  }
  void Code(Tag tag, std::string& out) {
    const auto value = One(tag);
    if (!value) return;
    out = AsText(*value);
    if (!IsCode(out)) Fail(tag);
  }
  void Text(Tag tag, std::string& out) {
    const auto value = One(tag);
    if (!value) return;
    out = AsText(*value);
    if (!IsClean(out, true)) Fail(tag);
  }
  void Codes(Tag tag, std::vector<std::string>& out) {
    for (RawField& field : fields) {
      if (field.tag != tag) continue;
      field.taken = true;
      out.push_back(AsText(field.value));
      if (!IsCode(out.back()) || (out.size() > 1 && out[out.size() - 2] >= out.back())) Fail(tag);
    }
  }
  template <class N>
  void Number(Tag tag, std::optional<N>& out) {
    const auto value = One(tag);
    if (!value) return;
    if (value->size() != sizeof(N)) return Fail(tag);
    out = GetBig<N>(value->data());
  }
  template <class C>
  void Choice(Tag tag, std::optional<C>& out, C last) {
    const auto value = One(tag);
    if (!value) return;
    if (value->size() != 1 || value->front() < 1 || value->front() > static_cast<uint8_t>(last)) return Fail(tag);
    out = static_cast<C>(value->front());
  }

  std::vector<RawField> fields;
  std::optional<uint8_t> bad;

 private:
  static std::string AsText(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  void Fail(uint8_t tag) {
    if (!bad) bad = tag;
  }
  std::optional<Bytes> One(Tag tag) {
    std::optional<Bytes> found;
    for (RawField& field : fields) {
      if (field.tag != tag) continue;
      if (found) Fail(tag);  // twice
      field.taken = true;
      found = field.value;
    }
    return found;
  }
};

Error NotAnEntry(const std::string& what) { return Error(Status::kTampered, "a log entry " + what); }

// By tag, then by value. Whether a tag may stand twice is not asked here: one of a later version may.
bool IsBehind(uint8_t tag, Bytes value, const RawField& before) {
  if (tag != before.tag) return tag > before.tag;
  return std::lexicographical_compare(before.value.begin(), before.value.end(), value.begin(), value.end());
}

Result<std::vector<RawField>> SplitFields(Bytes rest) {
  std::vector<RawField> fields;
  while (!rest.empty()) {
    if (rest.size() < 4) return NotAnEntry("ends within a field");
    const size_t length = GetBig<uint16_t>(rest.data() + 1);
    if (length == 0 || rest.size() - 3 < length) return NotAnEntry("ends within a field");
    const Bytes value = rest.subspan(3, length);
    if (!fields.empty() && !IsBehind(rest[0], value, fields.back())) return NotAnEntry("has fields out of order");
    fields.push_back({rest[0], value});
    rest = rest.subspan(3 + length);
  }
  return fields;
}

}  // namespace

Result<std::vector<uint8_t>> EncodeEntry(const Entry& entry) {
  const TypeRow* type = FindType(entry.type);
  if (type == nullptr || !entry.unknown.empty())
    return Error(Status::kArgument, "a log entry of a later hikae cannot be written by this one");
  Writer writer;
  writer.leaf.resize(kMinLeafBytes);
  writer.leaf[0] = kLeafVersion;
  PutBig(writer.leaf.data() + 1, static_cast<uint16_t>(entry.type));
  PutBig(writer.leaf.data() + 3, static_cast<uint64_t>(entry.time));
  VisitFields(entry, writer);
  if (writer.error) return *std::move(writer.error);
  for (const Tag tag : type->must) {
    if (!writer.tags.contains(tag)) return Wrong(tag, fmt::format("is missing in '{}'", type->en).c_str());
  }
  return std::move(writer.leaf);
}

void PutMoment(std::span<uint8_t> leaf, int64_t time, const crypto::Pseudonym& actor,
               const crypto::Pseudonym& subject) {
  constexpr size_t kTimeAt = 3, kActorAt = kMinLeafBytes + 3, kSubjectAt = kActorAt + sizeof(crypto::Pseudonym) + 3;
  assert(leaf.size() >= kSubjectAt + sizeof subject && leaf[kActorAt - 3] == kActor &&
         leaf[kSubjectAt - 3] == kSubject);
  PutBig(leaf.data() + kTimeAt, static_cast<uint64_t>(time));
  std::copy(actor.begin(), actor.end(), leaf.begin() + kActorAt);
  std::copy(subject.begin(), subject.end(), leaf.begin() + kSubjectAt);
}

Result<Entry> DecodeEntry(Bytes leaf) {
  if (leaf.size() < kMinLeafBytes || leaf.size() > kMaxLeafBytes)
    return NotAnEntry("has fewer than 11 or more than 65,535 bytes");
  if (leaf[0] != kLeafVersion) {
    return Error(Status::kVersion, {fmt::format("the log entry is of version {}; this hikae reads version 1", leaf[0]),
                                    fmt::format("記録の版は{}。この hikae が読めるのは1", leaf[0])});
  }
  Entry entry;
  entry.type = static_cast<EntryType>(GetBig<uint16_t>(leaf.data() + 1));
  entry.time = static_cast<int64_t>(GetBig<uint64_t>(leaf.data() + 3));
  HIKAE_TRY(std::vector<RawField> raw, SplitFields(leaf.subspan(kMinLeafBytes)));
  Reader reader(std::move(raw));
  VisitFields(entry, reader);
  if (reader.bad) return NotAnEntry(fmt::format("has a field {:02x} that is not one", *reader.bad));
  for (const RawField& field : reader.fields) {
    if (!field.taken) entry.unknown.push_back({field.tag, {field.value.begin(), field.value.end()}});
  }
  if (const TypeRow* type = FindType(entry.type)) {
    for (const Tag tag : type->must) {
      const bool there =
          std::any_of(reader.fields.begin(), reader.fields.end(), [&](const RawField& f) { return f.tag == tag; });
      if (!there) return NotAnEntry(fmt::format("of type '{}' has no field {:02x}", type->en, tag));
    }
  }
  return entry;
}

base::Text EntryTypeName(EntryType type) {
  if (const TypeRow* row = FindType(type)) return {row->en, row->ja};
  const std::string number = fmt::format("0x{:04x}", static_cast<uint16_t>(type));
  return {number, number};
}

}  // namespace hikae::log
