// One line for both engines: a schema, a store, and policy sets with requests over them; beside them schemas and stores
// of which only the verdict is asked. A world is what is shared, so that the official engine reads a schema once for
// many cases. Every world follows from its seed alone.
#ifndef HIKAE_TESTS_DIFFERENTIAL_WORLD_H_
#define HIKAE_TESTS_DIFFERENTIAL_WORLD_H_

#include <cstdint>

#include "codec/node.h"

namespace hikae::differential {

// {"seed": text,
//  "schema": text | {…} | null, "entities": […],
//  "sets": [{"policies": text, "templates": [text…], "links": [{"templateId", "newId", "values"}], "requests": […]}],
//           and "whole": true where the policies have not been cut about: a line //---- stands between two
//  "schemas": [text | {…}], "stores": [[…]]}
// and, in fixtures only, "policy_jsons": [{…}], of which the verdict is asked too.
// The static policies of a set are policy0 … in the order of the text; its templates go on counting.
codec::Node MakeWorld(uint64_t seed);

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_WORLD_H_
