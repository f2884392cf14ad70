#include "cedar/syntax/layout.h"

#include <algorithm>

#include "base/columns.h"

namespace hikae::cedar {

size_t Layout::Begin(size_t indent) {
  open_.push_back(items_.size());
  items_.push_back({Kind::kBegin, false, static_cast<uint32_t>(indent), {}});
  return open_.back();
}

size_t Layout::BeginAligned() {
  open_.push_back(items_.size());
  items_.push_back({Kind::kBeginAligned, false, 0, {}});
  return open_.back();
}

void Layout::End() {
  items_.push_back({Kind::kEnd, false, 0, {}});
  const bool forced = items_[open_.back()].forced;
  open_.pop_back();
  if (forced && !open_.empty()) items_[open_.back()].forced = true;
}

void Layout::Text(std::string_view text) {
  // Of a string over several lines, what stands on its first line.
  items_.push_back({Kind::kText, false, static_cast<uint32_t>(base::Columns(text.substr(0, text.find('\n')))), text});
}

void Layout::Note(std::string_view text) { items_.push_back({Kind::kNote, false, 0, text}); }

void Layout::BreakAlways(bool out, size_t blank_lines) {
  items_.push_back({out ? Kind::kBreakOut : Kind::kBreak, true, static_cast<uint32_t>(blank_lines), {}});
  if (!open_.empty()) items_[open_.back()].forced = true;
}

// One walk from the end: `total` is the length of all that follows on one line, `to_break` the part of it before the
// next break.
void Layout::Measure() {
  uint64_t total = 0;
  uint64_t to_break = 0;
  std::vector<uint64_t> ends;  // of the groups being walked through: total and to_break behind each
  for (size_t i = items_.size(); i-- > 0;) {
    Item& item = items_[i];
    switch (item.kind) {
      case Kind::kText:
        total += item.size, to_break += item.size;
        break;
      case Kind::kNote:
        break;
      case Kind::kBreak:
      case Kind::kBreakOut:
        total += item.forced ? 0 : item.size;
        to_break = 0;
        break;
      case Kind::kEnd:
        ends.push_back(total - to_break);
        break;
      case Kind::kBegin:
      case Kind::kBeginAligned:
        item.room = static_cast<uint32_t>(std::min<uint64_t>(total - ends.back(), UINT32_MAX));
        ends.pop_back();
        break;
    }
  }
}

std::string Layout::Print(size_t line_width) {
  Measure();
  std::string out;
  size_t column = 0;
  std::vector<Group> groups{{0, 0, 0, true}};
  size_t line_indent = 0;
  size_t pending = 0;  // columns that the line is indented by, written with its first text
  const auto write = [&](std::string_view text, size_t columns) {
    out.append(pending, ' ').append(text);
    column = columns;
    pending = 0;
  };
  for (const Item& item : items_) {
    const Group group = groups.back();
    switch (item.kind) {
      case Kind::kText: {
        const size_t last_line = item.text.rfind('\n');
        const size_t before = column + pending;
        write(item.text,
              last_line == item.text.npos ? before + item.size : base::Columns(item.text.substr(last_line + 1)));
        break;
      }
      case Kind::kNote:
        write(item.text, column + pending);
        break;
      case Kind::kBreak:
      case Kind::kBreakOut:
        if (item.forced) out.append(item.size, '\n');
        if (item.forced || group.broken) {
          out += '\n';
          column = 0;
          pending = line_indent = item.kind == Kind::kBreakOut ? group.outer : group.indent;
        } else {
          pending += item.size;
        }
        break;
      case Kind::kBegin:
      case Kind::kBeginAligned: {
        const bool broken = group.broken && (item.forced || column + pending + item.room > line_width);
        const bool aligned = item.kind == Kind::kBeginAligned;
        const size_t floor = aligned ? column + pending : group.floor;
        const size_t outer = std::max(line_indent, floor);
        groups.push_back({aligned ? floor : outer + item.size, outer, floor, broken});
        break;
      }
      case Kind::kEnd:
        groups.pop_back();
        break;
    }
  }
  return out;
}

}  // namespace hikae::cedar
