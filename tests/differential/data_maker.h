// Entities and requests for a model, as the JSON both engines read.
#ifndef HIKAE_TESTS_DIFFERENTIAL_DATA_MAKER_H_
#define HIKAE_TESTS_DIFFERENTIAL_DATA_MAKER_H_

#include "codec/node.h"
#include "differential/expression.h"
#include "differential/model.h"

namespace hikae::differential {

Ids MakeIds(Random& random, const Model& model);
// Conforming to the model. With `implicit`, entities and extension values may stand without __entity and __extn, which
// only a schema can resolve.
codec::Node MakeEntities(Random& random, const Model& model, const Ids& ids, bool implicit);
// One to three things changed in it; most such stores are refused, not all.
codec::Node BreakEntities(Random& random, const Model& model, codec::Node entities);
// `odd`: percent of the requests in which one thing does not fit.
// `likely`: the kind of most requests.
codec::Node MakeRequest(Random& random, const Model& model, const Ids& ids, const Environment& likely, bool implicit,
                        size_t odd);

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_DATA_MAKER_H_
