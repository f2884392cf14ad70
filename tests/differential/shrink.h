// Makes a world with a difference small: policies, requests, entities, attributes and tokens go, one by one, while a
// difference of the same class stays.
#ifndef HIKAE_TESTS_DIFFERENTIAL_SHRINK_H_
#define HIKAE_TESTS_DIFFERENTIAL_SHRINK_H_

#include <functional>

#include "codec/node.h"
#include "differential/compare.h"

namespace hikae::differential {

// `holds(world)`: does the difference show in it still?
codec::Node Shrink(codec::Node world, const Difference& difference,
                   const std::function<bool(const codec::Node&)>& holds);

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_SHRINK_H_
