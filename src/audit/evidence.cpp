#include "audit/evidence.h"

#include <fmt/format.h>

#include <algorithm>

namespace hikae::audit {
namespace {

constexpr std::string_view kParams = "context.params.";

// The attribute of the entity itself: of a record, the attribute that holds it.
std::string_view Head(std::string_view attribute) { return attribute.substr(0, attribute.find('.')); }

struct Reason {
  const char* word;
  base::Text text;
};

Reason ReasonOf(registry::Gap gap) {
  switch (gap) {
    case registry::Gap::kBlank:
      return {"blank", {"the heading is blank in the paper", "空欄"}};
    case registry::Gap::kNone:
      return {"none", {"stated to be none", "「なし」との記載"}};
    case registry::Gap::kUnknown:
      return {"unknown", {"stated to be unknown", "不明との記載"}};
  }
  return {"", {}};
}

Reason ReasonOf(const WorkingSet& set, std::optional<Index> index, std::string_view attribute) {
  const registry::Row* row = index ? set.provenance(*index).row : nullptr;
  if (row == nullptr) return {"not registered", {"expected, not registered", "未登録"}};
  const auto gap = row->gaps.find(std::string(attribute));
  if (gap != row->gaps.end()) return ReasonOf(gap->second);
  if (set.Measured(*index, attribute)) return {"no row", {"nothing on record", "該当する記録なし"}};
  return {"not stated", {"not stated", "記載なし"}};
}

// A record of which some part was read as well: the part is the evidence, the whole only the way there.
bool IsWayThere(const cedar::Judgement& judgement, const cedar::Read& read) {
  if (!read.value || read.value->kind() != cedar::Value::Kind::kRecord) return false;
  return std::any_of(judgement.reads.begin(), judgement.reads.end(), [&](const cedar::Read& other) {
    return other.path.size() > read.path.size() + 1 && other.path[read.path.size()] == '.' &&
           other.path.starts_with(read.path);
  });
}

}  // namespace

EvidenceMaker::EvidenceMaker(const Pack& pack, const FactBase& base) : base_(base) {
  for (const Parameter& parameter : pack.parameters) {
    parameters_.emplace(parameter.name, fmt::format("{}:{}", parameter.where.file, parameter.where.line));
  }
}

std::vector<Evidence> EvidenceMaker::Make(const cedar::Judgement& judgement, size_t places) const {
  std::vector<Evidence> evidence;
  evidence.reserve(judgement.reads.size());
  for (const cedar::Read& read : judgement.reads) {
    if (!IsWayThere(judgement, read)) evidence.push_back(MakeOne(read, places));
  }
  return evidence;
}

Evidence EvidenceMaker::MakeOne(const cedar::Read& read, size_t places) const {
  Evidence evidence;
  evidence.path = read.path;
  evidence.attribute = read.attribute;
  if (read.value) evidence.value = read.value->ToString();
  if (read.entity.type.empty()) {
    evidence.entity = "context";
    if (read.path.starts_with(kParams)) {
      const auto parameter = parameters_.find(Head(std::string_view(read.path).substr(kParams.size())));
      if (parameter != parameters_.end()) evidence.source = parameter->second;
    }
    return evidence;
  }
  evidence.entity = read.entity.ToString();
  const std::string_view attribute = Head(read.attribute);
  const std::optional<Index> index = base_.set().Find(read.entity);
  if (index) evidence.source = base_.set().SourceOf(*index, attribute, places);
  if (!read.value) ExplainAbsence(read.entity, attribute, evidence);
  return evidence;
}

void EvidenceMaker::ExplainAbsence(const cedar::EntityUid& uid, std::string_view attribute, Evidence& evidence) const {
  const Reason reason = ReasonOf(base_.set(), base_.set().Find(uid), attribute);
  evidence.reason = reason.text;
  evidence.source = evidence.source.empty() ? reason.word : fmt::format("{}; {}", reason.word, evidence.source);
}

}  // namespace hikae::audit
