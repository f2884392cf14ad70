#include "log/verify/leaf_view.h"

#include <algorithm>

#include "base/utf8.h"

namespace hikae::log::verify {
namespace {

using crypto::Bytes;

enum class Form : uint8_t { kUnknown, kFixed, kEnum, kCode, kText };

// What §3 says of a tag.
struct Rule {
  Form form = Form::kUnknown;
  uint8_t size = 0;  // of kFixed; of kEnum the greatest value
  bool many = false;
};

constexpr Rule RuleOf(uint8_t tag) {
  switch (tag) {
    case 0x01:
    case 0x02:
    case 0x03:
      return {Form::kFixed, 16};
    case 0x04:
    case 0x05:
    case 0x06:
    case 0x0F:
    case 0x20:
    case 0x22:
      return {Form::kCode};
    case 0x07:
    case 0x0A:
      return {Form::kCode, 0, true};
    case 0x08:
    case 0x24:
    case 0x25:
      return {Form::kFixed, 4};
    case 0x09:
    case 0x0D:
      return {Form::kEnum, 3};
    case 0x0B:
    case 0x0C:
    case 0x23:
    case 0x26:
      return {Form::kFixed, 8};
    case 0x0E:
    case 0x10:
      return {Form::kFixed, 32};
    case 0x21:
      return {Form::kText};
    default:
      return {Form::kUnknown, 0, true};  // a later version may have marked it many
  }
}

std::string_view AsText(Bytes value) { return {reinterpret_cast<const char*>(value.data()), value.size()}; }

bool HasControl(std::string_view text, bool newline_allowed) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && !(newline_allowed && c == '\n')) || c == 0x7F) return true;
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;  // U+0080–9F
  }
  return false;
}

bool HasForm(const Rule& rule, Bytes value) {
  switch (rule.form) {
    case Form::kUnknown:
      return true;
    case Form::kFixed:
      return value.size() == rule.size;
    case Form::kEnum:
      return value.size() == 1 && value[0] >= 1 && value[0] <= rule.size;
    case Form::kCode:
      return value.size() <= 255 && base::IsUtf8(AsText(value)) && !HasControl(AsText(value), false);
    case Form::kText:
      return base::IsUtf8(AsText(value)) && !HasControl(AsText(value), true);
  }
  return false;
}

// Values of one tag ascend byte by byte, the shorter of two that begin alike first.
bool Ascends(Bytes before, Bytes value) {
  return std::lexicographical_compare(before.begin(), before.end(), value.begin(), value.end());
}

void Keep(uint8_t tag, Bytes value, LeafView* out) {
  if (tag == 0x0E) out->detail_digest = value;
  if (tag == 0x20) out->origin = AsText(value);
  if (tag == 0x21) out->previous = AsText(value);
  if (tag == 0x22) out->key = AsText(value);
}

}  // namespace

LeafForm ReadLeaf(Bytes leaf, LeafView* out, const char** why) {
  *out = {};
  const auto bad = [why](const char* what) { return *why = what, LeafForm::kBad; };
  if (leaf.empty() || leaf.size() > kMaxLeafBytes) return bad("a leaf has 1 to 65,535 bytes");
  if (leaf[0] != kLeafVersion) return LeafForm::kForeign;
  if (leaf.size() < kMinLeafBytes) return bad("a leaf has at least 11 bytes");
  out->type = static_cast<uint16_t>((leaf[1] << 8) | leaf[2]);
  uint64_t time = 0;
  for (size_t i = 3; i < 11; ++i) time = (time << 8) | leaf[i];
  out->time = static_cast<int64_t>(time);
  int before = -1;
  Bytes value_before;
  for (size_t at = kMinLeafBytes; at < leaf.size();) {
    if (leaf.size() - at < 4) return bad("the last field of the leaf is cut off");
    const uint8_t tag = leaf[at];
    const size_t length = static_cast<size_t>((leaf[at + 1] << 8) | leaf[at + 2]);
    if (length == 0 || leaf.size() - at - 3 < length) return bad("a field of the leaf is empty or cut off");
    const Bytes value = leaf.subspan(at + 3, length);
    const Rule rule = RuleOf(tag);
    const bool again = tag == before && rule.many && Ascends(value_before, value);
    if (tag <= before && !again) return bad("the fields of the leaf do not ascend");
    if (!HasForm(rule, value)) return bad("a field of the leaf has not the form of its tag");
    Keep(tag, value, out);
    before = tag;
    value_before = value;
    at += 3 + length;
  }
  return LeafForm::kGood;
}

}  // namespace hikae::log::verify
