// The data flow of a paper, drawn: ends as boxes in columns, one row an arrow, so that no two labels can meet.
#ifndef HIKAE_REPORT_FLOW_DIAGRAM_H_
#define HIKAE_REPORT_FLOW_DIAGRAM_H_

#include <string>
#include <vector>

#include "base/error.h"

namespace hikae::report {

// In the order of the columns, from left to right.
enum class EndKind : uint8_t { kOutside, kUnstated, kWard, kSystem, kContractor };

struct FlowEnd {
  std::string name;
  EndKind kind = EndKind::kUnstated;
};

struct FlowArrow {
  size_t from = 0;  // index into the ends
  size_t to = 0;
  std::string number;        // as the paper numbers it; "" = counted
  std::string medium;        // id of the vocabulary: paper, electronic, network, voice, screen, other
  std::string medium_label;  // what people call it
  std::string text;
  std::vector<std::string> items;
  bool crosses_contract = false;
};

// One drawing a page at most: a long or wide flow is continued in the next one, which repeats the boxes it needs.
// `id` makes the drawings' ids unique in the page. Every arrow is in exactly one drawing, in the given order.
std::vector<std::string> DrawFlows(const std::vector<FlowEnd>& ends, const std::vector<FlowArrow>& arrows,
                                   const std::string& title, const std::string& id, base::Language language);

}  // namespace hikae::report

#endif  // HIKAE_REPORT_FLOW_DIAGRAM_H_
