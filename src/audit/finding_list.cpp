#include <algorithm>
#include <tuple>
#include <utility>

#include "audit/finding.h"

namespace hikae::audit {
namespace {

Finding Spelled(const FindingList::Group& group, size_t at) {
  const Brief& brief = group.briefs[at];
  Finding finding;
  finding.outcome = static_cast<Outcome>(brief.outcome);
  finding.moment = group.moment;
  finding.lacks = brief.lacks != 0;
  finding.handling = group.handling;
  if (brief.noted != 0) finding.note = group.notes.at(at);
  finding.witness = group.witness;
  group.witness->Spell(brief, finding);
  return finding;
}

}  // namespace

Finding FindingList::operator[](size_t at) const {
  const auto behind = std::ranges::upper_bound(groups_, at, {}, &Placed::begin);
  const Placed& placed = *std::prev(behind);
  return Spelled(*placed.group, at - placed.begin);
}

Finding FindingList::Iterator::operator*() const { return Spelled(*(*groups_)[group_].group, at_); }

FindingList::Iterator& FindingList::Iterator::operator++() {
  if (++at_ == (*groups_)[group_].group->briefs.size()) ++group_, at_ = 0;
  return *this;
}

void FindingList::Add(Group group) {
  if (!group.briefs.empty()) Place(std::make_shared<const Group>(std::move(group)));
}

void FindingList::Place(std::shared_ptr<const Group> group) {
  const size_t begin = size_;
  size_ += group->briefs.size();
  groups_.push_back({begin, std::move(group)});
}

void FindingList::Merge(FindingList more) {
  std::vector<Placed> merged;
  std::ranges::merge(groups_, more.groups_, std::back_inserter(merged), [](const Placed& a, const Placed& b) {
    return std::tie(a.group->handling, a.group->moment) < std::tie(b.group->handling, b.group->moment);
  });
  groups_.clear();
  size_ = 0;
  for (Placed& placed : merged) Place(std::move(placed.group));
}

FindingList FindingList::Of(std::string_view handling) const {
  FindingList out;
  for (const Placed& placed : groups_) {
    if (placed.group->handling == handling) out.Place(placed.group);
  }
  return out;
}

void Findings::Totals::Count(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMet:
      ++met;
      break;
    case Outcome::kViolated:
      ++violated;
      break;
    case Outcome::kNotShown:
      ++not_shown;
      break;
    case Outcome::kNotApplicable:
      ++not_applicable;
      break;
    case Outcome::kExcepted:
      ++excepted;
      break;
  }
}

}  // namespace hikae::audit
