#include "office/office.h"

#include <algorithm>
#include <chrono>

#include "base/civil_date.h"
#include "capi/boundary.h"
#include "capi/files.h"
#include "capi/handles.h"
#include "codec/node.h"

namespace hikae::capi {
namespace {

constexpr uint32_t kKnownOpenFlags = HIKAE_OPEN_CREATE | HIKAE_OPEN_READ_ONLY;
constexpr size_t kMostActorBytes = 4'096;  // as the log takes; refused at the opening, not at the first act

std::function<registry::Micros()> Clock(const hikae_open_options& options) {
  if (options.now != nullptr) return [now = options.now, ctx = options.now_ctx] { return now(ctx); };
  return [] {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<registry::Micros>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
  };
}

office::OpenOptions OptionsOf(const hikae_open_options& given) {
  if ((given.flags & ~kKnownOpenFlags) != 0)
    Fail(base::Status::kVersion, {"a flag is set that this release does not know", {}});
  office::OpenOptions options;
  options.create = (given.flags & HIKAE_OPEN_CREATE) != 0;
  options.read_only = (given.flags & HIKAE_OPEN_READ_ONLY) != 0;
  if (options.create && options.read_only)
    FailArgument("HIKAE_OPEN_CREATE and HIKAE_OPEN_READ_ONLY exclude each other");
  options.busy_ms = given.busy_ms;
  options.pack = std::string(Text(given.pack, "pack"));
  if (given.more_pack_count != 0) Checked(given.more_packs, "more_packs");
  for (size_t i = 0; i < given.more_pack_count; ++i)
    options.more_packs.emplace_back(Path(given.more_packs[i], "a pack"));
  options.now = Clock(given);
  options.actor = Actor(given.actor);
  options.origin = std::string(Text(given.log_origin, "log_origin"));
  if ((given.loss_ms == 0) != (given.loss_records == 0))
    FailArgument("loss_ms and loss_records bound a loss together: give both, or neither");
  options.durability = log::Durability::Bounded(given.loss_ms, given.loss_records);
  return options;
}

hikae_status Declare(hikae_office& office, const std::vector<registry::Document>& documents, hikae_declared* out) {
  const registry::Declared declared = Unwrap(office.impl->Declare(documents));
  if (out == nullptr) return HIKAE_OK;
  Out<hikae_declared> figures(out);
  figures->added = declared.added;
  figures->changed = declared.changed;
  figures->unchanged = declared.unchanged;
  return figures.Give();
}

// `out` is optional, yet when given it is emptied before anything can fail.
void Empty(hikae_declared* out) {
  if (out != nullptr) Out<hikae_declared> emptied(out);
}

}  // namespace

std::string Actor(hikae_str given) {
  std::string actor(Text(given, "actor"));
  if (actor.size() > kMostActorBytes || actor.find('\0') != std::string::npos)
    FailArgument("actor is longer than " + std::to_string(kMostActorBytes) + " bytes or holds a NUL");
  return actor;
}

void Write(std::string_view bytes, hikae_write_fn fn, void* ctx) {
  constexpr size_t kPiece = size_t{64} << 10;
  for (size_t at = 0; at < bytes.size(); at += kPiece) {
    const std::string_view piece = bytes.substr(at, std::min(kPiece, bytes.size() - at));
    if (fn(ctx, reinterpret_cast<const uint8_t*>(piece.data()), piece.size()) != 0)
      Fail(base::Status::kStopped, {"the write callback stopped the call", "書き出しが中断されました"});
  }
}

registry::Day DayOf(hikae_str text, const hikae_office& office) {
  const std::string_view given = Text(text, "as_of");
  if (given.empty()) return base::DayInJapan(office.now());
  base::Result<base::Day> day = base::ParseDate(given);
  if (day.ok()) return *day;
  base::Error error = std::move(day).error();
  const std::string shown = Shown(given);
  error.text = {"\"" + shown + "\": " + error.text.en,
                "「" + shown + "」: " + error.text.In(base::Language::kJapanese)};
  throw base::Failure{std::move(error)};
}

}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_office_open(hikae_str path, const hikae_open_options* opt, hikae_office** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const hikae_open_options given = Read(opt);
    const office::OpenOptions options = OptionsOf(given);
    auto handle = std::make_unique<hikae_office>();
    handle->now = options.now;
    handle->impl = Unwrap(office::Office::Open(Path(path, "path"), options));
    *out = handle.release();
    return HIKAE_OK;
  });
}

void hikae_office_close(hikae_office* o) { delete o; }

hikae_status hikae_office_declare(hikae_office* o, const hikae_document* documents, size_t count, hikae_declared* out,
                                  hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Empty(out);
    hikae_office& office = Checked(o, "office");
    if (count != 0) Checked(documents, "documents");
    std::vector<registry::Document> given;
    for (size_t i = 0; i < count; ++i) {
      // The document's own text is checked by its reader, which can say on which line it is not UTF-8.
      const hikae_str text = documents[i].text;
      if (text.ptr == nullptr && text.len != 0) FailArgument("a document's text is NULL with a length");
      given.push_back({std::string(Text(documents[i].name, "a document's name")),
                       text.len == 0 ? std::string() : std::string(text.ptr, text.len)});
    }
    return Declare(office, given, out);
  });
}

hikae_status hikae_office_declare_files(hikae_office* o, const hikae_str* paths, size_t count, hikae_declared* out,
                                        hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Empty(out);
    hikae_office& office = Checked(o, "office");
    if (count != 0) Checked(paths, "paths");
    std::vector<registry::Document> given;
    for (size_t i = 0; i < count; ++i) {
      std::string path = Path(paths[i], "a path");
      std::string text = Unwrap(ReadFile(path, codec::Limits{}.max_bytes));
      given.push_back({std::move(path), std::move(text)});
    }
    return Declare(office, given, out);
  });
}

hikae_status hikae_office_handlings(hikae_office* o, hikae_str as_of, hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    hikae_office& office = Checked(o, "office");
    auto list = std::make_unique<hikae_list>();
    for (std::string& id : Unwrap(office.impl->Handlings(DayOf(as_of, office)))) {
      hikae_list::Entry entry;
      entry.id = std::move(id);
      list->entries.push_back(std::move(entry));
    }
    *out = list.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_office_report(hikae_office* o, const hikae_report_options* opt, hikae_write_fn fn, void* ctx,
                                 hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    hikae_office& office = Checked(o, "office");
    const hikae_report_options given = Read(&Checked(opt, "options"));
    if (fn == nullptr) FailArgument("the write callback must not be NULL");
    CheckRange(given.format, HIKAE_FORMAT_SARIF, "format");
    CheckRange(given.language, HIKAE_JAPANESE, "language");
    const std::string bytes = Unwrap(office.impl->Report(
        Text(given.name, "name"), Text(given.handling, "handling"), static_cast<report::Format>(given.format),
        DayOf(given.as_of, office), static_cast<base::Language>(given.language), Text(given.pack, "pack")));
    Write(bytes, fn, ctx);
    return HIKAE_OK;
  });
}

}  // extern "C"
