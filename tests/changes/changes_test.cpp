// Runs the table of single changes: each moves exactly the findings its row names, and no other.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "changes/bench.h"

namespace hikae::changes {
namespace {

const std::string kExamples = std::string(HIKAE_SOURCE_DIR) + "/examples";
const std::string kCases = std::string(HIKAE_SOURCE_DIR) + "/tests/changes/cases";

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = [] {
    auto read = ReadCases(kCases);
    if (!read.ok()) ADD_FAILURE() << read.error().ToString();
    return read.ok() ? std::move(read).value() : std::vector<Case>();
  }();
  return cases;
}

Bench& TheBench() {
  static base::Result<Bench> bench = Bench::Create(kExamples);
  if (!bench.ok()) throw std::runtime_error(bench.error().ToString());
  return bench.value();
}

// As the row of the table would have to read.
std::string AsRow(const Moved& moved) {
  std::string out;
  for (const auto& [key, lines] : {std::pair{"moves", &moved.moves}, std::pair{"gone", &moved.gone}}) {
    if (!lines->empty()) out += fmt::format("  {}:\n", key);
    for (const std::string& line : *lines) out += fmt::format("    - '{}'\n", line);
  }
  return out.empty() ? "  moves: []\n" : out;
}

class Changes : public testing::TestWithParam<Case> {};

TEST_P(Changes, MovesExactlyTheseFindings) {
  const Case& row = GetParam();
  SCOPED_TRACE(fmt::format("{}: {}", row.where.ToString(), row.says));
  const auto before = TheBench().Before(row);
  ASSERT_TRUE(before.ok()) << before.error().ToString();
  const auto after = TheBench().After(row);
  ASSERT_TRUE(after.ok()) << after.error().ToString();
  const Moved moved = Compare(*before, *after);
  EXPECT_EQ(AsRow(moved), AsRow({row.moves, row.gone}));
}

INSTANTIATE_TEST_SUITE_P(Table, Changes, testing::ValuesIn(Cases()), [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace hikae::changes
