// pack.yaml: who a pack is, when it holds, of which files it consists.
#ifndef HIKAE_AUDIT_MANIFEST_H_
#define HIKAE_AUDIT_MANIFEST_H_

#include <optional>
#include <string>
#include <vector>

#include "audit/pack.h"
#include "base/civil_date.h"
#include "base/error.h"
#include "codec/node.h"

namespace hikae::audit {

struct Manifest {
  std::string id;
  base::Text title;
  Interval effective;
  std::string tightens;  // the id of the pack it is laid over; "" = stands by itself
  std::vector<std::string> schemas;
  std::vector<std::string> policies;
  codec::Node node;  // all of it
};

// Strict ISO date of a pack: 2021-04-01. The error (kRules) has no place.
base::Result<base::Day> ReadIsoDate(std::string_view text);

// Errors and warnings are appended; nullopt when what follows could not be read with it.
std::optional<Manifest> ReadManifest(const PackFiles& files, LintReport& report);

// The path of a pack's file as messages show it.
std::string PathOf(const PackFiles& files, std::string_view name);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_MANIFEST_H_
