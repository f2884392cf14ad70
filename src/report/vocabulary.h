// What people call the ids of the core schema's closed vocabularies: Medium::"paper" is 紙媒体.
#ifndef HIKAE_REPORT_VOCABULARY_H_
#define HIKAE_REPORT_VOCABULARY_H_

#include <string_view>

#include "base/error.h"

namespace hikae::report {

// Empty for an id that is not of the core vocabularies: a pack names its own.
base::Text Word(std::string_view type, std::string_view id);

}  // namespace hikae::report

#endif  // HIKAE_REPORT_VOCABULARY_H_
