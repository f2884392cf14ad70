// Where lines break: groups of text that stand on one line when they fit, and break at each of their breaks when they
// do not. Linear in the length of the text. Internal to the formatter.
#ifndef HIKAE_CEDAR_SYNTAX_LAYOUT_H_
#define HIKAE_CEDAR_SYNTAX_LAYOUT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hikae::cedar {

// Filled from the first token to the last, then printed once. The texts have to outlive it.
class Layout {
 public:
  // The further lines of a broken group start `indent` columns further in than the line it starts on, or at the column
  // where it starts itself; nothing within such an aligned group stands further left.
  size_t Begin(size_t indent);
  size_t BeginAligned();
  void End();
  // Once it is known what the group is: only its indentation may change, before printing.
  void SetIndent(size_t group, size_t indent) { items_[group].size = static_cast<uint32_t>(indent); }

  void Text(std::string_view text);
  void Note(std::string_view text);  // a comment: takes no room, so that comments do not move code
  // In a group on one line: so many spaces.
  void Break(size_t spaces) { items_.push_back({Kind::kBreak, false, static_cast<uint32_t>(spaces), {}}); }
  // Before the last text of a group: without the group's own indentation.
  void BreakOut(size_t spaces) { items_.push_back({Kind::kBreakOut, false, static_cast<uint32_t>(spaces), {}}); }
  // Always; all groups around it break.
  void BreakAlways(bool out, size_t blank_lines = 0);

  std::string Print(size_t line_width);

 private:
  enum class Kind : uint8_t { kText, kNote, kBreak, kBreakOut, kBegin, kBeginAligned, kEnd };
  struct Item {
    Kind kind;
    bool forced = false;  // of a break: always; of a group: it holds such a break
    uint32_t size = 0;    // columns of a text, spaces of a break, indentation of a group, blank lines of a forced break
    std::string_view text;
    uint32_t room = 0;  // of a group: the columns up to the first break after it, were it on one line
  };
  struct Group {
    size_t indent;
    size_t outer;  // without its own
    size_t floor;  // of an aligned group around it
    bool broken;
  };
  void Measure();

  std::vector<Item> items_;
  std::vector<size_t> open_;
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SYNTAX_LAYOUT_H_
