// A few threads that do small independent tasks. A checker reads on one thread and hashes on all: the crew is how.
#ifndef HIKAE_LOG_VERIFY_CREW_H_
#define HIKAE_LOG_VERIFY_CREW_H_

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace hikae::log::verify {

// A piece of work. Owned by who gave it, who calls Crew::Finish before it goes. Run must not throw or need another
// task.
class Task {
 public:
  virtual ~Task() = default;
  virtual void Run() noexcept = 0;

 private:
  friend class Crew;
  bool done_ = false;  // guarded by the crew's mutex
};

// Start and Finish are for one thread, which works too while it waits: with `threads` of 1 there is no other.
// Invariant: every task started is finished before the crew goes.
class Crew {
 public:
  explicit Crew(size_t threads);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void Start(Task* task);
  void Finish(Task* task);  // returns when it has run

 private:
  void Help();
  // Takes the oldest waiting task and runs it without the lock. Invariant: the lock is held, something waits.
  void RunOne(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable waiting_;   // something waits, or the end
  std::condition_variable finished_;  // some task is done
  std::deque<Task*> tasks_;           // waiting; guarded by mutex_
  bool ending_ = false;               // guarded by mutex_
  std::vector<std::thread> helpers_;
};

}  // namespace hikae::log::verify

#endif  // HIKAE_LOG_VERIFY_CREW_H_
