#include "gate/departures.h"

#include <algorithm>
#include <map>
#include <utility>

#include "cedar/value/value.h"

namespace hikae::gate {
namespace {

using base::Result;
using cedar::Value;

// As an exception may name them.
std::vector<std::string> ThingsOf(const cedar::Request& request) {
  std::vector<cedar::EntityUid> things = {request.principal, request.resource};
  for (const char* name : {"handling", "device", "place"}) {
    const Value* thing = request.context.Find(name);
    if (thing != nullptr && thing->kind() == Value::Kind::kEntity) things.push_back(thing->entity());
  }
  std::vector<std::string> names;
  for (const cedar::EntityUid& thing : things) {
    names.push_back(thing.ToString());
    names.push_back(thing.id);
  }
  return names;
}

// The policies that let this exception lift its rule.
Result<std::vector<std::string>> HoldsBy(const Rulebook& book, const cedar::Request& request,
                                         const std::string& exception) {
  cedar::Request asked = request;
  std::map<std::string, Value> context = request.context.attributes();
  context.insert_or_assign("exception", Value::Entity({"Exception", exception}));
  asked.context = Value::Record(std::move(context));
  HIKAE_TRY(cedar::Response response, cedar::Authorize(asked, book.lifting, *book.facts, {.strict = true}));
  if (response.decision != cedar::Decision::kAllow) response.reasons.clear();
  return std::move(response.reasons);
}

}  // namespace

Result<Lifted> LiftedOf(const Rulebook& book, const cedar::Request& request, const std::vector<std::string>& refusing) {
  Lifted lifted;
  const std::vector<std::string> things = ThingsOf(request);
  for (const std::string& rule : refusing) {
    bool found = false;
    for (auto [at, end] = book.departures.equal_range(rule); at != end && !found; ++at) {
      const Departure& departure = at->second;
      if (std::find(things.begin(), things.end(), departure.thing) == things.end()) continue;
      HIKAE_TRY(const std::vector<std::string> by, HoldsBy(book, request, departure.exception));
      found = !by.empty();
      if (found) lifted.exceptions.push_back(departure.exception);
      for (const std::string& ground : by) {
        if (std::find(lifted.grounds.begin(), lifted.grounds.end(), ground) == lifted.grounds.end())
          lifted.grounds.push_back(ground);
      }
    }
    if (!found) return Lifted();
  }
  lifted.all = !refusing.empty();
  return lifted;
}

}  // namespace hikae::gate
