#include "mutants.h"

#include <cstdlib>
#include <fstream>
#include <map>

#include "places.h"

namespace hikae::test {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

// Copies nobody has noticed yet, by rule.
std::map<std::string, std::set<std::string>> Unnoticed() {
  std::map<std::string, std::set<std::string>> copies;
  std::ifstream in(Environment("HIKAE_TEST_MUTANTS"));
  for (std::string id; std::getline(in, id);) copies[AsOriginal(id)].insert(id);
  return copies;
}

// What lines say, by the rule or the copy they say it of.
std::map<std::string, std::set<std::string>> ByRule(const std::set<std::string>& lines) {
  std::map<std::string, std::set<std::string>> said;
  for (const std::string& line : lines) {
    const size_t end = line.find(' ');
    said[line.substr(0, end)].insert(end == std::string::npos ? "" : line.substr(end));
  }
  return said;
}

// What is said of: "RULE Type::"id"", without what is said.
std::string KeyOf(const std::string& line) {
  const std::string original = AsOriginal(line);
  const size_t arrow = original.rfind(" -> ");
  return original.substr(0, original.rfind(": ", arrow));
}

}  // namespace

std::string PacksDir() {
  const std::string other = Environment("HIKAE_TEST_PACKS");
  return other.empty() ? SourceDir() + "/src/packs" : other;
}

bool HasMutants() { return !Environment("HIKAE_TEST_MUTANTS").empty(); }

std::string AsOriginal(const std::string& line) {
  const size_t end = line.find(' ');
  const size_t mark = line.find('~');
  if (mark == std::string::npos || mark > end) return line;
  return line.substr(0, mark) + (end == std::string::npos ? "" : line.substr(end));
}

void HoldMutants(const std::set<std::string>& lines, const std::string& by) {
  static auto unnoticed = Unnoticed();
  static std::ofstream caught(Environment("HIKAE_TEST_MUTANTS") + ".caught", std::ios::app);
  const auto said = ByRule(lines);
  const auto of = [&said](const std::string& rule) {
    const auto found = said.find(rule);
    return found == said.end() ? std::set<std::string>() : found->second;
  };
  for (auto& [rule, copies] : unnoticed) {
    const std::set<std::string> right = of(rule);
    bool excepted = false;
    for (const std::string& line : right) excepted = excepted || line.find("excepted") != std::string::npos;
    if (excepted) continue;
    std::erase_if(copies, [&](const std::string& copy) {
      if (of(copy) == right) return false;
      caught << copy << ' ' << by << std::endl;
      return true;
    });
  }
}

std::set<std::string> LinesOf(const std::set<std::string>& all, const std::set<std::string>& of) {
  std::set<std::string> keys, lines;
  for (const std::string& line : of) keys.insert(KeyOf(line));
  for (const std::string& line : all) {
    if (keys.count(KeyOf(line)) != 0) lines.insert(line);
  }
  return lines;
}

}  // namespace hikae::test
