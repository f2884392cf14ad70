// What whoever runs the office does with its log.
#include "capi/handles.h"
#include "capi/log_handles.h"
#include "office/log_review.h"

using namespace hikae;
using namespace hikae::capi;

namespace hikae::capi {
namespace {

office::AccessLog& LogOf(const hikae_office& office) { return *Unwrap(office.impl->log()); }

office::LogReview ReviewOf(const hikae_log_review& given, const hikae_office& office) {
  office::LogReview review;
  review.first = given.first;
  review.end = given.end;
  review.period = Text(given.period, "period");
  review.reviewed_by = Text(given.reviewed_by, "reviewed_by");
  review.on = DayOf(given.on, office);
  review.findings = Text(given.findings, "findings");
  review.handling = Text(given.handling, "handling");
  review.signed_off_by = Text(given.signed_off_by, "signed_off_by");
  if (given.signed_off_on.len != 0) review.signed_off_on = DayOf(given.signed_off_on, office);
  review.document = Text(given.document, "document");
  review.corrects = Text(given.corrects, "corrects");
  return review;
}

}  // namespace
}  // namespace hikae::capi

extern "C" {

hikae_status hikae_office_log_sign(hikae_office* o, hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    office::AccessLog& log = LogOf(Checked(o, "office"));
    const std::string note = Unwrap(log.Checkpoint());
    Copy(note, *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_office_log_change_key(hikae_office* o, hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    office::AccessLog& log = LogOf(Checked(o, "office"));
    Unwrap(log.ChangeKey());
    const std::string key = Unwrap(log.Key()).ToString();
    Copy(key, *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_office_log_drop(hikae_office* o, hikae_str period, hikae_str by, hikae_str ground, hikae_buffer* out,
                                   hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const hikae_office& office = Checked(o, "office");
    const std::string_view name = Text(period, "period");
    const std::string_view who = Text(by, "by");
    const std::string_view why = Text(ground, "ground");
    if (name.empty() || who.empty() || why.empty()) FailArgument("period, by and ground must not be empty");
    office::AccessLog& log = LogOf(office);
    const std::string certificate = Unwrap(log.DropPeriod(name, who, why));
    Copy(certificate, *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_office_log_review(hikae_office* o, const hikae_log_review* review, hikae_buffer* row,
                                     hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (row != nullptr) *row = HIKAE_BUFFER_INIT;
    hikae_office& office = Checked(o, "office");
    office::LogReview given = ReviewOf(Read(&Checked(review, "review")), office);
    office::AccessLog& log = LogOf(office);
    if (given.period.empty()) given.period = Unwrap(log.Periods()).back().name;
    const uint64_t size = Unwrap(Unwrap(log.Entries(given.period))->Size());
    const office::ReviewStatement statement = Unwrap(office::StateReview(given, given.period, size, office.now()));
    hikae_buffer id = HIKAE_BUFFER_INIT;
    Copy(statement.reviewed.row, id);
    const auto declared = office.impl->Declare({statement.document}, std::span(&statement.act, 1));
    if (!declared.ok() || row == nullptr) hikae_buffer_free(&id);
    Unwrap(declared);
    if (row != nullptr) *row = id;
    return HIKAE_OK;
  });
}

}  // extern "C"
