// The small pack of tests/audit/data, as files that a test may edit.
#ifndef HIKAE_TESTS_AUDIT_SMALL_PACK_H_
#define HIKAE_TESTS_AUDIT_SMALL_PACK_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "audit/pack.h"
#include "places.h"

namespace hikae::audit {

inline PackFiles SmallPackFiles() {
  base::Result<PackFiles> files = FindPack(hikae::test::SourceDir() + "/tests/audit/data/small");
  EXPECT_TRUE(files.ok()) << files.error().ToString();
  files->folder = "small";
  return *std::move(files);
}

inline std::shared_ptr<const Pack> SmallPack() {
  base::Result<std::shared_ptr<const Pack>> pack = LoadPack(SmallPackFiles());
  EXPECT_TRUE(pack.ok()) << pack.error().ToString();
  return pack.ok() ? *pack : nullptr;
}

}  // namespace hikae::audit

#endif  // HIKAE_TESTS_AUDIT_SMALL_PACK_H_
