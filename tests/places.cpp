#include "places.h"

namespace hikae::test {

std::string SourceDir() { return HIKAE_SOURCE_DIR; }
std::string SharedData() { return HIKAE_SHARED_DATA; }
std::string CedarCorpus() { return HIKAE_CEDAR_CORPUS; }
std::string CedarWasm() { return HIKAE_CEDAR_WASM; }

}  // namespace hikae::test
