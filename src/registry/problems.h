// What is wrong with rows of which each is looked at: a bounded list, in the order of the text.
#ifndef HIKAE_REGISTRY_PROBLEMS_H_
#define HIKAE_REGISTRY_PROBLEMS_H_

#include <vector>

#include "base/error.h"

namespace hikae::registry {

class Problems {
 public:
  static constexpr size_t kMost = 20;  // of a file of another kind, every cell is wrong
  bool empty() const { return all_.empty(); }
  bool full() const { return all_.size() >= kMost; }
  const std::vector<base::Error>& all() const { return all_; }
  // What does not fit is dropped.
  void Add(base::Error error) {
    if (!full()) all_.push_back(std::move(error));
  }
  // The first, which says how many there are. There must be one.
  base::Error Summary() const;

 private:
  std::vector<base::Error> all_;
};

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_PROBLEMS_H_
