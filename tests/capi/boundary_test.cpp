// The edge itself: what is thrown inside stays inside, and faults that a caller cannot provoke are met too.
#include "capi/boundary.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "capi/cedar_handles.h"
#include "capi/handles.h"

namespace hikae::capi {
namespace {

struct ErrorHandle {
  hikae_error* value = nullptr;
  ~ErrorHandle() { hikae_error_free(value); }
  std::string text(int32_t language = HIKAE_ENGLISH) const {
    const hikae_str s = hikae_error_text(value, language);
    return {s.ptr, s.len};
  }
};

TEST(Guard, TurnsAFailureIntoItsStatusAndPlace) {
  ErrorHandle err;
  const auto status = Guard(&err.value, []() -> hikae_status {
    throw base::Failure{base::Error(base::Status::kBusy, {"held by another process", "別のプロセスが使用中です"},
                                    {"台帳.yaml", 3, 5}, {"try again", "後でもう一度"})};
  });
  EXPECT_EQ(status, HIKAE_E_BUSY);
  EXPECT_EQ(err.text(), "台帳.yaml:3:5: held by another process (try again)");
  EXPECT_EQ(err.text(HIKAE_JAPANESE), "台帳.yaml:3:5: 別のプロセスが使用中です（後でもう一度）");
}

TEST(Guard, ReportsOutOfMemoryWithoutMemory) {
  ErrorHandle err;
  EXPECT_EQ(Guard(&err.value, []() -> hikae_status { throw std::bad_alloc(); }), HIKAE_E_MEMORY);
  EXPECT_EQ(err.text(), "out of memory");
  hikae_error_free(err.value);  // static: freeing it twice is harmless
}

TEST(Guard, KeepsForeignExceptionsInside) {
  ErrorHandle err;
  EXPECT_EQ(Guard(&err.value, []() -> hikae_status { throw std::runtime_error("secret detail"); }), HIKAE_E_INTERNAL);
  EXPECT_EQ(err.text().find("secret"), std::string::npos);
  EXPECT_EQ(Guard(nullptr, []() -> hikae_status { throw 42; }), HIKAE_E_INTERNAL);
}

TEST(Guard, NeverReportsAFailureAsSuccess) {
  ErrorHandle err;
  const auto status =
      Guard(&err.value, []() -> hikae_status { throw base::Failure{base::Error(base::Status::kOk, "?")}; });
  EXPECT_EQ(status, HIKAE_E_INTERNAL);
}

TEST(Guard, EmptiesTheErrorOnSuccess) {
  auto* err = reinterpret_cast<hikae_error*>(0x10);
  EXPECT_EQ(Guard(&err, []() -> hikae_status { return HIKAE_OK; }), HIKAE_OK);
  EXPECT_EQ(err, nullptr);
}

// The first release's sizes are part of the promise: they may not move when a struct grows. On 64-bit machines:
TEST(GrowingStructs, KeepTheirFirstSizes) {
  if (sizeof(void*) != 8) GTEST_SKIP() << "sizes are written down for 64-bit machines";
  EXPECT_EQ(kFirstSize<hikae_place>, 32U);
  EXPECT_EQ(kFirstSize<hikae_open_options>, 48U);
  EXPECT_EQ(kFirstSize<hikae_declared>, 32U);
  EXPECT_EQ(kFirstSize<hikae_audit_options>, 80U);
  EXPECT_EQ(kFirstSize<hikae_finding>, 272U);
  EXPECT_EQ(kFirstSize<hikae_evidence>, 80U);
  EXPECT_EQ(kFirstSize<hikae_summary>, 80U);
  EXPECT_EQ(kFirstSize<hikae_report_options>, 80U);
  EXPECT_EQ(kFirstSize<hikae_entry>, 136U);
  EXPECT_EQ(kFirstSize<hikae_cedar_policies_options>, 16U);
  EXPECT_EQ(kFirstSize<hikae_cedar_format_options>, 16U);
  EXPECT_EQ(kFirstSize<hikae_cedar_policy>, 104U);
  EXPECT_EQ(kFirstSize<hikae_cedar_answer>, 32U);
  EXPECT_EQ(kFirstSize<hikae_cedar_outcome>, 72U);
}

}  // namespace
}  // namespace hikae::capi
