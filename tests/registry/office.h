// A registry over a throw-away database and the small schema of this folder.
#ifndef HIKAE_TESTS_REGISTRY_OFFICE_H_
#define HIKAE_TESTS_REGISTRY_OFFICE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "base/civil_date.h"
#include "places.h"
#include "registry/registry.h"
#include "store/database.h"

namespace hikae::registry {

inline std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline cedar::Schema SchemaOf(const std::string& name) {
  const std::string path = hikae::test::SourceDir() + "/tests/registry/" + name;
  auto schema = cedar::Schema::Parse({{name, ReadFile(path)}});
  if (!schema.ok()) ADD_FAILURE() << schema.error().ToString(), std::abort();
  return *schema;
}

inline Day On(std::string_view text) { return base::ParseDate(text).value(); }
inline Micros Noon(std::string_view text) { return (int64_t{On(text)} * 24 + 3) * 3'600'000'000; }  // 12:00 in Japan

class Office {
 public:
  explicit Office(std::string schema = "small.cedarschema")
      : schema_(std::move(schema)),
        directory_(std::filesystem::temp_directory_path() / ("hikae-registry-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    Open({.create = true, .busy_ms = 50});
  }
  ~Office() {
    Close();
    std::filesystem::remove_all(directory_);
  }
  std::string path() const { return (directory_ / "台帳 1.db").string(); }
  void Close() { registry_.reset(), database_.reset(); }
  base::Result<void> TryOpen(const store::OpenOptions& options) {
    Close();
    HIKAE_TRY(database_, store::Database::Open(path(), options));
    HIKAE_TRY(registry_, Registry::Open(database_, SchemaOf(schema_)));
    return {};
  }
  void Open(const store::OpenOptions& options) {
    const auto opened = TryOpen(options);
    ASSERT_TRUE(opened.ok()) << opened.error().ToString();
  }
  Registry& registry() { return *registry_; }
  base::Result<Declared> Declare(const std::string& text, std::string_view on = "2021-05-06",
                                 const std::string& name = "文書.yaml") {
    return registry_->Declare({{name, text}}, Noon(on));
  }
  // Everything that is recorded, as text: to see that nothing changed.
  std::string Everything() {
    std::ostringstream out;
    const auto all = registry_->AsOf(On("9999-12-31"));
    if (!all.ok()) return "unreadable: " + all.error().ToString();
    for (const Row& row : (*all)->rows()) {
      const auto history = registry_->History(row.entity.uid);
      for (const Row& version : *history) {
        out << row.entity.uid.ToString() << " v" << version.version << " " << version.recorded_at << " "
            << cedar::Value::Record(version.entity.attributes).ToString() << "\n";
      }
    }
    return out.str();
  }

 private:
  std::string schema_;
  std::filesystem::path directory_;
  std::shared_ptr<store::Database> database_;
  std::unique_ptr<Registry> registry_;
};

}  // namespace hikae::registry

#endif  // HIKAE_TESTS_REGISTRY_OFFICE_H_
