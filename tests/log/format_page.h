// The worked examples of docs/formats, as bytes.
#ifndef HIKAE_TESTS_LOG_FORMAT_PAGE_H_
#define HIKAE_TESTS_LOG_FORMAT_PAGE_H_

#include <cctype>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "places.h"

namespace hikae::log {

// The block ```hex NAME of docs/formats/PAGE; empty when the page has no such block.
inline std::vector<uint8_t> HexOfPage(const std::string& page, const std::string& name) {
  std::ifstream in(hikae::test::SourceDir() + "/docs/formats/" + page);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::string open = "```hex " + name + "\n";
  const size_t begin = text.find(open);
  if (begin == std::string::npos) return {};
  std::string digits;
  for (size_t i = begin + open.size(); i < text.size() && text[i] != '`'; ++i) {
    if (std::isxdigit(static_cast<unsigned char>(text[i])) != 0) digits += text[i];
  }
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(static_cast<uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  return bytes;
}

}  // namespace hikae::log

#endif  // HIKAE_TESTS_LOG_FORMAT_PAGE_H_
