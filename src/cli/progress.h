// Tells a waiting person that work goes on: nothing in the first second, then one line on the terminal, rewritten.
#ifndef HIKAE_CLI_PROGRESS_H_
#define HIKAE_CLI_PROGRESS_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace hikae::cli {

// Says nothing at all when standard error is not a terminal. Update may be called from any thread; the line is gone
// when the object is.
class ProgressLine {
 public:
  explicit ProgressLine(std::string what);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void Update(uint64_t done, uint64_t total) { done_ = done, total_ = total; }

 private:
  void Run();
  std::string what_;
  std::atomic<uint64_t> done_{0};
  std::atomic<uint64_t> total_{0};
  std::mutex mutex_;
  std::condition_variable finished_changed_;
  bool finished_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace hikae::cli

#endif  // HIKAE_CLI_PROGRESS_H_
