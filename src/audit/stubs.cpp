#include "audit/stubs.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "audit/belonging.h"
#include "cedar/engine/judge.h"

namespace hikae::audit {
namespace {

class Expecter {
 public:
  Expecter(const Pack& pack, const cedar::Value& context, const cedar::Entities& entities, WorkingSet& set)
      : pack_(pack), entities_(entities), set_(set), belonging_(pack.schema, set) {
    request_.action = {"Action", "expect"};
    request_.context = context;
  }

  void Expect(const Expectation& expectation) {
    const Present present = FindPresent(expectation);
    const std::vector<Index> principals = set_.OfType(expectation.principal);
    for (const Index principal : principals) {
      if (set_.provenance(principal).counterpart || set_.entity(principal).stub) continue;
      if (expectation.per.empty()) {
        if (!present.contains({principal, std::nullopt}) && Wanted(expectation, principal))
          Add(expectation, principal, nullptr);
        continue;
      }
      const auto elements = set_.entity(principal).attributes.find(expectation.per);
      if (elements == set_.entity(principal).attributes.end()) continue;
      // A copy: adding entities may move the one it lives in.
      const std::vector<cedar::Value> wanted = elements->second.elements();
      for (const cedar::Value& element : wanted) {
        if (!present.contains({principal, element}) && Wanted(expectation, principal))
          Add(expectation, principal, &element);
      }
    }
  }

 private:
  // What there is already: the principal, and with @per the element too.
  using Present = std::set<std::pair<Index, std::optional<cedar::Value>>>;

  Present FindPresent(const Expectation& expectation) const {
    Present present;
    for (const Index entity : set_.OfType(expectation.expects)) {
      if (set_.provenance(entity).counterpart) continue;
      const auto& attributes = set_.entity(entity).attributes;
      const auto by = attributes.find(expectation.by);
      if (by == attributes.end()) continue;
      ForEachEntity(by->second, [&](const cedar::EntityUid& uid) {
        const std::optional<Index> principal = set_.Find(uid);
        if (!principal) return;
        present.emplace(*principal, std::nullopt);
        const auto as = attributes.find(expectation.as);
        if (as == attributes.end()) return;
        if (as->second.kind() != cedar::Value::Kind::kSet)
          present.emplace(*principal, as->second);
        else
          for (const cedar::Value& element : as->second.elements()) present.emplace(*principal, element);
      });
    }
    return present;
  }

  bool Wanted(const Expectation& expectation, Index principal) {
    request_.principal = set_.entity(principal).uid;
    if (principal >= known_) return false;
    for (const Index handling : belonging_.Of(principal)) {
      request_.resource = set_.entity(handling).uid;
      if (cedar::Satisfied(request_, pack_.policies, expectation.policy, entities_)) return true;
    }
    return false;
  }

  cedar::Value Typed(const Expectation& expectation, const std::string& attribute, cedar::Value value) const {
    const cedar::Attribute* declared = pack_.schema.FindEntityType(expectation.expects)->Find(attribute);
    if (declared->type.kind != cedar::Type::Kind::kSet || value.kind() == cedar::Value::Kind::kSet) return value;
    return cedar::Value::Set({std::move(value)});
  }

  void Add(const Expectation& expectation, Index principal, const cedar::Value* element) {
    const cedar::EntityUid owner = set_.entity(principal).uid;
    cedar::Entity stub;
    stub.stub = true;
    stub.uid = {expectation.expects, fmt::format("(未登録) {} {}", expectation.title.ja, owner.id)};
    if (element != nullptr) {
      const bool named = element->kind() == cedar::Value::Kind::kEntity;
      stub.uid.id += " " + (named ? element->entity().id : element->ToString());
      stub.attributes.emplace(expectation.as, Typed(expectation, expectation.as, *element));
    }
    stub.attributes.emplace(expectation.by, Typed(expectation, expectation.by, cedar::Value::Entity(owner)));
    if (!set_.Find(stub.uid)) set_.Add(std::move(stub), {});
  }

  const Pack& pack_;
  const cedar::Entities& entities_;
  WorkingSet& set_;
  Belonging belonging_;
  const size_t known_ = set_.size();  // entities added later are stubs and expect nothing
  cedar::Request request_;
};

}  // namespace

void AddStubs(const Pack& pack, const cedar::Value& context, const cedar::Entities& entities, WorkingSet& set) {
  if (pack.expectations.empty()) return;
  Expecter expecter(pack, context, entities, set);
  for (const Expectation& expectation : pack.expectations) expecter.Expect(expectation);
}

}  // namespace hikae::audit
