#include "audit/pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "audit/closed_days.h"
#include "audit/digest.h"
#include "audit/formats.h"
#include "audit/manifest.h"
#include "audit/parameters.h"
#include "audit/readings.h"
#include "audit/rules.h"
#include "audit/transition.h"

namespace hikae::audit {
namespace {

// Reads a pack as far as its faults let it: each part is checked as soon as those it needs are sound.
class Loader {
 public:
  explicit Loader(const PackFiles& files) : files_(files) {}

  std::shared_ptr<const Pack> Load() {
    if (!ReadLayers()) return nullptr;
    const Manifest* manifest = &layers_.back().manifest;
    std::vector<cedar::SourceText> schema_texts = {{CorePath(), files_.core_schema}};
    for (const Layer& layer : layers_) {
      for (const std::string& name : layer.manifest.schemas) schema_texts.push_back(Source(*layer.files, name));
    }
    base::Result<cedar::Schema> schema = cedar::Schema::Parse(schema_texts);
    if (!schema.ok()) report_.errors.push_back(schema.error());
    std::vector<cedar::SourceText> policy_texts;
    std::map<std::string, PolicyOrigin> origins;
    for (const Layer& layer : layers_) {
      for (const std::string& name : layer.manifest.policies) {
        policy_texts.push_back(Source(*layer.files, name));
        origins.emplace(policy_texts.back().file, PolicyOrigin{layer.manifest.id, &layer != &layers_.front()});
      }
    }
    ParsedPolicies policies = ParsePack(policy_texts, report_);
    if (!schema.ok()) return nullptr;
    FactSettings settings;
    std::vector<Parameter> parameters;
    std::vector<Control> controls;
    std::vector<Format> formats;
    for (const Layer& layer : layers_) {
      if (&layer == &layers_.front())
        parameters = ReadParameters(layer.manifest, *layer.files, *schema, report_);
      else
        TightenParameters(layer.manifest, *layer.files, *schema, parameters, report_);
      Append(ReadControls(layer.manifest, *layer.files, *schema, report_), controls);
      Append(ReadFormats(layer.manifest, *layer.files, *schema, report_), formats);
      ReadClosedDays(layer.manifest, *layer.files, settings.closed, report_);
      ReadReadings(layer.manifest, *layer.files, *schema, settings.readings, report_);
    }
    for (const Parameter& parameter : parameters) settings.parameters.emplace(parameter.name, parameter.value);
    FactPlan facts = CompileFacts(*schema, schema_texts, settings, report_.errors);
    if (!policies.set) return nullptr;
    RuleBook book = ReadRules(*policies.set, *schema, origins, report_);
    CheckTransition(*manifest, book.rules);
    Validate(*policies.set, *schema);
    if (!report_.errors.empty()) return nullptr;
    if (policies.unnamed) return report_.errors.push_back(*policies.unnamed), nullptr;
    const Interval& effective = manifest->effective;
    return std::make_shared<const Pack>(Pack{.id = manifest->id,
                                             .title = manifest->title,
                                             .from = base::FormatIso(effective.from),
                                             .until = effective.until ? base::FormatIso(*effective.until) : "",
                                             .effective = effective,
                                             .digest = DigestOf(AllFiles(), files_.core_schema),
                                             .schema_texts = std::move(schema_texts),
                                             .schema = *std::move(schema),
                                             .policies = *std::move(policies.set),
                                             .rules = std::move(book.rules),
                                             .parameters = std::move(parameters),
                                             .controls = std::move(controls),
                                             .formats = std::move(formats),
                                             .expectations = std::move(book.expectations),
                                             .facts = std::move(facts),
                                             .below = LowerPacks(),
                                             .going_on = GoingOn(),
                                             .going_on_source = TransitionSource(manifest->node),
                                             .manifest = WithWordsBelow()});
  }

  LintReport& report() { return report_; }

 private:
  struct Layer {
    const PackFiles* files;
    Manifest manifest;
  };

  // The packs from the lowest up to the one that is loaded.
  bool ReadLayers() {
    std::vector<const PackFiles*> stack;
    for (const PackFiles* files = &files_; files != nullptr; files = files->below.get()) stack.push_back(files);
    for (auto files = stack.rbegin(); files != stack.rend(); ++files) {
      std::optional<Manifest> manifest = ReadManifest(**files, report_);
      if (!manifest) return false;
      layers_.push_back({*files, *std::move(manifest)});
    }
    for (size_t i = 1; i < layers_.size(); ++i) CheckWithin(layers_[i], layers_[i - 1].manifest);
    const Manifest& top = layers_.back().manifest;
    if (layers_.size() == 1 && !top.tightens.empty()) {
      Fail(files_, fmt::format("the files of `{}`, which it tightens, are not given", top.tightens),
           fmt::format("重なる規程集「{}」のファイルがない", top.tightens));
    }
    return report_.errors.empty();
  }

  // Where the lower pack is not in force there is nothing to tighten.
  void CheckWithin(const Layer& layer, const Manifest& lower) {
    const Interval& in = layer.manifest.effective;
    const Interval& out = lower.effective;
    const bool within = out.from <= in.from && (!out.until || (in.until && *in.until <= *out.until));
    if (within) return;
    Fail(*layer.files, fmt::format("it is in force on days on which `{}`, which it tightens, is not", lower.id),
         fmt::format("重なる規程集「{}」が施行されていない日に施行されることになる", lower.id));
  }

  void Fail(const PackFiles& files, std::string en, std::string ja) {
    report_.errors.emplace_back(base::Status::kRules, base::Text{std::move(en), std::move(ja)},
                                base::Place{PathOf(files, "pack.yaml"), 1, 1});
  }

  // A name that is no rule's would let a duty end unseen.
  void CheckTransition(const Manifest& manifest, const std::vector<Rule>& rules) {
    for (const std::string& name : TransitionRules(manifest.node)) {
      const bool known =
          std::any_of(rules.begin(), rules.end(), [&name](const Rule& rule) { return GoesOn({name}, rule.id); });
      if (known) continue;
      Fail(files_, fmt::format("`transition` names no rule of the pack: {}", name),
           fmt::format("transition の「{}」という規則はない", name));
    }
  }

  template <class T>
  static void Append(std::vector<T> more, std::vector<T>& into) {
    std::move(more.begin(), more.end(), std::back_inserter(into));
  }

  // The manifest of the pack itself, with what the packs below call the members of their enumerations: findings of
  // their rules are printed by this pack.
  codec::Node WithWordsBelow() const {
    codec::Node node = layers_.back().manifest.node;
    for (const char* section : {"words", "confidence"}) {
      codec::Node words = codec::Node::Map();
      for (const Layer& layer : layers_) {
        const codec::Node* more = layer.manifest.node.Find(section);
        if (more == nullptr || !more->IsMap()) continue;
        for (const auto& [type, names] : more->entries()) words.Set(type, names);
      }
      if (!words.entries().empty()) node.Set(section, std::move(words));
    }
    return node;
  }

  static std::string Until(const Interval& effective) {
    return effective.until ? base::FormatIso(*effective.until) : "";
  }

  std::vector<LowerPack> LowerPacks() const {
    std::vector<LowerPack> below;
    for (size_t i = 0; i + 1 < layers_.size(); ++i) {
      const Manifest& manifest = layers_[i].manifest;
      below.push_back({manifest.id, manifest.title, base::FormatIso(manifest.effective.from), Until(manifest.effective),
                       DigestOf(layers_[i].files->files, files_.core_schema)});
    }
    return below;
  }

  // A pack laid over another ends with what either keeps.
  std::vector<std::string> GoingOn() const {
    std::vector<std::string> names;
    for (const Layer& layer : layers_) Append(TransitionRules(layer.manifest.node), names);
    return names;
  }

  // Its own files by name, those of the packs below by id and name: one digest for all that is judged by.
  std::map<std::string, std::string> AllFiles() const {
    std::map<std::string, std::string> all = files_.files;
    for (size_t i = 0; i + 1 < layers_.size(); ++i) {
      for (const auto& [name, text] : layers_[i].files->files) all.emplace(layers_[i].manifest.id + "/" + name, text);
    }
    return all;
  }

  static cedar::SourceText Source(const PackFiles& files, const std::string& name) {
    return {PathOf(files, name), files.files.at(name)};
  }
  static std::string CorePath() { return "core.cedarschema"; }

  void Validate(const cedar::PolicySet& set, const cedar::Schema& schema) {
    cedar::Validation validation = cedar::Validate(set, schema);
    for (base::Error& error : validation.errors) report_.errors.push_back(std::move(error));
    for (base::Error& warning : validation.warnings) report_.warnings.push_back(std::move(warning));
  }

  const PackFiles& files_;
  std::vector<Layer> layers_;
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
