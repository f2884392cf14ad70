#include "audit/fact_runs.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace hikae::audit {
namespace {

Fact FactOf(const std::string& owner, const std::string& attribute) {
  Fact fact;
  fact.owner = owner;
  fact.attribute = attribute;
  fact.verb = Verb::kLatest;
  fact.type = "Handover";
  fact.by = "contract";
  fact.path = {{"on", false}};
  return fact;
}

TEST(FactRuns, AreOfOneOwner) {
  const std::vector<Fact> facts = {FactOf("Contract", "a"), FactOf("Contract", "b"), FactOf("Handling", "c")};
  EXPECT_EQ(EndOfRun(facts, 0), 2u);
  EXPECT_EQ(EndOfRun(facts, 1), 2u);
  EXPECT_EQ(EndOfRun(facts, 2), 3u);
}

// Wherever a fact names what one before it measures, be it of another entity of the type, it waits for all of them.
TEST(FactRuns, EndBeforeAFactThatReadsWhatTheyMeasure) {
  const std::vector<std::function<void(Fact&)>> reading = {
      [](Fact& fact) {
        fact.path = {{"previous", false}, {"lastOn", false}};
      },
      [](Fact& fact) { fact.by = "lastOn"; },
      [](Fact& fact) {
        fact.own = {{"lastOn", false}};
      },
      [](Fact& fact) {
        fact.where.push_back({{{"contract", false}, {"lastOn", false}}, Comparison::kEqual, {}});
      },
      [](Fact& fact) {
        fact.where.push_back({{{"on", false}}, Comparison::kLess, {}});
        fact.where.back().own = {{{"lastOn", false}}};
      },
      [](Fact& fact) {
        fact.term = DueTerm{{std::nullopt, {{"lastOn", false}}}, std::nullopt, {}};
      },
      [](Fact& fact) {
        fact.term = DueTerm{{3, {}}, Amount{std::nullopt, {{"lastOn", false}}}, {}};
      },
  };
  for (size_t i = 0; i < reading.size(); ++i) {
    std::vector<Fact> facts = {FactOf("Contract", "lastOn"), FactOf("Contract", "other"), FactOf("Contract", "built")};
    EXPECT_EQ(EndOfRun(facts, 0), 3u) << i;
    reading[i](facts.back());
    EXPECT_EQ(EndOfRun(facts, 0), 2u) << i;
    EXPECT_EQ(EndOfRun(facts, 1), 3u) << i << ": what was measured before the run is there";
    std::swap(facts.front(), facts.back());
    EXPECT_EQ(EndOfRun(facts, 0), 2u) << i << ": what it is not to see yet";
  }
}

}  // namespace
}  // namespace hikae::audit
