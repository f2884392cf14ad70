// Text from outside, made harmless for each format it is written into.
//
// Everything a report prints may have been typed by a stranger. Two steps, always in this order: Visible() turns what a
// reader could not see, or what could change how the rest is read, into something seen; then the format's own escape.
#ifndef HIKAE_REPORT_ESCAPE_H_
#define HIKAE_REPORT_ESCAPE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/columns.h"

namespace hikae::report {

// Reads one code point at `at` and moves `at` past it; a byte that is not UTF-8 reads as U+FFFD. Requires at <
// text.size().
char32_t NextPoint(std::string_view text, size_t& at);

// Valid UTF-8 in which every character is seen or is a line end: control characters, marks that turn the direction of
// writing and characters without width come out as "[U+202E]"; CR LF and CR as LF, a tab as a space. Variation
// sequences (葛󠄀) and private-use characters (外字) are kept as they are.
std::string Visible(std::string_view text);
// The same on one line: a line of output is never made by what somebody typed.
std::string VisibleLine(std::string_view text);
bool IsPrivateUse(char32_t point);

// For HTML and SVG, element content and quoted attributes alike. A private-use character becomes an element that shows
// its code beside it, as it may have no glyph on the reader's machine; HtmlAttribute writes the character alone.
std::string Html(std::string_view text);
std::string HtmlAttribute(std::string_view text);
// The inside of a CSS string; also safe inside a style element.
std::string CssString(std::string_view text);
// A URI reference for a file name: everything but unreserved characters and '/' is percent-encoded.
std::string UriReference(std::string_view file);

// Columns a table drawn in a fixed grid needs.
using base::Columns;

}  // namespace hikae::report

#endif  // HIKAE_REPORT_ESCAPE_H_
