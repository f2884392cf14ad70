#include "cli/progress.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace hikae::cli {

ProgressLine::ProgressLine(std::string what) : what_(std::move(what)) {
  if (::isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { Run(); });
}

ProgressLine::~ProgressLine() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  finished_changed_.notify_all();
  thread_.join();
}

void ProgressLine::Run() {
  const auto started = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  const auto finished = [this] { return finished_; };
  if (finished_changed_.wait_for(lock, std::chrono::seconds(1), finished)) return;
  do {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started).count();
    const uint64_t done = done_;
    const uint64_t total = total_;
    if (total != 0)
      std::fprintf(stderr, "\r\033[K%s %3d %%  %llu/%llu  %lld s", what_.c_str(), static_cast<int>(done * 100 / total),
                   static_cast<unsigned long long>(done), static_cast<unsigned long long>(total),
                   static_cast<long long>(seconds));
    else
      std::fprintf(stderr, "\r\033[K%s  %lld s", what_.c_str(), static_cast<long long>(seconds));
    std::fflush(stderr);
  } while (!finished_changed_.wait_for(lock, std::chrono::milliseconds(200), finished));
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

}  // namespace hikae::cli
