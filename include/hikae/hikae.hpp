// C++ over hikae.h: handles that free themselves, one exception type, ranges; the policy engine by itself is
// hikae::cedar, in cedar.hpp. Header-only; adds no ABI. What a call does, expects and leaves untouched is said in
// hikae.h; every function here throws hikae::Error where the C call fails.
#ifndef HIKAE_HIKAE_HPP_
#define HIKAE_HIKAE_HPP_

#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hikae/base.hpp"
#include "hikae/cedar.hpp"
#include "hikae/hikae.h"
#include "hikae/log.hpp"

namespace hikae {

enum class Format : int32_t {
  kText = HIKAE_FORMAT_TEXT,
  kHtml = HIKAE_FORMAT_HTML,
  kCsv = HIKAE_FORMAT_CSV,
  kJson = HIKAE_FORMAT_JSON,
  kSarif = HIKAE_FORMAT_SARIF
};
enum class Moment : int32_t {
  kAny = HIKAE_MOMENT_ANY,
  kDesign = HIKAE_MOMENT_DESIGN,
  kContract = HIKAE_MOMENT_CONTRACT,
  kRun = HIKAE_MOMENT_RUN,
  kEvent = HIKAE_MOMENT_EVENT,
  kPeriodic = HIKAE_MOMENT_PERIODIC,
  kEnd = HIKAE_MOMENT_END
};

// Gets pieces of a document; false stops the call with HIKAE_E_STOPPED. May throw.
using Writer = std::function<bool(std::string_view piece)>;
using Progress = std::function<bool(uint64_t done, uint64_t total)>;

struct Declared {
  uint64_t added = 0, changed = 0, unchanged = 0;
};

struct AuditOptions {
  std::string_view as_of;  // YYYY-MM-DD; empty = today
  Moment moment = Moment::kAny;
  std::string_view handling;
  std::string_view pack;
  bool applicable_only = false;
  Progress progress;
};

struct ReportOptions {
  std::string_view name;
  std::string_view handling;
  Format format = Format::kHtml;
  Language language = Language::kJapanese;
  std::string_view as_of;
  std::string_view pack;
};

// The findings of one audit. A move-only range of hikae_finding, whose views live as long as it does; one walk at a
// time.
class Findings {
 public:
  explicit Findings(hikae_findings* handle) : handle_(handle) {}

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = hikae_finding;
    using difference_type = std::ptrdiff_t;
    using pointer = const hikae_finding*;
    using reference = const hikae_finding&;
    Iterator() = default;
    explicit Iterator(hikae_findings* findings) : findings_(findings) { ++*this; }
    reference operator*() const { return current_; }
    pointer operator->() const { return &current_; }
    Iterator& operator++() {
      if (detail::Check([&](hikae_error** e) { return hikae_findings_next(findings_, &current_, e); }) == HIKAE_END)
        findings_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(const Iterator& other) const { return findings_ == other.findings_; }
    bool operator!=(const Iterator& other) const { return !(*this == other); }

   private:
    hikae_findings* findings_ = nullptr;
    hikae_finding current_ = HIKAE_FINDING_INIT;
  };
  // Starts from the first finding, and ends any other walk.
  Iterator begin() {
    detail::Check([&](hikae_error** e) { return hikae_findings_rewind(handle_.get(), e); });
    return Iterator(handle_.get());
  }
  Iterator end() const { return {}; }

  std::vector<hikae_evidence> EvidenceOf(uint64_t index) const {
    std::vector<hikae_evidence> all;
    hikae_evidence fact = HIKAE_EVIDENCE_INIT;
    const auto next = [&](hikae_error** e) {
      return hikae_findings_evidence(handle_.get(), index, all.size(), &fact, e);
    };
    while (detail::Check(next) == HIKAE_OK) all.push_back(fact);
    return all;
  }
  std::string Explain(uint64_t index, Language language) const {
    return detail::ReadBuffer([&](hikae_buffer* out, hikae_error** e) {
      return hikae_findings_explain(handle_.get(), index, static_cast<int32_t>(language), out, e);
    });
  }
  hikae_summary Summary() const {
    hikae_summary summary = HIKAE_SUMMARY_INIT;
    detail::Check([&](hikae_error** e) { return hikae_findings_summary(handle_.get(), &summary, e); });
    return summary;
  }
  void Render(Format format, Language language, const Writer& writer) const {
    detail::Carrier<Writer> carrier{writer, {}};
    carrier.Throwing([&](hikae_error** e) {
      return hikae_findings_render(handle_.get(), static_cast<int32_t>(format), static_cast<int32_t>(language),
                                   &Findings::Write, &carrier, e);
    });
  }
  std::string Render(Format format, Language language) const {
    std::string text;
    Render(format, language, [&](std::string_view piece) { return text.append(piece), true; });
    return text;
  }

  // The C callback over a Writer; ctx is a Carrier<Writer>.
  static int Write(void* ctx, const uint8_t* bytes, size_t len) {
    return static_cast<detail::Carrier<Writer>*>(ctx)->Run(std::string_view(reinterpret_cast<const char*>(bytes), len));
  }

 private:
  std::unique_ptr<hikae_findings, detail::Deleter<hikae_findings_free>> handle_;
};

// An opened office. Movable; may be used from several threads at once.
// Rows to append to a ledger, or a correction: what hikae_ledger_options says.
struct LedgerOptions {
  std::string_view type;
  std::string_view owner;
  std::string_view by;
  std::string_view valid_from;
  bool once = false;
};

struct LedgerQuery {
  std::string_view type;
  std::string_view owner;
  std::string_view from, until;  // YYYY-MM-DD; empty = open
  bool all = false;              // rows that were corrected too
  Format format = Format::kJson;
  Language language = Language::kJapanese;
};

// What an error stands for where rows were looked at one by one; empty for any other.
inline std::vector<Entry> Problems(const Error& error) {
  return detail::ReadList([&](hikae_list** out, hikae_error** e) { return hikae_error_problems(error.c(), out, e); });
}

class Office {
 public:
  struct OpenOptions {
    bool create = false;
    bool read_only = false;
    uint32_t busy_ms = 0;
    std::string_view pack;
    std::vector<std::string> more_packs;  // when creating: further ones
    hikae_time (*now)(void* ctx) = nullptr;
    void* now_ctx = nullptr;
    std::string_view actor;       // who acts, for the access log; empty = "unnamed"
    std::string_view log_origin;  // where this makes the log: its name
    uint32_t loss_ms = 0;         // with loss_records: bounded durability of the log; 0 = strict
    uint32_t loss_records = 0;
  };
  Office(std::string_view path, const OpenOptions& options) {
    hikae_open_options c = HIKAE_OPEN_OPTIONS_INIT;
    if (options.create) c.flags |= HIKAE_OPEN_CREATE;
    if (options.read_only) c.flags |= HIKAE_OPEN_READ_ONLY;
    c.busy_ms = options.busy_ms;
    c.pack = Str(options.pack);
    std::vector<hikae_str> more;
    for (const std::string& name : options.more_packs) more.push_back(Str(name));
    c.more_packs = more.data();
    c.more_pack_count = more.size();
    c.now = options.now;
    c.now_ctx = options.now_ctx;
    c.actor = Str(options.actor);
    c.log_origin = Str(options.log_origin);
    c.loss_ms = options.loss_ms;
    c.loss_records = options.loss_records;
    hikae_office* raw = nullptr;
    detail::Check([&](hikae_error** e) { return hikae_office_open(Str(path), &c, &raw, e); });
    handle_.reset(raw);
  }
  static Office Open(std::string_view path) { return {path, OpenOptions()}; }
  static Office Create(std::string_view path, std::string_view pack = {}) {
    OpenOptions options;
    options.create = true;
    options.pack = pack;
    return {path, options};
  }
  // Lets go of the office before the destructor would; findings stay readable.
  void Close() noexcept { handle_.reset(); }
  explicit operator bool() const noexcept { return handle_ != nullptr; }
  hikae_office* c() const noexcept { return handle_.get(); }  // for what other headers do with it; not yours to free

  Declared Declare(const std::vector<Document>& documents) {
    std::vector<hikae_document> c;
    for (const Document& document : documents) c.push_back({Str(document.name), Str(document.text)});
    return Figures([&](hikae_declared* out, hikae_error** e) {
      return hikae_office_declare(handle_.get(), c.data(), c.size(), out, e);
    });
  }
  Declared DeclareFiles(const std::vector<std::string>& paths) {
    std::vector<hikae_str> c;
    for (const std::string& path : paths) c.push_back(Str(path));
    return Figures([&](hikae_declared* out, hikae_error** e) {
      return hikae_office_declare_files(handle_.get(), c.data(), c.size(), out, e);
    });
  }
  std::vector<Entry> Handlings(std::string_view as_of = {}) const {
    return detail::ReadList(
        [&](hikae_list** out, hikae_error** e) { return hikae_office_handlings(handle_.get(), Str(as_of), out, e); });
  }
  // The packs of the office, `detail` their digests; taken in and out.
  std::vector<Entry> Packs() const {
    return detail::ReadList(
        [&](hikae_list** out, hikae_error** e) { return hikae_office_packs_list(handle_.get(), out, e); });
  }
  void AddPack(std::string_view id_or_folder) {
    detail::Check([&](hikae_error** e) { return hikae_office_pack_add(handle_.get(), Str(id_or_folder), e); });
  }
  void RemovePack(std::string_view id) {
    detail::Check([&](hikae_error** e) { return hikae_office_pack_remove(handle_.get(), Str(id), e); });
  }
  // Ledgers: their names and titles; the ids of the rows appended; the id of the row that corrects.
  std::vector<Entry> Ledgers() const {
    return detail::ReadList(
        [&](hikae_list** out, hikae_error** e) { return hikae_ledgers_list(handle_.get(), out, e); });
  }
  std::vector<std::string> AppendRows(const LedgerOptions& options, const Document& rows) {
    const hikae_ledger_options c = Ledger(options);
    const hikae_document document = {Str(rows.name), Str(rows.text)};
    return Ids(
        [&](hikae_list** out, hikae_error** e) { return hikae_ledger_append(handle_.get(), &c, &document, out, e); });
  }
  std::vector<std::string> ImportRows(const LedgerOptions& options, std::string_view path) {
    const hikae_ledger_options c = Ledger(options);
    return Ids(
        [&](hikae_list** out, hikae_error** e) { return hikae_ledger_import(handle_.get(), &c, Str(path), out, e); });
  }
  std::string CorrectRow(const LedgerOptions& options, std::string_view id, std::string_view reason,
                         const Document& changes) {
    const hikae_ledger_options c = Ledger(options);
    const hikae_document document = {Str(changes.name), Str(changes.text)};
    return detail::ReadBuffer([&](hikae_buffer* out, hikae_error** e) {
      return hikae_ledger_correct(handle_.get(), &c, Str(id), Str(reason), &document, out, e);
    });
  }
  std::string ListRows(const LedgerQuery& query) const {
    hikae_ledger_query c = HIKAE_LEDGER_QUERY_INIT;
    if (query.all) c.flags |= HIKAE_LEDGER_ALL;
    c.format = static_cast<int32_t>(query.format);
    c.language = static_cast<int32_t>(query.language);
    c.type = Str(query.type);
    c.owner = Str(query.owner);
    c.from = Str(query.from);
    c.until = Str(query.until);
    return detail::ReadBuffer(
        [&](hikae_buffer* out, hikae_error** e) { return hikae_ledger_list(handle_.get(), &c, out, e); });
  }
  Findings Audit(const AuditOptions& options = {}) const {
    hikae_audit_options c = HIKAE_AUDIT_OPTIONS_INIT;
    if (options.applicable_only) c.flags |= HIKAE_AUDIT_APPLICABLE_ONLY;
    c.moment = static_cast<int32_t>(options.moment);
    c.as_of = Str(options.as_of);
    c.handling = Str(options.handling);
    c.pack = Str(options.pack);
    detail::Carrier<Progress> carrier{options.progress, {}};
    if (options.progress) {
      c.progress = [](void* ctx, uint64_t done, uint64_t total) {
        return static_cast<detail::Carrier<Progress>*>(ctx)->Run(done, total);
      };
      c.progress_ctx = &carrier;
    }
    hikae_findings* raw = nullptr;
    carrier.Throwing([&](hikae_error** e) { return hikae_office_audit(handle_.get(), &c, &raw, e); });
    return Findings(raw);
  }
  // The access log: gives the checkpoint signed, the new verifier key, the certificate.
  std::string SignLog() {
    return detail::ReadBuffer(
        [&](hikae_buffer* out, hikae_error** e) { return hikae_office_log_sign(handle_.get(), out, e); });
  }
  std::string ChangeLogKey() {
    return detail::ReadBuffer(
        [&](hikae_buffer* out, hikae_error** e) { return hikae_office_log_change_key(handle_.get(), out, e); });
  }
  std::string ReviewLog(const log::Review& review) {  // gives the row's id
    hikae_log_review c = HIKAE_LOG_REVIEW_INIT;
    c.first = review.first;
    c.end = review.end;
    c.period = Str(review.period);
    c.reviewed_by = Str(review.reviewed_by);
    c.on = Str(review.on);
    c.findings = Str(review.findings);
    c.handling = Str(review.handling);
    c.signed_off_by = Str(review.signed_off_by);
    c.signed_off_on = Str(review.signed_off_on);
    c.document = Str(review.document);
    c.corrects = Str(review.corrects);
    return detail::ReadBuffer(
        [&](hikae_buffer* out, hikae_error** e) { return hikae_office_log_review(handle_.get(), &c, out, e); });
  }
  std::string DropLogPeriod(std::string_view period, std::string_view by, std::string_view ground) {
    return detail::ReadBuffer([&](hikae_buffer* out, hikae_error** e) {
      return hikae_office_log_drop(handle_.get(), Str(period), Str(by), Str(ground), out, e);
    });
  }
  void Report(const ReportOptions& options, const Writer& writer) const {
    hikae_report_options c = HIKAE_REPORT_OPTIONS_INIT;
    c.format = static_cast<int32_t>(options.format);
    c.language = static_cast<int32_t>(options.language);
    c.name = Str(options.name);
    c.handling = Str(options.handling);
    c.as_of = Str(options.as_of);
    c.pack = Str(options.pack);
    detail::Carrier<Writer> carrier{writer, {}};
    carrier.Throwing(
        [&](hikae_error** e) { return hikae_office_report(handle_.get(), &c, &Findings::Write, &carrier, e); });
  }
  std::string Report(const ReportOptions& options) const {
    std::string text;
    Report(options, [&](std::string_view piece) { return text.append(piece), true; });
    return text;
  }

 private:
  static hikae_ledger_options Ledger(const LedgerOptions& options) {
    hikae_ledger_options c = HIKAE_LEDGER_OPTIONS_INIT;
    if (options.once) c.flags |= HIKAE_LEDGER_ONCE;
    c.type = Str(options.type);
    c.owner = Str(options.owner);
    c.by = Str(options.by);
    c.valid_from = Str(options.valid_from);
    return c;
  }
  template <class Call>
  static std::vector<std::string> Ids(Call&& call) {
    std::vector<std::string> ids;
    for (Entry& entry : detail::ReadList(call)) ids.push_back(std::move(entry.id));
    return ids;
  }
  template <class Call>
  static Declared Figures(Call&& call) {
    hikae_declared c = HIKAE_DECLARED_INIT;
    detail::Check([&](hikae_error** e) { return call(&c, e); });
    return {c.added, c.changed, c.unchanged};
  }
  std::unique_ptr<hikae_office, detail::Deleter<hikae_office_close>> handle_;
};

inline std::vector<Entry> Reports() { return detail::ReadList(hikae_reports_list); }
inline std::vector<Entry> Packs() { return detail::ReadList(hikae_packs_list); }

inline std::string ShowPack(std::string_view pack, Format format, Language language) {
  return detail::ReadBuffer([&](hikae_buffer* out, hikae_error** e) {
    return hikae_pack_show(Str(pack), static_cast<int32_t>(format), static_cast<int32_t>(language), out, e);
  });
}

// `open`, when it is not null, gets how many promises no rule holds against anything recorded.
inline std::string PackCoverage(std::string_view pack, Format format, Language language, uint64_t* open = nullptr) {
  return detail::ReadBuffer([&](hikae_buffer* out, hikae_error** e) {
    return hikae_pack_coverage(Str(pack), static_cast<int32_t>(format), static_cast<int32_t>(language), out, open, e);
  });
}

// Problems of a pack, errors (HIKAE_ERROR) before warnings (HIKAE_WARN). Empty = sound.
inline std::vector<Entry> LintPack(std::string_view pack) {
  return detail::ReadList([&](hikae_list** out, hikae_error** e) { return hikae_pack_lint(Str(pack), out, e); });
}

}  // namespace hikae

#endif  // HIKAE_HIKAE_HPP_
