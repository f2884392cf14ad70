#include "log/entry_table.h"

#include <fmt/format.h>

#include <array>

#include "base/civil_date.h"
#include "base/columns.h"
#include "base/utf8.h"
#include "codec/csv.h"
#include "codec/hex.h"
#include "codec/node.h"

namespace hikae::log {

using base::Language;
using base::Text;

namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86'400 * kSecond;
constexpr int64_t kJapan = 9 * 3'600 * kSecond;  // ahead of UTC, all year
constexpr size_t kShownDigits = 12;              // of a pseudonym in a table: half a screen would be needed for all

// What a cell of the table is given; what is longer pushes the rest of its line.
constexpr std::array<size_t, 7> kWidths = {12, 19, 16, 14, 14, 18, 8};

std::string Padded(std::string text, size_t width) {
  const size_t columns = base::Columns(text);
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

std::string Joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

template <class N>
std::string Number(const std::optional<N>& value) {
  return value ? std::to_string(*value) : std::string();
}
template <class B>
std::string HexOf(const std::optional<B>& value) {
  return value ? codec::Hex(*value) : std::string();
}

// Codes come from a file that anybody may have written: what a terminal would act on is not shown as it is.
std::string Visible(std::string_view text) {
  std::string out;
  for (base::CodePointReader reader(text); !reader.AtEnd();) {
    const char32_t point = reader.Next();
    const bool hidden = point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x200B && point <= 0x200F) ||
                        (point >= 0x2028 && point <= 0x202E) || (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF;
    if (point == '\n') {
      out += "⏎";
    } else {
      base::AppendUtf8(out, hidden ? U'\uFFFD' : point);
    }
  }
  return out;
}

}  // namespace

std::string TimeInJapan(int64_t micros, char between) {
  const base::Day day = base::DayInJapan(micros);
  const int32_t year = base::CivilOf(day).year;
  if (year < 1 || year > 9999) return fmt::format("{} µs", micros);
  // Both terms are within a day of each other, so neither overflows.
  const int64_t rest = ((micros % kDay) + kDay + kJapan) % kDay;
  const int64_t seconds = rest / kSecond;
  std::string out = fmt::format("{}{}{:02}:{:02}:{:02}", base::FormatIso(day), between, seconds / 3600,
                                seconds / 60 % 60, seconds % 60);
  if (rest % kSecond != 0) out += fmt::format(".{:06}", rest % kSecond);
  return out;
}

Text DecisionName(Decision decision) {
  switch (decision) {
    case Decision::kAllowed:
      return {"allowed", "許可"};
    case Decision::kRefused:
      return {"refused", "拒否"};
    default:
      return {"not judged", "判定不能"};
  }
}

Text OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone:
      return {"done", "完了"};
    case Outcome::kNotDone:
      return {"not done", "未了"};
    default:
      return {"unknown", "不明"};
  }
}

const std::vector<EntryField>& EntryFields() {
  static const std::vector<EntryField> fields = {
      {"period", "period", "期間"},
      {"index", "index", "番号"},
      {"time", "time (Japan)", "日時"},
      {"type", "type", "種類"},
      {"actor", "actor", "行為者"},
      {"actor_name", "actor's id", "行為者ID"},
      {"subject", "subject", "本人"},
      {"subject_name", "subject's id", "本人ID"},
      {"record", "record", "保有個人情報"},
      {"handling", "handling", "業務"},
      {"ground", "ground", "根拠"},
      {"file", "file", "個人情報ファイル"},
      {"items", "items", "項目"},
      {"decision", "decision", "判定"},
      {"rules", "rules", "規定"},
      {"count", "count", "件数"},
      {"intent", "intended by entry", "意図した記録の番号"},
      {"outcome", "outcome", "結果"},
      {"thing", "thing", "対象"},
      {"digest", "digest", "対象のSHA-256"},
      {"detail", "SHA-256 of the sealed detail", "封緘した詳細のSHA-256"},
      {"key_version", "key version", "鍵の版"},
      {"key", "verifier key", "検証鍵"},
      {"origin", "origin", "ログの名称"},
      {"session", "session", "書込みセッション"},
      {"loss_ms", "possible loss (ms)", "欠落可能性(ミリ秒)"},
      {"loss_records", "possible loss (entries)", "欠落可能性(件)"},
      {"range_end", "range end", "範囲の終わり"},
      {"leaf_hash", "leaf hash", "葉のハッシュ"},
  };
  return fields;
}

std::string EntryTable::Person(std::string_view kind, const std::optional<crypto::Pseudonym>& pseudonym,
                               bool whole) const {
  if (!pseudonym) return {};
  if (const std::string name = names_ ? names_(kind, *pseudonym) : std::string(); !name.empty()) return name;
  const std::string digits = codec::Hex(*pseudonym);
  return whole ? digits : digits.substr(0, kShownDigits) + "…";
}

std::vector<std::string> EntryTable::Cells(const FoundEntry& found) const {
  const std::string leaf_hash = codec::Hex(HashLeaf(found.leaf));
  if (!found.entry) {
    std::vector<std::string> cells(EntryFields().size());
    cells[0] = found.period;
    cells[1] = std::to_string(found.index);
    cells.back() = leaf_hash;
    return cells;
  }
  const Entry& e = *found.entry;
  const auto name = [&](const char* kind, const std::optional<crypto::Pseudonym>& pseudonym) {
    return pseudonym && names_ ? names_(kind, *pseudonym) : std::string();
  };
  return {found.period,
          std::to_string(found.index),
          TimeInJapan(e.time),
          EntryTypeName(e.type).In(language_),
          HexOf(e.actor),
          name("actor", e.actor),
          HexOf(e.subject),
          name("subject", e.subject),
          HexOf(e.record),
          e.handling,
          e.ground,
          e.file,
          Joined(e.items, " "),
          e.decision ? DecisionName(*e.decision).In(language_) : std::string(),
          Joined(e.rules, " "),
          Number(e.count),
          Number(e.intent),
          e.outcome ? OutcomeName(*e.outcome).In(language_) : std::string(),
          e.thing,
          HexOf(e.digest),
          HexOf(e.detail),
          Number(e.key_version),
          e.key,
          e.origin,
          HexOf(e.session),
          Number(e.loss_ms),
          Number(e.loss_records),
          Number(e.range_end),
          leaf_hash};
}

std::string EntryTable::Json(const FoundEntry& found) const {
  using codec::Node;
  const std::vector<EntryField>& fields = EntryFields();
  const std::vector<std::string> cells = Cells(found);
  Node object = Node::Map();
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string_view key = fields[i].key;
    if (cells[i].empty()) continue;
    Node value = Node::String(cells[i]);
    const bool number = key == "index" || key == "count" || key == "intent" || key == "key_version" ||
                        key.starts_with("loss_") || key == "range_end";
    if (number) value = Node::Real(cells[i]);  // 64 bits without a sign
    if (found.entry) {
      const Entry& e = *found.entry;
      if (key == "time") value = Node::String(TimeInJapan(e.time, 'T') + "+09:00");
      if (key == "type") value = Node::String(EntryTypeName(e.type).en);
      if (key == "decision") value = Node::String(DecisionName(*e.decision).en);
      if (key == "outcome") value = Node::String(OutcomeName(*e.outcome).en);
      if (key == "items" || key == "rules") {
        value = Node::List();
        for (const std::string& code : key == "items" ? e.items : e.rules) value.Append(Node::String(code));
      }
    }
    object.Set(std::string(key), std::move(value));
  }
  return codec::WriteJson(object);
}

// What the table has no column for.
std::string EntryTable::Rest(const Entry& e) const {
  std::string out;
  const auto add = [&](const char* en, const char* ja, const std::string& value) {
    if (value.empty()) return;
    out += (out.empty() ? "" : "  ") + std::string(language_ == Language::kJapanese ? ja : en) + ": " + value;
  };
  add("ground", "根拠", e.ground);
  add("file", "ファイル", e.file);
  add("items", "項目", Joined(e.items, language_ == Language::kJapanese ? "、" : ", "));
  add("rules", "規定", Joined(e.rules, language_ == Language::kJapanese ? "、" : ", "));
  add("thing", "対象", e.thing);
  add("count", "件数", Number(e.count));
  add("of entry", "記録", Number(e.intent));
  add("outcome", "結果", e.outcome ? OutcomeName(*e.outcome).In(language_) : std::string());
  add("up to entry", "範囲の終わり", Number(e.range_end));
  add("lost at most", "欠落の上限",
      e.loss_ms && e.loss_records ? fmt::format("{} ms, {}", *e.loss_ms, *e.loss_records) : std::string());
  add("log", "ログ", e.origin);
  add("key", "鍵", e.key);
  return out;
}

std::string EntryTable::Row(const FoundEntry& found) const {
  std::array<std::string, 7> cells;
  cells[0] = found.period + "/" + std::to_string(found.index);
  std::string rest = language_ == Language::kJapanese ? "別の版の記録" : "of another version";
  if (found.entry) {
    const Entry& e = *found.entry;
    cells[1] = TimeInJapan(e.time).substr(0, 19);
    cells[2] = EntryTypeName(e.type).In(language_);
    cells[3] = Person("actor", e.actor, false);
    cells[4] = Person("subject", e.subject, false);
    cells[5] = e.handling;
    cells[6] = e.decision ? DecisionName(*e.decision).In(language_) : std::string();
    rest = Rest(e);
  }
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) line += Padded(Visible(cells[i]), kWidths[i]) + " ";
  line += Visible(rest);
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string EntryTable::Begin() const {
  if (form_ == EntryForm::kJson) return "[";
  if (form_ == EntryForm::kCsv) {
    codec::CsvWriter csv;
    std::vector<std::string> heading;
    for (const EntryField& field : EntryFields())
      heading.emplace_back(language_ == Language::kJapanese ? field.ja : field.en);
    csv.Row(heading);
    return csv.Take();
  }
  const bool ja = language_ == Language::kJapanese;
  const std::array<const char*, 7> words =
      ja ? std::array<const char*, 7>{"番号", "日時", "種類", "行為者", "本人", "業務", "判定"}
         : std::array<const char*, 7>{"entry", "time (Japan)", "type", "actor", "subject", "handling", "decision"};
  std::string line;
  for (size_t i = 0; i < words.size(); ++i) line += Padded(words[i], kWidths[i]) + " ";
  return line + (ja ? "内容\n" : "content\n");
}

std::string EntryTable::Add(const FoundEntry& found) {
  const bool first = !any_;
  any_ = true;
  if (form_ == EntryForm::kTable) return Row(found);
  if (form_ == EntryForm::kJson) return (first ? "\n" : ",\n") + Json(found);
  codec::CsvWriter csv(codec::CsvWriter::Mark::kNone);
  std::vector<std::string> cells = Cells(found);
  for (std::string& cell : cells) cell = Visible(cell);
  csv.Row(cells);
  return csv.Take();
}

std::string EntryTable::End() const { return form_ == EntryForm::kJson ? (any_ ? "\n]\n" : "]\n") : std::string(); }

}  // namespace hikae::log
