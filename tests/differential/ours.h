// hikae's answers to a world, in the form the official engine's driver gives its own (driver.mjs).
#ifndef HIKAE_TESTS_DIFFERENTIAL_OURS_H_
#define HIKAE_TESTS_DIFFERENTIAL_OURS_H_

#include "codec/node.h"

namespace hikae::differential {

// {"schema": bool | null, "schema_json": {…}, "entities": bool,
//  "sets": [{"policies": bool, "errors": [id…], "warnings": [id…], "templates": bool,
//            "json": [policy…], "made": bool, "answers": [null | {"allow", "reasons", "errors"}]}],
//  "schemas": [bool], "stores": [bool]}
// "schema_json": of a schema that is text. "why" entries hold messages and are not compared. A refused schema is
// answered with the verdicts on policies alone; a refused store with no "answers".
codec::Node OurAnswers(const codec::Node& world);

// The world with what hikae makes of some of its sets and of its schema, for the official engine to read again:
// "made": [text…] in a set, of its policies and templates, and "schema_text" beside a schema that is JSON. The official
// driver says in "made" whether each reads as what it was made of; in hikae's answers that is true.
codec::Node WithMade(codec::Node world);

// A fault for the suite: every `<` of a policy is read as `<=`.
codec::Node WithFault(codec::Node world);

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_OURS_H_
