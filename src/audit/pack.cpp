#include "audit/pack.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "audit/closed_days.h"
#include "audit/digest.h"
#include "audit/formats.h"
#include "audit/manifest.h"
#include "audit/parameters.h"
#include "audit/rules.h"

namespace hikae::audit {
namespace {

// Reads a pack as far as its faults let it: each part is checked as soon as those it needs are sound.
class Loader {
 public:
  explicit Loader(const PackFiles& files) : files_(files) {}

  std::shared_ptr<const Pack> Load() {
    const std::optional<Manifest> manifest = ReadManifest(files_, report_);
    if (!manifest) return nullptr;
    std::vector<cedar::SourceText> schema_texts = {{CorePath(), files_.core_schema}};
    for (const std::string& name : manifest->schemas) schema_texts.push_back(Source(name));
    base::Result<cedar::Schema> schema = cedar::Schema::Parse(schema_texts);
    if (!schema.ok()) report_.errors.push_back(schema.error());
    std::vector<cedar::SourceText> policy_texts;
    for (const std::string& name : manifest->policies) policy_texts.push_back(Source(name));
    ParsedPolicies policies = ParsePack(policy_texts, report_);
    if (!schema.ok()) return nullptr;
    std::vector<Parameter> parameters = ReadParameters(*manifest, files_, *schema, report_);
    std::vector<Control> controls = ReadControls(*manifest, files_, *schema, report_);
    std::vector<Format> formats = ReadFormats(*manifest, files_, *schema, report_);
    FactSettings settings;
    settings.closed = ReadClosedDays(*manifest, files_, report_);
    for (const Parameter& parameter : parameters) settings.parameters.emplace(parameter.name, parameter.value);
    FactPlan facts = CompileFacts(*schema, schema_texts, settings, report_.errors);
    if (!policies.set) return nullptr;
    RuleBook book = ReadRules(policies, *schema, manifest->id, report_);
    Validate(*policies.set, *schema);
    if (!report_.errors.empty()) return nullptr;
    base::Result<cedar::PolicySet> named = cedar::PolicySet::Parse(policy_texts, {.id_from_annotation = true});
    if (!named.ok()) return report_.errors.push_back(named.error()), nullptr;
    const Interval& effective = manifest->effective;
    return std::make_shared<const Pack>(Pack{.id = manifest->id,
                                             .title = manifest->title,
                                             .from = base::FormatIso(effective.from),
                                             .until = effective.until ? base::FormatIso(*effective.until) : "",
                                             .effective = effective,
                                             .digest = DigestOf(files_.files, files_.core_schema),
                                             .schema_texts = std::move(schema_texts),
                                             .schema = *std::move(schema),
                                             .policies = *std::move(named),
                                             .rules = std::move(book.rules),
                                             .parameters = std::move(parameters),
                                             .controls = std::move(controls),
                                             .formats = std::move(formats),
                                             .expectations = std::move(book.expectations),
                                             .facts = std::move(facts),
                                             .manifest = manifest->node});
  }

  LintReport& report() { return report_; }

 private:
  cedar::SourceText Source(const std::string& name) const { return {PathOf(files_, name), files_.files.at(name)}; }
  static std::string CorePath() { return "core.cedarschema"; }

  void Validate(const cedar::PolicySet& set, const cedar::Schema& schema) {
    cedar::Validation validation = cedar::Validate(set, schema);
    for (base::Error& error : validation.errors) report_.errors.push_back(std::move(error));
    for (base::Error& warning : validation.warnings) report_.warnings.push_back(std::move(warning));
  }

  const PackFiles& files_;
  LintReport report_;
};

}  // namespace

base::Result<std::shared_ptr<const Pack>> LoadPack(const PackFiles& files) {
  Loader loader(files);
  std::shared_ptr<const Pack> pack = loader.Load();
  if (pack != nullptr) return pack;
  return loader.report().errors.front();
}

LintReport Lint(const PackFiles& files) {
  Loader loader(files);
  loader.Load();
  return std::move(loader.report());
}

std::vector<std::string> PacksInForce(const std::vector<std::string>& ids_or_folders, base::Day day) {
  std::vector<std::string> in_force;
  for (const std::string& name : ids_or_folders) {
    const base::Result<PackFiles> files = FindPack(name);
    LintReport ignored;
    if (!files.ok()) continue;
    const std::optional<Manifest> manifest = ReadManifest(*files, ignored);
    if (manifest && manifest->effective.Contains(day)) in_force.push_back(name);
  }
  return in_force;
}

}  // namespace hikae::audit
