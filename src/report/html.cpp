#include <fmt/format.h>

#include "report/escape.h"
#include "report/render.h"

namespace hikae::report {
namespace {

// A row taller than about a third of a page may break: moving it whole would leave a hole, and the tallest fit no page.
constexpr size_t kLongRowLines = 22;
constexpr size_t kLineColumns = 64;

const char* ClassOf(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kStrong:
      return "strong";
    case Tone::kMuted:
      return "muted";
    case Tone::kGap:
      return "gap";
    case Tone::kGood:
      return "good";
    case Tone::kBad:
      return "bad-word";
    case Tone::kOpen:
      return "open-word";
    case Tone::kTag:
      return "tag";
    case Tone::kCode:
      return "code";
  }
  return "";
}

bool HasJapanese(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const char32_t point = NextPoint(text, at);
    if ((point >= 0x3041 && point <= 0x30FF) || (point >= 0x3400 && point <= 0x9FFF) ||
        (point >= 0x20000 && point <= 0x3FFFF)) {
      return true;
    }
  }
  return false;
}

class HtmlWriter {
 public:
  explicit HtmlWriter(const Document& document) : document_(document) {}

  std::string Write() {
    const std::string title = HtmlAttribute(document_.title);
    out_ += fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"generator\" content=\"hikae\">\n<title>{} — {}</title>\n<style>{}</style>\n</head>\n<body{}>\n",
        LanguageTag(document_.language), title, HtmlAttribute(document_.office), StyleSheet(document_),
        document_.formal ? " class=\"formal\"" : "");
    Head();
    out_ += "<main>\n";
    for (const Block& block : document_.blocks) std::visit([this](const auto& b) { Put(b); }, block);
    out_ += "</main>\n<footer class=\"provenance\">\n";
    Put(document_.provenance);
    out_ += "</footer>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void Head() {
    out_ += fmt::format("<header>\n<p class=\"office\">{}</p>\n<h1>{}</h1>\n", Inline(document_.office),
                        Inline(document_.title));
    for (const std::string& subtitle : document_.subtitles)
      out_ += fmt::format("<p class=\"subtitle\">{}</p>\n", Inline(subtitle));
    out_ += "</header>\n";
  }

  // Text in the other language says so, for a screen reader's voice.
  std::string LangOf(const Span& span) const {
    if (!span.lang.empty()) return fmt::format(" lang=\"{}\"", HtmlAttribute(span.lang));
    return document_.language == base::Language::kEnglish && HasJapanese(span.text) ? " lang=\"ja\"" : "";
  }

  std::string Inline(const Span& span) const {
    const std::string lang = LangOf(span);
    const char* style = ClassOf(span.tone);
    if (lang.empty() && *style == '\0') return Html(span.text);
    const std::string name = *style == '\0' ? "" : fmt::format(" class=\"{}\"", style);
    return fmt::format("<span{}{}>{}</span>", name, lang, Html(span.text));
  }
  std::string Inline(const std::string& text) const { return Inline(Span{text, Tone::kPlain, {}}); }
  std::string Inline(const Line& line) const {
    std::string out;
    for (const Span& span : line.spans) out += Inline(span);
    return out;
  }

  // One <p> a line; a single unindented line needs none inside a cell or list item.
  std::string Lines(const Content& content, const char* align = "") const {
    const auto& lines = content.lines();
    if (lines.size() == 1 && lines[0].indent == 0 && *align == '\0') return Inline(lines[0]);
    std::string out;
    for (const Line& line : lines) {
      std::string names = align;
      // A line that begins strong heads what follows: it is not left behind at the foot of a page.
      if (!line.spans.empty() && line.spans.front().tone == Tone::kStrong) names += names.empty() ? "lead" : " lead";
      if (line.indent != 0) names += fmt::format("{}i{}", names.empty() ? "" : " ", std::min<int>(line.indent, 4));
      out += names.empty() ? "<p>" : fmt::format("<p class=\"{}\">", names);
      out += Inline(line) + "</p>";
    }
    return out;
  }

  void Put(const Heading& heading) {
    const int level = std::clamp(heading.level, 2, 6);
    out_ += fmt::format("<h{0}{2}>{1}</h{0}>\n", level, Inline(heading.text), break_ ? " class=\"break\"" : "");
    break_ = false;
  }

  void Put(const Paragraph& paragraph) {
    const char* align = paragraph.align == Align::kCentre ? "centre" : paragraph.align == Align::kEnd ? "end" : "";
    if (paragraph.content.lines().size() == 1 && paragraph.content.lines()[0].indent == 0 && *align == '\0') {
      out_ += "<p>" + Lines(paragraph.content) + "</p>\n";
    } else {
      out_ += Lines(paragraph.content, align) + "\n";
    }
  }

  void OpenTable(const std::string& caption, bool show, const char* name) {
    if (caption.empty()) {
      out_ += fmt::format("<table class=\"{}\">\n", name);
    } else if (show) {
      out_ += fmt::format("<table class=\"{}\">\n<caption>{}</caption>\n", name, Inline(caption));
    } else {
      out_ += fmt::format("<table class=\"{}\" aria-label=\"{}\">\n", name, HtmlAttribute(caption));
    }
  }

  static bool IsLong(const Content& content, size_t share) {
    size_t lines = 0;
    const size_t columns = std::max<size_t>(8, kLineColumns * share / 100 * 3 / 2);
    for (const Line& line : content.lines()) {
      size_t width = 0;
      for (const Span& span : line.spans) width += Columns(span.text);
      lines += 1 + width / columns;
    }
    return lines > kLongRowLines;
  }

  void Put(const KeyValues& values) {
    if (values.entries.empty()) return;
    OpenTable(values.caption, values.show_caption, "kv");
    out_ += "<colgroup><col style=\"width:22%\"><col></colgroup>\n";
    if (!values.key_label.empty()) {
      out_ += fmt::format("<thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>\n",
                          Inline(values.key_label), Inline(values.value_label));
    }
    out_ += "<tbody>\n";
    for (const KeyValue& entry : values.entries) {
      out_ += fmt::format("<tr{}><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                          IsLong(entry.value, 78) ? " class=\"long\"" : "", Inline(entry.label), Lines(entry.value));
    }
    out_ += "</tbody>\n</table>\n";
  }

  void Columns_(const Table& table) {
    out_ += "<colgroup>";
    for (const Column& column : table.columns) {
      out_ += column.width == 0 ? "<col>" : fmt::format("<col style=\"width:{}%\">", column.width);
    }
    out_ += "</colgroup>\n<thead><tr>";
    for (const Column& column : table.columns) out_ += fmt::format("<th scope=\"col\">{}</th>", Inline(column.label));
    out_ += "</tr></thead>\n";
  }

  void Put(const Table& table) {
    if (table.rows.empty()) {
      if (!table.empty_text.empty()) out_ += fmt::format("<p class=\"empty\">{}</p>\n", Inline(table.empty_text));
      return;
    }
    OpenTable(table.caption, table.show_caption, "rows");
    Columns_(table);
    std::string group;
    out_ += "<tbody>\n";
    for (size_t i = 0; i < table.rows.size(); ++i) {
      const TableRow& row = table.rows[i];
      if (row.group != group) {
        group = row.group;
        if (i != 0) out_ += "</tbody>\n<tbody>\n";
        out_ += fmt::format("<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>\n",
                            table.columns.size(), Inline(group));
      }
      Put(table, row);
    }
    out_ += "</tbody>\n</table>\n";
  }

  // Per cent of the width that each column without a width of its own gets.
  static size_t ShareOfRest(const Table& table) {
    int left = 100, columns = 0;
    for (const Column& column : table.columns) {
      left -= column.width;
      columns += column.width == 0 ? 1 : 0;
    }
    return columns == 0 || left <= 0 ? 10 : static_cast<size_t>(left / columns);
  }

  void Put(const Table& table, const TableRow& row) {
    bool is_long = false;
    std::string cells;
    const size_t even = ShareOfRest(table);
    for (size_t c = 0; c < row.cells.size(); ++c) {
      const int width = c < table.columns.size() ? table.columns[c].width : 0;
      is_long = is_long || IsLong(row.cells[c], width == 0 ? even : static_cast<size_t>(width));
      const bool header = c == 0 && table.first_is_header;
      cells +=
          fmt::format("<{0}{1}>{2}</{0}>", header ? "th" : "td", header ? " scope=\"row\"" : "", Lines(row.cells[c]));
    }
    out_ += fmt::format("<tr{}>{}</tr>\n", is_long ? " class=\"long\"" : "", cells);
  }

  void Put(const List& list) {
    if (list.items.empty()) return;
    const char* tag = list.ordered ? "ol" : "ul";
    out_ += fmt::format("<{}>\n", tag);
    for (const Content& item : list.items) out_ += "<li>" + Lines(item) + "</li>\n";
    out_ += fmt::format("</{}>\n", tag);
  }

  void Put(const Note& note) {
    const char* tone = note.tone == Tone::kBad ? " bad" : note.tone == Tone::kOpen ? " open" : "";
    out_ += fmt::format("<div class=\"note{}\">", tone);
    if (!note.title.empty()) out_ += fmt::format("<p class=\"name\">{}</p>", Inline(note.title));
    out_ += Lines(note.content) + "</div>\n";
  }

  void Put(const Figure& figure) {
    out_ += "<figure>\n";
    if (!figure.caption.empty()) out_ += fmt::format("<figcaption>{}</figcaption>\n", Inline(figure.caption));
    out_ += figure.svg + "\n</figure>\n";
  }

  // A break belongs to the heading it stands before: an empty element would be a page of its own when all that follows
  // keeps together.
  void Put(const PageBreak&) { break_ = true; }

  const Document& document_;
  std::string out_;
  bool break_ = false;  // the next heading begins a page
};

}  // namespace

std::string ToHtml(const Document& document) { return HtmlWriter(document).Write(); }

}  // namespace hikae::report
