// What the benchmarks decide about: a ward, a hospital, and contracts that are audited.
#ifndef HIKAE_TESTS_BENCH_WORLDS_H_
#define HIKAE_TESTS_BENCH_WORLDS_H_

#include <string>
#include <vector>

#include "cedar/engine/policy_set.h"

namespace hikae::cedar::bench {

struct World {
  Entities entities;
  std::vector<Request> requests;  // a power of two
};

// Users in sections in departments, records in folders, `count` entities in all; five shapes of policies over them
// (rank, purpose, retention, section and folder, item sets) and two rules that hold for everybody.
World Ward(size_t count, size_t requests);
std::string WardPolicies(size_t count);
extern const char* const kWardSchema;

// Sections and folders spread so thin that most policies of a large set concern nobody in a request.
World City(size_t requests);
std::string CityPolicies(size_t count);

// The scenario that a peer on the JVM publishes its scaling with: for each department 32 permits for a role, a kind of
// record and some actions, and one forbid by sensitivity; five emergency permits for all. 1,500 staff and 7,500
// records whatever the number of departments, so that only the policies become more.
World Hospital(size_t departments, size_t requests);
std::string HospitalPolicies(size_t departments);  // 33 for each department, and 5

// Contracts with the dates and sets that an audit reads, a tenth of them with gaps; rules that all concern them.
World Contracts(size_t count);
std::string ContractRules(size_t count);

PolicySet Parsed(const std::string& text);

}  // namespace hikae::cedar::bench

#endif  // HIKAE_TESTS_BENCH_WORLDS_H_
