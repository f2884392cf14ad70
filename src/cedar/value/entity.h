// An entity as stated, and the request a decision is about.
#ifndef HIKAE_CEDAR_VALUE_ENTITY_H_
#define HIKAE_CEDAR_VALUE_ENTITY_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cedar/value/value.h"

namespace hikae::cedar {

struct Entity {
  EntityUid uid;
  std::vector<EntityUid> parents;  // direct
  std::map<std::string, Value> attributes;
  std::map<std::string, Value> tags;
  // For judgements (judge.h) only; plain evaluation ignores both.
  bool stub = false;                   // expected but not registered: every absent attribute is unknown
  std::set<std::string> known_absent;  // attributes stated to be nothing: absent, and known to be
};

struct Request {
  EntityUid principal;
  EntityUid action;
  EntityUid resource;
  Value context = Value::Record({});
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_VALUE_ENTITY_H_
