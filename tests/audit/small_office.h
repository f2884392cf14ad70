// A registry in a file of the test's own, typed by the small pack, to declare documents into.
#ifndef HIKAE_TESTS_AUDIT_SMALL_OFFICE_H_
#define HIKAE_TESTS_AUDIT_SMALL_OFFICE_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "audit/audit.h"
#include "base/civil_date.h"
#include "registry/registry.h"
#include "small_pack.h"
#include "store/database.h"

namespace hikae::audit {

inline registry::Day DayOf(std::string_view text) { return *base::ParseDate(text); }

class SmallOffice {
 public:
  explicit SmallOffice(std::shared_ptr<const Pack> pack = SmallPack()) : pack_(std::move(pack)) {
    static int count = 0;
    path_ = std::filesystem::path(testing::TempDir()) /
            ("small_office_" + std::to_string(::getpid()) + "_" + std::to_string(count++) + ".db");
    std::filesystem::remove(path_);
    auto database =
        store::Database::Open(path_.string(), {.create = true, .read_only = false, .busy_ms = 0, .max_pages = 0});
    EXPECT_TRUE(database.ok()) << database.error().ToString();
    auto registry = registry::Registry::Open(*database, pack_->schema);
    EXPECT_TRUE(registry.ok());
    registry_ = *std::move(registry);
  }
  ~SmallOffice() {
    registry_.reset();
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path_.string() + end);
  }

  // Declares the body of a document; each call is a minute later than the last.
  void Declare(const std::string& name, const std::string& body) {
    const auto declared = registry_->Declare(
        {{name, "hikae: declaration/1\npack: small\nvalid_from: 2021-04-01\nby: 試験\n" + body}}, now_ += 60'000'000);
    ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  }

  base::Result<Findings> Run(std::string_view day, AuditOptions options = {}) const {
    options.as_of = DayOf(day);
    return Audit(*registry_, pack_, options);
  }
  Facts FactsOf(std::string_view day) const {
    auto facts = BuildFacts(*registry_, *pack_, DayOf(day));
    EXPECT_TRUE(facts.ok()) << facts.error().ToString();
    return *std::move(facts);
  }

  const Pack& pack() const { return *pack_; }
  const registry::Registry& registry() const { return *registry_; }

 private:
  std::shared_ptr<const Pack> pack_;
  std::filesystem::path path_;
  std::unique_ptr<registry::Registry> registry_;
  registry::Micros now_ = 1'620'000'000'000'000;  // 2021-05-03
};

// The attribute as Cedar text; "absent", or "no entity".
inline std::string Attribute(const Facts& facts, const std::string& type, const std::string& id,
                             const std::string& attribute) {
  const cedar::Entity* entity = facts.entities->Find({type, id});
  if (entity == nullptr) return "no entity";
  const auto value = entity->attributes.find(attribute);
  return value == entity->attributes.end() ? "absent" : value->second.ToString();
}

}  // namespace hikae::audit

#endif  // HIKAE_TESTS_AUDIT_SMALL_OFFICE_H_
