// What whoever runs the office does with its log.
#include "capi/handles.h"
#include "capi/log_handles.h"

using namespace hikae;
using namespace hikae::capi;

namespace hikae::capi {
namespace {

// A view of the log of its own: such acts are rare, and views and processes share one log anyway.
std::unique_ptr<office::AccessLog> LogOf(const hikae_office& office) {
  office::AccessLog::Options options;
  options.now = office.now;
  options.sign_in_background = false;
  return Unwrap(office::AccessLog::Open(office.directory, options));
}

}  // namespace
}  // namespace hikae::capi

extern "C" {

hikae_status hikae_office_log_sign(hikae_office* o, hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const auto log = LogOf(Checked(o, "office"));
    const std::string note = Unwrap(log->Checkpoint());
    Unwrap(log->Close());
    Copy(note, *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_office_log_change_key(hikae_office* o, hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const auto log = LogOf(Checked(o, "office"));
    Unwrap(log->ChangeKey());
    const std::string key = Unwrap(log->Key()).ToString();
    Unwrap(log->Close());
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
    const auto log = LogOf(office);
    const std::string certificate = Unwrap(log->DropPeriod(name, who, why));
    Unwrap(log->Close());
    Copy(certificate, *out);
    return HIKAE_OK;
  });
}

}  // extern "C"
