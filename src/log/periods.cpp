#include "log/periods.h"

#include <algorithm>
#include <memory>

#include "log/log_end.h"
#include "log/segment.h"

namespace hikae::log {
namespace {

using base::Error;
using base::Io;
using base::Result;
using base::Status;

Result<Period> ReadPeriod(Io& io, const std::string& directory, const std::string& name) {
  const std::string path = JoinPath(JoinPath(directory, name), SegmentName(0));
  Result<std::unique_ptr<base::File>> file = io.Open(path, base::OpenMode::kRead);
  if (!file.ok() && file.error().status == Status::kNotFound) {
    return Error(Status::kTampered, {"the first segment of the log is missing", "アクセス記録の最初のファイルがない"},
                 {path, 0, 0});
  }
  if (!file.ok()) return std::move(file).error();
  HIKAE_TRY(const SegmentHeader header, ReadSegmentHeader(**file, path));
  return Period{name, header.origin};
}

// What an origin says of the office: all before the period's name.
std::string_view OfficePart(const Period& period) {
  const std::string_view origin = period.origin;
  if (!origin.ends_with("/" + period.name)) return {};
  return origin.substr(0, origin.size() - period.name.size() - 1);
}

}  // namespace

bool IsPeriodName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxPeriodName && name != "lock" &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
         });
}

std::string OriginOf(std::string_view office, std::string_view period) {
  return std::string(office) + "/" + std::string(period);
}

Result<std::vector<Period>> ListPeriods(Io& io, const std::string& log_directory) {
  HIKAE_TRY(const std::vector<std::string> names, io.List(log_directory));
  std::vector<Period> periods;
  for (const std::string& name : names) {
    // Names with a dot are what is being made, and the marks of writers.
    if (!IsPeriodName(name)) continue;
    HIKAE_TRY(Period period, ReadPeriod(io, log_directory, name));
    const std::string_view office = OfficePart(period);
    if (office.empty() || (!periods.empty() && office != OfficePart(periods.front()))) {
      return Error(
          Status::kTampered, {"this period is of another office's log", "この期間は別の台帳のアクセス記録である"},
          {JoinPath(log_directory, name), 0, 0}, {"put back the directory that belongs here", "元のフォルダーに戻す"});
    }
    periods.push_back(std::move(period));
  }
  if (periods.empty()) {
    return Error(Status::kNotFound, {"there is no access log", "アクセス記録がない"}, {log_directory, 0, 0},
                 {names.empty() ? "the directory is empty" : "the directory holds no period",
                  names.empty() ? "フォルダーは空である" : "フォルダーに期間がない"});
  }
  return periods;
}

}  // namespace hikae::log
