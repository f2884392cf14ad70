// The files of an office as the vault needs them: read from what is declared of File and ItemFormat.
#ifndef HIKAE_OFFICE_FILE_SPECS_H_
#define HIKAE_OFFICE_FILE_SPECS_H_

#include <map>
#include <string>
#include <vector>

#include "audit/pack.h"
#include "base/error.h"
#include "cedar/entities/entities.h"
#include "vault/item.h"

namespace hikae::office {

// By file id. A file whose formats cannot be used is not among them, and `faulty` says why: the other files go on. Of
// several formats of one name the first counts.
std::map<std::string, vault::FileSpec> FileSpecsOf(const cedar::Entities& facts,
                                                   const std::vector<audit::Format>& formats,
                                                   std::map<std::string, base::Error>& faulty);

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_FILE_SPECS_H_
