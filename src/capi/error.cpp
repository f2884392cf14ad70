#include "capi/error.h"

#include <cstring>
#include <new>

#include "capi/boundary.h"

namespace hikae::capi {
namespace {

constexpr hikae_str Literal(const char* text) { return {text, std::char_traits<char>::length(text)}; }

constinit hikae_error out_of_memory{HIKAE_E_MEMORY,
                                    Literal("out of memory"),
                                    {Literal("out of memory"), Literal("メモリーが足りません")},
                                    {nullptr, 0},
                                    0,
                                    0,
                                    nullptr,
                                    nullptr,
                                    nullptr};
constinit hikae_error unknown_failure{
    HIKAE_E_INTERNAL,
    Literal("internal failure; please report it"),
    {Literal("internal failure; please report it"), Literal("内部エラーです。開発元に報告してください")},
    {nullptr, 0},
    0,
    0,
    nullptr,
    nullptr,
    nullptr};

hikae_status ReportFixed(hikae_error** err, hikae_error& fixed) noexcept {
  if (err != nullptr) *err = &fixed;
  return fixed.status;
}

std::unique_ptr<hikae_error> Make(const base::Error& error) {
  auto texts = std::make_unique<hikae_error::Texts>();
  texts->message = Line(error, base::Language::kEnglish);
  texts->english = error.ToString(base::Language::kEnglish);
  texts->japanese = error.ToString(base::Language::kJapanese);
  texts->file = error.where.file;
  auto made = std::make_unique<hikae_error>();
  made->status = static_cast<hikae_status>(error.status);
  made->message = View(texts->message);
  made->text[HIKAE_ENGLISH] = View(texts->english);
  made->text[HIKAE_JAPANESE] = View(texts->japanese);
  made->file = View(texts->file);
  made->line = error.where.line;
  made->column = error.where.column;
  made->owned = std::move(texts);
  return made;
}

}  // namespace

hikae_str View(std::string_view text) { return {text.data(), text.size()}; }

std::string Line(const base::Error& error, base::Language language) {
  base::Error bare = error;
  bare.where = {};
  return bare.ToString(language);
}

hikae_status Report(hikae_error** err, const base::Error& error, const std::shared_ptr<const hikae_decision>& decision,
                    const std::shared_ptr<const std::vector<base::Error>>& problems) noexcept {
  // A failure that calls itself a success would be read as one.
  if (static_cast<hikae_status>(error.status) >= 0) return ReportUnknown(err);
  if (err == nullptr) return static_cast<hikae_status>(error.status);
  try {
    auto made = Make(error);
    made->decision = decision;
    made->problems = problems;
    *err = made.release();
    return (*err)->status;
  } catch (...) {
    return ReportOutOfMemory(err);
  }
}

hikae_status ReportOutOfMemory(hikae_error** err) noexcept { return ReportFixed(err, out_of_memory); }
hikae_status ReportUnknown(hikae_error** err) noexcept { return ReportFixed(err, unknown_failure); }

}  // namespace hikae::capi

using namespace hikae::capi;

extern "C" {

uint32_t hikae_abi(void) { return HIKAE_ABI; }

hikae_str hikae_version(void) { return Literal(HIKAE_VERSION_TEXT); }

hikae_str hikae_status_name(hikae_status status) {
  switch (status) {
    case HIKAE_OK:
      return Literal("ok");
    case HIKAE_END:
      return Literal("end");
    case HIKAE_E_ARGUMENT:
      return Literal("argument");
    case HIKAE_E_NOT_FOUND:
      return Literal("not found");
    case HIKAE_E_EXISTS:
      return Literal("exists");
    case HIKAE_E_REFUSED:
      return Literal("refused");
    case HIKAE_E_LOCKED:
      return Literal("locked");
    case HIKAE_E_SECRET:
      return Literal("secret");
    case HIKAE_E_RULES:
      return Literal("rules");
    case HIKAE_E_TAMPERED:
      return Literal("tampered");
    case HIKAE_E_BUSY:
      return Literal("busy");
    case HIKAE_E_IO:
      return Literal("io");
    case HIKAE_E_MEMORY:
      return Literal("memory");
    case HIKAE_E_VERSION:
      return Literal("version");
    case HIKAE_E_STOPPED:
      return Literal("stopped");
    case HIKAE_E_INTERNAL:
      return Literal("internal");
  }
  return Literal("unknown");
}

void hikae_buffer_free(hikae_buffer* b) {
  if (b == nullptr) return;
  if (b->ptr != nullptr) {
    // Through a volatile pointer, so that the wipe is not optimised away as a store to dying memory.
    volatile uint8_t* bytes = b->ptr;
    for (size_t i = 0; i < b->len; ++i) bytes[i] = 0;
    delete[] b->ptr;
  }
  *b = HIKAE_BUFFER_INIT;
}

hikae_status hikae_error_status(const hikae_error* e) { return e == nullptr ? HIKAE_OK : e->status; }

hikae_str hikae_error_message(const hikae_error* e) { return e == nullptr ? hikae_str{nullptr, 0} : e->message; }

hikae_str hikae_error_text(const hikae_error* e, int32_t language) {
  if (e == nullptr) return {nullptr, 0};
  return e->text[language == HIKAE_JAPANESE ? HIKAE_JAPANESE : HIKAE_ENGLISH];
}

hikae_status hikae_error_place(const hikae_error* e, hikae_place* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_place> place(out);
    if (e == nullptr) return HIKAE_OK;
    place->file = e->file;
    place->line = e->line;
    place->column = e->column;
    return place.Give();
  });
}

void hikae_error_free(hikae_error* e) {
  if (e == &out_of_memory || e == &unknown_failure) return;
  delete e;
}

}  // extern "C"
