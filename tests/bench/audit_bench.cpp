// Measures an audit by the whole pack, the making of facts and findings included: of many contracts, and of four papers
// with the rows of a long ledger. Prints a JSON object a line; `run` reads them.
//   audit_bench [--quick]     further arguments (--only audit) change nothing
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.h"
#include "base/civil_date.h"
#include "places.h"
#include "registry/registry.h"
#include "store/database.h"

namespace hikae::audit::bench {
namespace {

constexpr char kDay[] = "2021-10-15";

double ThreadNanos() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <class T>
T Must(base::Result<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.error().ToString().c_str());
  std::exit(1);
}

std::string TextOf(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.empty()) std::fprintf(stderr, "%s: not read\n", path.c_str()), std::exit(1);
  return text;
}

// The registry of a ward that declared some of the four papers, and then a document more.
class Ward {
 public:
  Ward(std::shared_ptr<const Pack> pack, const std::vector<std::string>& papers, const std::string& document)
      : pack_(std::move(pack)) {
    static int number = 0;
    path_ = std::filesystem::temp_directory_path() / fmt::format("hikae-audit-bench-{}-{}.db", ::getpid(), ++number);
    std::filesystem::remove(path_);
    registry_ = Must(registry::Registry::Open(Must(store::Database::Open(path_.string(), {.create = true})),
                                              pack_->schema, pack_->id));
    const std::filesystem::path examples = std::filesystem::path(hikae::test::SourceDir()) / "examples";
    Declare("vocabulary.yaml", TextOf(examples / "ward" / "vocabulary.yaml"));
    for (const std::string& paper : papers) {
      for (const char* file : {"declaration.yaml", "after-opinion.yaml"})
        Declare(paper + "/" + file, TextOf(examples / paper / file));
    }
    Declare("more.yaml", document);
  }
  ~Ward() {
    registry_.reset();
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path_.string() + end);
  }
  Ward(const Ward&) = delete;
  Ward& operator=(const Ward&) = delete;

  Findings Run() const {
    AuditOptions options;
    options.as_of = *base::ParseDate(kDay);
    return Must(Audit(*registry_, pack_, options));
  }

 private:
  void Declare(const std::string& name, const std::string& text) {
    Must(registry_->Declare({{name, text}}, now_ += 60'000'000));
  }
  std::shared_ptr<const Pack> pack_;
  std::filesystem::path path_;
  std::unique_ptr<registry::Registry> registry_;
  registry::Micros now_ = 1'633'000'000'000'000;
};

constexpr char kHead[] = "hikae: declaration/1\npack: edogawa-2021\nvalid_from: 2021-06-01\nby: 援助課\n";

std::string Contracts(size_t count) {
  std::string text = fmt::format("{}Contract:\n", kHead);
  for (size_t i = 0; i < count; ++i) {
    const size_t month = 7 + i % 3, day = 1 + i % 28;
    text += fmt::format(
        "  見本契{0}号: {{ declaration: 令和3年度第4号議案, title: 記録支援委託その{0}, kinds: [development], act: "
        "令和3年度第4号議案/開発, "
        "contractor: 見本音声システム, number: 見本契第{0}号, selectedOn: 2021-06-25, signedOn: 2021-07-01, "
        "startsOn: 2021-07-01, endsOn: 2022-03-31, workBegunOn: 2021-{1:02}-{2:02}, document: 契約書{0},\n"
        "    ContractClause: {{ 秘密保持: {{ clause: confidentiality, result: found, article: 第13条, saidBy: "
        "職員{3}, "
        "saidOn: 2021-07-01, document: 契約書{0} }}, 遵守事項: {{ clause: security-terms, result: {4}, saidBy: "
        "職員{3}, saidOn: 2021-07-01, "
        "document: 契約書{0} }} }} }}\n",
        i, month, day, i % 40, i % 5 ? "found" : "not-found");
  }
  return text;
}

// What was lent to the contractor and came back, a medium each.
std::string Handovers(size_t count) {
  std::string text = fmt::format("{}Handover:\n", kHead);
  for (size_t i = 0; i < count; ++i) {
    const size_t month = 6 + i / 2 % 4, day = 1 + i / 2 % 28;
    text += fmt::format(
        "  受渡{0}: {{ contract: ひきこもり相談支援業務委託, on: 2021-{1:02}-{2:02}, direction: {3}, number: {0}, "
        "medium: paper, mediumId: 綴り{4}, quantity: {5}, text: 相談票の写し, direct: true, lockedCase: {6}{7} }}\n",
        i, month, day, i % 2 == 0 ? "lent" : "returned", i / 2, 1 + i / 2 % 5, i % 7 != 0,
        i % 2 == 0 ? "" : fmt::format(", returns: 受渡{}", i - 1));
  }
  return text;
}

struct Size {
  const char* name;
  size_t count;  // of the things there are many of
  std::unique_ptr<Ward> ward;
  uint64_t judged = 0;
  std::vector<double> nanos = {};  // of the whole audit
};

int Main(const std::vector<std::string_view>& arguments) {
  const bool quick = std::ranges::find(arguments, "--quick") != arguments.end();
  const auto pack = Must(LoadPack(Must(FindPack("edogawa-2021"))));
  std::vector<Size> sizes;
  for (const size_t count : {1000, 10'000}) {
    sizes.push_back(
        {"audit", count, std::make_unique<Ward>(pack, std::vector<std::string>{"call-record"}, Contracts(count))});
  }
  const std::vector<std::string> papers = {"hikikomori", "benefit", "call-record", "risk-assessment"};
  for (const size_t count : {1000, 10'000})
    sizes.push_back({"audit-ledger", count, std::make_unique<Ward>(pack, papers, Handovers(count))});
  for (int round = 0; round < (quick ? 2 : 5); ++round) {
    for (Size& size : sizes) {
      const double start = ThreadNanos();
      const Findings findings = size.ward->Run();
      size.nanos.push_back(ThreadNanos() - start);
      size.judged = findings.findings.size();
    }
  }
  for (Size& size : sizes) {
    std::ranges::sort(size.nanos);
    const double whole = size.nanos[size.nanos.size() / 2];
    // Pairs of a rule of the pack and a thing there are many of, as the bar counts them; what else the papers declare
    // comes for nothing.
    const double pairs = static_cast<double>(size.count) * static_cast<double>(pack->rules.size());
    fmt::print(R"({{"name": "{}", "size": {}, "ns": {:.1f}, "seconds": {:.3f}, "rules": {}, "findings": {}}})"
               "\n",
               size.name, size.count, whole / pairs, whole / 1e9, pack->rules.size(), size.judged);
  }
  return 0;
}

}  // namespace
}  // namespace hikae::audit::bench

int main(int argc, char** argv) { return hikae::audit::bench::Main({argv + 1, argv + argc}); }
