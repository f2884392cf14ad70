#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/civil_date.h"
#include "base/utf8.h"
#include "report/vocabulary.h"

namespace hikae::report {
namespace {

using base::Language;

// Reads Cedar's text of a value and writes it for people. Fails (nullopt) on anything it does not know.
class ValueReader {
 public:
  ValueReader(std::string_view text, const Names& names, size_t most = Names::kAll)
      : text_(text), names_(names), most_(most) {}

  std::optional<std::string> Read() {
    auto value = One();
    Space();
    return value && at_ == text_.size() ? value : std::nullopt;
  }
  // A value that must be an entity.
  std::optional<cedar::EntityUid> ReadEntity() {
    const std::string name = Name();
    const auto id = Quoted();
    if (name.size() < 3 || !id || at_ != text_.size()) return std::nullopt;
    return cedar::EntityUid{name.substr(0, name.size() - 2), *id};
  }

 private:
  void Space() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool Eat(char c) {
    Space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    return ++at_, true;
  }

  // Letters, digits, '_' and "::"; of an entity, with the "::" before the quote.
  std::string Name() {
    const size_t from = at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':')) break;
      ++at_;
    }
    return std::string(text_.substr(from, at_ - from));
  }

  std::optional<std::string> Quoted() {
    if (at_ >= text_.size() || text_[at_] != '"') return std::nullopt;
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') return ++at_, out;
      if (text_[at_] != '\\') {
        out += text_[at_];
      } else if (++at_ < text_.size()) {
        if (!Escape(out)) return std::nullopt;
      }
    }
    return std::nullopt;
  }

  bool Escape(std::string& out) {
    switch (text_[at_]) {
      case 'n':
        out += '\n';
        return true;
      case 't':
        out += '\t';
        return true;
      case 'r':
        out += '\r';
        return true;
      case '0':
        out += '\0';
        return true;
      case 'u':
        return Point(out);
      default:
        out += text_[at_];
        return true;
    }
  }
  bool Point(std::string& out) {
    const size_t end = text_.find('}', at_);
    if (end == std::string_view::npos || at_ + 2 > end || text_[at_ + 1] != '{') return false;
    char32_t point = 0;
    for (size_t i = at_ + 2; i < end; ++i) {
      const char c = text_[i];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0 || point > 0x10FFFF) return false;
      point = point * 16 + static_cast<char32_t>(digit);
    }
    base::AppendUtf8(out, point);
    return at_ = end, true;
  }

  std::optional<std::string> One() {
    Space();
    if (at_ >= text_.size() || ++depth_ > 64) return std::nullopt;
    const char c = text_[at_];
    std::optional<std::string> value;
    if (c == '"') {
      value = Quoted();
    } else if (c == '[') {
      value = ListOf('[', ']');
    } else if (c == '{') {
      value = ListOf('{', '}');
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      value = Digits();
    } else {
      value = Named();
    }
    --depth_;
    return value;
  }

  std::string Digits() {
    const size_t from = at_++;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return std::string(text_.substr(from, at_ - from));
  }

  std::optional<std::string> Named() {
    const std::string name = Name();
    if (name == "true" || name == "false") return SayBool(name == "true", names_.language());
    if (name.size() > 2 && name.ends_with("::")) {
      const auto id = Quoted();
      if (!id) return std::nullopt;
      return names_.Entity({name.substr(0, name.size() - 2), *id});
    }
    if (!Eat('(')) return std::nullopt;
    const auto argument = Quoted();
    if (!argument || !Eat(')')) return std::nullopt;
    const auto value = name == "datetime"   ? cedar::Value::Datetime(*argument)
                       : name == "duration" ? cedar::Value::Duration(*argument)
                                            : base::Result<cedar::Value>(cedar::Value::String(*argument));
    return value.ok() ? names_.Value(*value) : *argument;
  }

  std::optional<std::string> ListOf(char open, char close) {
    Eat(open);
    std::string out;
    if (Eat(close)) return Say(names_.language(), "(nothing)", "（要素なし）");
    for (size_t count = 1;; ++count) {
      const auto one = Element(open == '{');
      if (!one) return std::nullopt;
      if (count <= most_) out += (count == 1 ? "" : Say(names_.language(), ", ", "、")) + *one;
      if (Eat(close)) return out + More(count);
      if (!Eat(',')) return std::nullopt;
    }
  }

  std::optional<std::string> Element(bool keyed) {
    std::string label;
    if (keyed) {
      Space();
      const auto key = at_ < text_.size() && text_[at_] == '"' ? Quoted() : std::optional<std::string>(Name());
      if (!key || !Eat(':')) return std::nullopt;
      label = *key + ": ";
    }
    const auto value = One();
    return value ? std::optional<std::string>(label + *value) : std::nullopt;
  }

  std::string More(size_t count) const {
    if (count <= most_) return "";
    return Say(names_.language(), fmt::format(" and {} more", count - most_), fmt::format(" ほか{}件", count - most_));
  }

  std::string_view text_;
  const Names& names_;
  const size_t most_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::string SayDay(std::string_view iso, Language language) {
  if (language != Language::kJapanese) return std::string(iso);
  const auto day = base::ParseDate(iso);
  return day.ok() ? base::FormatWareki(*day) : std::string(iso);
}

std::string SayMoment(int64_t milliseconds, Language language) {
  constexpr int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
  const bool moment = milliseconds % kDay != 0;
  if (moment) milliseconds += 9 * kHour;
  const int64_t day = milliseconds / kDay - (milliseconds % kDay < 0 ? 1 : 0);
  const int64_t rest = milliseconds - day * kDay;
  std::string text = SayDay(base::FormatIso(static_cast<base::Day>(day)), language);
  if (!moment) return text;
  const std::string seconds = rest % kMinute == 0 ? "" : fmt::format(":{:02}", rest / 1000 % 60);
  return text + fmt::format(" {:02}:{:02}{}", rest / kHour, rest / kMinute % 60, seconds) +
         Say(language, " in Japan", "");
}

std::string SayDuration(int64_t milliseconds, Language language) {
  struct Unit {
    int64_t length;
    const char *en, *ja;
  };
  static constexpr std::array kUnits = {Unit{86'400'000, "d", "日"}, Unit{3'600'000, "h", "時間"},
                                        Unit{60'000, "min", "分"}, Unit{1'000, "s", "秒"}, Unit{1, "ms", "ミリ秒"}};
  if (milliseconds == 0) return Say(language, "0 d", "0日");
  std::string out = milliseconds < 0 ? "-" : "";
  for (const Unit& unit : kUnits) {
    const int64_t n = milliseconds / unit.length;
    milliseconds %= unit.length;
    if (n != 0) out += fmt::format("{}{}", n < 0 ? -n : n, Say(language, fmt::format(" {} ", unit.en), unit.ja));
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string SayBool(bool value, Language language) {
  return value ? Say(language, "yes", "はい") : Say(language, "no", "いいえ");
}

namespace {

// "access-log 2026 9-13" as `log show` numbers them: アクセス記録 2026/9〜2026/13. Any other place stays as it is.
std::string SayEntries(std::string_view place) {
  constexpr std::string_view kLog = "access-log ";
  const size_t space = place.rfind(' ');
  const size_t dash = place.rfind('-');
  if (!place.starts_with(kLog) || space < kLog.size() || dash == place.npos || dash < space) return std::string(place);
  const std::string_view period = place.substr(kLog.size(), space - kLog.size());
  const std::string_view first = place.substr(space + 1, dash - space - 1);
  const std::string_view last = place.substr(dash + 1);
  const std::string from = fmt::format("アクセス記録 {}/{}", period, first);
  return first == last ? from : fmt::format("{}〜{}/{}", from, period, last);
}

}  // namespace

std::string SaySource(std::string_view source, Language language) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {{"no row", "該当する行なし"},
                                                                             {"not stated", "記載なし"},
                                                                             {"not registered", "未登録"},
                                                                             {"blank", "空欄"},
                                                                             {"none", "なし"},
                                                                             {"unknown", "不明"}};
  if (language != Language::kJapanese) return std::string(source);
  std::string said;
  for (bool first = true; !source.empty(); first = false) {
    const std::string_view part = source.substr(0, source.find("; "));
    source.remove_prefix(std::min(source.size(), part.size() + 2));
    const auto* word =
        std::find_if(std::begin(kWords), std::end(kWords), [&](const auto& one) { return one.first == part; });
    said += first ? "" : "; ";
    said += first && word != std::end(kWords) ? std::string(word->second) : SayEntries(part);
  }
  return said;
}

Names::Names(const audit::Pack* pack, const registry::Snapshot* snapshot, Language language,
             const std::vector<const audit::Pack*>& others)
    : snapshot_(snapshot), language_(language) {
  if (pack != nullptr) packs_.push_back(pack);
  packs_.insert(packs_.end(), others.begin(), others.end());
}

const cedar::EntityType* Names::FindType(std::string_view type) const {
  for (const audit::Pack* pack : packs_) {
    if (const cedar::EntityType* found = pack->schema.FindEntityType(type)) return found;
  }
  return nullptr;
}

std::string Names::Label(const cedar::Annotations& annotations, std::string_view name) const {
  for (const char* key : language_ == Language::kJapanese ? std::array{"ja", "en"} : std::array{"en", "ja"}) {
    const auto found = annotations.find(key);
    if (found != annotations.end() && !found->second.empty()) return found->second;
    if (language_ == Language::kEnglish) break;  // the name in the data is nearer to English than the Japanese label
  }
  return std::string(name);
}

std::string Names::Type(std::string_view type) const {
  const cedar::EntityType* found = FindType(type);
  return found == nullptr ? std::string(type) : Label(found->annotations, type);
}

std::string Names::Attribute(std::string_view type, std::string_view name) const {
  const cedar::EntityType* entity = FindType(type);
  if (entity == nullptr) return std::string(name);
  const size_t dot = name.find('.');
  const cedar::Attribute* found = entity->Find(name.substr(0, dot));
  if (found == nullptr) return std::string(name);
  std::string label = Label(found->annotations, found->name);
  if (dot == std::string_view::npos) return label;
  const cedar::Attribute* inner = found->type.Find(name.substr(dot + 1));
  const std::string_view rest = name.substr(dot + 1);
  return label + Say(language_, ": ", "・") + (inner == nullptr ? std::string(rest) : Label(inner->annotations, rest));
}

std::string Names::Heading(std::string_view type, std::string_view name) const {
  const cedar::EntityType* entity = FindType(type);
  if (entity == nullptr) return "";
  const cedar::Attribute* attribute = name.empty() ? nullptr : entity->Find(name);
  if (!name.empty() && attribute == nullptr) return "";
  const auto& annotations = name.empty() ? entity->annotations : attribute->annotations;
  const auto found = annotations.find("heading");
  return found == annotations.end() ? "" : found->second;
}

std::string Names::Word(const cedar::EntityUid& uid) const {
  const base::Text core = report::Word(uid.type, uid.id);
  if (!core.empty()) return core.In(language_);
  // A pack names its controls under `controls`, its other words under `words` by type: id -> { ja, en }.
  for (const audit::Pack* pack : packs_) {
    if (uid.type != "Control") break;
    for (const audit::Control& control : pack->controls) {
      if (control.id == uid.id) return control.title.In(language_);
    }
  }
  for (const audit::Pack* pack : packs_) {
    const codec::Node* words = pack->manifest.Find("words");
    std::string word = WordIn(words == nullptr ? nullptr : words->Find(uid.type), uid.id);
    if (!word.empty()) return word;
  }
  return "";
}

std::string Names::Confidence(std::string_view mark) const { return Manifest("confidence", mark); }

std::string Names::Manifest(std::string_view section, std::string_view id) const {
  for (const audit::Pack* pack : packs_) {
    std::string word = WordIn(pack->manifest.Find(section), id);
    if (!word.empty()) return word;
  }
  return "";
}

std::string Names::WordIn(const codec::Node* ids, std::string_view id) const {
  const codec::Node* word = ids == nullptr ? nullptr : ids->Find(id);
  const codec::Node* text = word == nullptr ? nullptr : word->Find(language_ == Language::kJapanese ? "ja" : "en");
  return text != nullptr && text->IsText() ? text->text() : "";
}

std::string Names::Entity(const cedar::EntityUid& uid) const {
  const registry::Row* row = snapshot_ == nullptr ? nullptr : snapshot_->Find(uid);
  const cedar::EntityType* type = FindType(uid.type);
  if (type != nullptr && !type->enum_ids.empty()) {
    const std::string word = Word(uid);
    return word.empty() ? uid.id : word;
  }
  if (row == nullptr || type == nullptr) return uid.id;
  for (const cedar::Attribute& attribute : type->attributes) {
    if (attribute.annotations.count("title") == 0) continue;
    const auto value = row->entity.attributes.find(attribute.name);
    if (value != row->entity.attributes.end() && value->second.kind() == cedar::Value::Kind::kString)
      return value->second.text();
  }
  return uid.id;
}

std::string Names::Value(const cedar::Value& value) const {
  using Kind = cedar::Value::Kind;
  std::string out;
  switch (value.kind()) {
    case Kind::kBool:
      return SayBool(value.boolean(), language_);
    case Kind::kLong:
      return fmt::format("{}", value.integer());
    case Kind::kString:
      return value.text();
    case Kind::kEntity:
      return Entity(value.entity());
    case Kind::kDatetime:
      return SayMoment(value.integer(), language_);
    case Kind::kDuration:
      return SayDuration(value.integer(), language_);
    case Kind::kDecimal:
    case Kind::kIp:
      return ValueText(value.ToString());
    case Kind::kSet:
      for (const cedar::Value& element : value.elements())
        out += (out.empty() ? "" : Say(language_, ", ", "、")) + Value(element);
      return out;
    case Kind::kRecord:
      for (const auto& [key, element] : value.attributes()) {
        out += (out.empty() ? "" : Say(language_, ", ", "、")) + key + ": " + Value(element);
      }
      return out;
  }
  return out;
}

std::string Names::ValueText(std::string_view cedar_text, size_t most) const {
  return ValueReader(cedar_text, *this, most).Read().value_or(std::string(cedar_text));
}

bool Names::IsOwner(std::string_view type, std::string_view attribute) const {
  const cedar::EntityType* entity = FindType(type);
  const cedar::Attribute* found = entity == nullptr ? nullptr : entity->Find(attribute);
  return found != nullptr && found->annotations.count("owner") != 0;
}

std::string Names::Context(std::string_view path, std::string_view pack) const {
  if (path == "context.asOf") return Say(language_, "the day judged", "基準日");
  if (path == "context.fiscalYear") return Say(language_, "the fiscal year judged", "基準日の年度");
  for (const audit::Pack* one : packs_) {
    if (one->id != pack) continue;
    for (const audit::Parameter& parameter : one->parameters) {
      if (path == "context.params." + parameter.name)
        return Say(language_, "“", "「") + parameter.word + Say(language_, "”", "」");
    }
  }
  return std::string(path);
}

std::string Names::EntityText(std::string_view cedar_text) const {
  const auto uid = ValueReader(cedar_text, *this).ReadEntity();
  if (!uid) return std::string(cedar_text);
  return Say(language_, Type(uid->type) + " \"" + Entity(*uid) + "\"", Type(uid->type) + "「" + Entity(*uid) + "」");
}

}  // namespace hikae::report
