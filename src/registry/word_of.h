// What people call the members of an enumeration: packs have the words, rows may say them.
#ifndef HIKAE_REGISTRY_WORD_OF_H_
#define HIKAE_REGISTRY_WORD_OF_H_

#include <functional>

#include "base/error.h"
#include "cedar/value/value.h"

namespace hikae::registry {

using WordOf = std::function<base::Text(const cedar::EntityUid& member)>;  // the id itself where nobody says

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_WORD_OF_H_
