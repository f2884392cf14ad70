#include "report/flow_diagram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <set>

#include "report/svg.h"

namespace hikae::report {
namespace {

struct Placed {
  double x, y, width;
};

// The text elements of a drawing with the room their text needs.
std::vector<Placed> Texts(const std::string& svg) {
  std::vector<Placed> texts;
  const std::regex text("<text x=\"([0-9.-]+)\" y=\"([0-9.-]+)\" text-anchor=\"([a-z]+)\"[^>]*>([^<]*)</text>");
  for (auto it = std::sregex_iterator(svg.begin(), svg.end(), text); it != std::sregex_iterator(); ++it) {
    const double width = SvgCanvas::Width((*it)[4].str());
    const double x = std::stod((*it)[1]) - ((*it)[3] == "middle" ? width / 2 : 0);
    texts.push_back({x, std::stod((*it)[2]), width});
  }
  return texts;
}

bool Overlap(const std::vector<Placed>& texts) {
  for (size_t i = 0; i < texts.size(); ++i) {
    for (size_t k = i + 1; k < texts.size(); ++k) {
      const bool rows = std::abs(texts[i].y - texts[k].y) < 12;
      const bool columns = texts[i].x < texts[k].x + texts[k].width && texts[k].x < texts[i].x + texts[i].width;
      if (rows && columns) return true;
    }
  }
  return false;
}

std::vector<FlowEnd> Ends(size_t n) {
  std::vector<FlowEnd> ends;
  for (size_t i = 0; i < n; ++i)
    ends.push_back({"とても長い名前をもつ部課又はシステム その" + std::to_string(i), static_cast<EndKind>(i % 5)});
  return ends;
}

std::vector<FlowArrow> Arrows(size_t n, size_t ends) {
  static const char* kMedia[] = {"paper", "electronic", "network", "voice", "screen", "other"};
  std::vector<FlowArrow> arrows;
  for (size_t i = 0; i < n; ++i) {
    FlowArrow arrow;
    arrow.from = i % ends;
    arrow.to = (i * 3 + 1) % ends;
    arrow.medium = kMedia[i % 6];
    arrow.medium_label = arrow.medium;
    arrow.text = "個人情報を含む媒体を渡す";
    for (size_t k = 0; k < i * 3; ++k) arrow.items.push_back("振込先口座情報" + std::to_string(k));
    arrows.push_back(arrow);
  }
  return arrows;
}

TEST(FlowDiagram, LabelsNeverMeetAndStayInside) {
  for (size_t ends = 2; ends <= 12; ++ends) {
    for (const std::string& svg : DrawFlows(Ends(ends), Arrows(12, ends), "流れ", "f", base::Language::kJapanese)) {
      const auto texts = Texts(svg);
      EXPECT_FALSE(Overlap(texts)) << ends;
      for (const Placed& text : texts) {
        EXPECT_GE(text.x, -0.5) << ends;
        EXPECT_LE(text.x + text.width, 720.5) << ends;
      }
    }
  }
}

// The check can fail: two labels drawn in one place are seen to overlap.
TEST(FlowDiagram, PlantedOverlapIsCaught) {
  SvgCanvas canvas(720, "x");
  canvas.Text(100, 100, "個人情報");
  canvas.Text(110, 104, "個人情報");
  EXPECT_TRUE(Overlap(Texts(canvas.Finish(200, "t", "d"))));
}

TEST(FlowDiagram, EveryArrowIsInExactlyOneDrawing) {
  const auto arrows = Arrows(40, 10);
  const auto drawings = DrawFlows(Ends(10), arrows, "流れ", "f", base::Language::kJapanese);
  ASSERT_GT(drawings.size(), 1u);
  for (size_t i = 0; i < arrows.size(); ++i) {
    size_t seen = 0;
    for (const std::string& svg : drawings)
      seen += svg.find("[" + std::to_string(i + 1) + "] 【") != std::string::npos ? 1 : 0;
    EXPECT_EQ(seen, 1u) << i;
  }
  // Each fits one A4 page of 173 mm by 245 mm.
  for (const std::string& svg : drawings) {
    std::smatch match;
    ASSERT_TRUE(std::regex_search(svg, match, std::regex("viewBox=\"0 0 720 ([0-9]+)\"")));
    EXPECT_LE(std::stod(match[1]), 1020);
  }
}

TEST(FlowDiagram, MediaDifferWithoutColour) {
  const auto one = [](const char* medium) {
    FlowArrow arrow;
    arrow.to = 1;
    arrow.medium = medium;
    arrow.medium_label = "x";
    return DrawFlows(Ends(2), {arrow}, "t", "f", base::Language::kJapanese).front();
  };
  std::set<std::string> seen;
  for (const char* medium : {"paper", "electronic", "network", "voice", "screen", "other"}) seen.insert(one(medium));
  EXPECT_EQ(seen.size(), 6u);
}

TEST(FlowDiagram, SpeaksToScreenReadersAndEscapes) {
  FlowArrow arrow;
  arrow.to = 1;
  arrow.medium = "paper";
  arrow.medium_label = "紙";
  arrow.text = "</desc><script>\x1B";
  arrow.items = {"葛\xF3\xA0\x84\x80", "\xEE\x80\x80"};
  const auto svg = DrawFlows({{"区<", EndKind::kWard}, {"受託者&", EndKind::kContractor}}, {arrow}, "流れ\"", "f",
                             base::Language::kJapanese)
                       .front();
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find('\x1B'), std::string::npos);
  EXPECT_EQ(svg.find("<span"), std::string::npos);
  EXPECT_NE(svg.find("role=\"img\" aria-labelledby=\"f-1-title f-1-desc\""), std::string::npos);
  EXPECT_NE(svg.find("<title id=\"f-1-title\">流れ&quot;</title>"), std::string::npos);
  EXPECT_NE(svg.find("区&lt;から受託者&amp;へ、紙"), std::string::npos);
  EXPECT_NE(svg.find("[U+E000]"), std::string::npos);
}

TEST(SvgCanvas, WrapKeepsCharactersAndPunctuationTogether) {
  const auto lines = SvgCanvas::Wrap("葛\xF3\xA0\x84\x80城、江戸川区。", 24);
  for (const std::string& line : lines) {
    EXPECT_FALSE(line.starts_with("、"));
    EXPECT_FALSE(line.starts_with("\xF3\xA0\x84\x80"));
  }
  std::string all;
  for (const std::string& line : lines) all += line;
  EXPECT_EQ(all, "葛\xF3\xA0\x84\x80城、江戸川区。");
}

}  // namespace
}  // namespace hikae::report
