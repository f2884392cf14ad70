// A pack as a document to read.
#ifndef HIKAE_CAPI_PACK_DOCUMENT_H_
#define HIKAE_CAPI_PACK_DOCUMENT_H_

#include <string>

#include "audit/pack.h"
#include "base/error.h"

namespace hikae::capi {

// Everything: interval, digest, parameters, every rule with all its annotations and its text.
std::string PackJson(const audit::Pack& pack);
// An overview: the interval, the parameters with the words they stand for, one line per rule.
std::string PackText(const audit::Pack& pack, base::Language language);

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_PACK_DOCUMENT_H_
