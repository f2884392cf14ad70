// What a report says, before it has a format: a sequence of blocks that every renderer understands.
//
// Invariant: nothing in a document is markup. Every text is plain and may be hostile; renderers escape all of it. The
// one exception is Figure::svg, which only SvgCanvas (svg.h) makes, and which escapes what is put into it. Documents
// are plain values; two threads may render the same one.
#ifndef HIKAE_REPORT_DOCUMENT_H_
#define HIKAE_REPORT_DOCUMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "codec/node.h"
#include "registry/registry.h"

namespace hikae::report {

// How a stretch of text is meant. Renderers that print on paper never tell tones apart by colour alone.
enum class Tone : uint8_t { kPlain, kStrong, kMuted, kGap, kGood, kBad, kOpen, kTag, kCode };

struct Span {
  std::string text;
  Tone tone = Tone::kPlain;
  std::string lang;  // BCP 47; "" = the document's
};

struct Line {
  std::vector<Span> spans;
  uint8_t indent = 0;  // steps
};

// Lines of text: a paragraph, or the inside of a cell.
class Content {
 public:
  Content() = default;
  Content(std::string_view text, Tone tone = Tone::kPlain) { Add(text, tone); }  // NOLINT(google-explicit-constructor)
  Content(const char* text) : Content(std::string_view(text)) {}                 // NOLINT(google-explicit-constructor)
  Content(const std::string& text) : Content(std::string_view(text)) {}          // NOLINT(google-explicit-constructor)
  // A heading that stands there with nothing under it, in the reader's language.
  static Content Gap(registry::Gap gap, base::Language language);

  // Begins a new line; each '\n' in the text begins another with the same indent and tone.
  Content& Add(std::string_view text, Tone tone = Tone::kPlain, uint8_t indent = 0);
  // Continues the last line.
  Content& Then(std::string_view text, Tone tone = Tone::kPlain, std::string lang = {});
  Content& Append(const Content& other, uint8_t indent = 0);

  bool empty() const { return lines_.empty(); }
  const std::vector<Line>& lines() const { return lines_; }
  const std::optional<registry::Gap>& gap() const { return gap_; }
  std::string Plain() const;  // lines joined by '\n'

 private:
  std::vector<Line> lines_;
  std::optional<registry::Gap> gap_;
};

struct Heading {
  int level = 2;  // 1 is the document's title
  std::string text;
};

enum class Align : uint8_t { kStart, kCentre, kEnd };

struct Paragraph {
  Content content;
  Align align = Align::kStart;
};

struct Column {
  std::string key;    // stable, ASCII: the same in every language
  std::string label;  // what a person reads
  int width = 0;      // per cent of the table; 0 = what is left
};

struct TableRow {
  std::string group;  // rows of one group stand together under a row that names it; "" = no group
  std::vector<Content> cells;
};

struct Table {
  std::string key;      // stable, ASCII
  std::string caption;  // what a person reads
  std::vector<Column> columns;
  std::vector<TableRow> rows;
  bool first_is_header = false;  // the first cell of each row names the row
  std::string group_label;       // not empty when rows have groups
  bool show_caption = true;      // on paper; a screen reader hears it always
  std::string empty_text;        // printed when there is no row
};

// 項目 / 内容: one key, one content.
struct KeyValue {
  std::string key;
  std::string label;
  Content value;
};

struct KeyValues {
  std::string key;
  std::string caption;
  std::string key_label;  // the head of the first column; "" = no head row
  std::string value_label;
  std::vector<KeyValue> entries;
  bool show_caption = true;
};

struct List {
  bool ordered = false;
  std::vector<Content> items;
};

// Set apart from the text: a warning, an explanation, a marker that a sheet is a copy.
struct Note {
  Tone tone = Tone::kPlain;
  std::string title;
  Content content;
};

struct Figure {
  std::string svg;  // complete <svg> element
  std::string caption;
};

struct PageBreak {};

using Block = std::variant<Heading, Paragraph, KeyValues, Table, List, Note, Figure, PageBreak>;

struct Document {
  std::string report;  // name of the report: "findings"
  std::string id;      // "R1"
  base::Language language = base::Language::kJapanese;
  std::string office;
  std::string title;
  std::vector<std::string> subtitles;
  bool formal = false;  // a letter or form of the ward: set in serif, title not repeated as a banner
  std::vector<Block> blocks;
  KeyValues provenance;                   // packs, day, totals: printed at the end of every report
  std::string running;                    // foot of every printed page
  codec::Node meta = codec::Node::Map();  // the provenance for machines

  template <class T>
  T& Add(T block) {
    blocks.emplace_back(std::move(block));
    return std::get<T>(blocks.back());
  }
};

// The reader's language of two constants.
std::string Say(base::Language language, std::string_view en, std::string_view ja);
// As the first word of a heading: an English label begins with a capital.
std::string Headline(std::string text);
const char* LanguageTag(base::Language language);

}  // namespace hikae::report

#endif  // HIKAE_REPORT_DOCUMENT_H_
