#include "codec/hex.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace hikae::codec {
namespace {

TEST(Hex, EveryByteComesBack) {
  for (int value = 0; value < 256; ++value) {
    const std::array<uint8_t, 2> bytes = {static_cast<uint8_t>(value), static_cast<uint8_t>(255 - value)};
    std::array<uint8_t, 2> read{};
    ASSERT_TRUE(FromHex(Hex(bytes), read));
    EXPECT_EQ(read, bytes);
  }
  EXPECT_EQ(Hex(std::vector<uint8_t>{0x00, 0x0A, 0xF0, 0xFF}), "000af0ff");
  EXPECT_EQ(Hex({}), "");
}

TEST(Hex, NothingButTheRightNumberOfDigitsIsRead) {
  std::array<uint8_t, 2> read{};
  for (const char* bad :
       {"", "00", "000", "00000", "000000", "00g0", "0x00", " 000", "00 0", "-100", "00－0", "００"}) {
    EXPECT_FALSE(FromHex(bad, read)) << bad;
  }
  EXPECT_TRUE(FromHex("BEef", read));
  EXPECT_EQ(Hex(read), "beef");
}

}  // namespace
}  // namespace hikae::codec
