#include "audit/coverage.h"
#include "audit/pack.h"
#include "capi/boundary.h"
#include "capi/coverage_document.h"
#include "capi/handles.h"
#include "capi/pack_document.h"
#include "report/report.h"

namespace hikae::capi {
namespace {

const char* Name(report::Format format) {
  switch (format) {
    case report::Format::kText:
      return "text";
    case report::Format::kHtml:
      return "html";
    case report::Format::kCsv:
      return "csv";
    case report::Format::kJson:
      return "json";
    case report::Format::kSarif:
      return "sarif";
  }
  return "";
}

std::shared_ptr<const audit::Pack> Load(std::string_view id_or_folder) {
  return Unwrap(audit::LoadPack(Unwrap(audit::FindPack(id_or_folder))));
}

}  // namespace

hikae_list::Entry EntryOf(const audit::Pack& pack) {
  hikae_list::Entry entry;
  entry.id = pack.id;
  entry.title_ja = pack.title.In(base::Language::kJapanese);
  entry.title_en = pack.title.en;
  entry.from = pack.from;
  entry.until = pack.until;
  return entry;
}

}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_reports_list(hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    auto list = std::make_unique<hikae_list>();
    for (const report::ReportInfo& info : report::Reports()) {
      hikae_list::Entry entry;
      entry.id = info.name;
      entry.title_ja = info.title.In(base::Language::kJapanese);
      entry.title_en = info.title.en;
      for (const report::Format format : info.formats)
        entry.detail += (entry.detail.empty() ? "" : " ") + std::string(Name(format));
      list->entries.push_back(std::move(entry));
    }
    *out = list.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_packs_list(hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    auto list = std::make_unique<hikae_list>();
    for (const std::string& id : audit::EmbeddedPacks()) {
      list->entries.push_back(EntryOf(*Load(id)));
    }
    *out = list.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_pack_show(hikae_str pack, int32_t format, int32_t language, hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const std::string id = Path(pack, "pack");
    CheckRange(language, HIKAE_JAPANESE, "language");
    if (format != HIKAE_FORMAT_TEXT && format != HIKAE_FORMAT_JSON)
      FailArgument("format is " + std::to_string(format) + ", a pack is shown as text or json");
    const auto loaded = Load(id);
    Copy(format == HIKAE_FORMAT_JSON ? PackJson(*loaded) : PackText(*loaded, static_cast<base::Language>(language)),
         *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_pack_coverage(hikae_str pack, int32_t format, int32_t language, hikae_buffer* out, uint64_t* open,
                                 hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (open != nullptr) *open = 0;
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const std::string id = Path(pack, "pack");
    CheckRange(language, HIKAE_JAPANESE, "language");
    if (format != HIKAE_FORMAT_TEXT && format != HIKAE_FORMAT_CSV && format != HIKAE_FORMAT_JSON)
      FailArgument("format is " + std::to_string(format) + ", coverage is given as text, csv or json");
    const audit::Coverage coverage = Unwrap(audit::CoverageOf(Unwrap(audit::FindPack(id))));
    const auto spoken = static_cast<base::Language>(language);
    Copy(format == HIKAE_FORMAT_JSON  ? CoverageJson(coverage)
         : format == HIKAE_FORMAT_CSV ? CoverageCsv(coverage, spoken)
                                      : CoverageText(coverage, spoken),
         *out);
    if (open != nullptr) *open = coverage.on_paper + coverage.uncovered;
    return HIKAE_OK;
  });
}

hikae_status hikae_pack_lint(hikae_str pack, hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const audit::LintReport report = audit::Lint(Unwrap(audit::FindPack(Path(pack, "pack"))));
    auto list = std::make_unique<hikae_list>();
    for (const base::Error& problem : report.errors) list->entries.push_back(EntryOf(problem, HIKAE_ERROR));
    for (const base::Error& problem : report.warnings) list->entries.push_back(EntryOf(problem, HIKAE_WARN));
    *out = list.release();
    return HIKAE_OK;
  });
}

}  // extern "C"
