#include "audit/closed_days.h"

#include <fmt/format.h>

#include <array>

#include "audit/hint.h"

namespace hikae::audit {
namespace {

constexpr std::array<std::string_view, 3> kKeys = {"weekends", "yearly", "holidays"};

class Reader {
 public:
  Reader(const PackFiles& files, LintReport& report) : files_(files), report_(report) {}

  void Read(const codec::Node& node, base::ClosedDays& closed) {
    for (size_t i = 0; i < node.entries().size(); ++i) {
      const auto& [key, value] = node.entries()[i];
      if (key == "weekends")
        ReadWeekends(value, closed);
      else if (key == "yearly")
        ReadYearly(value, closed);
      else if (key == "holidays")
        ReadHolidays(value, closed);
      else
        Fail(node.KeyMark(i), fmt::format("`{}` is not a key of closed_days", key),
             fmt::format("「{}」は closed_days の項目ではない", key), NearestHint(key, kKeys));
    }
  }

 private:
  void Fail(codec::Mark mark, std::string en, std::string ja, base::Text hint = {}) {
    report_.errors.emplace_back(base::Status::kRules, base::Text{std::move(en), std::move(ja)},
                                base::Place{PathOf(files_, "pack.yaml"), mark.line, mark.column}, std::move(hint));
  }

  void ReadWeekends(const codec::Node& node, base::ClosedDays& closed) {
    const std::string text = node.IsText() ? node.text() : std::string();
    closed.weekends |= text == "true";
    if (text != "true" && text != "false") {
      Fail(node.mark(), "`weekends` is true or false", "weekends は true か false で書く");
    }
  }

  // A day of every year: 12-29. It is read within a leap year, so that 02-29 may be closed too.
  void ReadYearly(const codec::Node& node, base::ClosedDays& closed) {
    for (const codec::Node& item : node.IsList() ? node.items() : std::vector<codec::Node>{node}) {
      const base::Result<base::Day> day = ReadIsoDate(item.IsText() ? "2000-" + item.text() : std::string());
      if (day.ok()) {
        const base::CivilDate date = base::CivilOf(*day);
        closed.yearly.insert({date.month, date.day});
      } else {
        Fail(item.mark(), "this is no day of the year", "年の中の日として読めない", {"as 12-29", "12-29 のように書く"});
      }
    }
  }

  void ReadHolidays(const codec::Node& node, base::ClosedDays& closed) {
    const auto file = node.IsText() ? files_.files.find(node.text()) : files_.files.end();
    if (file == files_.files.end()) {
      const std::string name = node.IsText() ? node.text() : std::string("?");
      return Fail(node.mark(), fmt::format("there is no file `{}` in the pack", name),
                  fmt::format("規程集にファイル「{}」がない", name));
    }
    base::Result<void> added = base::AddHolidays(file->second, PathOf(files_, file->first), closed);
    if (added.ok()) return;
    report_.errors.push_back(added.error());
    report_.errors.back().status = base::Status::kRules;
  }

  const PackFiles& files_;
  LintReport& report_;
};

}  // namespace

void ReadClosedDays(const Manifest& manifest, const PackFiles& files, base::ClosedDays& closed, LintReport& report) {
  const codec::Node* node = manifest.node.Find("closed_days");
  if (node == nullptr) return;
  if (node->IsMap()) return Reader(files, report).Read(*node, closed);
  report.errors.emplace_back(base::Status::kRules,
                             base::Text{"`closed_days` is not a map", "closed_days が項目の一覧ではない"},
                             base::Place{PathOf(files, "pack.yaml"), node->mark().line, node->mark().column});
}

}  // namespace hikae::audit
