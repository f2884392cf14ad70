#include "gate/decision.h"

#include <fmt/format.h>

#include "gate/acts.h"

namespace hikae::gate {
namespace {

base::Text ActLabel(const std::string& act) {
  const std::optional<Act> known = ActOf(act);
  if (known) return Label(*known);
  return {act, act == "change-password" ? "パスワードの変更" : act};
}

void Add(base::Text& text, const Reason& reason) {
  const std::string& ja = reason.title.In(base::Language::kJapanese);
  text.ja += fmt::format("{}({})。", ja.empty() ? reason.rule : ja, reason.article);
  const std::string& en = reason.title.en.empty() ? reason.rule : reason.title.en;
  text.en += fmt::format(" {} ({}).", en, reason.article);
  if (!reason.missing.empty()) {
    std::string list;
    for (const std::string& one : reason.missing) list += (list.empty() ? "" : "、") + one;
    text.ja += "該当: " + list + "。";
    text.en += " Concerned: " + list + ".";
  }
  const std::string& remedy = reason.remedy.In(base::Language::kJapanese);
  if (!remedy.empty()) text.ja += "対応: " + remedy + "。";
  if (!reason.remedy.en.empty()) text.en += " To do: " + reason.remedy.en + ".";
}

}  // namespace

base::Text Decision::Explain() const {
  const base::Text label = ActLabel(act);
  base::Text text = allowed
                        ? base::Text{fmt::format("{} is allowed.", label.en), fmt::format("{}を認める。", label.ja)}
                        : base::Text{fmt::format("{} is refused.", label.en), fmt::format("{}はできない。", label.ja)};
  if (!allowed && reasons.empty()) {
    text.en += " No rule permits it.";
    text.ja += "これを認める規定がない。";
  }
  if (!judged) {
    text.en += " A rule could not be judged, and what cannot be judged is refused.";
    text.ja += "判断できない規定があり、判断できないときは認めない。";
  }
  for (const Reason& reason : reasons) Add(text, reason);
  if (!warnings.empty()) {
    text.en += " Noted, though not refused for it:";
    text.ja += "未確認の規定による注意: ";
    for (const Reason& reason : warnings) Add(text, reason);
  }
  return text;
}

}  // namespace hikae::gate
