#include "log/verify/crew.h"

#include <system_error>

namespace hikae::log::verify {

Crew::Crew(size_t threads) {
  helpers_.reserve(threads);
  try {
    for (size_t i = 1; i < threads; ++i) helpers_.emplace_back([this] { Help(); });
  } catch (const std::system_error&) {  // no more threads to be had: those there are do it, at worst the caller's own
  }
}

Crew::~Crew() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  waiting_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

void Crew::Start(Task* task) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    task->done_ = false;
    tasks_.push_back(task);
  }
  waiting_.notify_one();
}

void Crew::Finish(Task* task) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!task->done_) {
    if (!tasks_.empty()) {
      RunOne(lock);
    } else {
      finished_.wait(lock);
    }
  }
}

void Crew::Help() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    waiting_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    RunOne(lock);
  }
}

void Crew::RunOne(std::unique_lock<std::mutex>& lock) {
  Task* const task = tasks_.front();
  tasks_.pop_front();
  lock.unlock();
  task->Run();
  lock.lock();
  task->done_ = true;
  finished_.notify_all();
}

}  // namespace hikae::log::verify
