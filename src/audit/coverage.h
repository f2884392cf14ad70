// By which rules each control of a pack is kept, paper by paper. Computed from the rules' @control annotations, their
// scopes and what they read; which paper states which control is data beside the pack (coverage.yaml). Judges nothing.
#ifndef HIKAE_AUDIT_COVERAGE_H_
#define HIKAE_AUDIT_COVERAGE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "audit/pack.h"

namespace hikae::audit {

// How a paper states a control: not at all, ● in the words of the others, ○ in words of its own.
enum class Stated : uint8_t { kNo, kAlike, kOtherwise };

struct Cell {
  Stated stated = Stated::kNo;
  std::string note;  // the wording that matters
};

struct PaperOfPack {
  std::string id;  // 第2号
  std::string title;
};

// What keeps a control: nothing; rules that only read the paper, so that it is promised and nobody looks whether it is
// kept; rules that read what was recorded, or that decide at the gate.
enum class Keeping : uint8_t { kNothing, kPaper, kRecords };

struct KeepingRule {
  std::string id;
  std::vector<Moment> moments;
  std::vector<std::string> acts;     // of the gate, as the rule's scope names them
  std::vector<std::string> records;  // types of ledgers and of what is kept while the handling runs
  Keeping keeping = Keeping::kPaper;
};

struct ControlCoverage {
  Control control;
  std::vector<Cell> cells;  // of each paper
  std::vector<KeepingRule> rules;
  Keeping keeping = Keeping::kNothing;
};

struct Coverage {
  std::string pack;
  base::Text title;
  std::vector<PaperOfPack> papers;  // none when the pack has no coverage.yaml
  std::vector<ControlCoverage> controls;
  std::map<std::string, base::Text> records;  // what people call a type
  std::map<std::string, base::Text> acts;     // and an act of the gate
  // Cells that a paper promises (where there are no papers: controls), by what keeps them.
  size_t promised = 0, on_paper = 0, uncovered = 0;
};

// Errors: as LoadPack; kRules with the place in coverage.yaml.
base::Result<Coverage> CoverageOf(const PackFiles& files);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_COVERAGE_H_
