// The coverage of a pack as hikae_pack_coverage gives it: docs/formats/coverage.md.
#ifndef HIKAE_CAPI_COVERAGE_DOCUMENT_H_
#define HIKAE_CAPI_COVERAGE_DOCUMENT_H_

#include <string>

#include "audit/coverage.h"
#include "base/error.h"

namespace hikae::capi {

std::string CoverageJson(const audit::Coverage& coverage);
std::string CoverageCsv(const audit::Coverage& coverage, base::Language language);
std::string CoverageText(const audit::Coverage& coverage, base::Language language);

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_COVERAGE_DOCUMENT_H_
