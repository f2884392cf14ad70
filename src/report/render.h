// The formats a document is written in. Each is byte-stable: equal documents give equal bytes.
#ifndef HIKAE_REPORT_RENDER_H_
#define HIKAE_REPORT_RENDER_H_

#include <string>
#include <vector>

#include "report/document.h"

namespace hikae::report {

// One file, no script, nothing loaded from anywhere. Prints on A4.
std::string ToHtml(const Document& document);
// The style sheet of ToHtml; `running` and `pages` stand at the foot of every printed page.
std::string StyleSheet(const Document& document);

// UTF-8 with a byte order mark, CR LF, RFC 4180, every record of the same number of fields. One table is written as it
// is; several are written one after the other, each with its own head record and the table's caption in the first
// field.
std::string ToCsv(const std::vector<const Table*>& tables, base::Language language);
std::string ToCsv(const Document& document);
// A two-column list as the table it is.
Table AsTable(const KeyValues& values);

// Tables by key, rows as objects by column key; gaps as {"hikae": "blank"}. Keys do not depend on the language.
codec::Node ToJson(const Document& document);
codec::Node ToJson(const Content& content);

}  // namespace hikae::report

#endif  // HIKAE_REPORT_RENDER_H_
