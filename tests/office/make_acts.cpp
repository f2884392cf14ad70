// Puts acts into the log of an office, which is made where there is none: for tests of what reads logs with names.
//   make_acts OFFICE [YEAR]
// As of 20 May of that year (2021), then of the next: so the office has two periods.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/civil_date.h"
#include "office/access_log.h"

using namespace hikae;

namespace {

template <class T>
T Must(base::Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "make_acts: %s\n", result.error().ToString().c_str());
  std::exit(1);
}

office::Act Read(const char* actor, const char* subject, bool allowed) {
  office::Act act;
  act.entry.type = log::EntryType::kRead;
  act.entry.handling = "hikikomori";
  act.entry.decision = allowed ? log::Decision::kAllowed : log::Decision::kRefused;
  act.actor = actor;
  act.subject = subject;
  act.detail = "{\"理由\": \"面談\"}";
  return act;
}

int64_t Noon(int32_t year) { return base::DayOf({year, 5, 20}) * int64_t{86'400'000'000} + int64_t{3} * 3'600'000'000; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) return 2;
  const int32_t begin = argc == 3 ? std::atoi(argv[2]) : 2021;
  int64_t now = Noon(begin);
  office::AccessLog::Options options;
  options.now = [&now] { return now += 1'000'000; };
  options.origin = "hikae.example/江戸川";
  options.sign_in_background = false;
  for (const int32_t year : {begin, begin + 1}) {
    now = Noon(year);
    auto log = office::AccessLog::Open(argv[1], options);
    if (!log.ok() && log.error().status == base::Status::kNotFound) log = office::AccessLog::Create(argv[1], options);
    const auto open = Must(std::move(log));
    const std::vector<office::Act> acts = {Read("職員-0042", "住民-7", true), Read("職員-0007", "住民-8", false),
                                           Read("職員-0042", "住民-8", true)};
    Must(open->Append(acts));
    if (!open->Close().ok()) return 1;
  }
}
