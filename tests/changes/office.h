// A registry in a temporary file, typed by the schema of pack edogawa-2021 as it stands in the source tree, or by
// another.
#ifndef HIKAE_TESTS_CHANGES_OFFICE_H_
#define HIKAE_TESTS_CHANGES_OFFICE_H_

#include <memory>
#include <string>

#include "base/error.h"
#include "registry/registry.h"

namespace hikae::changes {

base::Result<std::string> ReadFile(const std::string& path);

// Empty when created; its file is removed with it.
class TemporaryOffice {
 public:
  static base::Result<std::unique_ptr<TemporaryOffice>> Create();
  static base::Result<std::unique_ptr<TemporaryOffice>> Create(const cedar::Schema& schema);
  ~TemporaryOffice();
  registry::Registry& registry() { return *registry_; }

 private:
  explicit TemporaryOffice(std::string folder) : folder_(std::move(folder)) {}
  std::string folder_;
  std::unique_ptr<registry::Registry> registry_;
};

}  // namespace hikae::changes

#endif  // HIKAE_TESTS_CHANGES_OFFICE_H_
