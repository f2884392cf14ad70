// C++ over hikae.h: handles that free themselves, one exception type, ranges. Header-only; adds no ABI. What a call
// does, expects and leaves untouched is said in hikae.h; every function here throws hikae::Error where the C call
// fails.
#ifndef HIKAE_HIKAE_HPP_
#define HIKAE_HIKAE_HPP_

#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hikae/hikae.h"

namespace hikae {

enum class Language : int32_t { kEnglish = HIKAE_ENGLISH, kJapanese = HIKAE_JAPANESE };
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

inline std::string_view View(hikae_str s) { return s.len == 0 ? std::string_view() : std::string_view(s.ptr, s.len); }
inline hikae_str Str(std::string_view s) { return {s.data(), s.size()}; }

// Where in a document an error lies. line and column count from 1; 0 = unknown.
struct Place {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
};

// The one exception: the code for programs, the rest for people. Copyable; shared text, so copying cannot throw.
class Error : public std::exception {
 public:
  Error(hikae_status status, hikae_error* error) : state_(std::make_shared<State>()) {
    const std::unique_ptr<hikae_error, void (*)(hikae_error*)> owned(error, hikae_error_free);
    state_->status = status;
    state_->message = View(hikae_error_message(error));
    state_->english = View(hikae_error_text(error, HIKAE_ENGLISH));
    state_->japanese = View(hikae_error_text(error, HIKAE_JAPANESE));
    hikae_place place = HIKAE_PLACE_INIT;
    if (hikae_error_place(error, &place, nullptr) == HIKAE_OK)
      state_->place = {std::string(View(place.file)), place.line, place.column};
  }
  hikae_status status() const noexcept { return state_->status; }
  // "file:12:3: what was wrong (what was expected)", in English; what(language) in either language.
  const char* what() const noexcept override { return state_->english.c_str(); }
  const std::string& what(Language language) const noexcept {
    return language == Language::kJapanese ? state_->japanese : state_->english;
  }
  const std::string& message() const noexcept { return state_->message; }  // English, without the place
  const Place& place() const noexcept { return state_->place; }

 private:
  struct State {
    hikae_status status = HIKAE_E_INTERNAL;
    std::string message, english, japanese;
    Place place;
  };
  std::shared_ptr<State> state_;
};

namespace detail {

// Calls fn(…, &err) and throws what it reports. Gives back HIKAE_OK or a positive outcome such as HIKAE_END.
template <class Call>
hikae_status Check(Call&& call) {
  hikae_error* error = nullptr;
  const hikae_status status = call(&error);
  if (status < 0) throw Error(status, error);
  return status;
}

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

// A C callback over a C++ one. An exception cannot cross C: it is kept, the call is stopped, and Rethrow brings it
// back.
template <class Function>
struct Carrier {
  const Function& function;
  std::exception_ptr thrown;
  template <class... Args>
  int Run(Args... args) noexcept {
    try {
      return function(args...) ? 0 : 1;
    } catch (...) {
      thrown = std::current_exception();
      return 1;
    }
  }
  template <class Call>
  void Throwing(Call&& call) {
    try {
      Check(call);
    } catch (const Error&) {
      if (thrown) std::rethrow_exception(thrown);
      throw;
    }
  }
};

}  // namespace detail

// Gets pieces of a document; false stops the call with HIKAE_E_STOPPED. May throw.
using Writer = std::function<bool(std::string_view piece)>;
using Progress = std::function<bool(uint64_t done, uint64_t total)>;

// Elements of a list, read once: owns its text.
struct Entry {
  std::string id, title_ja, title_en, from, until, detail;
  Place place;
  int32_t severity = 0;
  const std::string& title(Language language) const { return language == Language::kJapanese ? title_ja : title_en; }
};

struct Document {
  std::string_view name;
  std::string_view text;
};

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

namespace detail {

// Takes a list from the C call that makes it, and reads it to its end.
template <class Call>
std::vector<Entry> ReadList(Call&& make) {
  hikae_list* raw = nullptr;
  Check([&](hikae_error** e) { return make(&raw, e); });
  const std::unique_ptr<hikae_list, Deleter<hikae_list_free>> list(raw);
  std::vector<Entry> entries;
  hikae_entry c = HIKAE_ENTRY_INIT;
  while (Check([&](hikae_error** e) { return hikae_list_next(list.get(), &c, e); }) == HIKAE_OK) {
    Entry entry;
    entry.id = View(c.id);
    entry.title_ja = View(c.title_ja);
    entry.title_en = View(c.title_en);
    entry.from = View(c.from);
    entry.until = View(c.until);
    entry.detail = View(c.detail);
    entry.place = {std::string(View(c.file)), c.line, c.column};
    entry.severity = c.severity;
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace detail

// An opened office. Movable; may be used from several threads at once.
class Office {
 public:
  struct OpenOptions {
    bool create = false;
    bool read_only = false;
    uint32_t busy_ms = 0;
    std::string_view pack;
    hikae_time (*now)(void* ctx) = nullptr;
    void* now_ctx = nullptr;
  };
  Office(std::string_view path, const OpenOptions& options) {
    hikae_open_options c = HIKAE_OPEN_OPTIONS_INIT;
    if (options.create) c.flags |= HIKAE_OPEN_CREATE;
    if (options.read_only) c.flags |= HIKAE_OPEN_READ_ONLY;
    c.busy_ms = options.busy_ms;
    c.pack = Str(options.pack);
    c.now = options.now;
    c.now_ctx = options.now_ctx;
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
  hikae_buffer buffer = HIKAE_BUFFER_INIT;
  detail::Check([&](hikae_error** e) {
    return hikae_pack_show(Str(pack), static_cast<int32_t>(format), static_cast<int32_t>(language), &buffer, e);
  });
  const std::unique_ptr<hikae_buffer, detail::Deleter<hikae_buffer_free>> owned(&buffer);
  return {reinterpret_cast<const char*>(buffer.ptr), buffer.len};
}

// Problems of a pack, errors (HIKAE_ERROR) before warnings (HIKAE_WARN). Empty = sound.
inline std::vector<Entry> LintPack(std::string_view pack) {
  return detail::ReadList([&](hikae_list** out, hikae_error** e) { return hikae_pack_lint(Str(pack), out, e); });
}

}  // namespace hikae

#endif  // HIKAE_HIKAE_HPP_
