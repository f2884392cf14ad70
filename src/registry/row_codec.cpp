#include "registry/row_codec.h"

#include <algorithm>

namespace hikae::registry {
namespace {

using base::Error;
using base::Result;
using base::Status;
using cedar::Value;

constexpr uint8_t kForm = 1;
constexpr uint8_t kFormWithReason = 2;
constexpr size_t kMostDepth = 128;

enum class Stored : uint8_t {  // written to disk; never renumber
  kBool = 1,
  kLong = 2,
  kString = 3,
  kEntity = 4,
  kSet = 5,
  kRecord = 6,
  kDecimal = 7,
  kIp = 8,
  kDatetime = 9,
  kDuration = 10,
};

class ByteWriter {
 public:
  void Byte(uint8_t byte) { out_ += static_cast<char>(byte); }
  void Varint(uint64_t number) {
    for (; number >= 0x80; number >>= 7) Byte(static_cast<uint8_t>(number | 0x80));
    Byte(static_cast<uint8_t>(number));
  }
  void Zigzag(int64_t number) { Varint((static_cast<uint64_t>(number) << 1) ^ static_cast<uint64_t>(number >> 63)); }
  void Text(std::string_view text) { Varint(text.size()), out_ += text; }
  void Uid(const cedar::EntityUid& uid) { Text(uid.type), Text(uid.id); }
  void Named(const std::map<std::string, Value>& values) {
    Varint(values.size());
    for (const auto& [name, value] : values) Text(name), Any(value);
  }
  void Any(const Value& value);
  std::string Take() { return std::move(out_); }

 private:
  void Kind(Stored kind) { Byte(static_cast<uint8_t>(kind)); }
  std::string out_;
};

// The argument of decimal("1.5") and ip("10.0.0.1"), which hold nothing that would be escaped.
std::string Argument(const Value& value) {
  const std::string text = value.ToString();
  const size_t open = text.find('"');
  return text.substr(open + 1, text.rfind('"') - open - 1);
}

void ByteWriter::Any(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kBool:
      return Kind(Stored::kBool), Byte(value.boolean() ? 1 : 0);
    case Value::Kind::kLong:
      return Kind(Stored::kLong), Zigzag(value.integer());
    case Value::Kind::kString:
      return Kind(Stored::kString), Text(value.text());
    case Value::Kind::kEntity:
      return Kind(Stored::kEntity), Uid(value.entity());
    case Value::Kind::kSet:
      Kind(Stored::kSet), Varint(value.elements().size());
      for (const Value& element : value.elements()) Any(element);
      return;
    case Value::Kind::kRecord:
      return Kind(Stored::kRecord), Named(value.attributes());
    case Value::Kind::kDecimal:
      return Kind(Stored::kDecimal), Text(Argument(value));
    case Value::Kind::kIp:
      return Kind(Stored::kIp), Text(Argument(value));
    case Value::Kind::kDatetime:
      return Kind(Stored::kDatetime), Zigzag(value.integer());
    case Value::Kind::kDuration:
      return Kind(Stored::kDuration), Zigzag(value.integer());
  }
}

// Reads what ByteWriter wrote. After the first fault everything reads as nothing, and ok() is false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  bool AtEnd() const { return rest_.empty(); }

  uint8_t Byte() {
    if (rest_.empty()) return Fail(), uint8_t{0};
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  uint64_t Varint() {
    uint64_t number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      number |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return number;
    }
    return Fail(), uint64_t{0};
  }
  // A count of things of which each takes a byte at least: no more than are left.
  size_t Count() {
    const uint64_t count = Varint();
    if (count > rest_.size()) return Fail(), size_t{0};
    return static_cast<size_t>(count);
  }
  int64_t Zigzag() {
    const uint64_t number = Varint();
    return static_cast<int64_t>(number >> 1) ^ -static_cast<int64_t>(number & 1);
  }
  std::string Text() {
    const size_t length = Count();
    std::string text(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return text;
  }
  cedar::EntityUid Uid() {
    std::string type = Text();
    return {std::move(type), Text()};
  }
  std::map<std::string, Value> Named(size_t depth) {
    std::map<std::string, Value> values;
    for (size_t left = Count(); left > 0 && ok_; --left) {
      std::string name = Text();
      values.emplace_hint(values.end(), std::move(name), Any(depth));
    }
    return values;
  }
  Value Any(size_t depth);

 private:
  void Fail() { ok_ = false, rest_ = {}; }
  Value Checked(Result<Value> value) {
    if (value.ok()) return *std::move(value);
    return Fail(), Value();
  }
  std::string_view rest_;
  bool ok_ = true;
};

Value ByteReader::Any(size_t depth) {
  if (depth > kMostDepth) return Fail(), Value();
  switch (static_cast<Stored>(Byte())) {
    case Stored::kBool:
      return Value::Bool(Byte() != 0);
    case Stored::kLong:
      return Value::Long(Zigzag());
    case Stored::kString:
      return Value::String(Text());
    case Stored::kEntity:
      return Value::Entity(Uid());
    case Stored::kSet: {
      std::vector<Value> elements;
      for (size_t left = Count(); left > 0 && ok_; --left) elements.push_back(Any(depth + 1));
      return Value::Set(std::move(elements));
    }
    case Stored::kRecord:
      return Value::Record(Named(depth + 1));
    case Stored::kDecimal:
      return Checked(Value::Decimal(Text()));
    case Stored::kIp:
      return Checked(Value::Ip(Text()));
    case Stored::kDatetime:
      return Value::DatetimeOf(Zigzag());
    case Stored::kDuration:
      return Value::DurationOf(Zigzag());
  }
  return Fail(), Value();
}

Result<void> Verdict(const ByteReader& in) {
  if (in.ok() && in.AtEnd()) return {};
  return Error(Status::kTampered, {"a stored row is not what was written", "保存された行が書き込まれたものと違う"}, {},
               {"restore the office from a backup", "控えから復元する"});
}

}  // namespace

std::string EncodeContent(const Row& row) {
  ByteWriter out;
  out.Byte(row.reason.empty() ? kForm : kFormWithReason);
  out.Varint(row.entity.parents.size());
  for (const cedar::EntityUid& parent : row.entity.parents) out.Uid(parent);
  out.Named(row.entity.attributes);
  out.Named(row.entity.tags);
  out.Varint(row.gaps.size());
  for (const auto& [name, gap] : row.gaps) out.Text(name), out.Byte(static_cast<uint8_t>(gap));
  if (!row.reason.empty()) out.Text(row.reason);
  return out.Take();
}

std::string EncodeLines(const Row& row) {
  ByteWriter out;
  out.Varint(row.lines.size());
  for (const auto& [name, line] : row.lines) out.Text(name), out.Varint(line);
  return out.Take();
}

Result<void> DecodeContent(std::string_view bytes, Row& row) {
  ByteReader in(bytes);
  const uint8_t form = in.Byte();
  if (form > kFormWithReason)
    return Error(Status::kVersion, {"a row was stated by a newer hikae", "行はより新しい hikae で登録されている"}, {},
                 {"use that hikae", "新しい hikae を使う"});
  if (form < kForm) return Verdict(ByteReader("x"));
  for (size_t left = in.Count(); left > 0 && in.ok(); --left) row.entity.parents.push_back(in.Uid());
  row.entity.attributes = in.Named(0);
  row.entity.tags = in.Named(0);
  for (size_t left = in.Count(); left > 0 && in.ok(); --left) {
    std::string name = in.Text();
    const uint8_t gap = in.Byte();
    if (gap < 1 || gap > 3) return Verdict(ByteReader("x"));
    // An empty set is stated to be nothing too, but it is there.
    if (static_cast<Gap>(gap) == Gap::kNone && !row.entity.attributes.contains(name))
      row.entity.known_absent.insert(name);
    row.gaps.emplace(std::move(name), static_cast<Gap>(gap));
  }
  if (form == kFormWithReason) row.reason = in.Text();
  return Verdict(in);
}

Result<void> DecodeLines(std::string_view bytes, Row& row) {
  ByteReader in(bytes);
  for (size_t left = in.Count(); left > 0 && in.ok(); --left) {
    std::string name = in.Text();
    row.lines.emplace_hint(row.lines.end(), std::move(name), static_cast<uint32_t>(in.Varint()));
  }
  return Verdict(in);
}

}  // namespace hikae::registry
