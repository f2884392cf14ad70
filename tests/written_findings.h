// Findings made by hand, as an audit gives them.
#ifndef HIKAE_TESTS_WRITTEN_FINDINGS_H_
#define HIKAE_TESTS_WRITTEN_FINDINGS_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "audit/finding.h"

namespace hikae::test {

// Each with a witness of its own or none.
class Written final : public audit::Witness {
 public:
  explicit Written(std::vector<audit::Finding> findings) : findings_(std::move(findings)) {}
  void Spell(const audit::Brief& brief, audit::Finding& finding) const override { finding = findings_[brief.thing]; }
  audit::Grounds GroundsOf(const audit::Finding& finding) const override { return finding.grounds(); }

 private:
  std::vector<audit::Finding> findings_;
};
inline audit::FindingList ListOf(const std::vector<audit::Finding>& findings) {
  const auto witness = std::make_shared<const Written>(findings);
  audit::FindingList list;
  for (uint32_t i = 0; i < findings.size(); ++i)
    list.Add({witness, findings[i].handling, findings[i].moment, {{.thing = i}}});
  return list;
}

}  // namespace hikae::test

#endif  // HIKAE_TESTS_WRITTEN_FINDINGS_H_
