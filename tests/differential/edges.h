// Edges in every combination, where random cases would seldom meet them: texts of extension values with each other and
// with every function, limits of arithmetic, patterns, and operators between values of every kind.
#ifndef HIKAE_TESTS_DIFFERENTIAL_EDGES_H_
#define HIKAE_TESTS_DIFFERENTIAL_EDGES_H_

#include "codec/node.h"

namespace hikae::differential {

// A world without a schema: each condition is a policy of its own, asked with one request.
codec::Node EdgeWorld();
// A world with a schema that has every type: pairs of expressions under every operator, validated. All pairs would take
// a minute; these are some thousands of them, always the same.
codec::Node TypedEdgeWorld();

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_EDGES_H_
