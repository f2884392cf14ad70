#include <algorithm>

#include "audit/joint.h"
#include "capi/boundary.h"
#include "capi/handles.h"
#include "report/explain.h"
#include "report/report.h"

namespace hikae::capi {
namespace {

constexpr uint32_t kKnownAuditFlags = HIKAE_AUDIT_APPLICABLE_ONLY;

// The public numbers begin at 1, where zero means nothing; the engine's begin at 0. The order is the same.
constexpr int32_t Public(audit::Outcome outcome) { return static_cast<int32_t>(outcome) + 1; }
constexpr int32_t Public(audit::Severity severity) { return static_cast<int32_t>(severity) + 1; }
constexpr int32_t Public(audit::Moment moment) { return static_cast<int32_t>(moment) + 1; }
static_assert(Public(audit::Outcome::kMet) == HIKAE_MET && Public(audit::Outcome::kViolated) == HIKAE_VIOLATED &&
              Public(audit::Outcome::kNotShown) == HIKAE_NOT_SHOWN &&
              Public(audit::Outcome::kNotApplicable) == HIKAE_NOT_APPLICABLE &&
              Public(audit::Outcome::kExcepted) == HIKAE_EXCEPTED);
static_assert(Public(audit::Severity::kBlock) == HIKAE_BLOCK && Public(audit::Severity::kError) == HIKAE_ERROR &&
              Public(audit::Severity::kWarn) == HIKAE_WARN && Public(audit::Severity::kInfo) == HIKAE_INFO);
static_assert(Public(audit::Moment::kDesign) == HIKAE_MOMENT_DESIGN &&
              Public(audit::Moment::kContract) == HIKAE_MOMENT_CONTRACT &&
              Public(audit::Moment::kRun) == HIKAE_MOMENT_RUN && Public(audit::Moment::kEvent) == HIKAE_MOMENT_EVENT &&
              Public(audit::Moment::kPeriodic) == HIKAE_MOMENT_PERIODIC &&
              Public(audit::Moment::kEnd) == HIKAE_MOMENT_END);
static_assert(static_cast<int>(report::Format::kText) == HIKAE_FORMAT_TEXT &&
              static_cast<int>(report::Format::kHtml) == HIKAE_FORMAT_HTML &&
              static_cast<int>(report::Format::kCsv) == HIKAE_FORMAT_CSV &&
              static_cast<int>(report::Format::kJson) == HIKAE_FORMAT_JSON &&
              static_cast<int>(report::Format::kSarif) == HIKAE_FORMAT_SARIF);
static_assert(static_cast<int>(base::Language::kEnglish) == HIKAE_ENGLISH &&
              static_cast<int>(base::Language::kJapanese) == HIKAE_JAPANESE);

audit::AuditOptions OptionsOf(const hikae_audit_options& given, const hikae_office& office) {
  if ((given.flags & ~kKnownAuditFlags) != 0)
    Fail(base::Status::kVersion, {"a flag is set that this release does not know", {}});
  CheckRange(given.moment, HIKAE_MOMENT_END, "moment");
  audit::AuditOptions options;
  options.as_of = DayOf(given.as_of, office);
  if (given.moment != HIKAE_MOMENT_ANY) options.moment = static_cast<audit::Moment>(given.moment - 1);
  options.handling = std::string(Text(given.handling, "handling"));
  options.not_applicable = (given.flags & HIKAE_AUDIT_APPLICABLE_ONLY) == 0;
  if (given.progress != nullptr)
    options.progress = [fn = given.progress, ctx = given.progress_ctx](uint64_t done, uint64_t total) {
      return fn(ctx, done, total) == 0;
    };
  return options;
}

// The arrays that a hikae_finding points to are laid out once, so that they live as long as the findings.
void LayOut(hikae_findings& f) {
  for (const auto& [id, rule] : f.findings.rules)
    std::transform(rule.controls.begin(), rule.controls.end(), std::back_inserter(f.controls[id]), View);
}

const hikae_findings::Laid* Known(const hikae_findings& f, size_t index) {
  const std::lock_guard lock(f.mutex);
  const auto found = f.laid.find(index);
  return found == f.laid.end() ? nullptr : found->second.get();
}

// Who comes second to lay out the same finding gets what the first did.
const hikae_findings::Laid& Keep(const hikae_findings& f, size_t index, audit::Grounds grounds) {
  auto laid = std::make_unique<hikae_findings::Laid>();
  laid->grounds = std::move(grounds);
  const auto& missing = laid->grounds.missing;
  std::transform(missing.begin(), missing.end(), std::back_inserter(laid->missing), View);
  const std::lock_guard lock(f.mutex);
  return *f.laid.emplace(index, std::move(laid)).first->second;
}

// A finding is spelled out for the call, and its note must outlive that.
hikae_str NoteOf(const hikae_findings& f, size_t index, const std::string& note) {
  if (note.empty()) return View(std::string_view());
  const std::lock_guard lock(f.mutex);
  return View(f.notes.emplace(index, note).first->second);
}

void FillRule(const hikae_findings& f, const audit::Finding& finding, hikae_finding& out) {
  const auto found = f.findings.rules.find(finding.rule);
  if (found == f.findings.rules.end())
    Fail(base::Status::kInternal, {"a finding names a rule that was not in force", {}});
  const audit::Rule& rule = found->second;
  out.severity = Public(rule.severity);
  out.pack = View(rule.pack);
  out.article = View(rule.article);
  out.confidence = View(rule.confidence);
  out.title_ja = View(rule.title.ja);
  out.title_en = View(rule.title.en);
  out.remedy_ja = View(rule.remedy.ja);
  out.remedy_en = View(rule.remedy.en);
  const auto& controls = f.controls.find(finding.rule)->second;
  out.controls = controls.data();
  out.control_count = controls.size();
}

void Fill(const hikae_findings& f, size_t index, hikae_finding& out) {
  const audit::Finding finding = f.findings.findings[index];
  FillRule(f, finding, out);
  out.index = index;
  out.outcome = Public(finding.outcome);
  out.moment = Public(finding.moment);
  out.rule = View(finding.rule);
  out.handling = View(finding.handling);
  out.thing_type = View(finding.thing.type);
  out.thing_id = View(finding.thing.id);
  out.thing_title = View(finding.thing_title);
  out.note = NoteOf(f, index, finding.note);
  if (!finding.lacks) return;
  const hikae_findings::Laid* laid = Known(f, index);
  if (laid == nullptr) laid = &Keep(f, index, finding.grounds());
  out.missing = laid->missing.data();
  out.missing_count = laid->missing.size();
}

audit::Finding At(const hikae_findings& f, uint64_t index) {
  const auto& findings = f.findings.findings;
  if (index >= findings.size())
    Fail(base::Status::kNotFound,
         {"no finding number " + std::to_string(index) + ", there are " + std::to_string(findings.size()),
          std::to_string(index) + " 番の指摘はない(" + std::to_string(findings.size()) + " 件、0 番から)"});
  return findings[index];
}

bool Blocks(const audit::Findings& findings, const audit::Finding& finding) {
  if (finding.outcome != audit::Outcome::kViolated) return false;
  const auto rule = findings.rules.find(finding.rule);
  // A violated rule that cannot be looked up blocks: not knowing its severity is no reason to let it pass.
  return rule == findings.rules.end() || rule->second.severity == audit::Severity::kBlock ||
         rule->second.severity == audit::Severity::kError;
}

}  // namespace
}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_office_audit(hikae_office* o, const hikae_audit_options* opt, hikae_findings** out,
                                hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    hikae_office& office = Checked(o, "office");
    const hikae_audit_options given = Read(opt);
    auto handle = std::make_unique<hikae_findings>();
    handle->office = office.impl;
    const audit::AuditOptions options = OptionsOf(given, office);
    handle->packs = Unwrap(office.impl->PacksOn(options.as_of, Text(given.pack, "pack")));
    handle->findings = Unwrap(office.impl->Audit(options, Text(given.pack, "pack")));
    LayOut(*handle);
    *out = handle.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_findings_next(hikae_findings* f, hikae_finding* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_finding> finding(out);
    hikae_findings& cursor = Checked(f, "findings");
    if (cursor.next >= cursor.findings.findings.size()) return HIKAE_END;
    Fill(cursor, cursor.next, *finding.operator->());
    ++cursor.next;
    return finding.Give();
  });
}

hikae_status hikae_findings_rewind(hikae_findings* f, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(f, "findings").next = 0;
    return HIKAE_OK;
  });
}

hikae_status hikae_findings_evidence(const hikae_findings* f, uint64_t index, uint64_t i, hikae_evidence* out,
                                     hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_evidence> fact(out);
    const audit::Finding finding = At(Checked(f, "findings"), index);
    const hikae_findings::Laid* laid = Known(*f, index);
    if (laid == nullptr) laid = &Keep(*f, index, finding.grounds());
    const std::vector<audit::Evidence>& evidence = laid->grounds.evidence;
    if (i >= evidence.size()) return HIKAE_END;
    const audit::Evidence& from = evidence[i];
    fact->entity = View(from.entity);
    fact->attribute = View(from.attribute);
    if (from.value) fact->value = View(*from.value);
    fact->has_value = from.value ? 1 : 0;
    fact->source = View(from.source);
    return fact.Give();
  });
}

hikae_status hikae_findings_explain(const hikae_findings* f, uint64_t index, int32_t language, hikae_buffer* out,
                                    hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const hikae_findings& from = Checked(f, "findings");
    CheckRange(language, HIKAE_JAPANESE, "language");
    const audit::Finding finding = At(from, index);
    const auto rule = from.findings.rules.find(finding.rule);
    const std::string pack = rule == from.findings.rules.end() ? std::string() : rule->second.pack;
    std::vector<const audit::Pack*> others;
    for (const auto& one : from.packs) others.push_back(one.get());
    Copy(report::ExplainFinding(from.findings, finding, audit::HolderOf(from.packs, pack),
                                static_cast<base::Language>(language), others),
         *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_findings_summary(const hikae_findings* f, hikae_summary* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_summary> summary(out);
    const audit::Findings& findings = Checked(f, "findings").findings;
    summary->count = findings.findings.size();
    summary->met = findings.totals.met;
    summary->violated = findings.totals.violated;
    summary->not_shown = findings.totals.not_shown;
    summary->not_applicable = findings.totals.not_applicable;
    summary->excepted = findings.totals.excepted;
    summary->blocking =
        static_cast<uint64_t>(std::count_if(findings.findings.begin(), findings.findings.end(),
                                            [&](const audit::Finding& finding) { return Blocks(findings, finding); }));
    summary->as_of = View(findings.as_of);
    return summary.Give();
  });
}

hikae_status hikae_findings_render(const hikae_findings* f, int32_t format, int32_t language, hikae_write_fn fn,
                                   void* ctx, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const hikae_findings& findings = Checked(f, "findings");
    if (fn == nullptr) FailArgument("the write callback must not be NULL");
    CheckRange(format, HIKAE_FORMAT_SARIF, "format");
    CheckRange(language, HIKAE_JAPANESE, "language");
    std::vector<const audit::Pack*> packs;
    for (const auto& one : findings.packs) packs.push_back(one.get());
    const std::string bytes = Unwrap(report::RenderFindings(findings.findings, static_cast<report::Format>(format),
                                                            static_cast<base::Language>(language), packs));
    Write(bytes, fn, ctx);
    return HIKAE_OK;
  });
}

void hikae_findings_free(hikae_findings* f) { delete f; }

}  // extern "C"
