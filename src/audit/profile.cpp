#include "audit/profile.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "audit/schema_walk.h"

namespace hikae::audit {
namespace {

constexpr int64_t kMillisPerDay = 86'400'000;
constexpr std::string_view kToday = " (現在)";

using registry::Row;
using registry::Snapshot;

const cedar::EntityUid* Reference(const Row& row, const std::string& attribute) {
  const auto found = row.entity.attributes.find(attribute);
  if (found == row.entity.attributes.end() || found->second.kind() != cedar::Value::Kind::kEntity) return nullptr;
  return &found->second.entity();
}

// The types a paper consists of: Declaration and what is owned by it, at any depth. Opinions come later than the paper,
// ledgers and types annotated @running are kept while the handling runs: neither they nor what they own is part of it.
class PaperTypes {
 public:
  explicit PaperTypes(const cedar::Schema& schema) {
    std::set<std::string> known = {"Declaration"};
    for (bool grown = true; grown;) {
      grown = false;
      for (const cedar::EntityType& type : schema.entity_types()) {
        if (known.contains(type.name) || IsLater(type)) continue;
        for (const cedar::Attribute& attribute : type.attributes) {
          const std::string owner = TargetType(attribute.type);
          if (!attribute.annotations.contains("owner") || !known.contains(owner)) continue;
          parts_.emplace_back(type.name, attribute.name);
          known.insert(type.name);
          grown = true;
          break;
        }
      }
    }
  }

  static bool IsLater(const cedar::EntityType& type) {
    return type.name == "Opinion" || type.annotations.contains("ledger") || type.annotations.contains("running");
  }

  // (type, owner attribute), owners before what they own.
  const std::vector<std::pair<std::string, std::string>>& parts() const { return parts_; }

 private:
  std::vector<std::pair<std::string, std::string>> parts_;
};

// The declarations of one snapshot, each with its parts: rows in a stable order, the declaration itself first.
using Papers = std::map<cedar::EntityUid, std::vector<const Row*>>;

Papers ReadPapers(const Snapshot& snapshot, const PaperTypes& types) {
  Papers papers;
  std::map<cedar::EntityUid, cedar::EntityUid> paper_of;
  for (const Row* row : snapshot.OfType("Declaration")) {
    papers[row->entity.uid] = {row};
    paper_of.emplace(row->entity.uid, row->entity.uid);
  }
  for (const auto& [type, owner] : types.parts()) {
    for (const Row* row : snapshot.OfType(type)) {
      const auto value = row->entity.attributes.find(owner);
      if (value == row->entity.attributes.end()) continue;
      ForEachEntity(value->second, [&, row = row](const cedar::EntityUid& uid) {
        const auto paper = paper_of.find(uid);
        if (paper == paper_of.end()) return;
        const cedar::EntityUid declaration = paper->second;
        if (paper_of.emplace(row->entity.uid, declaration).second) papers[declaration].push_back(row);
      });
    }
  }
  return papers;
}

bool SameVersions(const std::vector<const Row*>& a, const std::vector<const Row*>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Row* x, const Row* y) {
    return x->version == y->version && x->entity.uid == y->entity.uid;
  });
}

cedar::Value Renamed(const cedar::Value& value, const std::map<cedar::EntityUid, cedar::EntityUid>& names) {
  switch (value.kind()) {
    case cedar::Value::Kind::kEntity: {
      const auto found = names.find(value.entity());
      return found == names.end() ? value : cedar::Value::Entity(found->second);
    }
    case cedar::Value::Kind::kSet: {
      std::vector<cedar::Value> elements;
      for (const cedar::Value& element : value.elements()) elements.push_back(Renamed(element, names));
      return cedar::Value::Set(std::move(elements));
    }
    case cedar::Value::Kind::kRecord: {
      std::map<std::string, cedar::Value> attributes;
      for (const auto& [name, field] : value.attributes()) attributes.emplace(name, Renamed(field, names));
      return cedar::Value::Record(std::move(attributes));
    }
    case cedar::Value::Kind::kBool:
    case cedar::Value::Kind::kLong:
    case cedar::Value::Kind::kString:
    case cedar::Value::Kind::kDecimal:
    case cedar::Value::Kind::kIp:
    case cedar::Value::Kind::kDatetime:
    case cedar::Value::Kind::kDuration:
      return value;
  }
  return value;
}

class Chooser {
 public:
  Chooser(const registry::Registry& registry, const cedar::Schema& schema, registry::Day as_of)
      : registry_(registry), schema_(schema), types_(schema), as_of_(as_of) {}

  base::Result<Stated> Read(const std::shared_ptr<const Snapshot>& read) {
    stated_.snapshot = read;
    if (read == nullptr) {
      HIKAE_TRY(stated_.snapshot, registry_.AsOf(as_of_));
    }
    const Snapshot& now = *stated_.snapshot;
    DropFutureOpinions(now);
    ChooseOpinions(now);
    papers_ = ReadPapers(now, types_);
    HIKAE_CHECK(ChooseProfiles(now));
    stated_.set.Reserve(now.rows().size());
    for (const Row& row : now.rows()) {
      if (!dropped_.contains(&row)) stated_.set.Add(row.entity, {.row = &row, .counterpart = false});
    }
    for (const Approved& approved : changed_) AddApproved(approved);
    SetProfiles();
    return std::move(stated_);
  }

 private:
  struct Choice {
    const Row* handling = nullptr;
    const Row* declared = nullptr;  // the latest declaration
    const Row* profile = nullptr;   // the one in force
    const Row* opinion = nullptr;   // by which it is
    bool changed = false;           // since that opinion, and `declared` is the same paper
  };
  struct Approved {
    std::vector<const Row*> then;  // rows of a past snapshot
    std::vector<const Row*> now;
  };

  bool GivenBy(const Row& opinion) const {
    const auto on = opinion.entity.attributes.find("on");
    return on != opinion.entity.attributes.end() && on->second.kind() == cedar::Value::Kind::kDatetime &&
           on->second.integer() <= int64_t{as_of_} * kMillisPerDay;
  }
  static int64_t OnOf(const Row& opinion) { return opinion.entity.attributes.at("on").integer(); }

  // An opinion of a later day has not been given yet, nor have its answers and conditions.
  void DropFutureOpinions(const Snapshot& now) {
    std::set<cedar::EntityUid> gone;
    for (const Row* row : now.OfType("Opinion")) {
      const auto on = row->entity.attributes.find("on");
      if (on == row->entity.attributes.end() || GivenBy(*row)) continue;
      dropped_.insert(row);
      gone.insert(row->entity.uid);
    }
    for (bool grown = !gone.empty(); grown;) {
      grown = false;
      for (const Row& row : now.rows()) {
        if (dropped_.contains(&row) || !OwnedByAny(row, gone)) continue;
        dropped_.insert(&row);
        gone.insert(row.entity.uid);
        grown = true;
      }
    }
  }

  bool OwnedByAny(const Row& row, const std::set<cedar::EntityUid>& owners) const {
    const cedar::EntityType* type = schema_.FindEntityType(row.entity.uid.type);
    if (type == nullptr) return false;
    return std::any_of(type->attributes.begin(), type->attributes.end(), [&](const cedar::Attribute& attribute) {
      if (!attribute.annotations.contains("owner")) return false;
      const cedar::EntityUid* owner = Reference(row, attribute.name);
      return owner != nullptr && owners.contains(*owner);
    });
  }

  // Of several opinions on one declaration, the latest speaks.
  void ChooseOpinions(const Snapshot& now) {
    for (const Row* row : now.OfType("Opinion")) {
      const cedar::EntityUid* declaration = Reference(*row, "declaration");
      if (declaration == nullptr || !GivenBy(*row)) continue;
      const Row*& latest = opinion_of_[*declaration];
      if (latest == nullptr || Later(*row, *latest)) latest = row;
    }
  }

  static bool Later(const Row& a, const Row& b) {
    return std::make_tuple(OnOf(a), a.recorded_at, a.entity.uid) >
           std::make_tuple(OnOf(b), b.recorded_at, b.entity.uid);
  }

  base::Result<void> ChooseProfiles(const Snapshot& now) {
    std::map<cedar::EntityUid, std::vector<const Row*>> declarations;
    for (const Row* row : now.OfType("Declaration")) {
      if (const cedar::EntityUid* handling = Reference(*row, "handling")) declarations[*handling].push_back(row);
    }
    for (const Row* handling : now.OfType("Handling")) {
      Choice choice = Choose(*handling, declarations[handling->entity.uid]);
      if (choice.opinion != nullptr) HIKAE_CHECK(CompareWithApproved(choice));
      choices_.push_back(choice);
    }
    return {};
  }

  Choice Choose(const Row& handling, const std::vector<const Row*>& declarations) const {
    Choice choice{.handling = &handling};
    for (const Row* row : declarations) {
      const auto stated = [](const Row& r) { return std::make_tuple(r.valid_from, r.recorded_at, r.entity.uid); };
      if (choice.declared == nullptr || stated(*row) > stated(*choice.declared)) choice.declared = row;
      const auto opinion = opinion_of_.find(row->entity.uid);
      if (opinion == opinion_of_.end()) continue;
      if (choice.opinion == nullptr || Later(*opinion->second, *choice.opinion))
        choice.profile = row, choice.opinion = opinion->second;
    }
    if (choice.profile == nullptr) choice.profile = choice.declared;
    return choice;
  }

  base::Result<void> CompareWithApproved(Choice& choice) {
    HIKAE_TRY(const registry::Micros recorded, FirstRecorded(*choice.opinion));
    HIKAE_TRY(const Papers* then, PapersAt(recorded));
    const cedar::EntityUid& uid = choice.profile->entity.uid;
    const auto paper = then->find(uid);
    // An opinion recorded before its paper has nothing older to fall back on.
    if (paper == then->end() || SameVersions(paper->second, papers_.at(uid))) return {};
    changed_.push_back({paper->second, papers_.at(uid)});
    for (const Row* row : papers_.at(uid)) dropped_.insert(row);
    choice.changed = choice.declared->entity.uid == uid;
    return {};
  }

  // A corrected opinion is still the one that was recorded first.
  base::Result<registry::Micros> FirstRecorded(const Row& opinion) const {
    if (opinion.version == 1) return opinion.recorded_at;
    HIKAE_TRY(const std::vector<Row> history, registry_.History(opinion.entity.uid));
    return history.empty() ? opinion.recorded_at : history.front().recorded_at;
  }

  base::Result<const Papers*> PapersAt(registry::Micros recorded) {
    const auto known = papers_at_.find(recorded);
    if (known != papers_at_.end()) return &known->second;
    HIKAE_TRY(std::shared_ptr<const Snapshot> past, registry_.AsOf(as_of_, recorded));
    const Papers& papers = papers_at_.emplace(recorded, ReadPapers(*past, types_)).first->second;
    stated_.past.push_back(std::move(past));
    return &papers;
  }

  // The approved rows keep their names, as everything else refers to them; today's get names of their own.
  void AddApproved(const Approved& approved) {
    std::map<cedar::EntityUid, cedar::EntityUid> names;
    const std::string& id = approved.now.front()->entity.uid.id;
    for (const Row* row : approved.now) {
      const cedar::EntityUid& uid = row->entity.uid;
      // Parts are named "<declaration>/…": the mark goes where the declaration's name ends.
      const std::string rest = uid.id.starts_with(id) ? uid.id.substr(id.size()) : "/" + uid.id;
      names.emplace(uid, cedar::EntityUid{uid.type, id + std::string(kToday) + rest});
    }
    for (const Row* row : approved.then) {
      if (!stated_.set.Find(row->entity.uid)) stated_.set.Add(row->entity, {.row = row, .counterpart = false});
    }
    for (const Row* row : approved.now) {
      cedar::Entity entity = row->entity;
      entity.uid = names.at(entity.uid);
      for (auto& [name, value] : entity.attributes) value = Renamed(value, names);
      if (!stated_.set.Find(entity.uid)) stated_.set.Add(std::move(entity), {.row = row, .counterpart = true});
    }
  }

  void SetProfiles() {
    const cedar::EntityType* type = schema_.FindEntityType("Handling");
    for (const Choice& choice : choices_) {
      const Index handling = *stated_.set.Find(choice.handling->entity.uid);
      for (const char* name : {"profile", "declared"}) {
        if (type == nullptr || type->Find(name) == nullptr) continue;
        const bool profile = std::string_view(name) == "profile";
        const Row* row = profile ? choice.profile : choice.declared;
        std::vector<Origin> origins;
        if (row != nullptr) {
          cedar::EntityUid uid = row->entity.uid;
          if (!profile && choice.changed) uid.id += kToday;
          origins.push_back({*stated_.set.Find(uid), {}});
          stated_.set.own(handling).attributes.insert_or_assign(name, cedar::Value::Entity(uid));
        }
        if (profile && choice.opinion != nullptr)
          origins.push_back({*stated_.set.Find(choice.opinion->entity.uid), "on"});
        stated_.set.SetMeasured(handling, name, origins);
      }
    }
  }

  const registry::Registry& registry_;
  const cedar::Schema& schema_;
  const PaperTypes types_;
  const registry::Day as_of_;
  Stated stated_;
  Papers papers_;
  std::map<registry::Micros, Papers> papers_at_;
  std::set<const Row*> dropped_;  // rows of the snapshot that are not read
  std::map<cedar::EntityUid, const Row*> opinion_of_;
  std::vector<Choice> choices_;
  std::vector<Approved> changed_;
};

}  // namespace

base::Result<Stated> ReadStated(const registry::Registry& registry, const cedar::Schema& schema, registry::Day as_of,
                                const std::shared_ptr<const registry::Snapshot>& read) {
  HIKAE_TRY(Stated stated, Chooser(registry, schema, as_of).Read(read));
  std::set<std::string, std::less<>> ledgers;
  for (const cedar::EntityType& type : schema.entity_types()) {
    if (type.annotations.contains("ledger")) ledgers.insert(type.name);
  }
  stated.set.NameLedgers(std::move(ledgers));
  return stated;
}

void AddMeasured(const std::shared_ptr<const registry::Snapshot>& measured, const cedar::Schema& schema,
                 registry::Day as_of, Stated& stated) {
  stated.past.push_back(measured);
  for (const registry::Row& row : measured->rows()) {
    const cedar::EntityType* type = schema.FindEntityType(row.entity.uid.type);
    if (type == nullptr || !type->annotations.contains("measured") || row.valid_from > as_of) continue;
    if (stated.set.Find(row.entity.uid)) continue;
    stated.set.Add(row.entity, {.row = &row, .counterpart = false});
  }
}

}  // namespace hikae::audit
