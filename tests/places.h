// Where tests find what they read. A library of its own, so that no other file is compiled with a path of this machine:
// what a clone has compiled then serves the next one.
#ifndef HIKAE_TESTS_PLACES_H_
#define HIKAE_TESTS_PLACES_H_

#include <string>

namespace hikae::test {

std::string SourceDir();    // the root of the repository
std::string SharedData();   // public test data; may be absent
std::string CedarCorpus();  // the official conformance tests, unpacked; may be absent
std::string CedarWasm();    // the folder whose node_modules holds the official engine; may be absent

}  // namespace hikae::test

#endif  // HIKAE_TESTS_PLACES_H_
