#include "report/document.h"

namespace hikae::report {

Content Content::Gap(registry::Gap gap, base::Language language) {
  Content content;
  switch (gap) {
    case registry::Gap::kBlank:
      content.Add(Say(language, "(left blank)", "記載なし"), Tone::kGap);
      break;
    case registry::Gap::kNone:
      content.Add(Say(language, "(none)", "なし"), Tone::kGap);
      break;
    case registry::Gap::kUnknown:
      content.Add(Say(language, "(unknown)", "不明"), Tone::kGap);
      break;
  }
  content.gap_ = gap;
  return content;
}

Content& Content::Add(std::string_view text, Tone tone, uint8_t indent) {
  while (true) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines_.push_back({{{std::string(line), tone, {}}}, indent});
    if (end == std::string_view::npos) return *this;
    text.remove_prefix(end + 1);
    if (text.empty()) return *this;  // a final line end begins no line
  }
}

Content& Content::Then(std::string_view text, Tone tone, std::string lang) {
  if (lines_.empty()) lines_.emplace_back();
  lines_.back().spans.push_back({std::string(text), tone, std::move(lang)});
  return *this;
}

Content& Content::Append(const Content& other, uint8_t indent) {
  for (Line line : other.lines_) {
    line.indent = static_cast<uint8_t>(line.indent + indent);
    lines_.push_back(std::move(line));
  }
  return *this;
}

std::string Content::Plain() const {
  std::string out;
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (i != 0) out += '\n';
    for (const Span& span : lines_[i].spans) out += span.text;
  }
  return out;
}

std::string Say(base::Language language, std::string_view en, std::string_view ja) {
  return std::string(language == base::Language::kJapanese ? ja : en);
}

std::string Headline(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

const char* LanguageTag(base::Language language) { return language == base::Language::kJapanese ? "ja" : "en"; }

}  // namespace hikae::report
