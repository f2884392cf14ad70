#include "report/flow_diagram.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "report/document.h"
#include "report/svg.h"

namespace hikae::report {
namespace {

constexpr double kWidth = 720;
constexpr double kMostHeight = 920;  // with the heads and the legend, one A4 page
constexpr double kHead = 24;         // from the end of a label to its arrow
constexpr double kLabelWidth = 470;
constexpr size_t kMostEnds = 7;
constexpr size_t kMostItems = 12;  // on the arrow; the table beside the figure has all of them

Stroke StrokeOf(const std::string& medium) {
  static const std::map<std::string, Stroke> strokes = {{"paper", Stroke::kSolid},
                                                        {"electronic", Stroke::kDashed},
                                                        {"network", Stroke::kDouble},
                                                        {"voice", Stroke::kWavy},
                                                        {"screen", Stroke::kDotted}};
  const auto found = strokes.find(medium);
  return found == strokes.end() ? Stroke::kDashDot : found->second;
}

struct Label {
  std::vector<std::string> lines;
  double width = 0;
  double height() const { return static_cast<double>(lines.size()) * SvgCanvas::kLine; }
};

class Drawing {
 public:
  Drawing(const std::vector<FlowEnd>& ends, const std::vector<FlowArrow>& arrows, base::Language language)
      : ends_(ends), arrows_(arrows), language_(language) {}

  // Takes as many arrows from `begin` on as one page holds; returns the first it did not take.
  size_t Take(size_t begin) {
    begin_ = end_ = begin;
    double height = 120;
    std::set<size_t> used;
    while (end_ < arrows_.size()) {
      std::set<size_t> with = used;
      with.insert(arrows_[end_].from);
      with.insert(arrows_[end_].to);
      const double row = LabelOf(end_).height() + kHead + 14;
      if (end_ != begin && (with.size() > kMostEnds || height + row > kMostHeight)) break;
      used = std::move(with);
      height += row;
      ++end_;
    }
    columns_.assign(used.begin(), used.end());
    std::stable_sort(columns_.begin(), columns_.end(),
                     [&](size_t a, size_t b) { return ends_[a].kind < ends_[b].kind; });
    return end_;
  }

  std::string Draw(const std::string& title, const std::string& id) const {
    SvgCanvas canvas(kWidth, id);
    double y = HeadsHeight() + 8;
    std::string rows;
    const double bottom = BodyHeight() + y;
    for (size_t i = 0; i < columns_.size(); ++i) canvas.Rule(X(i), y - 8, X(i), bottom);
    Heads(canvas);
    for (size_t i = begin_; i < end_; ++i) y = Row(canvas, i, y);
    const double height = Legend(canvas, bottom + 14);
    return canvas.Finish(height, title, Description());
  }

 private:
  double X(size_t column) const {
    return (static_cast<double>(column) + 0.5) * kWidth / static_cast<double>(columns_.size());
  }
  double XOf(size_t end) const {
    return X(static_cast<size_t>(std::find(columns_.begin(), columns_.end(), end) - columns_.begin()));
  }
  double BoxWidth() const { return std::min(170.0, kWidth / static_cast<double>(columns_.size()) - 10); }

  std::string Number(size_t i) const {
    return arrows_[i].number.empty() ? fmt::format("{}", i + 1) : arrows_[i].number;
  }

  std::string Items(const FlowArrow& arrow, size_t most) const {
    std::string out;
    for (size_t i = 0; i < arrow.items.size() && i < most; ++i)
      out += (i == 0 ? "" : Say(language_, ", ", "、")) + arrow.items[i];
    if (arrow.items.size() > most) {
      const size_t more = arrow.items.size() - most;
      out += Say(language_, fmt::format(" and {} more", more), fmt::format(" ほか{}項目", more));
    }
    return out;
  }

  Label LabelOf(size_t i) const {
    const FlowArrow& arrow = arrows_[i];
    Label label;
    std::string text = "[" + Number(i) + "] " + Say(language_, "(", "【") + arrow.medium_label +
                       Say(language_, ") ", "】") + arrow.text;
    if (arrow.crosses_contract) text += Say(language_, " <ward / contractor>", "〔区と受託者の間〕");
    label.lines = SvgCanvas::Wrap(text, kLabelWidth);
    if (!arrow.items.empty()) {
      for (std::string& line :
           SvgCanvas::Wrap(Say(language_, "items: ", "項目: ") + Items(arrow, kMostItems), kLabelWidth)) {
        label.lines.push_back(std::move(line));
      }
    }
    for (const std::string& line : label.lines) label.width = std::max(label.width, SvgCanvas::Width(line));
    return label;
  }

  double HeadsHeight() const {
    size_t lines = 1;
    for (const size_t end : columns_) lines = std::max(lines, SvgCanvas::Wrap(ends_[end].name, BoxWidth() - 12).size());
    return static_cast<double>(lines) * SvgCanvas::kLine + 34;
  }
  double BodyHeight() const {
    double height = 0;
    for (size_t i = begin_; i < end_; ++i) height += LabelOf(i).height() + kHead + 14;
    return height;
  }

  std::string KindLabel(EndKind kind) const {
    switch (kind) {
      case EndKind::kOutside:
        return Say(language_, "outside", "区の外");
      case EndKind::kUnstated:
        return Say(language_, "other", "その他");
      case EndKind::kWard:
        return Say(language_, "ward", "区");
      case EndKind::kSystem:
        return Say(language_, "system", "システム");
      case EndKind::kContractor:
        return Say(language_, "contractor", "受託者");
    }
    return {};
  }

  void Heads(SvgCanvas& canvas) const {
    const double height = HeadsHeight() - 18;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const FlowEnd& end = ends_[columns_[i]];
      canvas.Text(X(i), 12, KindLabel(end.kind));
      canvas.Box(X(i) - BoxWidth() / 2, 18, BoxWidth(), height,
                 end.kind == EndKind::kOutside || end.kind == EndKind::kContractor, end.kind == EndKind::kSystem);
      const auto lines = SvgCanvas::Wrap(end.name, BoxWidth() - 12);
      double y = 18 + (height - static_cast<double>(lines.size()) * SvgCanvas::kLine) / 2 + 12;
      for (const std::string& line : lines) {
        canvas.Text(X(i), y, line, true);
        y += SvgCanvas::kLine;
      }
    }
  }

  // A row belongs to one arrow alone: its label, and the arrow under it.
  double Row(SvgCanvas& canvas, size_t i, double y) const {
    const Label label = LabelOf(i);
    const double x1 = XOf(arrows_[i].from), x2 = XOf(arrows_[i].to);
    const double half = label.width / 2 + 4;
    const double middle = std::clamp((x1 + x2) / 2, half, kWidth - half);
    canvas.Background(middle - half, y + 2, 2 * half, label.height() + 2);
    double line_y = y + 14;
    for (const std::string& line : label.lines) {
      canvas.Text(middle, line_y, line);
      line_y += SvgCanvas::kLine;
    }
    const double arrow_y = y + label.height() + kHead;
    if (x1 == x2) {
      canvas.Loop(x1, arrow_y, StrokeOf(arrows_[i].medium));
    } else {
      canvas.Arrow(x1, x2, arrow_y - 8, StrokeOf(arrows_[i].medium));
    }
    return y + label.height() + kHead + 14;
  }

  double Legend(SvgCanvas& canvas, double y) const {
    std::map<std::string, std::string> media;
    for (size_t i = begin_; i < end_; ++i) media.emplace(arrows_[i].medium, arrows_[i].medium_label);
    double x = 4;
    for (const auto& [medium, label] : media) {
      const double width = 56 + SvgCanvas::Width(label) + 18;
      if (x + width > kWidth && x > 4) {
        x = 4;
        y += 20;
      }
      canvas.Sample(x, x + 46, y, StrokeOf(medium));
      canvas.Text(x + 54, y + 4, label, false, "start");
      x += width;
    }
    return y + 14;
  }

  std::string Description() const {
    std::string out;
    for (size_t i = begin_; i < end_; ++i) {
      const FlowArrow& arrow = arrows_[i];
      const std::string items = Items(arrow, arrow.items.size());
      out += Say(language_,
                 fmt::format("{}: from {} to {}, {}, {}", Number(i), ends_[arrow.from].name, ends_[arrow.to].name,
                             arrow.medium_label, arrow.text),
                 fmt::format("{}：{}から{}へ、{}、{}", Number(i), ends_[arrow.from].name, ends_[arrow.to].name,
                             arrow.medium_label, arrow.text));
      if (!items.empty()) out += Say(language_, " (items: ", "（項目: ") + items + Say(language_, ")", "）");
      out += Say(language_, ". ", "。");
    }
    return out;
  }

  const std::vector<FlowEnd>& ends_;
  const std::vector<FlowArrow>& arrows_;
  const base::Language language_;
  size_t begin_ = 0, end_ = 0;
  std::vector<size_t> columns_;
};

}  // namespace

std::vector<std::string> DrawFlows(const std::vector<FlowEnd>& ends, const std::vector<FlowArrow>& arrows,
                                   const std::string& title, const std::string& id, base::Language language) {
  std::vector<std::string> drawings;
  for (size_t begin = 0; begin < arrows.size();) {
    Drawing drawing(ends, arrows, language);
    begin = drawing.Take(begin);
    drawings.push_back(drawing.Draw(title, fmt::format("{}-{}", id, drawings.size() + 1)));
  }
  return drawings;
}

}  // namespace hikae::report
