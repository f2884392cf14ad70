#include "registry/ledger.h"

#include "base/civil_date.h"
#include "capi/boundary.h"
#include "capi/files.h"
#include "capi/handles.h"
#include "codec/node.h"

namespace hikae::capi {
namespace {

std::optional<registry::Day> OptionalDay(hikae_str text, const char* name, const hikae_office& office) {
  if (Text(text, name).empty()) return std::nullopt;
  return DayOf(text, office);
}

std::string Bytes(hikae_str text, const char* name) {
  // The text is checked by its reader, which can say where it is not UTF-8.
  if (text.ptr == nullptr && text.len != 0) FailArgument(std::string(name) + " is NULL with a length");
  return text.len == 0 ? std::string() : std::string(text.ptr, text.len);
}

registry::Document DocumentOf(const hikae_document& given) {
  return {std::string(Text(given.name, "the document's name")), Bytes(given.text, "the document's text")};
}

registry::LedgerRows RowsOf(const hikae_ledger_options* opt, const hikae_office& office) {
  const hikae_ledger_options given = Read(&Checked(opt, "options"));
  if ((given.flags & ~HIKAE_LEDGER_ONCE) != 0)
    Fail(base::Status::kVersion, {"a flag is set that this release does not know", {}});
  registry::LedgerRows rows;
  rows.type = Text(given.type, "type");
  rows.owner = Text(given.owner, "owner");
  rows.by = Text(given.by, "by");
  rows.valid_from = OptionalDay(given.valid_from, "valid_from", office);
  rows.once = (given.flags & HIKAE_LEDGER_ONCE) != 0;
  return rows;
}

registry::Declared Taken(base::Result<registry::Declared> declared, const registry::Problems& problems) {
  if (!declared.ok() && !problems.empty()) throw Faulty(std::move(declared).error(), problems.all());
  return Unwrap(std::move(declared));
}

void Append(hikae_office& office, registry::LedgerRows rows, hikae_list** out) {
  registry::Problems problems;
  const registry::Declared declared = Taken(office.impl->AppendRows(std::move(rows), problems), problems);
  if (out == nullptr) return;
  auto list = std::make_unique<hikae_list>();
  for (const cedar::EntityUid& uid : declared.touched) {
    hikae_list::Entry entry;
    entry.id = uid.id;
    list->entries.push_back(std::move(entry));
  }
  *out = list.release();
}

std::string Called(const cedar::EntityType& type, const char* language) {
  const auto name = type.annotations.find(language);
  return name == type.annotations.end() ? type.name : name->second;
}

}  // namespace
}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_ledgers_list(hikae_office* o, hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    hikae_office& office = Checked(o, "office");
    auto list = std::make_unique<hikae_list>();
    for (const cedar::EntityType* type : office.impl->Ledgers()) {
      hikae_list::Entry entry;
      entry.id = type->name;
      entry.title_ja = Called(*type, "ja");
      entry.title_en = Called(*type, "en");
      list->entries.push_back(std::move(entry));
    }
    *out = list.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_ledger_append(hikae_office* o, const hikae_ledger_options* opt, const hikae_document* rows,
                                 hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (out != nullptr) *out = nullptr;
    hikae_office& office = Checked(o, "office");
    registry::LedgerRows given = RowsOf(opt, office);
    given.document = DocumentOf(Checked(rows, "rows"));
    Append(office, std::move(given), out);
    return HIKAE_OK;
  });
}

hikae_status hikae_ledger_import(hikae_office* o, const hikae_ledger_options* opt, hikae_str path, hikae_list** out,
                                 hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (out != nullptr) *out = nullptr;
    hikae_office& office = Checked(o, "office");
    registry::LedgerRows given = RowsOf(opt, office);
    const std::string file = Path(path, "path");
    given.document = {file, Unwrap(ReadFile(file, codec::Limits{}.max_bytes))};
    Append(office, std::move(given), out);
    return HIKAE_OK;
  });
}

hikae_status hikae_ledger_correct(hikae_office* o, const hikae_ledger_options* opt, hikae_str id, hikae_str reason,
                                  const hikae_document* changes, hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (out != nullptr) *out = HIKAE_BUFFER_INIT;
    hikae_office& office = Checked(o, "office");
    const registry::LedgerRows given = RowsOf(opt, office);
    if (given.once || !given.owner.empty()) FailArgument("a correction has neither a flag nor an owner");
    registry::Correction correction;
    correction.type = given.type;
    correction.id = Path(id, "id");
    correction.reason = Text(reason, "reason");
    correction.by = given.by;
    correction.valid_from = given.valid_from;
    correction.document = DocumentOf(Checked(changes, "changes"));
    registry::Problems problems;
    const registry::Declared declared = Taken(office.impl->CorrectRow(std::move(correction), problems), problems);
    if (out != nullptr) Copy(declared.touched.front().id, *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_ledger_list(hikae_office* o, const hikae_ledger_query* query, hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    hikae_office& office = Checked(o, "office");
    const hikae_ledger_query given = Read(&Checked(query, "query"));
    if ((given.flags & ~HIKAE_LEDGER_ALL) != 0)
      Fail(base::Status::kVersion, {"a flag is set that this release does not know", {}});
    CheckRange(given.format, HIKAE_FORMAT_SARIF, "format");
    CheckRange(given.language, HIKAE_JAPANESE, "language");
    registry::LedgerQuery wanted;
    wanted.type = Text(given.type, "type");
    wanted.owner = Text(given.owner, "owner");
    wanted.from = OptionalDay(given.from, "from", office);
    wanted.until = OptionalDay(given.until, "until", office);
    wanted.all = (given.flags & HIKAE_LEDGER_ALL) != 0;
    Copy(Unwrap(office.impl->ListRows(wanted, static_cast<report::Format>(given.format),
                                      static_cast<base::Language>(given.language))),
         *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_error_problems(const hikae_error* e, hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    auto list = std::make_unique<hikae_list>();
    if (e != nullptr && e->problems != nullptr) {
      for (const base::Error& problem : *e->problems) list->entries.push_back(EntryOf(problem, HIKAE_ERROR));
    }
    *out = list.release();
    return HIKAE_OK;
  });
}

}  // extern "C"
