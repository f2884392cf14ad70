#include "audit/fact_measure.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "audit/fact_runs.h"
#include "audit/readings.h"

namespace hikae::audit {
namespace {

constexpr int64_t kMillisPerDay = 86'400'000;
constexpr int64_t kMostLength = 40'000;  // of a term: beyond any law, and far from where days run over

// A value at the end of a path, and where it stood.
struct Hit {
  cedar::Value value;
  Origin origin;
};

struct Hits {
  std::vector<Hit> hits;
  bool gap = false;  // something on the way was absent
};

class Measurer {
 public:
  Measurer(base::Day today, const FactPlan& plan, WorkingSet& set)
      : today_(cedar::Value::DatetimeOf(int64_t{today} * kMillisPerDay)), plan_(plan), set_(set) {}

  // Facts of one owner type, none of which builds on another: all of them of a few owners before those of the next, so
  // that what is read of an owner is still in the cache.
  void Run(std::span<const Fact> facts) {
    constexpr size_t kAtOnce = 64;
    std::vector<const RowsOf*> rows_of;
    for (const Fact& fact : facts)
      rows_of.push_back(HasRows(fact) && !fact.by_text ? &RowsBy(fact.type, fact.by) : nullptr);
    const std::span<const Index> owners = set_.OfType(facts.front().owner);
    for (size_t begin = 0; begin < owners.size(); begin += kAtOnce) {
      const auto some = owners.subspan(begin, std::min(kAtOnce, owners.size() - begin));
      for (size_t i = 0; i < facts.size(); ++i) {
        for (const Index owner : some) MeasureOne(facts[i], owner, rows_of[i]);
      }
    }
  }

 private:
  using RowsOf = std::unordered_map<Index, std::vector<Index>>;

  static bool HasRows(const Fact& fact) { return fact.verb != Verb::kSelf && fact.verb != Verb::kDue; }

  void MeasureOne(const Fact& fact, Index owner, const RowsOf* rows_of) {
    static const std::vector<Index> kNone;
    if (fact.verb == Verb::kSelf) return MeasureSelf(fact, owner);
    if (fact.verb == Verb::kDue) return MeasureDue(fact, owner);
    if (fact.by_text) return MeasureRows(fact, owner, RowsOfText(fact, owner));
    if (!fact.own.empty()) return MeasureRows(fact, owner, RowsOfOwn(fact, owner, *rows_of));
    const auto rows = rows_of->find(owner);
    MeasureRows(fact, owner, rows == rows_of->end() ? kNone : rows->second);
  }

  // The rows of `type`, by the entity that attribute `by` points to. Today's counterparts point to each other only, so
  // they never mix with what was approved.
  const RowsOf& RowsBy(const std::string& type, const std::string& by) {
    const auto [entry, fresh] = indexes_.try_emplace({type, by});
    if (!fresh) return entry->second;
    for (const Index row : set_.OfType(type)) {
      const auto value = set_.entity(row).attributes.find(by);
      if (value == set_.entity(row).attributes.end()) continue;
      ForEachEntity(value->second, [&](const cedar::EntityUid& uid) {
        if (const std::optional<Index> target = set_.Find(uid)) entry->second[*target].push_back(row);
      });
    }
    return entry->second;
  }

  // The rows of the fact's type whose text is one that the owner's path leads to, each once.
  std::vector<Index> RowsOfText(const Fact& fact, Index owner) {
    const auto [entry, fresh] = texts_.try_emplace({fact.type, fact.by});
    if (fresh) {
      for (const Index row : set_.OfType(fact.type)) {
        const auto value = set_.entity(row).attributes.find(fact.by);
        if (value != set_.entity(row).attributes.end()) entry->second[std::string(value->second.text())].push_back(row);
      }
    }
    Hits found;
    Follow(owner, fact.own, 0, found);
    std::set<Index> rows;
    for (const Hit& hit : found.hits) {
      const auto same = entry->second.find(std::string(hit.value.text()));
      if (same != entry->second.end()) rows.insert(same->second.begin(), same->second.end());
    }
    return {rows.begin(), rows.end()};
  }

  void Set(const Fact& fact, Index owner, cedar::Value value, const std::vector<Origin>& origins) {
    set_.own(owner).attributes.insert_or_assign(fact.attribute, std::move(value));
    set_.SetMeasured(owner, fact.attribute, origins);
  }

  // The rows that point to what the owner's path leads to, each once.
  std::vector<Index> RowsOfOwn(const Fact& fact, Index owner, const RowsOf& rows_of) {
    Hits found;
    Follow(owner, fact.own, 0, found);
    std::set<Index> rows;
    for (const Hit& hit : found.hits) {
      const std::optional<Index> target = set_.Find(hit.value.entity());
      const auto pointing = target ? rows_of.find(*target) : rows_of.end();
      if (pointing != rows_of.end()) rows.insert(pointing->second.begin(), pointing->second.end());
    }
    return {rows.begin(), rows.end()};
  }

  // How long, by a number of the pack or by what the path finds. nullopt: nothing there, values that differ, or a
  // period without an end.
  std::optional<int64_t> LengthOf(const Amount& amount, Index owner, std::vector<Hit>& used) {
    if (amount.number) return amount.number;
    Hits found;
    Follow(owner, amount.path, 0, found);
    if (found.hits.empty() || !Agree(found.hits)) return std::nullopt;
    used.insert(used.end(), found.hits.begin(), found.hits.end());
    const cedar::Value& value = found.hits[0].value;
    if (value.kind() == cedar::Value::Kind::kLong) return value.integer();
    const base::Result<base::RetentionClass> period = base::ParseRetention(value.text());
    if (!period.ok() || period->kind != base::RetentionClass::Kind::kYears) return std::nullopt;
    return period->years;
  }

  void MeasureDue(const Fact& fact, Index owner) {
    Hits found;
    Follow(owner, fact.path, 0, found);
    base::Term term = fact.term->term;
    const std::optional<int64_t> length = LengthOf(fact.term->amount, owner, found.hits);
    // Corrections that nobody recorded prolong nothing.
    std::vector<Hit> further;
    const int64_t plus = fact.term->plus ? LengthOf(*fact.term->plus, owner, further).value_or(0) : 0;
    std::vector<Origin> origins = OriginsOf(found.hits);
    const auto absent = [&] { set_.SetMeasured(owner, fact.attribute, origins); };
    const bool sound = length && *length >= 1 && *length <= kMostLength && plus >= 0 && plus <= kMostLength;
    const std::vector<Hit> dates(found.hits.begin(),
                                 std::find_if(found.hits.begin(), found.hits.end(), [](const Hit& hit) {
                                   return hit.value.kind() != cedar::Value::Kind::kDatetime;
                                 }));
    if (!sound || dates.empty() || !Agree(dates)) return absent();
    for (const Origin& origin : OriginsOf(further)) origins.push_back(origin);
    term.amount = static_cast<int32_t>(*length);
    const std::optional<base::Day> last = LastDayOfDue(term, base::DayInJapan(dates[0].value.integer() * 1000), plus);
    if (!last) return absent();
    Set(fact, owner, cedar::Value::DatetimeOf(int64_t{*last} * kMillisPerDay), origins);
  }

  // Further days come before the roll: what is moved is the end of the whole.
  std::optional<base::Day> LastDayOfDue(base::Term term, base::Day from, int64_t plus) const {
    if (plus == 0) return base::LastDayOf(term, from, plan_.closed);
    const base::Roll roll = std::exchange(term.roll, base::Roll::kNone);
    const std::optional<base::Day> last = base::LastDayOf(term, from, plan_.closed);
    if (!last) return std::nullopt;
    return base::LastDayOf({static_cast<int32_t>(plus), base::TermUnit::kDays, base::Counting::kFirstDayExcluded, roll},
                           *last, plan_.closed);
  }

  static bool Agree(const std::vector<Hit>& hits) {
    return std::all_of(hits.begin(), hits.end(), [&](const Hit& hit) { return hit.value == hits[0].value; });
  }

  void MeasureSelf(const Fact& fact, Index owner) {
    Hits found;
    Follow(owner, fact.path, 0, found);
    std::vector<Origin> origins = OriginsOf(found.hits);
    if (fact.is_set) {
      if (found.hits.empty() && found.gap) return SetAbsent(fact, owner);
      return Set(fact, owner, SetOf(found.hits), origins);
    }
    SetOne(fact, owner, found.hits);
  }

  void MeasureRows(const Fact& fact, Index owner, const std::vector<Index>& rows) {
    Hits found;
    size_t count = 0;
    std::vector<Origin> counted;
    for (const Index row : rows) {
      if (!Holds(fact.where, owner, row)) continue;
      ++count;
      if (fact.verb == Verb::kCount || fact.verb == Verb::kCountIfAny)
        CountRow(fact, row, counted, count);
      else
        Follow(row, fact.path, 0, found);
    }
    switch (fact.verb) {
      case Verb::kCollect:
        return Set(fact, owner, SetOf(found.hits), OriginsOf(found.hits));
      case Verb::kCollectIfAny:
        // Rows that do not state the attribute are no rows here: an empty set would say that somebody looked.
        if (count == 0 || (found.hits.empty() && found.gap)) return SetAbsent(fact, owner);
        return Set(fact, owner, SetOf(found.hits), OriginsOf(found.hits));
      case Verb::kCountIfAny:
        if (count == 0) return SetAbsent(fact, owner);
        [[fallthrough]];
      case Verb::kCount:
        return Set(fact, owner, cedar::Value::Long(static_cast<int64_t>(count)), counted);
      case Verb::kLatest:
      case Verb::kEarliest:
        return SetExtreme(fact, owner, found.hits);
      case Verb::kSum:
        return SetSum(fact, owner, found.hits);
      case Verb::kOne:
        return SetOne(fact, owner, found.hits);
      case Verb::kGap:
        return SetGap(fact, owner, std::move(found.hits));
      case Verb::kSelf:
      case Verb::kDue:
        return;
    }
  }

  // `count Type.attr` counts the rows that state the attribute; `count Type` all of them.
  void CountRow(const Fact& fact, Index row, std::vector<Origin>& counted, size_t& count) {
    Hits found;
    Follow(row, fact.path, 0, found);
    if (found.hits.empty())
      --count;
    else
      counted.push_back(found.hits.front().origin);
  }

  // Looked for and not found: remembered, so that a finding can say so.
  void SetAbsent(const Fact& fact, Index owner) { set_.SetMeasured(owner, fact.attribute, {}); }

  void SetExtreme(const Fact& fact, Index owner, const std::vector<Hit>& hits) {
    if (hits.empty()) return SetAbsent(fact, owner);
    const auto less = [](const Hit& a, const Hit& b) { return a.value.integer() < b.value.integer(); };
    const Hit& best = fact.verb == Verb::kLatest ? *std::max_element(hits.begin(), hits.end(), less)
                                                 : *std::min_element(hits.begin(), hits.end(), less);
    std::vector<Origin> origins;
    for (const Hit& hit : hits) {
      if (hit.value == best.value) origins.push_back(hit.origin);
    }
    Set(fact, owner, best.value, origins);
  }

  // A sum that does not fit is no sum: the attribute stays absent rather than wrong.
  void SetSum(const Fact& fact, Index owner, const std::vector<Hit>& hits) {
    int64_t sum = 0;
    for (const Hit& hit : hits) {
      if (__builtin_add_overflow(sum, hit.value.integer(), &sum)) return SetAbsent(fact, owner);
    }
    if (hits.empty()) return SetAbsent(fact, owner);
    Set(fact, owner, cedar::Value::Long(sum), OriginsOf(hits));
  }

  void SetOne(const Fact& fact, Index owner, const std::vector<Hit>& hits) {
    std::vector<Origin> origins = OriginsOf(hits);
    if (!hits.empty() && Agree(hits)) return Set(fact, owner, hits[0].value, origins);
    set_.SetMeasured(owner, fact.attribute, origins);
  }

  // The longest time from one date to the next; the rows on its two sides are where it comes from. One date has no
  // next.
  void SetGap(const Fact& fact, Index owner, std::vector<Hit> hits) {
    std::stable_sort(hits.begin(), hits.end(),
                     [](const Hit& a, const Hit& b) { return a.value.integer() < b.value.integer(); });
    size_t longest = 0;  // the later side
    for (size_t i = 1; i < hits.size(); ++i) {
      if (longest == 0 || Between(hits, i) > Between(hits, longest)) longest = i;
    }
    if (longest == 0) return SetAbsent(fact, owner);
    Set(fact, owner, cedar::Value::DurationOf(Between(hits, longest)),
        {hits[longest - 1].origin, hits[longest].origin});
  }

  // Dates that documents can state are so near to each other that this does not overflow.
  static int64_t Between(const std::vector<Hit>& hits, size_t later) {
    return hits[later].value.integer() - hits[later - 1].value.integer();
  }

  cedar::Value SetOf(const std::vector<Hit>& hits) const {
    std::vector<cedar::Value> elements;
    elements.reserve(hits.size());
    for (const Hit& hit : hits) elements.push_back(hit.value);
    AddReadings(plan_.readings, elements);
    return cedar::Value::Set(std::move(elements));
  }

  static std::vector<Origin> OriginsOf(const std::vector<Hit>& hits) {
    std::vector<Origin> origins;
    for (const Hit& hit : hits) {
      // Elements of one set stand next to each other and have one origin.
      if (origins.empty() || !(origins.back() == hit.origin)) origins.push_back(hit.origin);
    }
    return origins;
  }

  void Follow(Index entity, const std::vector<Step>& path, size_t step, Hits& found) {
    if (step == path.size()) {
      found.hits.push_back({cedar::Value::Entity(set_.entity(entity).uid), {entity, {}}});
      return;
    }
    if (path[step].climb) return Climb(entity, path, step, found);
    const auto& attributes = set_.entity(entity).attributes;
    const auto value = attributes.find(path[step].name);
    if (value == attributes.end()) {
      found.gap = true;
      return;
    }
    FollowValue(value->second, {entity, path[step].name}, path, step + 1, found);
  }

  void FollowValue(const cedar::Value& value, const Origin& origin, const std::vector<Step>& path, size_t step,
                   Hits& found) {
    if (value.kind() == cedar::Value::Kind::kSet) {
      for (const cedar::Value& element : value.elements()) FollowValue(element, origin, path, step, found);
    } else if (step == path.size()) {
      found.hits.push_back({value, origin});
    } else if (value.kind() == cedar::Value::Kind::kEntity) {
      const std::optional<Index> next = set_.Find(value.entity());
      if (next)
        Follow(*next, path, step, found);
      else
        found.gap = true;
    } else if (value.kind() == cedar::Value::Kind::kRecord) {
      const cedar::Value* field = value.Find(path[step].name);
      if (field != nullptr)
        FollowValue(*field, origin, path, step + 1, found);
      else
        found.gap = true;
    }
  }

  // Ancestors of the type, each once, nearest first. The hierarchy has no cycle that this could not end in.
  void Climb(Index entity, const std::vector<Step>& path, size_t step, Hits& found) {
    std::vector<Index> open = {entity};
    std::set<Index> seen = {entity};
    bool any = false;
    for (size_t i = 0; i < open.size(); ++i) {
      for (const cedar::EntityUid& parent : set_.entity(open[i]).parents) {
        const std::optional<Index> next = set_.Find(parent);
        if (!next) {
          // An ancestor that was never declared has an id all the same.
          if (parent.type == path[step].name && step + 1 == path.size())
            found.hits.push_back({cedar::Value::Entity(parent), {open[i], {}}}), any = true;
          continue;
        }
        if (!seen.insert(*next).second) continue;
        open.push_back(*next);
        if (parent.type == path[step].name) Follow(*next, path, step + 1, found), any = true;
      }
    }
    found.gap |= !any;
  }

  bool Holds(const std::vector<Condition>& conditions, Index owner, Index row) {
    return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
      Hits found, own;
      for (const std::vector<Step>& path : condition.own) Follow(owner, path, 0, own);
      Follow(row, condition.path, 0, found);
      if (condition.absent && found.hits.empty()) return true;
      const bool negated = condition.comparison == Comparison::kNotEqual;
      const bool any = std::any_of(found.hits.begin(), found.hits.end(),
                                   [&](const Hit& hit) { return AnyMatches(condition, own.hits, hit.value); });
      // `!=` asks that no value is one of those named; nothing stated is not one of them either.
      return negated ? !any : any;
    });
  }

  bool AnyMatches(const Condition& condition, const std::vector<Hit>& own, const cedar::Value& value) const {
    if (condition.today && Compares(condition.comparison, value, today_)) return true;
    for (const Hit& hit : own) {
      if (Compares(condition.comparison, value, hit.value)) return true;
    }
    return std::any_of(condition.values.begin(), condition.values.end(),
                       [&](const cedar::Value& wanted) { return Compares(condition.comparison, value, wanted); });
  }

  static bool Compares(Comparison comparison, const cedar::Value& a, const cedar::Value& b) {
    switch (comparison) {
      case Comparison::kEqual:
      case Comparison::kNotEqual:
        return a == b;
      case Comparison::kLess:
        return a.integer() < b.integer();
      case Comparison::kLessOrEqual:
        return a.integer() <= b.integer();
      case Comparison::kGreater:
        return a.integer() > b.integer();
      case Comparison::kGreaterOrEqual:
        return a.integer() >= b.integer();
    }
    return false;
  }

  cedar::Value today_;
  const FactPlan& plan_;
  WorkingSet& set_;
  std::map<std::pair<std::string, std::string>, RowsOf> indexes_;
  std::map<std::pair<std::string, std::string>, std::unordered_map<std::string, std::vector<Index>>> texts_;
};

void Expect(const FactPlan& plan, WorkingSet& set) {
  std::map<std::string_view, size_t> counts;
  for (const Fact& fact : plan.facts) ++counts[fact.owner];
  for (const auto& [type, count] : counts) {
    for (const Index owner : set.OfType(type)) set.ExpectMeasured(owner, count);
  }
}

}  // namespace

void Measure(const FactPlan& plan, base::Day today, WorkingSet& set) {
  Expect(plan, set);
  Measurer measurer(today, plan, set);
  for (size_t begin = 0; begin < plan.facts.size();) {
    const size_t end = EndOfRun(plan.facts, begin);
    measurer.Run(std::span(plan.facts).subspan(begin, end - begin));
    begin = end;
  }
}

}  // namespace hikae::audit
