#include "report/report.h"

#include <algorithm>

#include "report/access_report.h"
#include "report/consultation.h"
#include "report/findings.h"
#include "report/render.h"

namespace hikae::report {
namespace {

using base::Language;
using base::Status;

base::Error NoSuchFormat(std::string_view what, const std::vector<Format>& formats) {
  static constexpr const char* kNames[] = {"text", "html", "csv", "json", "sarif"};
  std::string list;
  for (const Format format : formats)
    list += std::string(list.empty() ? "" : ", ") + kNames[static_cast<size_t>(format)];
  return {Status::kArgument,
          {std::string(what) + " cannot be written in this format", std::string(what) + "はこの形式では出力できない"},
          {},
          {"formats: " + list, "出力できる形式: " + list}};
}

// Report name -> what a person can ask for.
base::Result<const ReportInfo*> FindReport(std::string_view name) {
  std::vector<std::string> names;
  for (const ReportInfo& info : Reports()) {
    if (info.name == name || info.id == name) return &info;
    names.push_back(info.name);
  }
  const std::string_view nearest = base::Nearest(name, names);
  std::string list;
  for (const std::string& known : names) list += (list.empty() ? "" : ", ") + known;
  const std::string hint = nearest.empty() ? list : std::string(nearest);
  return base::Error{
      Status::kNotFound,
      {"no such report", "その名前の報告はない"},
      {},
      {(nearest.empty() ? "reports: " : "nearest: ") + hint, (nearest.empty() ? "報告: " : "近い名前: ") + hint}};
}

base::Result<void> CheckHandling(const Source& source) {
  if (source.handling.empty() || source.snapshot.Find({"Handling", source.handling}) != nullptr) return {};
  std::vector<std::string> ids;
  for (const registry::Row* row : source.snapshot.OfType("Handling")) ids.push_back(row->entity.uid.id);
  const std::string nearest(base::Nearest(source.handling, ids));
  base::Error error(Status::kNotFound,
                    base::Text{"no such handling on the day of the report", "基準日にその業務は登録されていない"});
  if (!nearest.empty()) error.hint = {"nearest: " + nearest, "近い名前: " + nearest};
  return error;
}

std::string RenderFindingsReport(Format format, const Source& source, Language language) {
  const audit::Findings only = Only(source.findings, source.handling);
  switch (format) {
    case Format::kText: {
      std::vector<const audit::Pack*> packs = {&source.pack};
      packs.insert(packs.end(), source.others.begin(), source.others.end());
      return FindingsText(only, language, packs, source.office);
    }
    case Format::kSarif:
      return codec::WriteJson(FindingsSarif(only, language), 2);
    case Format::kHtml:
      return ToHtml(FindingsReport(source, language));
    case Format::kCsv: {
      const Names names(&source.pack, &source.snapshot, language, source.others);
      const Table table = FindingsTable(only, names, source.office);
      return ToCsv({&table}, language);
    }
    case Format::kJson: {
      codec::Node node = FindingsJson(only);
      node.Set("office", codec::Node::String(source.office)).Set("report", codec::Node::String("findings"));
      return codec::WriteJson(node, 2);
    }
  }
  return {};
}

std::string RenderDocument(Format format, const Document& document) {
  if (format == Format::kCsv) return ToCsv(document);
  if (format == Format::kJson) return codec::WriteJson(ToJson(document), 2);
  return ToHtml(document);
}

base::Result<std::string> RenderAccess(Format format, const Source& source, Language language) {
  if (source.access == nullptr) {
    return base::Error(Status::kArgument,
                       base::Text{"this report needs the office's access log", "この報告にはアクセス記録が要る"});
  }
  return RenderDocument(format, AccessReport(source, *source.access, language));
}

base::Result<std::string> RenderConsultation(Format format, const Source& source, Language language) {
  if (source.handling.empty()) {
    return base::Error(Status::kArgument, base::Text{"this report is of one handling: name it",
                                                     "この報告は業務ごとに作る。業務を指定する"});
  }
  return RenderDocument(format, ConsultationReport(source, language));
}

}  // namespace

const std::vector<ReportInfo>& Reports() {
  static const std::vector<ReportInfo> reports = {
      {"consultation",
       "R1",
       {"Consultation papers", "諮問書・諮問依頼書"},
       {Format::kHtml, Format::kCsv, Format::kJson}},
      {"access-log",
       "R11",
       {"Review of the access log", "アクセス記録点検報告"},
       {Format::kHtml, Format::kCsv, Format::kJson}},
      {"findings",
       "findings",
       {"Findings report", "指摘報告"},
       {Format::kText, Format::kHtml, Format::kCsv, Format::kJson, Format::kSarif}},
  };
  return reports;
}

bool NeedsAccessLog(std::string_view name) { return name == "access-log" || name == "R11"; }

base::Result<std::string> Render(std::string_view name, Format format, const Source& source, Language language) {
  HIKAE_TRY(const ReportInfo* info, FindReport(name));
  HIKAE_CHECK(CheckHandling(source));
  if (std::find(info->formats.begin(), info->formats.end(), format) == info->formats.end())
    return NoSuchFormat(info->name, info->formats);
  if (info->name == "consultation") return RenderConsultation(format, source, language);
  if (info->name == "access-log") return RenderAccess(format, source, language);
  return RenderFindingsReport(format, source, language);
}

base::Result<std::string> RenderFindings(const audit::Findings& findings, Format format, Language language,
                                         const std::vector<const audit::Pack*>& packs) {
  switch (format) {
    case Format::kText:
      return FindingsText(findings, language, packs);
    case Format::kJson:
      return codec::WriteJson(FindingsJson(findings), 2);
    case Format::kSarif:
      return codec::WriteJson(FindingsSarif(findings, language), 2);
    case Format::kHtml:
    case Format::kCsv:
      break;
  }
  return NoSuchFormat("findings", {Format::kText, Format::kJson, Format::kSarif});
}

}  // namespace hikae::report
