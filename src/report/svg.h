// Drawing for reports. Everything put in is escaped; what comes out is one <svg> element that loads nothing.
#ifndef HIKAE_REPORT_SVG_H_
#define HIKAE_REPORT_SVG_H_

#include <string>
#include <string_view>
#include <vector>

namespace hikae::report {

// How a line looks. Told apart without colour: by its stroke.
enum class Stroke : uint8_t { kSolid, kDashed, kDouble, kWavy, kDotted, kDashDot };

// Coordinates are in user units; the text is 12 units high.
class SvgCanvas {
 public:
  // `id` makes the ids of title and description unique in the page.
  SvgCanvas(double width, std::string id) : width_(width), id_(std::move(id)) {}

  void Box(double x, double y, double width, double height, bool rounded, bool cylinder);
  void Background(double x, double y, double width, double height);
  void Text(double x, double y, std::string_view text, bool bold = false, const char* anchor = "middle");
  // A surface of a shade from 0 (white) to 1 (dark), without a line; Frame is the line alone.
  void Fill(double x, double y, double width, double height, double shade);
  void Frame(double x, double y, double width, double height);
  // Text of another height, white on a dark ground.
  void Number(double x, double y, std::string_view text, double high, bool on_dark);
  void Rule(double x1, double y1, double x2, double y2);      // thin grey: a lifeline
  void Arrow(double x1, double x2, double y, Stroke stroke);  // horizontal, head at x2
  void Loop(double x, double y, Stroke stroke);               // back to where it began
  void Sample(double x1, double x2, double y, Stroke stroke) { Line(x1, x2, y, stroke); }

  std::string Finish(double height, std::string_view title, std::string_view description) const;

  // Lines no wider than `width`; never splits a character from its marks, never begins a line with closing punctuation.
  static std::vector<std::string> Wrap(std::string_view text, double width);
  static double Width(std::string_view text);
  static constexpr double kLine = 16;

 private:
  void Line(double x1, double x2, double y, Stroke stroke);
  void Head(double x, double y, int direction);

  double width_;
  std::string id_;
  std::string body_;
};

}  // namespace hikae::report

#endif  // HIKAE_REPORT_SVG_H_
