// The official engine, in processes of its own.
#ifndef HIKAE_TESTS_DIFFERENTIAL_ORACLE_H_
#define HIKAE_TESTS_DIFFERENTIAL_ORACLE_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "codec/node.h"

namespace hikae::differential {

// One process. Started when first asked, and anew after kWorldsPerProcess, because its caches are never freed. Send and
// Receive alternate. One thread.
class Oracle {
 public:
  // `program` is the command and its arguments.
  explicit Oracle(std::vector<std::string> program) : program_(std::move(program)) {}
  ~Oracle() { Stop(); }
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  void Send(const codec::Node& world);
  // Errors: the process ended, or said something that is not JSON. The next Send starts another.
  base::Result<codec::Node> Receive();
  base::Result<codec::Node> Ask(const codec::Node& world) { return Send(world), Receive(); }

 private:
  static constexpr int kWorldsPerProcess = 600;
  bool Start();
  void Stop();

  std::vector<std::string> program_;
  pid_t child_ = -1;
  int in_ = -1;   // we write
  int out_ = -1;  // we read
  int asked_ = 0;
  std::string rest_;
};

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_ORACLE_H_
