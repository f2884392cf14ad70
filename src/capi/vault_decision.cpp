// Decisions, told.
#include "capi/vault_handles.h"

namespace hikae::capi {
namespace {

std::vector<hikae_str> Views(const std::vector<std::string>& texts) {
  std::vector<hikae_str> views;
  views.reserve(texts.size());
  for (const std::string& text : texts) views.push_back(View(text));
  return views;
}

std::vector<hikae_decision::Lines> LinesOf(const std::vector<gate::Reason>& reasons) {
  std::vector<hikae_decision::Lines> lines;
  lines.reserve(reasons.size());
  for (const gate::Reason& reason : reasons) lines.push_back({Views(reason.read), Views(reason.missing)});
  return lines;
}

int32_t SeverityOf(std::string_view name) {
  if (name == "block") return HIKAE_BLOCK;
  if (name == "error") return HIKAE_ERROR;
  if (name == "warn") return HIKAE_WARN;
  return name == "info" ? HIKAE_INFO : 0;
}

hikae_status Give(const std::vector<gate::Reason>& reasons, const std::vector<hikae_decision::Lines>& lines, uint64_t i,
                  Out<hikae_reason>& out) {
  if (i >= reasons.size()) return HIKAE_END;
  const gate::Reason& from = reasons[i];
  out->rule = View(from.rule);
  out->article = View(from.article);
  out->title_ja = View(from.title.ja);
  out->title_en = View(from.title.en);
  out->remedy_ja = View(from.remedy.ja);
  out->remedy_en = View(from.remedy.en);
  out->severity = SeverityOf(from.severity);
  out->read = lines[i].read.data();
  out->read_count = lines[i].read.size();
  out->missing = lines[i].missing.data();
  out->missing_count = lines[i].missing.size();
  return out.Give();
}

}  // namespace

std::shared_ptr<const hikae_decision> Shown(std::shared_ptr<const gate::Decision> decision) {
  auto shown = std::make_shared<hikae_decision>();
  shown->explanation = decision->Explain();
  shown->reasons = LinesOf(decision->reasons);
  shown->warnings = LinesOf(decision->warnings);
  shown->impl = std::move(decision);
  return shown;
}

}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_session_would_allow(hikae_session* s, const hikae_ask* ask, hikae_str subject, hikae_decision** out,
                                       hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const AskGiven given(ask, gate::Act::kRead);
    const std::string_view id = Text(subject, "subject");
    gate::Decision made =
        WithSession(s, [&](gate::Session& session) { return capi::Unwrap(session.WouldAllow(given.get(), id)); });
    *out = new hikae_decision(*Shown(std::make_shared<const gate::Decision>(std::move(made))));
    return HIKAE_OK;
  });
}

const hikae_decision* hikae_error_decision(const hikae_error* e) { return e == nullptr ? nullptr : e->decision.get(); }

hikae_status hikae_decision_get(const hikae_decision* d, hikae_decided* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_decided> decided(out);
    const gate::Decision& from = *Checked(d, "decision").impl;
    decided->allowed = from.allowed ? 1 : 0;
    decided->judged = from.judged ? 1 : 0;
    decided->act = View(from.act);
    decided->handling = View(from.handling);
    decided->file = View(from.file);
    decided->time = from.time;
    decided->reason_count = from.reasons.size();
    decided->warning_count = from.warnings.size();
    return decided.Give();
  });
}

hikae_status hikae_decision_reason(const hikae_decision* d, uint64_t i, hikae_reason* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_reason> reason(out);
    const hikae_decision& decision = Checked(d, "decision");
    return Give(decision.impl->reasons, decision.reasons, i, reason);
  });
}

hikae_status hikae_decision_warning(const hikae_decision* d, uint64_t i, hikae_reason* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_reason> reason(out);
    const hikae_decision& decision = Checked(d, "decision");
    return Give(decision.impl->warnings, decision.warnings, i, reason);
  });
}

hikae_str hikae_decision_explain(const hikae_decision* d, int32_t language) {
  if (d == nullptr) return {nullptr, 0};
  return View(d->explanation.In(language == HIKAE_JAPANESE ? base::Language::kJapanese : base::Language::kEnglish));
}

void hikae_decision_free(hikae_decision* d) { delete d; }

}  // extern "C"
