// The papers of the call recording (児童相談所の通話録音): declared, judged before and after the council's opinion, and
// everything the review committee reads written to a folder.
//
// usage: call_record OFFICE PAPERS OUT, an opened office's directory, the folder of the papers, and where to write.
// Prints one line per audit: system, day, met, violated, not shown, folder. Exits 2 when something could not be done.
#include <filesystem>
#include <fstream>
#include <hikae/hikae.hpp>
#include <iostream>

namespace {

namespace fs = std::filesystem;
using hikae::Format;
using hikae::Language;

constexpr std::string_view kSystem = "call-record";

// A file that is there whole or not at all: written beside its place, then moved into it.
class NewFile {
 public:
  explicit NewFile(fs::path path) : path_(std::move(path)), draft_(path_.string() + ".draft") {
    file_.exceptions(std::ios::failbit | std::ios::badbit);
    file_.open(draft_, std::ios::binary);
  }
  ~NewFile() {
    std::error_code ignored;
    fs::remove(draft_, ignored);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  hikae::Writer writer() {
    return [this](std::string_view piece) { return file_ << piece, true; };
  }
  void Finish() {
    file_.close();
    fs::rename(draft_, path_);
  }

 private:
  fs::path path_;
  fs::path draft_;
  std::ofstream file_;
};

void WriteFindings(const hikae::Findings& findings, const fs::path& folder) {
  const std::pair<const char*, Format> files[] = {
      {"findings.txt", Format::kText}, {"findings.json", Format::kJson}, {"findings.sarif", Format::kSarif}};
  for (const auto& [name, format] : files) {
    NewFile file(folder / name);
    findings.Render(format, Language::kJapanese, file.writer());
    file.Finish();
  }
}

void WriteReports(const hikae::Office& office, std::string_view day, const fs::path& folder) {
  const std::pair<const char*, Format> forms[] = {
      {".html", Format::kHtml}, {".csv", Format::kCsv}, {".json", Format::kJson}};
  const std::pair<const char*, const char*> reports[] = {{"consultation", "consultation"},
                                                         {"findings", "findings-report"}};
  for (const auto& [report, stem] : reports)
    for (const auto& [suffix, format] : forms) {
      hikae::ReportOptions options;
      options.name = report;
      options.handling = kSystem;
      options.format = format;
      options.as_of = day;
      NewFile file(folder / (std::string(stem) + suffix));
      office.Report(options, file.writer());
      file.Finish();
    }
}

// Declares one paper, judges as of the day, and writes findings and reports to OUT/DAY.
void Judge(hikae::Office& office, const fs::path& paper, std::string_view day, const fs::path& out) {
  office.DeclareFiles({paper.string()});
  hikae::AuditOptions options;
  options.as_of = day;
  options.handling = kSystem;
  const hikae::Findings findings = office.Audit(options);
  const fs::path folder = out / day;
  fs::create_directories(folder);
  WriteFindings(findings, folder);
  WriteReports(office, day, folder);
  const hikae_summary summary = findings.Summary();
  std::cout << kSystem << '\t' << day << '\t' << summary.met << '\t' << summary.violated << '\t' << summary.not_shown
            << '\t' << folder.string() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: " << argv[0] << " OFFICE PAPERS OUT\n";
    return 2;
  }
  try {
    hikae::Office office = hikae::Office::Open(argv[1]);
    const fs::path papers = argv[2];
    Judge(office, papers / "declaration.yaml", "2021-05-20", argv[3]);
    Judge(office, papers / "after-opinion.yaml", "2021-10-15", argv[3]);
    return 0;
  } catch (const hikae::Error& e) {
    std::cerr << kSystem << ": " << e.what() << '\n';
  } catch (const std::exception& e) {
    std::cerr << kSystem << ": " << e.what() << '\n';
  }
  return 2;
}
