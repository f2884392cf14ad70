// The stored form of a row: what was stated comes back, and what was not is told apart from what is newer.
#include "registry/row_codec.h"

#include <gtest/gtest.h>

namespace hikae::registry {
namespace {

using base::Status;

Row Stated(const std::string& reason) {
  Row row;
  row.entity.parents = {{"Contract", "ひきこもり相談支援業務委託"}};
  row.entity.attributes.emplace("topic", cedar::Value::String("持出し"));
  row.entity.attributes.emplace("count", cedar::Value::Long(-7));
  row.gaps.emplace("attendee", Gap::kUnknown);
  row.reason = reason;
  return row;
}

TEST(RowCodec, WhatWasStatedComesBack) {
  for (const std::string reason : {"", "転記の誤り"}) {
    const Row row = Stated(reason);
    const std::string bytes = EncodeContent(row);
    EXPECT_EQ(bytes[0], reason.empty() ? 1 : 2);
    Row again;
    ASSERT_TRUE(DecodeContent(bytes, again).ok());
    EXPECT_EQ(again.reason, reason);
    EXPECT_EQ(again.gaps, row.gaps);
    EXPECT_EQ(again.entity.parents, row.entity.parents);
    EXPECT_EQ(EncodeContent(again), bytes);
  }
}

// A form that this hikae does not know is refused whole, as newer and not as damaged: nothing of it is believed.
TEST(RowCodec, FormsAreToldApart) {
  std::string bytes = EncodeContent(Stated("転記の誤り"));
  for (int form = 0; form < 256; ++form) {
    bytes[0] = static_cast<char>(form);
    Row row;
    const auto read = DecodeContent(bytes, row);
    const Status wanted = form == 2 ? Status::kOk : form > 2 ? Status::kVersion : Status::kTampered;
    EXPECT_EQ(read.ok() ? Status::kOk : read.error().status, wanted) << form;
    if (form > 2) {
      EXPECT_TRUE(row.entity.attributes.empty());
      EXPECT_NE(read.error().text.ja.find("新しい"), std::string::npos);
    }
  }
}

// Cut off anywhere, or with something behind it, it is damage.
TEST(RowCodec, HalfARowIsDamage) {
  for (const std::string reason : {"", "転記の誤り"}) {
    const std::string bytes = EncodeContent(Stated(reason));
    for (size_t size = 0; size < bytes.size(); ++size) {
      Row row;
      const auto read = DecodeContent(bytes.substr(0, size), row);
      ASSERT_FALSE(read.ok()) << size;
      EXPECT_EQ(read.error().status, Status::kTampered) << size;
    }
    Row row;
    EXPECT_EQ(DecodeContent(bytes + "x", row).error().status, Status::kTampered);
  }
}

}  // namespace
}  // namespace hikae::registry
