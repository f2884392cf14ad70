// Directories of logs, and what is said of them.
#include <algorithm>

#include "capi/log_handles.h"
#include "codec/hex.h"

using namespace hikae;
using namespace hikae::capi;

namespace hikae::capi {

std::vector<std::string> TextsOf(const hikae_str* texts, size_t count, const char* name) {
  if (count != 0) Checked(texts, name);
  std::vector<std::string> all;
  for (size_t i = 0; i < count; ++i) all.emplace_back(Text(texts[i], name));
  return all;
}

log::VerifierKey KeyOf(std::string_view text, const char* name) {
  base::Result<log::VerifierKey> key = log::VerifierKey::Parse(text);
  if (key.ok()) return *std::move(key);
  base::Error error = std::move(key).error();
  error.text.en = std::string(name) + ": \"" + Shown(text) + "\": " + error.text.en;
  error.text.ja = "「" + Shown(text) + "」は検証鍵でない(名前+識別子+base64 の形)";
  error.text = base::OneLine(std::move(error.text));
  throw base::Failure{std::move(error)};
}

std::optional<log::TrustPolicy> PolicyOf(hikae_str text) {
  const std::string_view given = Text(text, "policy");
  if (given.empty()) return std::nullopt;
  return Unwrap(log::TrustPolicy::Parse(given, "policy"));
}

namespace {

void Fill(const log::verify::PeriodVerdict& from, const std::string& root, hikae_log_period& to) {
  to.name = View(from.name);
  to.origin = View(from.origin);
  to.root = View(root);
  to.entries = from.entries;
  to.details = from.details;
  to.checkpoints = from.checkpoints;
  to.cosignatures = from.cosignatures;
  to.keys = from.keys;
  to.signed_until = from.signed_until;
  to.witnessed_until = from.witnessed_until;
  to.anchored_until = from.anchored_until;
  to.losses = from.losses;
  to.dropped = from.dropped ? 1 : 0;
}

std::vector<base::Text> LinesOf(const log::verify::Verdict& verdict, int32_t kind) {
  switch (kind) {
    case HIKAE_LOG_CHECKED:
      return verdict.Checked();
    case HIKAE_LOG_NOT_CHECKED:
      return verdict.NotChecked();
    case HIKAE_LOG_ONLY_FROM_OUTSIDE:
      return verdict.OnlyFromOutside();
    default:
      FailArgument("kind is " + std::to_string(kind) + ", expected 1 to 3");
  }
}

// The finding with the first bad entry, then the others as they were found.
void PutFirstBadFirst(log::verify::Verdict& verdict) {
  const log::verify::Finding* const first = verdict.FirstBad();
  if (first == nullptr) return;
  const auto at = verdict.findings.begin() + (first - verdict.findings.data());
  std::rotate(verdict.findings.begin(), at, at + 1);
}

}  // namespace
}  // namespace hikae::capi

extern "C" {

hikae_status hikae_log_open(hikae_str path, hikae_log** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    auto handle = std::make_unique<hikae_log>();
    handle->path = Path(path, "path");
    handle->folder =
        std::make_shared<const log::LogFolder>(Unwrap(log::LogFolder::Open(base::PosixIo(), handle->path)));
    // No period at all is a wrong directory; damage is for hikae_log_verify to find.
    const auto periods = handle->folder->Periods();
    if (!periods.ok() && periods.error().status != base::Status::kTampered) throw base::Failure{periods.error()};
    *out = handle.release();
    return HIKAE_OK;
  });
}

void hikae_log_close(hikae_log* l) { delete l; }

hikae_status hikae_log_periods(const hikae_log* l, hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    auto list = std::make_unique<hikae_list>();
    for (log::Period& period : Unwrap(Checked(l, "log").folder->Periods())) {
      hikae_list::Entry entry;
      entry.id = std::move(period.name);
      entry.detail = std::move(period.origin);
      list->entries.push_back(std::move(entry));
    }
    *out = list.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_log_verify(const hikae_log* l, const hikae_log_verify_options* opt, hikae_log_verdict** out,
                              hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const hikae_log& log = Checked(l, "log");
    const hikae_log_verify_options given = Read(opt);
    if (given.threads > 64) FailArgument("threads is " + std::to_string(given.threads) + ", expected at most 64");
    log::FolderCheck check;
    check.period = Text(given.period, "period");
    for (const std::string& key : TextsOf(given.keys, given.key_count, "keys"))
      check.trusted.push_back(KeyOf(key, "keys"));
    check.anchors = TextsOf(given.anchors, given.anchor_count, "anchors");
    const std::optional<log::TrustPolicy> policy = PolicyOf(given.policy);
    if (policy) {
      check.witnesses = &*policy;
      check.trusted.insert(check.trusted.end(), policy->logs().begin(), policy->logs().end());
    }
    check.threads = given.threads == 0 ? 1 : given.threads;
    check.progress = ProgressOf(given.progress, given.progress_ctx);
    auto handle = std::make_unique<hikae_log_verdict>();
    handle->verdict = Unwrap(log::VerifyFolder(*log.folder, check));
    PutFirstBadFirst(handle->verdict);
    for (const log::verify::PeriodVerdict& period : handle->verdict.periods)
      handle->roots.push_back(codec::Hex(period.root));
    *out = handle.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_log_verdict_get(const hikae_log_verdict* v, hikae_log_judged* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_log_judged> judged(out);
    const log::verify::Verdict& verdict = Checked(v, "verdict").verdict;
    judged->sound = verdict.sound() ? 1 : 0;
    judged->key_trusted = verdict.key_trusted ? 1 : 0;
    judged->period_count = verdict.periods.size();
    judged->finding_count = verdict.findings.size();
    judged->unlisted_findings = verdict.unlisted;
    for (const log::verify::PeriodVerdict& period : verdict.periods) judged->entries += period.entries;
    return judged.Give();
  });
}

hikae_status hikae_log_verdict_period(const hikae_log_verdict* v, uint64_t i, hikae_log_period* out,
                                      hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_log_period> period(out);
    const hikae_log_verdict& verdict = Checked(v, "verdict");
    if (i >= verdict.verdict.periods.size()) return HIKAE_END;
    Fill(verdict.verdict.periods[i], verdict.roots[i], *period.operator->());
    return period.Give();
  });
}

hikae_status hikae_log_verdict_finding(const hikae_log_verdict* v, uint64_t i, hikae_log_finding* out,
                                       hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_log_finding> finding(out);
    const log::verify::Verdict& verdict = Checked(v, "verdict").verdict;
    if (i >= verdict.findings.size()) return HIKAE_END;
    const log::verify::Finding& from = verdict.findings[i];
    finding->fault = static_cast<int32_t>(from.fault);
    finding->first = from.first;
    finding->last = from.last;
    finding->period = View(from.period);
    finding->text_ja = View(from.text.In(base::Language::kJapanese));
    finding->text_en = View(from.text.en);
    return finding.Give();
  });
}

hikae_status hikae_log_verdict_lines(const hikae_log_verdict* v, int32_t kind, hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    auto list = std::make_unique<hikae_list>();
    for (const base::Text& line : LinesOf(Checked(v, "verdict").verdict, kind)) {
      hikae_list::Entry entry;
      entry.title_en = line.en;
      entry.title_ja = line.In(base::Language::kJapanese);
      list->entries.push_back(std::move(entry));
    }
    *out = list.release();
    return HIKAE_OK;
  });
}

void hikae_log_verdict_free(hikae_log_verdict* v) { delete v; }

}  // extern "C"
