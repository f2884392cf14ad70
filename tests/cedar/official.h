// Asks the official engine, where node and the engine are at hand.
#ifndef HIKAE_TESTS_CEDAR_OFFICIAL_H_
#define HIKAE_TESTS_CEDAR_OFFICIAL_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cedar/corpus.h"
#include "codec/node.h"
#include "places.h"

namespace hikae::cedar {

// The calls of one test, answered by one node process in the end.
class Official {
 public:
  static bool AtHand() {
    return std::filesystem::exists(hikae::test::CedarWasm() + "/node_modules/@cedar-policy/cedar-wasm") &&
           std::system("node --version > /dev/null 2>&1") == 0;
  }

  void Ask(const std::string& function, std::vector<std::string> arguments) {
    std::vector<codec::Node> given;
    for (std::string& argument : arguments) given.push_back(codec::Node::String(std::move(argument)));
    AskWith(function, std::move(given));
  }
  void AskWith(const std::string& function, std::vector<codec::Node> arguments) {
    calls_ += codec::WriteJson(codec::Node::Map(
                  {{"call", codec::Node::String(function)}, {"with", codec::Node::List(std::move(arguments))}})) +
              "\n";
    ++count_;
  }

  // In the order of the calls.
  std::vector<codec::Node> Answers() const {
    const std::string base = std::filesystem::temp_directory_path() / ("hikae-official-" + std::to_string(getpid()));
    std::ofstream(base + ".in", std::ios::binary) << calls_;
    const std::string command = "node " + hikae::test::SourceDir() + "/tests/cedar/official_call.mjs " +
                                hikae::test::CedarWasm() + " < " + base + ".in > " + base + ".out";
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::vector<codec::Node> out;
    std::ifstream lines(base + ".out", std::ios::binary);
    codec::Limits limits;
    limits.max_depth = 5000;
    for (std::string line; std::getline(lines, line);) {
      auto answer = codec::ReadJson(line, "official", limits);
      EXPECT_TRUE(answer.ok()) << answer.error().ToString() << line.substr(0, 400);
      if (answer.ok()) out.push_back(std::move(*answer));
    }
    std::filesystem::remove(base + ".in");
    std::filesystem::remove(base + ".out");
    EXPECT_EQ(out.size(), count_);
    out.resize(count_);
    return out;
  }

 private:
  std::string calls_;
  size_t count_ = 0;
};

}  // namespace hikae::cedar

#endif  // HIKAE_TESTS_CEDAR_OFFICIAL_H_
