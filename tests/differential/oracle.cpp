#include "differential/oracle.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <array>

namespace hikae::differential {

bool Oracle::Start() {
  // A process that ended is noticed by reading, not by a signal.
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> to{};
  std::array<int, 2> from{};
  if (pipe2(to.data(), O_CLOEXEC) != 0 || pipe2(from.data(), O_CLOEXEC) != 0) return false;
  std::vector<char*> arguments;
  for (std::string& word : program_) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  child_ = fork();
  if (child_ == 0) {
    dup2(to[0], STDIN_FILENO);
    dup2(from[1], STDOUT_FILENO);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(to[0]);
  close(from[1]);
  in_ = to[1];
  out_ = from[0];
  asked_ = 0;
  return child_ > 0;
}

void Oracle::Stop() {
  if (child_ <= 0) return;
  close(in_);
  close(out_);
  waitpid(child_, nullptr, 0);
  child_ = -1;
  rest_.clear();
}

void Oracle::Send(const codec::Node& world) {
  if (asked_ >= kWorldsPerProcess) Stop();
  if (child_ <= 0 && !Start()) return;
  ++asked_;
  const std::string line = codec::WriteJson(world) + "\n";
  for (size_t at = 0; at < line.size();) {
    const ssize_t written = write(in_, line.data() + at, line.size() - at);
    if (written <= 0) return;
    at += static_cast<size_t>(written);
  }
}

base::Result<codec::Node> Oracle::Receive() {
  size_t end = 0;
  std::array<char, 1 << 16> buffer;
  while ((end = rest_.find('\n')) == std::string::npos) {
    const ssize_t got = read(out_, buffer.data(), buffer.size());
    if (got <= 0) {
      Stop();
      return base::Error(base::Status::kIo, "the official engine's process ended");
    }
    rest_.append(buffer.data(), static_cast<size_t>(got));
  }
  const std::string line = rest_.substr(0, end);
  rest_.erase(0, end + 1);
  HIKAE_TRY(codec::Node answer, codec::ReadJson(line, "the official engine's answer"));
  if (const codec::Node* crashed = answer.Find("crashed")) {
    // Nothing is known of its state.
    Stop();
    return base::Error(base::Status::kIo, "the official engine failed: " + crashed->text());
  }
  return answer;
}

}  // namespace hikae::differential
