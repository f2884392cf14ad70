// Which entities belong to which handling (docs/design/statements-and-facts.md §5).
#ifndef HIKAE_AUDIT_BELONGING_H_
#define HIKAE_AUDIT_BELONGING_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "audit/working_set.h"
#include "cedar/schema/schema.h"

namespace hikae::audit {

// Answers for the set as it was when built. An entity belongs where its owner does; without an owner that leads to a
// handling, where the references nearest to Handling (in the schema) lead; and wherever a @belongs attribute that
// names it belongs. Ties lead to all handlings reached.
class Belonging {
 public:
  Belonging(const cedar::Schema& schema, const WorkingSet& set);
  // The handlings of an entity, in order of index.
  const std::vector<Index>& Of(Index entity);

 private:
  struct Edge {
    std::string attribute;
    bool owner = false;
    uint32_t distance = 0;  // of the type it leads to
  };
  struct State {
    bool open = false, done = false;
    std::vector<Index> handlings;
  };
  void MeasureDistances(const cedar::Schema& schema);
  void BuildEdges(const cedar::Schema& schema);
  void IndexReferrers(const cedar::Schema& schema);
  std::vector<Index> Forward(Index entity);
  void Reach(Index entity, const std::string& attribute, std::vector<Index>& handlings);

  const WorkingSet& set_;
  std::map<std::string, uint32_t> distances_;       // of types to Handling
  std::map<std::string, std::vector<Edge>> edges_;  // by type: owners first, then the nearest
  std::map<Index, std::vector<Index>> referrers_;   // by @belongs attributes
  std::vector<State> states_;
};

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_BELONGING_H_
