#include "capi/coverage_document.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/csv.h"
#include "codec/node.h"

namespace hikae::capi {
namespace {

using audit::Cell;
using audit::Coverage;
using audit::KeepingRule;
using audit::Stated;
using codec::Node;

const char* Mark(Stated stated) {
  switch (stated) {
    case Stated::kNo:
      return "–";
    case Stated::kAlike:
      return "●";
    case Stated::kOtherwise:
      return "○";
  }
  return "";
}

const char* Name(audit::Keeping keeping) {
  switch (keeping) {
    case audit::Keeping::kNothing:
      return "nothing";
    case audit::Keeping::kPaper:
      return "paper";
    case audit::Keeping::kRecords:
      return "records";
  }
  return "";
}

base::Text Label(audit::Keeping keeping) {
  switch (keeping) {
    case audit::Keeping::kNothing:
      return {"no rule", "規定なし"};
    case audit::Keeping::kPaper:
      return {"the paper alone", "記載のみ"};
    case audit::Keeping::kRecords:
      return {"judged", "判定あり"};
  }
  return {};
}

Node Texts(const std::vector<std::string>& texts) {
  Node list = Node::List();
  for (const std::string& text : texts) list.Append(Node::String(text));
  return list;
}

Node RuleNode(const KeepingRule& rule) {
  Node moments = Node::List();
  for (const audit::Moment moment : rule.moments) moments.Append(Node::String(audit::Name(moment)));
  return std::move(Node::Map()
                       .Set("id", Node::String(rule.id))
                       .Set("moments", std::move(moments))
                       .Set("acts", Texts(rule.acts))
                       .Set("records", Texts(rule.records))
                       .Set("kept_by", Node::String(Name(rule.keeping))));
}

Node CellsNode(const Coverage& coverage, const std::vector<Cell>& cells) {
  Node node = Node::Map();
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].stated == Stated::kNo) continue;
    node.Set(
        coverage.papers[i].id,
        std::move(
            Node::Map().Set("stated", Node::String(Mark(cells[i].stated))).Set("note", Node::String(cells[i].note))));
  }
  return node;
}

std::string Called(const std::map<std::string, base::Text>& names, const std::vector<std::string>& all,
                   base::Language language) {
  std::string line;
  for (const std::string& one : all) {
    const auto name = names.find(one);
    line += line.empty() ? "" : language == base::Language::kJapanese ? "、" : ", ";
    line += name == names.end() ? one : name->second.In(language);
  }
  return line;
}

// Moments, and at the gate the acts: "契約時", "利用時(ログイン、外部への取出し)".
std::string When(const Coverage& coverage, const KeepingRule& rule, base::Language language) {
  std::string when;
  for (const audit::Moment moment : rule.moments) when += (when.empty() ? "" : " ") + audit::Label(moment).In(language);
  return rule.acts.empty() ? when : fmt::format("{}({})", when, Called(coverage.acts, rule.acts, language));
}

std::string Records(const Coverage& coverage, const KeepingRule& rule, base::Language language) {
  return Called(coverage.records, rule.records, language);
}

std::string Figures(const Coverage& coverage, base::Language language) {
  const size_t judged = coverage.promised - coverage.on_paper - coverage.uncovered;
  return language == base::Language::kJapanese
             ? fmt::format("{} 件のうち 判定あり {} 件、記載のみ {} 件、規定なし {} 件\n", coverage.promised, judged,
                           coverage.on_paper, coverage.uncovered)
             : fmt::format("of {}: {} judged, {} on the paper alone, {} without a rule\n", coverage.promised, judged,
                           coverage.on_paper, coverage.uncovered);
}

}  // namespace

std::string CoverageJson(const Coverage& coverage) {
  Node papers = Node::List();
  for (const audit::PaperOfPack& paper : coverage.papers)
    papers.Append(std::move(Node::Map().Set("id", Node::String(paper.id)).Set("title", Node::String(paper.title))));
  Node controls = Node::List();
  for (const audit::ControlCoverage& control : coverage.controls) {
    Node rules = Node::List();
    for (const KeepingRule& rule : control.rules) rules.Append(RuleNode(rule));
    controls.Append(std::move(Node::Map()
                                  .Set("id", Node::String(control.control.id))
                                  .Set("title", Node::String(control.control.title.ja))
                                  .Set("title_en", Node::String(control.control.title.en))
                                  .Set("kept_by", Node::String(Name(control.keeping)))
                                  .Set("papers", CellsNode(coverage, control.cells))
                                  .Set("rules", std::move(rules))));
  }
  Node totals = std::move(Node::Map()
                              .Set("promised", Node::Integer(static_cast<int64_t>(coverage.promised)))
                              .Set("paper", Node::Integer(static_cast<int64_t>(coverage.on_paper)))
                              .Set("nothing", Node::Integer(static_cast<int64_t>(coverage.uncovered))));
  const Node root = std::move(Node::Map()
                                  .Set("hikae", Node::String("coverage/1"))
                                  .Set("pack", Node::String(coverage.pack))
                                  .Set("papers", std::move(papers))
                                  .Set("totals", std::move(totals))
                                  .Set("controls", std::move(controls)));
  return codec::WriteJson(root, 2);
}

std::string CoverageCsv(const Coverage& coverage, base::Language language) {
  const auto in = [&](const char* en, const char* ja) {
    return std::string(language == base::Language::kJapanese ? ja : en);
  };
  codec::CsvWriter csv;
  std::vector<std::string> row = {in("control", "対策"), in("title", "名称")};
  for (const audit::PaperOfPack& paper : coverage.papers) row.push_back(paper.id);
  for (const auto& [en, ja] : {std::pair{"kept by", "判定"}, std::pair{"rule", "規定"}, std::pair{"moment", "時点"},
                               std::pair{"records", "台帳等"}})
    row.push_back(in(en, ja));
  csv.Row(row);
  for (const audit::ControlCoverage& control : coverage.controls) {
    std::vector<std::string> head = {control.control.id, control.control.title.In(language)};
    for (const Cell& cell : control.cells)
      head.push_back(cell.note.empty() ? Mark(cell.stated) : fmt::format("{} {}", Mark(cell.stated), cell.note));
    if (control.rules.empty()) {
      row = head;
      row.insert(row.end(), {Label(control.keeping).In(language), "", "", ""});
      csv.Row(row);
    }
    for (const KeepingRule& rule : control.rules) {
      row = head;
      row.insert(row.end(), {Label(rule.keeping).In(language), rule.id, When(coverage, rule, language),
                             Records(coverage, rule, language)});
      csv.Row(row);
    }
  }
  return csv.Take();
}

std::string CoverageText(const Coverage& coverage, base::Language language) {
  std::string text = fmt::format("{}  {}\n", coverage.pack, coverage.title.In(language));
  for (const audit::PaperOfPack& paper : coverage.papers) text += fmt::format("  {}  {}\n", paper.id, paper.title);
  for (const audit::ControlCoverage& control : coverage.controls) {
    std::string marks;
    for (const Cell& cell : control.cells) marks += Mark(cell.stated);
    text += fmt::format("\n{}{}{}  {}  [{}]\n", marks, marks.empty() ? "" : "  ", control.control.id,
                        control.control.title.In(language), Label(control.keeping).In(language));
    for (size_t i = 0; i < control.cells.size(); ++i) {
      if (!control.cells[i].note.empty())
        text += fmt::format("      {} {} {}\n", coverage.papers[i].id, Mark(control.cells[i].stated),
                            control.cells[i].note);
    }
    for (const KeepingRule& rule : control.rules) {
      const std::string records = Records(coverage, rule, language);
      text += fmt::format("    {}  {}{}{}\n", rule.id, When(coverage, rule, language), records.empty() ? "" : "  ",
                          records);
    }
  }
  return text + "\n" + Figures(coverage, language);
}

}  // namespace hikae::capi
